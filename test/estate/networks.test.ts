import type { Step } from "../../estate/paths";
import { type Change, refusesEach } from "../support/description";

const NODES = ["blckpink01", "blckpink02", "blckpink03"];
const bond = (slaves: readonly string[], more: object = {}) => ({ slaves, ...more });
const at = (...steps: Step[]) => steps;
/** An address of every node in a network of 10.9.N.0/24. */
const everywhere = (network: string, third: number): Change[] =>
  NODES.map((node, index) => [at("nodes", node, "addresses", network), `10.9.${third}.${index + 1}`]);
const net = (third: number, more: object) => ({ purpose: "guests", cidr: `10.9.${third}.0/24`, ...more });

describe("estate: what carries networks", () => {
  describe("ports", () => {
    refusesEach([
      {
        what: "of two bridges",
        changes: [[at("bridges", "vmbr1", "ports"), ["enp1s0"]]],
        mistakes: [
          [
            "bridges.vmbr1.ports[0]",
            'found "enp1s0"; allowed: an interface that nothing else uses (bridges.vmbr0.ports[0] has it)',
          ],
        ],
      },
      {
        what: "of a bridge and a bond",
        changes: [[at("bonds"), { bond0: bond(["enp3s0", "enp2s0"]) }]],
        mistakes: [["bridges.vmbr1.ports[0]", "(bonds.bond0.slaves[1] has it)"]],
      },
      {
        what: "of two bonds",
        changes: [[at("bonds"), { bond0: bond(["enp3s0"]), bond1: bond(["enp3s0"]) }]],
        mistakes: [["bonds.bond1.slaves[0]", "(bonds.bond0.slaves[0] has it)"]],
      },
      {
        what: "a VLAN of an interface that is in a bond",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]) }],
          [at("bridges", "vmbr2"), { ports: ["enp3s0.5"] }],
        ],
        mistakes: [["bridges.vmbr2.ports[0]", "(bonds.bond0.slaves[0] has it)"]],
      },
      {
        what: "an unknown bond",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]) }],
          [at("bridges", "vmbr1", "ports"), ["bond1"]],
        ],
        mistakes: [
          ["bridges.vmbr1.ports[0]", "a physical interface, or one of bonds: bond0 (did you mean bond0?)"],
        ],
      },
      {
        what: "a bridge, and a bond in a bond",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]), bond1: bond(["bond0"]) }],
          [at("bridges", "vmbr1", "ports"), ["vmbr0"]],
        ],
        mistakes: [
          ["bonds.bond1.slaves[0]", "a physical interface, as a bond of bonds"],
          ["bridges.vmbr1.ports[0]", "Proxmox has no bridge in a bridge or bond"],
        ],
      },
      {
        what: "names that no interface has",
        changes: [
          [at("bridges", "vmbr1", "ports"), ["enp2s0;reboot", "enp2s0.4095", "averyveryverylongname"]],
        ],
        mistakes: [0, 1, 2].map((index) => [
          `bridges.vmbr1.ports[${index}]`,
          "the name of an interface such as",
        ]),
      },
    ]);
  });

  describe("bonds", () => {
    refusesEach([
      {
        what: "of nothing, and in an unknown mode",
        changes: [[at("bonds"), { bond0: bond([]), bond1: bond(["enp3s0"], { mode: "lacp" }) }]],
        mistakes: [
          ["bonds.bond0.slaves", "at least 1 in the list"],
          ["bonds.bond1.mode", "802.3ad, active-backup"],
        ],
      },
      {
        what: "a primary slave that is none, or in another mode",
        changes: [
          [
            at("bonds"),
            {
              bond0: bond(["enp3s0"], { mode: "active-backup", primary: "enp4s0" }),
              bond1: bond(["enp5s0"], { primary: "enp5s0" }),
            },
          ],
        ],
        mistakes: [
          ["bonds.bond0.primary", "one of its slaves: enp3s0"],
          ["bonds.bond1.primary", "none, as mode is 802.3ad"],
        ],
      },
      {
        what: "a hash policy in a mode without one",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"], { mode: "active-backup", hashPolicy: "layer2" }) }],
        ],
        mistakes: [["bonds.bond0.hashPolicy", "none, as mode is active-backup"]],
      },
      {
        what: "a new one under a bridge that is there already",
        changes: [
          [at("bonds"), { bond0: bond(["enp1s0"]) }],
          [at("bridges", "vmbr0", "ports"), ["bond0"]],
        ],
        mistakes: [["bonds.bond0.existing", "true, as bridges.vmbr0, which exists, is on it"]],
      },
    ]);
  });

  describe("MTUs", () => {
    refusesEach([
      {
        what: "of a bridge above its bond's or its bare port's",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"], { mtu: 4000 }) }],
          [at("bridges", "vmbr2"), { ports: ["bond0"], mtu: 9000 }],
          [at("bridges", "vmbr1", "mtu"), 9000],
        ],
        mistakes: [
          ["bridges.vmbr1.mtu", "up to 1500 (enp2s0 is no bond, and only a bond's MTU can be set)"],
          ["bridges.vmbr2.mtu", "up to 4000 (bonds.bond0.mtu)"],
        ],
      },
      {
        what: "of a VLAN above that of what it is on, and without a VLAN",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"], { mtu: 9000 }) }],
          [at("networks", "one"), net(1, { interface: "bond0", vlan: 5, mtu: 9001 })],
          [at("networks", "two"), net(2, { interface: "bond0", mtu: 1500 })],
        ],
        mistakes: [
          ["networks.one.mtu", "up to 9000, the MTU of bond0"],
          ["networks.two.mtu", "none, as the network has no VLAN tag: set bonds.bond0.mtu"],
        ],
      },
    ]);
  });

  describe("networks without a bridge", () => {
    refusesEach([
      {
        what: "a bridge and an interface",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]) }],
          [at("networks", "storage", "interface"), "bond0"],
        ],
        mistakes: [["networks.storage.interface", "none, as a bridge carries the network"]],
      },
      {
        what: "nothing, where nodes have addresses",
        changes: [[at("networks", "one"), net(1, {})], ...everywhere("one", 1)],
        mistakes: [["networks.one.bridge", "the bridge (or interface) that it is on"]],
      },
      {
        what: "on a bridge, an unknown bond, a bare interface, a slave, or a bridge's port",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]), bond1: bond(["enp4s0"]) }],
          [at("bridges", "vmbr2"), { ports: ["bond1"] }],
          [at("networks", "one"), net(1, { interface: "vmbr1" })],
          [at("networks", "two"), net(2, { interface: "bond9" })],
          [at("networks", "three"), net(3, { interface: "enp5s0" })],
          [at("networks", "four"), net(4, { interface: "enp3s0", vlan: 6 })],
          [at("networks", "five"), net(5, { interface: "bond1" })],
        ],
        mistakes: [
          ["networks.one.interface", "a bridge goes into bridge"],
          ["networks.two.interface", "one of bonds: bond0, bond1"],
          ["networks.three.interface", "a bond, or a VLAN tag beside it"],
          ["networks.four.interface", "(bonds.bond0.slaves[0] has it)"],
          ["networks.five.interface", "(bridges.vmbr2.ports[0] has it)"],
        ],
      },
      {
        what: "two addresses of a node on one interface",
        changes: [
          [at("bonds"), { bond0: bond(["enp3s0"]) }],
          [at("networks", "one"), net(1, { interface: "bond0", vlan: 5 })],
          [at("networks", "two"), net(2, { interface: "bond0", vlan: 5 })],
          [at("networks", "three"), net(3, { bridge: "vmbr1" })],
          ...everywhere("one", 1),
          ...everywhere("two", 2),
          ...everywhere("three", 3),
        ],
        mistakes: [
          ["networks.two.vlan", "a VLAN tag of its own on bond0, as nodes have addresses in one there"],
          ["networks.three.vlan", "found nothing; allowed: a VLAN tag of its own on vmbr1"],
        ],
      },
    ]);
  });

  describe("names that nodes have for interfaces", () => {
    refusesEach([
      {
        what: "of an interface that nothing uses",
        changes: [[at("nodes", "blckpink01", "interfaces"), { enp9s0: "eno1" }]],
        mistakes: [
          ["nodes.blckpink01.interfaces.enp9s0", "an interface of a bridge, bond or network: enp1s0, enp2s0"],
        ],
      },
      {
        what: "that another one has",
        changes: [[at("nodes", "blckpink01", "interfaces"), { enp2s0: "enp1s0" }]],
        mistakes: [["nodes.blckpink01.interfaces.enp2s0", "another interface than that of enp1s0"]],
      },
      {
        what: "too long for the VLAN on it",
        changes: [
          [at("networks", "one"), net(1, { interface: "enp3s0", vlan: 1000 })],
          ...everywhere("one", 1),
          [at("nodes", "blckpink03", "interfaces"), { enp3s0: "enp129s0f0np0" }],
        ],
        mistakes: [["nodes.blckpink03.interfaces.enp3s0", "short enough for its VLAN enp129s0f0np0.1000"]],
      },
    ]);
  });

  describe("default routes and migrations", () => {
    refusesEach([
      {
        what: "two gateways of which neither is the management network's",
        changes: [
          [at("networks", "management", "gateway"), undefined],
          [at("bridges", "vmbr1", "vlanAware"), true],
          [at("networks", "one"), net(1, { bridge: "vmbr1", vlan: 5, gateway: "10.9.1.254" })],
          [at("networks", "two"), net(2, { bridge: "vmbr1", vlan: 6, gateway: "10.9.2.254" })],
          [at("nodes", "blckpink02", "addresses", "one"), "10.9.1.2"],
          [at("nodes", "blckpink02", "addresses", "two"), "10.9.2.2"],
        ],
        mistakes: [
          ["nodes.blckpink02.addresses.two", "one and two both have one, and a node has one default route"],
        ],
      },
      {
        what: "a migration network that a node is not in, or that is not there",
        changes: [
          [at("networks", "one"), net(1, { bridge: "vmbr2", purpose: "migration" })],
          [at("bridges", "vmbr2"), {}],
          ...everywhere("one", 1).slice(1),
        ],
        mistakes: [
          ["nodes.blckpink01.addresses.one", "an address in 10.9.1.0/24, as migrations go over one"],
        ],
      },
      {
        what: "an unknown migration network",
        changes: [[at("cluster", "migration"), { network: "storge" }]],
        mistakes: [
          ["cluster.migration.network", "one of networks: management, storage (did you mean storage?)"],
        ],
      },
      {
        what: "two networks for migrations",
        changes: [
          [at("networks", "one"), net(1, { purpose: "migration" })],
          [at("networks", "two"), net(2, { purpose: "migration" })],
        ],
        mistakes: [["cluster.migration.network", "which of them migrations go over: one, two"]],
      },
    ]);
  });

  describe("cluster options", () => {
    refusesEach([
      {
        what: "ids that end before they begin, odd MAC prefixes, a proxy's password",
        changes: [
          [
            at("cluster", "options"),
            {
              nextIds: { lower: 200, upper: 200 },
              macPrefix: "BD:24:11",
              httpProxy: { host: "me:secret@proxy" },
            },
          ],
        ],
        mistakes: [
          ["cluster.options.nextIds.upper", "an upper end that is above the lower one"],
          ["cluster.options.macPrefix", "two to five bytes"],
          ["cluster.options.httpProxy.host", "a host name or address"],
        ],
      },
    ]);
  });
});
