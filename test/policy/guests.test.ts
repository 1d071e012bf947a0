import { backupNotOnProtectedStorage } from "../../policy/rules/backup-not-on-protected-storage";
import { containerUnprivileged } from "../../policy/rules/container-unprivileged";
import { guestHasBackup } from "../../policy/rules/guest-has-backup";
import { stableVmResource } from "../../policy/rules/stable-vm-resource";
import {
  cases,
  cluster,
  container,
  directory,
  job,
  nfs,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
  VM,
  vm,
  zfspool,
} from "./estate";

const onStorage = (storage: unknown, properties = {}) =>
  vm("alpine", { vmId: 100, disks: [{ interface: "scsi0", datastoreId: storage }], ...properties });

describe("rule stable-vm-resource", () => {
  cases(stableVmResource, [
    ["Vm", "violated", [resource("proxmoxve:index/vm:Vm", "v", {})], "VM v", "VmLegacy"],
    ["Vm2Legacy", "violated", [resource("proxmoxve:index/vm2Legacy:Vm2Legacy", "v", {})]],
    ["the cloned VM", "violated", [resource("proxmoxve:cloned/vm:Vm", "v", {})]],
    [
      "Vm with nothing known",
      "violated",
      [resource("proxmoxve:index/vm:Vm", "v", { nodeName: UNKNOWN_TEXT })],
    ],
    ["VmLegacy", "fine", [onStorage("nas")]],
  ]);
});

describe("rule container-unprivileged", () => {
  cases(containerUnprivileged, [
    ["unprivileged", "fine", [container("web", { vmId: 200, unprivileged: true })]],
    ["privileged", "violated", [container("web", { vmId: 200, unprivileged: false })], "container 200 (web)"],
    ["left out (the provider makes it privileged)", "violated", [container("web", { vmId: 200 })]],
    ["not known yet", "undecided", [container("web", { vmId: 200, unprivileged: UNKNOWN_TEXT })]],
  ]);
});

describe("rule backup-not-on-protected-storage", () => {
  const all = (storage: unknown, properties = {}) => job("nightly", { storage, all: true, ...properties });
  const pbs = resource("proxmoxve:storage/pbs:Pbs", "pbs", {
    resourceId: "pbs",
    server: "b",
    datastore: "d",
  });
  cases(backupNotOnProtectedStorage, [
    ["no job", "not applicable", [cluster(), nfs("nas"), onStorage("nas")]],
    ["a disabled job", "not applicable", [nfs("nas"), onStorage("nas"), all("nas", { enabled: false })]],
    ["on another storage", "fine", [nfs("nas"), pbs, onStorage("nas"), all("pbs")]],
    [
      "on the guest's storage",
      "violated",
      [nfs("nas"), onStorage("nas"), all("nas")],
      "nightly",
      '"nas"',
      "scsi0 of VM 100 (alpine)",
    ],
    [
      "on a container's storage",
      "violated",
      [nfs("nas"), container("web", { vmId: 200, disk: { datastoreId: "nas" } }), all("nas")],
      "rootfs of container 200",
    ],
    [
      "on the same export under another id",
      "violated",
      [nfs("nas", { export: "/srv/a" }), nfs("bak", { export: "/srv/a/" }), onStorage("nas"), all("bak")],
    ],
    [
      "in a folder of the same export",
      "violated",
      [nfs("nas", { export: "/srv/a" }), nfs("bak", { export: "/srv/a/bak" }), onStorage("nas"), all("bak")],
    ],
    [
      "on another export",
      "fine",
      [nfs("nas", { export: "/srv/a" }), nfs("bak", { export: "/srv/ab" }), onStorage("nas"), all("bak")],
    ],
    [
      "in a directory on the guest's ZFS pool",
      "violated",
      [
        zfspool("tank", { zfsPool: "tank/vm" }),
        directory("bak", { path: "/tank/bak" }),
        onStorage("tank"),
        all("bak"),
      ],
      '"bak"',
      '"tank"',
    ],
    [
      "in a directory that only looks like it",
      "fine",
      [zfspool("tank"), directory("bak", { path: "/tank2/bak" }), onStorage("tank"), all("bak")],
    ],
    [
      "directories on one pool that is declared as a disk",
      "violated",
      [
        resource("proxmoxve:node/disk/zfs:Zfs", "tank", { name: "tank", nodeName: "pve1" }),
        directory("vmc", { path: "/tank/vmc" }),
        directory("bak", { path: "/tank/bak" }),
        onStorage("vmc"),
        all("bak"),
      ],
    ],
    [
      "directories on one pool of our component",
      "violated",
      [
        resource("hybrid-estate:proxmox:ZfsPool", "tank", { pool: "tank", nodes: ["pve1"] }),
        directory("vmc", { path: "/tank/vmc" }),
        directory("bak", { path: "/tank/bak" }),
        onStorage("vmc"),
        all("bak"),
      ],
    ],
    [
      "of a guest that the job excludes",
      "fine",
      [nfs("nas"), onStorage("nas"), all("nas", { excludes: ["100"] })],
    ],
    [
      "of a guest on another node than the job's",
      "fine",
      [nfs("nas"), onStorage("nas"), all("nas", { node: "pve2" })],
    ],
    [
      "of a listed guest",
      "violated",
      [nfs("nas"), onStorage("nas"), job("n", { storage: "nas", vmids: ["100"] })],
    ],
    [
      "of a guest that is not listed",
      "fine",
      [nfs("nas"), onStorage("nas"), job("n", { storage: "nas", vmids: ["101"] })],
    ],
    [
      "of a pool's guest",
      "violated",
      [nfs("nas"), onStorage("nas", { poolId: "web" }), job("n", { storage: "nas", pool: "web" })],
    ],
    [
      "of a guest in another pool",
      "fine",
      [nfs("nas"), onStorage("nas", { poolId: "db" }), job("n", { storage: "nas", pool: "web" })],
    ],
    [
      "of a guest that joins the pool",
      "violated",
      [
        nfs("nas"),
        onStorage("nas"),
        resource("proxmoxve:pool/membership:Membership", "m", { poolId: "web", vmId: 100 }),
        job("n", { storage: "nas", pool: "web" }),
      ],
    ],
    [
      "of an ISO in the drive (not part of a backup)",
      "fine",
      [nfs("nas"), onStorage("nas", { cdrom: { fileId: "bak:iso/a.iso" } }), all("bak")],
    ],
    [
      "of a cloud-init drive (made anew)",
      "fine",
      [nfs("nas"), onStorage("nas", { initialization: { datastoreId: "bak" } }), all("bak")],
    ],
    [
      "of a storage that joins the pool",
      "fine",
      [
        nfs("nas"),
        onStorage("nas"),
        resource("proxmoxve:pool/membership:Membership", "m", { poolId: "web", storageId: "nas" }),
        job("n", { storage: "nas", pool: "web" }),
      ],
    ],
    [
      "a job whose node is not known yet",
      "undecided",
      [nfs("nas"), onStorage("nas"), all("nas", { node: UNKNOWN_TEXT })],
    ],
    ["a job for the guest's node", "violated", [nfs("nas"), onStorage("nas"), all("nas", { node: "pve1" })]],
    ["a job whose storage is not known yet", "undecided", [nfs("nas"), onStorage("nas"), all(UNKNOWN_TEXT)]],
    [
      "a job whose guests are not known yet",
      "undecided",
      [nfs("nas"), onStorage("nas"), job("n", { storage: "nas", vmids: UNKNOWN_LIST })],
      "VM 100",
    ],
    [
      "excluded guests that are not known yet",
      "undecided",
      [nfs("nas"), onStorage("nas"), all("nas", { excludes: UNKNOWN_LIST })],
    ],
    [
      "a listed guest with the id not known yet, but the link",
      "violated",
      [
        nfs("nas"),
        vm("alpine", { vmId: UNKNOWN_TEXT, disks: [{ interface: "scsi0", datastoreId: "nas" }] }),
        job(
          "n",
          { storage: "nas", vmids: [UNKNOWN_TEXT] },
          { propertyDependencies: { vmids: [urnOf(VM, "alpine")] } },
        ),
      ],
    ],
    [
      "one disk not known yet, another on the job's storage",
      "violated",
      [nfs("nas"), onStorage(UNKNOWN_TEXT, { efiDisk: { datastoreId: "nas" } }), all("nas")],
      "efidisk0",
    ],
  ]);
});

describe("rule guest-has-backup", () => {
  const all = (properties = {}) => job("nightly", { storage: "pbs", all: true, ...properties });
  cases(guestHasBackup, [
    ["no guest", "not applicable", [all()]],
    ["a job for all", "fine", [onStorage("nas"), all()]],
    ["no job", "violated", [onStorage("nas")], "VM 100 (alpine)"],
    ["a disabled job", "violated", [onStorage("nas"), all({ enabled: false })]],
    ["excluded", "violated", [onStorage("nas"), all({ excludes: ["100"] })]],
    ["listed", "fine", [onStorage("nas"), job("n", { storage: "pbs", vmids: ["100"] })]],
    ["listed as a number", "fine", [onStorage("nas"), job("n", { storage: "pbs", vmids: [100] })]],
    ["not listed", "violated", [onStorage("nas"), job("n", { storage: "pbs", vmids: ["101"] })]],
    ["a template", "fine", [onStorage("nas", { template: true }), onStorage("nas"), all()]],
    ["only a template", "not applicable", [onStorage("nas", { template: true })]],
    [
      "whether the job is enabled is not known yet",
      "undecided",
      [onStorage("nas"), all({ enabled: UNKNOWN_TEXT })],
    ],
    [
      "the pool is not known yet",
      "undecided",
      [onStorage("nas"), job("n", { storage: "pbs", pool: UNKNOWN_TEXT })],
    ],
  ]);
});
