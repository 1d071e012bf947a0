import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import {
  affinity,
  alpine,
  cases,
  cluster,
  disk,
  ha,
  nfs,
  onLocal,
  onTank,
  replication,
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
});
