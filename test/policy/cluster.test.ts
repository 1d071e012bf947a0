import { haGuestBridgeOnEveryNode } from "../../policy/rules/ha-guest-bridge-on-every-node";
import { noLegacyHaGroups } from "../../policy/rules/no-legacy-ha-groups";
import { quorumVotes } from "../../policy/rules/quorum-votes";
import {
  affinity,
  bridge,
  cases,
  cluster,
  container,
  ha,
  NODES,
  replication,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  vm,
} from "./estate";

const everywhere = NODES.map((node) => bridge("vmbr0", node));
const guest = (bridgeName?: unknown) => vm("alpine", { vmId: 100, networkDevices: [{ bridge: bridgeName }] });

describe("rule ha-guest-bridge-on-every-node", () => {
  const sdn = (nodes?: unknown) => [
    resource("proxmoxve:sdn/vnet:Vnet", "lan", { resourceId: "lan", zone: "z" }),
    resource("proxmoxve:sdn/zone/simple:Simple", "z", { resourceId: "z", nodes }),
  ];
  const onBridge = (bridgeName: unknown, nodes?: unknown) => [
    resource("proxmoxve:sdn/vnet:Vnet", "lan", { resourceId: "lan", zone: "z" }),
    resource("proxmoxve:sdn/zone/vlan:Vlan", "z", { resourceId: "z", bridge: bridgeName, nodes }),
  ];
  cases(haGuestBridgeOnEveryNode, [
    ["no HA guest", "not applicable", [cluster(), ...everywhere, guest("vmbr0")]],
    ["a program without bridges", "not applicable", [cluster(), guest("vmbr0"), ha("vm:100")]],
    ["on every node", "fine", [cluster(), ...everywhere, guest("vmbr0"), ha("vm:100")]],
    ["left out (the provider takes vmbr0)", "fine", [cluster(), ...everywhere, guest(), ha("vm:100")]],
    [
      "missing on one node",
      "violated",
      [cluster(), ...everywhere.slice(0, 2), guest("vmbr0"), ha("vm:100")],
      "VM 100 (alpine)",
      '"vmbr0" of net0',
      "pve3",
    ],
    [
      "missing on a node where a strict rule keeps the guest off",
      "fine",
      [
        cluster(),
        ...everywhere.slice(0, 2),
        guest("vmbr0"),
        ha("vm:100"),
        affinity("pin", ["vm:100"], ["pve1", "pve2"]),
      ],
    ],
    [
      "of the second NIC of a container",
      "violated",
      [
        cluster(),
        ...everywhere,
        bridge("vmbr1", "pve1"),
        container("web", {
          vmId: 200,
          networkInterfaces: [{ name: "eth0" }, { name: "eth1", bridge: "vmbr1" }],
        }),
        ha("ct:200"),
      ],
      '"vmbr1" of net1',
      "pve2, pve3",
    ],
    [
      "of a NIC that is switched off",
      "fine",
      [
        cluster(),
        ...everywhere,
        vm("alpine", { vmId: 100, networkDevices: [{ bridge: "vmbr9", enabled: false }] }),
        ha("vm:100"),
      ],
    ],
    ["an SDN network of all nodes", "fine", [cluster(), ...sdn(), guest("lan"), ha("vm:100")]],
    [
      "an SDN network of some nodes",
      "violated",
      [cluster(), ...sdn(["pve1"]), guest("lan"), ha("vm:100")],
      "pve2, pve3",
    ],
    [
      "an SDN network on a bridge that one node lacks",
      "violated",
      [cluster(), ...everywhere, ...onBridge("vmbr1"), bridge("vmbr1", "pve1"), guest("lan"), ha("vm:100")],
      "pve2, pve3",
    ],
    [
      "an SDN network on a bridge that every node has",
      "fine",
      [cluster(), ...everywhere, ...onBridge("vmbr0"), guest("lan"), ha("vm:100")],
    ],
    [
      "an SDN network of some nodes, of which one lacks its bridge",
      "violated",
      [
        cluster(),
        ...everywhere.slice(1),
        ...onBridge("vmbr0", ["pve1", "pve2"]),
        guest("lan"),
        ha("vm:100"),
        affinity("pin", ["vm:100"], ["pve1", "pve2"]),
      ],
      "pve1",
    ],
    [
      "an SDN network on a bridge that is not declared",
      "fine",
      [cluster(), ...onBridge("vmbr7"), guest("lan"), ha("vm:100")],
    ],
    [
      "an SDN network on a bridge that is not known yet",
      "undecided",
      [cluster(), ...everywhere, ...onBridge(UNKNOWN_TEXT), guest("lan"), ha("vm:100")],
    ],
    [
      "an SDN network whose zone is not declared",
      "undecided",
      [cluster(), ...sdn().slice(0, 1), guest("lan"), ha("vm:100")],
    ],
    [
      "an SDN network whose nodes are not known yet",
      "undecided",
      [cluster(), ...sdn(UNKNOWN_LIST), guest("lan"), ha("vm:100")],
    ],
    [
      "an SDN network with one node not known yet",
      "undecided",
      [cluster(), ...sdn(["pve1", "pve2", UNKNOWN_TEXT]), guest("lan"), ha("vm:100")],
    ],
    [
      "declared on no node",
      "undecided",
      [cluster(), ...everywhere, guest("vmbr7"), ha("vm:100")],
      '"vmbr7" is not declared',
    ],
    [
      "a name that is not known yet",
      "undecided",
      [cluster(), ...everywhere, guest(UNKNOWN_TEXT), ha("vm:100")],
      "net0",
    ],
    [
      "NICs that are not known yet",
      "undecided",
      [cluster(), ...everywhere, vm("alpine", { vmId: 100, networkDevices: UNKNOWN_LIST }), ha("vm:100")],
    ],
    [
      "the node of one is not known yet",
      "undecided",
      [cluster(), ...everywhere.slice(0, 2), bridge("vmbr0", UNKNOWN_TEXT), guest("vmbr0"), ha("vm:100")],
    ],
    [
      "one NIC not known yet, another missing",
      "violated",
      [
        cluster(),
        ...everywhere,
        bridge("vmbr1", "pve1"),
        vm("alpine", { vmId: 100, networkDevices: [{ bridge: UNKNOWN_TEXT }, { bridge: "vmbr1" }] }),
        ha("vm:100"),
      ],
      "net1",
    ],
  ]);
});

describe("rule quorum-votes", () => {
  const foreign = (nodes: readonly string[]) => nodes.map((node) => bridge("vmbr0", node));
  cases(quorumVotes, [
    ["three nodes", "fine", [cluster()]],
    ["two nodes", "violated", [cluster(["pve1", "pve2"])], "Cluster lab has 2 of the 3 votes", "QDevice"],
    ["two nodes, one with two votes", "fine", [cluster(["pve1", "pve2"], { pve1: 2 })]],
    ["two nodes with a QDevice", "fine", [cluster(["pve1", "pve2"], undefined, true)]],
    [
      "one node with a QDevice, which has no vote then",
      "violated",
      [cluster(["pve1"], undefined, true)],
      "Cluster lab has 1 of the 3 votes",
      "QDevice",
    ],
    [
      "two nodes without their QDevice",
      "violated",
      [cluster(["pve1", "pve2"], undefined, false)],
      "2 of the 3",
      "QDevice",
    ],
    ["a QDevice that is not known yet", "undecided", [cluster(["pve1", "pve2"], undefined, UNKNOWN_TEXT)]],
    ["three nodes, one without a vote", "violated", [cluster(NODES, { pve3: 0 })]],
    ["nodes that are not known yet", "undecided", [cluster([UNKNOWN_TEXT, "pve2"], { pve2: 2 })]],
    [
      "names that are not known yet, one vote each",
      "fine",
      [cluster([UNKNOWN_TEXT, UNKNOWN_TEXT, UNKNOWN_TEXT])],
    ],
    ["votes that are not known yet", "undecided", [cluster(["pve1", "pve2"], { pve1: UNKNOWN_TEXT })]],
    [
      "another program: one VM with HA, no node described",
      "not applicable",
      [vm("alpine", { vmId: 100 }), ha("vm:100")],
    ],
    ["another program: nodes described, nothing of a cluster", "not applicable", foreign(["pve1"])],
    [
      "another program: two nodes and HA",
      "violated",
      [...foreign(["pve1", "pve2"]), ha("vm:100")],
      "2 (pve1, pve2)",
    ],
    ["another program: three nodes and HA", "fine", [...foreign(NODES), ha("vm:100")]],
    [
      "another program: the third node is only a replication target",
      "fine",
      [...foreign(["pve1", "pve2"]), replication("100-0", "pve3")],
    ],
  ]);
});

describe("rule no-legacy-ha-groups", () => {
  const group = (token: string) => resource(`proxmoxve:index/${token}`, "group", { group: "g", nodes: {} });
  cases(noLegacyHaGroups, [
    ["an HA group", "violated", [group("hagroup:Hagroup")], "HA group group"],
    ["its legacy twin", "violated", [group("hagroupLegacy:HagroupLegacy")]],
    ["a resource that names a group", "violated", [ha("vm:100", { group: "g" })], "vm:100"],
    ["a resource without one", "fine", [ha("vm:100")]],
    ["a resource with an empty one", "fine", [ha("vm:100", { group: "" })]],
    ["a rule", "fine", [affinity("pin", ["vm:100"], ["pve1"])]],
    ["a group that is not known yet", "undecided", [ha("vm:100", { group: UNKNOWN_TEXT })]],
  ]);
});
