import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import {
  affinity,
  alpine,
  cases,
  cluster,
  container,
  disk,
  ha,
  nfs,
  onLocal,
  onTank,
  replication,
  resource,
  zfspool,
} from "./estate";

const elsewhere = [replication("100-0", "pve2"), replication("100-1", "pve3")];

describe("rule ha-guest-on-shared-storage", () => {
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
        "of a container with a mount point",
        "fine",
        [
          cluster(),
          zfspool("tank"),
          container("web", { vmId: 100, disk: { datastoreId: "tank" }, mountPoints: [{ volume: "tank:8" }] }),
          ha("ct:100"),
          ...elsewhere,
        ],
      ],
      [
        "of a pool that a node was given with its storage",
        "fine",
        [
          cluster(),
          resource("proxmoxve:node/disk/zfs:Zfs", "tank", {
            name: "tank",
            nodeName: "pve1",
            addStorage: true,
          }),
          onTank(),
          ha("vm:100"),
          ...elsewhere,
        ],
      ],
      [
        "of a pool that was given without a storage",
        "undecided",
        [
          cluster(),
          resource("proxmoxve:node/disk/zfs:Zfs", "tank", {
            name: "tank",
            nodeName: "pve1",
            addStorage: false,
          }),
          onTank(),
          ha("vm:100"),
          ...elsewhere,
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
        "strictness left out (Proxmox: not strict)",
        "violated",
        [cluster(), onLocal(), ha("vm:100"), affinity("pin", ["vm:100"], ["pve1"], { strict: undefined })],
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
});
