import { haGuestCloudInitDrive } from "../../policy/rules/ha-guest-cloud-init-drive";
import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import {
  alpine,
  cases,
  cluster,
  directory,
  disk,
  ha,
  NODES,
  nfs,
  onLocal,
  resource,
  UNKNOWN_TEXT,
} from "./estate";

describe("rule ha-guest-on-shared-storage", () => {
  describe("storage", () => {
    cases(haGuestOnSharedStorage, [
      ["no HA guest", "not applicable", [cluster(), onLocal()]],
      ["NFS", "fine", [cluster(), nfs("nas"), alpine({ disks: [disk("nas")] }), ha("vm:100")]],
      [
        "the estate as it was really built",
        "violated",
        [cluster(), nfs("nas"), onLocal(), ha("vm:100")],
        "VM 100 (alpine)",
        'scsi0 on storage "local-lvm" (lvmthin)',
        "pve2, pve3",
        "Move it to shared storage (nas)",
      ],
      [
        "no datastore given (the provider takes local-lvm)",
        "violated",
        [cluster(), alpine({ disks: [disk()] }), ha("vm:100")],
        "local-lvm",
      ],
      [
        "a directory marked shared",
        "fine",
        [cluster(), directory("gfs", { shared: true }), alpine({ disks: [disk("gfs")] }), ha("vm:100")],
      ],
      [
        "a directory that does not say",
        "violated",
        [cluster(), directory("vmc"), alpine({ disks: [disk("vmc")] }), ha("vm:100")],
        "vmc",
      ],
      [
        "Ceph, which our component says as the provider does not know it",
        "fine",
        [
          cluster(),
          resource("hybrid-estate:proxmox:Storage", "ceph", {
            storageId: "ceph",
            content: ["images"],
            existing: false,
            backing: { type: "rbd", pool: "vm", krbd: false },
          }),
          alpine({ disks: [disk("ceph")] }),
          ha("vm:100"),
        ],
      ],
      [
        "Ceph on other nodes",
        "violated",
        [
          cluster(),
          resource("hybrid-estate:proxmox:Storage", "ceph", {
            storageId: "ceph",
            content: ["images"],
            nodes: ["pve1", "pve2"],
            backing: { type: "rbd", pool: "vm" },
          }),
          alpine({ disks: [disk("ceph")] }),
          ha("vm:100"),
        ],
        "pve3",
      ],
      [
        "shared LVM",
        "fine",
        [
          cluster(),
          resource("proxmoxve:storage/lvm:Lvm", "san", {
            resourceId: "san",
            volumeGroup: "san",
            shared: true,
          }),
          alpine({ disks: [disk("san")] }),
          ha("vm:100"),
        ],
      ],
      [
        "the legacy twin of NFS",
        "fine",
        [
          cluster(),
          resource("proxmoxve:storage/nfsLegacy:NfsLegacy", "nas", { resourceId: "nas" }),
          alpine({ disks: [disk("nas")] }),
          ha("vm:100"),
        ],
      ],
      [
        "a Ceph pool with a storage of its own",
        "fine",
        [
          cluster(),
          resource("proxmoxve:ceph/pool:Pool", "rbd", { name: "rbd", addStorages: true }),
          alpine({ disks: [disk("rbd")] }),
          ha("vm:100"),
        ],
      ],
      [
        "NFS on some nodes only",
        "violated",
        [cluster(), nfs("nas", { nodes: ["pve1", "pve2"] }), alpine({ disks: [disk("nas")] }), ha("vm:100")],
        "limited to pve1, pve2",
        "not on pve3",
      ],
      [
        "NFS on every node by name",
        "fine",
        [cluster(), nfs("nas", { nodes: NODES }), alpine({ disks: [disk("nas")] }), ha("vm:100")],
      ],
      [
        "NFS with an empty list of nodes (every node)",
        "fine",
        [cluster(), nfs("nas", { nodes: [] }), alpine({ disks: [disk("nas")] }), ha("vm:100")],
      ],
      [
        "a disk passed through from the node",
        "violated",
        [
          cluster(),
          alpine({ disks: [{ interface: "scsi1", datastoreId: "", pathInDatastore: "/dev/sdc" }] }),
          ha("vm:100"),
        ],
        "/dev/sdc",
      ],
      [
        "one local disk among shared ones",
        "violated",
        [
          cluster(),
          nfs("nas"),
          alpine({ disks: [disk("nas"), { interface: "scsi1", datastoreId: "local-lvm" }] }),
          ha("vm:100"),
        ],
        "scsi1",
      ],
      [
        "local EFI disk",
        "violated",
        [cluster(), nfs("nas"), alpine({ disks: [disk("nas")], efiDisk: {} }), ha("vm:100")],
        "efidisk0",
      ],
      [
        "local TPM state",
        "violated",
        [
          cluster(),
          nfs("nas"),
          alpine({ disks: [disk("nas")], tpmState: { datastoreId: "local-lvm" } }),
          ha("vm:100"),
        ],
        "tpmstate0",
      ],
      [
        "local ISO in the drive",
        "violated",
        [
          cluster(),
          nfs("nas"),
          alpine({ disks: [disk("nas")], cdrom: { fileId: "local:iso/a.iso" } }),
          ha("vm:100"),
        ],
        "ISO",
        "ide3",
        "nas",
      ],
      [
        "an empty drive",
        "fine",
        [cluster(), nfs("nas"), alpine({ disks: [disk("nas")], cdrom: { fileId: "none" } }), ha("vm:100")],
      ],
      [
        "cloud-init drive on local storage (another rule's)",
        "fine",
        [cluster(), nfs("nas"), alpine({ disks: [disk("nas")], initialization: {} }), ha("vm:100")],
      ],
      [
        "a program that names one node only",
        "violated",
        [onLocal(), ha("vm:100")],
        "the other nodes of the cluster",
      ],
      ["another guest's HA resource", "not applicable", [cluster(), onLocal(), ha("vm:101")]],
      [
        "requested state disabled (HA leaves it alone)",
        "not applicable",
        [cluster(), onLocal(), ha("vm:100", { state: "disabled" })],
      ],
      [
        "requested state stopped (still relocated)",
        "violated",
        [cluster(), onLocal(), ha("vm:100", { state: "stopped" })],
      ],
    ]);
  });
});

describe("rule ha-guest-cloud-init-drive", () => {
  cases(haGuestCloudInitDrive, [
    ["no HA guest", "not applicable", [cluster(), alpine({ initialization: {} })]],
    [
      "on local storage",
      "violated",
      [cluster(), alpine({ initialization: {} }), ha("vm:100")],
      "VM 100 (alpine)",
      "ide2",
    ],
    [
      "on shared storage",
      "fine",
      [cluster(), nfs("nas"), alpine({ initialization: { datastoreId: "nas" } }), ha("vm:100")],
    ],
    [
      "not known yet",
      "fine",
      [cluster(), alpine({ initialization: { datastoreId: UNKNOWN_TEXT } }), ha("vm:100")],
    ],
  ]);
});
