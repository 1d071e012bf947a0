import type { Change } from "../support/description";

/** Values for settings where none can be guessed: what has a form of its own, or names something else. */
export const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  "aws.region": ["ap-southeast-2"],
  "cluster.timeZone": ["Europe/London"],
  "guests.*<vm>.cpuType": ["host"],
  "storages.*<nfs>.export": ["/srv/nfs/new"],
  "nodes.*.addresses.*": ["192.168.137.44", "192.168.1.44"],
};

/** What the environment files are given first, by file, for settings that can't be changed without it. */
export const GIVEN: Readonly<Record<string, readonly (readonly Change[])[]>> = {
  "Pulumi.dev.yaml": [
    // Something else that a name may stand for.
    [
      [
        ["images", "alpine-3.23"],
        { url: "https://example.org/alpine-3.23.qcow2", content: "import", storage: "nfs-local" },
      ],
      [
        ["images", "debian-13"],
        { url: "https://example.org/debian-13.tar.zst", content: "vztmpl", storage: "nfs-local" },
      ],
      [["bridges", "vmbr2"], { vlanAware: true }],
      [
        ["nfsServers", "nas-other"],
        { address: "192.168.1.12", exports: { "/srv/nfs/proxmox": { clients: { "192.168.1.0/24": {} } } } },
      ],
      [
        ["storages", "iso-pool", "content"],
        ["import", "iso", "vztmpl"],
      ],
      [
        ["guests", "other"],
        {
          kind: "vm",
          id: 200,
          node: "blckpink01",
          memory: "1 GiB",
          firmware: "ovmf",
          efiStorage: "nfs-local",
          disks: { scsi0: { storage: "nfs-local", size: "8 GiB" } },
          ha: {},
        },
      ],
    ],
  ],
};

/** What has to change with a setting, as neither goes without the other. */
export const TOGETHER: Readonly<Record<string, readonly Change[]>> = {
  "aws.region": [
    [
      ["aws", "network", "zones"],
      ["ap-southeast-2a", "ap-southeast-2b"],
    ],
  ],
  "guests.*<vm>.firmware": [[["guests", "alpine", "efiStorage"], "nfs-local"]],
  "storages.*<nfs>.export": [
    [["nfsServers", "nas", "exports", "/srv/nfs/new"], { clients: { "192.168.1.0/24": {} } }],
  ],
};
