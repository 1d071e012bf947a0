import assert from "node:assert/strict";
import { Refusal } from "../../../sandbox/doubles/behaviour";
import { assertRefused, INSTALLED, Site, T, testCases, testChanges } from "./site";

const BOND = { nodeName: "pve1", name: "bond0", slaves: ["enp2s0"], bondMode: "active-backup" };
const BRIDGE = { nodeName: "pve1", name: "vmbr1", ports: ["bond0"] };
const VLAN = { nodeName: "pve1", name: "bond0.50" };

const bonded =
  (more: object = {}) =>
  (site: Site) =>
    void site.create(T.bond, { ...BOND, ...more });

describe("bonds", () => {
  testCases(
    () => undefined,
    [
      { what: "a free interface", type: T.bond, inputs: BOND },
      {
        what: "a bridge's port",
        type: T.bond,
        inputs: { ...BOND, slaves: ["enp1s0"] },
        refused: "slaves: port 'enp1s0' is already used on interface 'vmbr0'",
      },
      {
        what: "an interface that is not there",
        type: T.bond,
        inputs: { ...BOND, slaves: ["enp2s0", "enp9s0"] },
        refused: "bond 'bond0' - unable to find slave 'enp9s0'",
      },
      {
        what: "a bridge as slave",
        type: T.bond,
        inputs: { ...BOND, slaves: ["vmbr0"] },
        refused: "wrong interface type on slave 'vmbr0' ('bridge' != 'eth or bond')",
      },
      {
        what: "a primary that is no slave",
        type: T.bond,
        inputs: { ...BOND, bondPrimary: "enp1s0" },
        refused: "bond-primary interface is not a slave",
      },
      {
        what: "an unknown mode",
        type: T.bond,
        inputs: { ...BOND, bondMode: "lacp" },
        refused: "one of balance-rr",
      },
      { what: "a name in use", type: T.bond, inputs: { ...BOND, name: "vmbr0" }, refused: "already exists" },
      {
        what: "a name with an underscore",
        type: T.bond,
        inputs: { ...BOND, name: "bond_0" },
        refused: "an alphanumeric string",
      },
      {
        what: "a second default gateway",
        type: T.bond,
        inputs: { ...BOND, address: "198.51.100.2/24", gateway: "198.51.100.1" },
        refused: "Default gateway already exists on interface 'vmbr0'",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another name only",
      type: T.bond,
      olds: BOND,
      news: { ...BOND, name: "bond1", bondMode: "802.3ad", bondXmitHashPolicy: "layer2", slaves: ["enp3s0"] },
      does: { name: "replace", bondMode: "update", bondXmitHashPolicy: "update", "slaves[0]": "update" },
    },
  ]);
});

describe("bridges on bonds", () => {
  testCases(bonded({ mtu: 4000 }), [
    { what: "one", type: T.bridge, inputs: { ...BRIDGE, mtu: 4000 } },
    { what: "a VLAN of one", type: T.bridge, inputs: { ...BRIDGE, ports: ["bond0.50"] } },
    {
      what: "an unknown one",
      type: T.bridge,
      inputs: { ...BRIDGE, ports: ["bond1"] },
      refused: "bridge 'vmbr1' - unable to find bridge port 'bond1'",
    },
    {
      what: "a VLAN of an unknown one",
      type: T.bridge,
      inputs: { ...BRIDGE, ports: ["bond1.50"] },
      refused: "unable to find bridge port 'bond1.50'",
    },
    {
      what: "larger packets than it has",
      type: T.bridge,
      inputs: { ...BRIDGE, mtu: 9000 },
      refused: "interface 'bond0' - mtu 4000 is lower than 'vmbr1' - mtu 9000",
    },
    {
      what: "its slave",
      type: T.bridge,
      inputs: { ...BRIDGE, ports: ["enp2s0"] },
      refused: "already used on interface 'bond0'",
    },
  ]);
  testCases(bonded({ address: "198.51.100.2/24" }), [
    {
      what: "a bond with an address",
      type: T.bridge,
      inputs: BRIDGE,
      refused: "iface bond0 - ip address can't be set on interface if bridged in vmbr1",
    },
  ]);
});

describe("VLANs", () => {
  testCases(bonded(), [
    { what: "of a bond", type: T.vlan, inputs: VLAN },
    { what: "of a bridge", type: T.vlan, inputs: { ...VLAN, name: "vmbr0.7", address: "198.51.100.2/24" } },
    {
      what: "with a name of its own",
      type: T.vlan,
      inputs: { ...VLAN, name: "vlanLab", interface: "bond0", vlan: 5 },
    },
    {
      what: "of nothing",
      type: T.vlan,
      inputs: { ...VLAN, name: "bond7.5" },
      refused: "vlan 'bond7.5' - unable to find parent 'bond7'",
    },
    {
      what: "a tag too high",
      type: T.vlan,
      inputs: { ...VLAN, name: "bond0.4095" },
      refused: "should be <= 4094",
    },
    { what: "a short name", type: T.vlan, inputs: { ...VLAN, name: "v5" }, refused: "3 or more characters" },
    {
      what: "larger packets",
      type: T.vlan,
      inputs: { ...VLAN, name: "vmbr0.5", mtu: 9000 },
      refused: "interface 'vmbr0' - mtu 1500 is lower than 'vmbr0.5' - mtu 9000",
    },
  ]);

  it("say what they are on, and give their node an address", () => {
    const site = new Site();
    try {
      site.create(T.bond, BOND);
      const { outputs } = site.create(T.vlan, { ...VLAN, address: "198.51.100.2/24" });
      assert.equal(outputs.interface, "bond0");
      assert.equal(outputs.vlan, 50);
    } finally {
      site.close();
    }
  });
});

describe("interfaces that others need", () => {
  it("are there again when all of them were the installer's", () => {
    const bonds = [{ name: "bond0", slaves: ["enp1s0"], bondMode: "active-backup" }];
    const bridges = [{ name: "vmbr0", ports: ["bond0"] }];
    const site = new Site({
      ...INSTALLED,
      nodes: INSTALLED.nodes.map((node) => ({ ...node, bonds, bridges })),
    });
    try {
      const [bridge] = site.world.list(T.bridge);
      const [bond] = site.world.list(T.bond);
      assert.ok(bridge && bond);
      site.delete(bridge);
      site.delete(bond);
      assert.equal(site.world.list(T.bond).length, INSTALLED.nodes.length);
    } finally {
      site.close();
    }
  });

  it("are neither removed nor changed under them", () => {
    const site = new Site();
    try {
      const bond = site.create(T.bond, { ...BOND, mtu: 9000 });
      const bridge = site.create(T.bridge, { ...BRIDGE, mtu: 9000 });
      assertRefused(() => site.delete(bond), "bridge 'vmbr1' - unable to find bridge port 'bond0'");
      assertRefused(() => site.update(bond, { mtu: 1500 }), "mtu 1500 is lower than 'vmbr1'");
      assertRefused(() => site.update(bond, { address: "198.51.100.2/24" }), "if bridged in vmbr1");
      const vlan = site.create(T.vlan, { nodeName: "pve1", name: "vmbr1.5" });
      assertRefused(() => site.delete(bridge), "vlan 'vmbr1.5' - unable to find parent 'vmbr1'");
      site.delete(vlan);
      site.delete(bridge);
      site.delete(bond);
    } finally {
      site.close();
    }
  });

  it("of another node do not matter", () => {
    const site = new Site();
    try {
      site.create(T.bond, BOND);
      assert.throws(() => site.create(T.bridge, { ...BRIDGE, nodeName: "pve2" }), Refusal);
      site.create(T.bond, { ...BOND, nodeName: "pve2" });
      site.create(T.bridge, { ...BRIDGE, nodeName: "pve2" });
    } finally {
      site.close();
    }
  });
});
