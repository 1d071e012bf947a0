import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import {
  affinity,
  alpine,
  cases,
  cluster,
  directory,
  disk,
  ha,
  nfs,
  onLocal,
  onTank,
  replication,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
  VM,
  vm,
  zfspool,
} from "./estate";

describe("rule ha-guest-on-shared-storage", () => {
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
        "one node of the storage",
        "undecided",
        [
          cluster(),
          nfs("nas", { nodes: ["pve1", UNKNOWN_TEXT] }),
          alpine({ disks: [disk("nas")] }),
          ha("vm:100"),
        ],
      ],
      [
        "one node of the storage, with the others enough",
        "fine",
        [
          cluster(),
          nfs("nas", { nodes: ["pve1", "pve2", UNKNOWN_TEXT] }),
          alpine({ disks: [disk("nas")] }),
          ha("vm:100"),
          affinity("pin", ["vm:100"], ["pve1", "pve2"]),
        ],
      ],
      [
        "the rule's type",
        "undecided",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"], { type: UNKNOWN_TEXT })],
      ],
      [
        "whether the rule is disabled",
        "undecided",
        [
          cluster(),
          onLocal(),
          ha("vm:100"),
          affinity("pin", ["vm:100"], ["pve1"], { disable: UNKNOWN_TEXT }),
        ],
      ],
      [
        "the nodes of the rule",
        "undecided",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], [], { nodes: UNKNOWN_TEXT })],
      ],
      [
        "the guest's node, in a program that names no node",
        "violated",
        [alpine({ nodeName: UNKNOWN_TEXT, disks: [disk("local-lvm")] }), ha("vm:100")],
      ],
      [
        "a disk that is imported from a download (not where it lies)",
        "undecided",
        [
          cluster(),
          resource("proxmoxve:download/file:File", "image", { datastoreId: "local", nodeName: "pve1" }),
          resource(
            VM,
            "alpine",
            { vmId: 100, nodeName: "pve1", disks: [disk(UNKNOWN_TEXT)] },
            { propertyDependencies: { disks: [urnOf("proxmoxve:download/file:File", "image")] } },
          ),
          ha("vm:100"),
        ],
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
        "whether a disk is replicated",
        "undecided",
        [
          cluster(),
          zfspool("tank"),
          alpine({ disks: [disk("tank", { replicate: UNKNOWN_TEXT })] }),
          ha("vm:100"),
          replication("100-0", "pve2"),
          replication("100-1", "pve3"),
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
