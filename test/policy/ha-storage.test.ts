import { haGuestCloudInitDrive } from "../../policy/rules/ha-guest-cloud-init-drive";
import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import {
  affinity,
  cases,
  cluster,
  container,
  directory,
  ha,
  NODES,
  nfs,
  replication,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
  VM,
  vm,
  zfspool,
} from "./estate";

const disk = (datastoreId?: unknown, more = {}) => ({ interface: "scsi0", datastoreId, ...more });
const alpine = (properties = {}) => vm("alpine", { name: "alpine", vmId: 100, ...properties });
const onLocal = () => alpine({ disks: [disk("local-lvm")] });
const onTank = () => alpine({ disks: [disk("tank")] });
const elsewhere = [replication("100-0", "pve2"), replication("100-1", "pve3")];

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

  describe("containers", () => {
    cases(haGuestOnSharedStorage, [
      [
        "root on NFS",
        "fine",
        [cluster(), nfs("nas"), container("web", { vmId: 200, disk: { datastoreId: "nas" } }), ha("ct:200")],
      ],
      [
        "no disk given (the provider takes local)",
        "violated",
        [cluster(), container("web", { vmId: 200 }), ha("ct:200")],
        "container 200 (web)",
        "rootfs",
        '"local"',
      ],
      [
        "local mount point",
        "violated",
        [
          cluster(),
          nfs("nas"),
          container("web", {
            vmId: 200,
            disk: { datastoreId: "nas" },
            mountPoints: [{ volume: "nas:8" }, { volume: "local-lvm:8" }],
          }),
          ha("ct:200"),
        ],
        "mp1",
      ],
      [
        "bind mount of the node",
        "violated",
        [
          cluster(),
          nfs("nas"),
          container("web", { vmId: 200, disk: { datastoreId: "nas" }, mountPoints: [{ volume: "/srv" }] }),
          ha("ct:200"),
        ],
        "/srv",
      ],
      [
        "bind mount that is on all nodes",
        "fine",
        [
          cluster(),
          nfs("nas"),
          container("web", {
            vmId: 200,
            disk: { datastoreId: "nas" },
            mountPoints: [{ volume: "/srv", shared: true }],
          }),
          ha("ct:200"),
        ],
      ],
    ]);
  });

  describe("replication", () => {
    cases(haGuestOnSharedStorage, [
      ["to every other node", "fine", [cluster(), zfspool("tank"), onTank(), ha("vm:100"), ...elsewhere]],
      [
        "to one of two others",
        "violated",
        [cluster(), zfspool("tank"), onTank(), ha("vm:100"), replication("100-0", "pve2")],
        "not on pve3",
        "replicate it",
      ],
      [
        "disabled",
        "violated",
        [
          cluster(),
          zfspool("tank"),
          onTank(),
          ha("vm:100"),
          replication("100-0", "pve2"),
          replication("100-1", "pve3", { disable: true }),
        ],
        "not on pve3",
      ],
      [
        "of another guest",
        "violated",
        [
          cluster(),
          zfspool("tank"),
          onTank(),
          ha("vm:100"),
          replication("101-0", "pve2"),
          replication("101-1", "pve3"),
        ],
      ],
      [
        "a disk left out of it",
        "violated",
        [
          cluster(),
          zfspool("tank"),
          alpine({ disks: [disk("tank", { replicate: false })] }),
          ha("vm:100"),
          ...elsewhere,
        ],
      ],
      [
        "a pool that a target lacks",
        "violated",
        [cluster(), zfspool("tank", { nodes: ["pve1", "pve2"] }), onTank(), ha("vm:100"), ...elsewhere],
        "not on pve3",
      ],
      ["local-lvm (only ZFS replicates)", "violated", [cluster(), onLocal(), ha("vm:100"), ...elsewhere]],
      [
        "the only other node of the rule",
        "fine",
        [
          cluster(),
          zfspool("tank"),
          onTank(),
          ha("vm:100"),
          replication("100-0", "pve2"),
          affinity("pin", ["vm:100"], ["pve1", "pve2"]),
        ],
      ],
    ]);
  });

  describe("node affinity", () => {
    cases(haGuestOnSharedStorage, [
      [
        "strict, the node that has the disk",
        "fine",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"])],
      ],
      [
        "strict, another node",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve2"])],
        "not on pve2",
      ],
      [
        "not strict",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"], { strict: false })],
      ],
      [
        "strict but disabled",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"], { disable: true })],
      ],
      [
        "strict, for another guest",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:101"], ["pve1"])],
      ],
      [
        "two rules in conflict (Proxmox drops both)",
        "violated",
        [
          cluster(),
          onLocal(),
          ha("vm:100"),
          affinity("pin", ["vm:100"], ["pve1"]),
          affinity("pin2", ["vm:100"], ["pve1"]),
        ],
      ],
      [
        "a resource-affinity rule",
        "violated",
        [
          cluster(),
          onLocal(),
          ha("vm:100"),
          affinity("apart", ["vm:100", "vm:101"], [], { type: "resource-affinity", affinity: "negative" }),
        ],
      ],
      [
        "strict, the nodes that have the NFS",
        "fine",
        [
          cluster(),
          nfs("nas", { nodes: ["pve1", "pve2"] }),
          alpine({ disks: [disk("nas")] }),
          ha("vm:100"),
          affinity("pin", ["vm:100"], ["pve1", "pve2"]),
        ],
      ],
    ]);
  });

  describe("values that are not known yet", () => {
    const linked = { propertyDependencies: { resourceId: [urnOf(VM, "alpine")] } };
    cases(haGuestOnSharedStorage, [
      [
        "the storage",
        "undecided",
        [cluster(), alpine({ disks: [disk(UNKNOWN_TEXT)] }), ha("vm:100")],
        "scsi0",
      ],
      ["the list of disks", "undecided", [cluster(), alpine({ disks: UNKNOWN_LIST }), ha("vm:100")]],
      [
        "one storage, and another that is local",
        "violated",
        [
          cluster(),
          alpine({ disks: [disk(UNKNOWN_TEXT), { interface: "scsi1", datastoreId: "local-lvm" }] }),
          ha("vm:100"),
        ],
        "scsi1",
      ],
      [
        "a storage that the program does not declare",
        "undecided",
        [cluster(), alpine({ disks: [disk("san")] }), ha("vm:100")],
        '"san" is not declared',
      ],
      [
        "whether the storage is shared",
        "undecided",
        [
          cluster(),
          directory("vmc", { shared: UNKNOWN_TEXT }),
          alpine({ disks: [disk("vmc")] }),
          ha("vm:100"),
        ],
      ],
      [
        "the nodes of the storage",
        "undecided",
        [cluster(), nfs("nas", { nodes: UNKNOWN_LIST }), alpine({ disks: [disk("nas")] }), ha("vm:100")],
      ],
      [
        "the target of a replication",
        "undecided",
        [
          cluster(),
          zfspool("tank"),
          onTank(),
          ha("vm:100"),
          replication("100-0", "pve2"),
          replication("100-1", UNKNOWN_TEXT),
        ],
      ],
      [
        "the guest of a replication",
        "undecided",
        [cluster(), zfspool("tank"), onTank(), ha("vm:100"), replication(UNKNOWN_TEXT, "pve2")],
      ],
      [
        "whether the rule is strict",
        "undecided",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"], { strict: UNKNOWN_TEXT })],
      ],
      [
        "the guests of a strict rule",
        "undecided",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", UNKNOWN_LIST, ["pve1"])],
      ],
      [
        "the guests of a rule that is not strict",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", UNKNOWN_LIST, ["pve1"], { strict: false })],
      ],
      [
        "the guest's node, with the whole cluster eligible",
        "violated",
        [cluster(), alpine({ nodeName: UNKNOWN_TEXT, disks: [disk("local-lvm")] }), ha("vm:100")],
      ],
      [
        "the guest's node, with one eligible",
        "undecided",
        [
          cluster(),
          alpine({ nodeName: UNKNOWN_TEXT, disks: [disk("local-lvm")] }),
          ha("vm:100"),
          affinity("pin", ["vm:100"], ["pve1"]),
        ],
      ],
      ["the requested state", "undecided", [cluster(), onLocal(), ha("vm:100", { state: UNKNOWN_TEXT })]],
      [
        "the HA resource's guest",
        "undecided",
        [cluster(), onLocal(), ha("some", { resourceId: UNKNOWN_TEXT })],
        "HA resource some",
      ],
      [
        "the id, but the link is",
        "violated",
        [
          cluster(),
          vm("alpine", { vmId: UNKNOWN_TEXT, disks: [disk("local-lvm")] }),
          ha("some", { resourceId: UNKNOWN_TEXT }, linked),
        ],
        "VM alpine",
      ],
      [
        "the ISO, but the download that it comes from is",
        "violated",
        [
          cluster(),
          resource("proxmoxve:download/file:File", "iso", { datastoreId: "local", nodeName: "pve1" }),
          resource(
            VM,
            "alpine",
            { vmId: 100, nodeName: "pve1", cdrom: { fileId: UNKNOWN_TEXT } },
            { propertyDependencies: { cdrom: [urnOf("proxmoxve:download/file:File", "iso")] } },
          ),
          ha("vm:100"),
        ],
        "ISO",
      ],
      [
        "the disks of the template",
        "undecided",
        [cluster(), alpine({ clone: { vmId: 9000 } }), ha("vm:100")],
        "cloned disk",
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
