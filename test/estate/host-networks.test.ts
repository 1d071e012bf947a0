import assert from "node:assert/strict";
import type { Step } from "../../estate/paths";
import { type Change, devDescription, devEstate, GONE, refusesEach } from "../support/description";

const HOST_NETWORKS = {
  management: { cidr: "192.168.137.0/24", gateway: "192.168.137.1", ports: ["enp1s0"] },
  private: {
    cidr: "10.9.0.0/16",
    gateway: "10.9.0.1",
    ports: ["enp2s0", "enp3s0"],
    mode: "active-backup",
    mtu: 9000,
  },
  public: { cidr: "203.0.113.0/24", gateway: "203.0.113.1", ports: ["enp4s0"], vlanAware: false },
};

const at = (...steps: Step[]) => steps;

/** The dev estate on three networks; what was on the storage network is on the private one, or reached over it. */
const short: readonly Change[] = [
  [at("hostNetworks"), HOST_NETWORKS],
  [at("networks"), { storage: { purpose: "storage", cidr: "192.168.1.0/24", bridge: "vmbr1", vlan: 5 } }],
  [at("bridges"), GONE],
];

describe("estate: three networks on every host", () => {
  it("are written out to networks, bridges and bonds; other entries stand beside them", () => {
    const { networks, bridges, bonds } = devEstate(...short, [
      at("guests", "alpine", "nics", "net0"),
      { bridge: "vmbr1", vlan: 5, address: "192.168.1.15/24" },
    ]);
    assert.deepEqual(Object.keys(networks), ["storage", "management", "private", "public"]);
    assert.deepEqual(networks.private, {
      cidr: "10.9.0.0/16",
      gateway: "10.9.0.1",
      bridge: "vmbr1",
      purpose: "guests",
      existing: false,
    });
    assert.equal(networks.management?.purpose, "management");
    assert.deepEqual(bridges, {
      vmbr0: { ports: ["enp1s0"], vlanAware: false, mtu: undefined, existing: true },
      vmbr1: { ports: ["bond1"], vlanAware: true, mtu: 9000, existing: false },
      vmbr2: { ports: ["enp4s0"], vlanAware: false, mtu: undefined, existing: false },
    });
    assert.deepEqual(bonds, {
      bond1: {
        slaves: ["enp2s0", "enp3s0"],
        mode: "active-backup",
        hashPolicy: undefined,
        mtu: 9000,
        existing: false,
      },
    });
  });

  describe("mistakes are said where they stand", () => {
    const hosts = (side: keyof typeof HOST_NETWORKS, more: object): Change => [
      at("hostNetworks", side),
      { ...HOST_NETWORKS[side], ...more },
    ];
    const guest: Change = [
      at("guests", "alpine", "nics", "net0"),
      { bridge: "vmbr1", vlan: 5, address: "192.168.1.15/24" },
    ];
    refusesEach([
      {
        what: "networks that overlap, and a gateway outside",
        changes: [...short, guest, hosts("public", { cidr: "10.9.8.0/24", gateway: "10.8.0.1" })],
        mistakes: [
          ["hostNetworks.public.cidr", "does not overlap network private (10.9.0.0/16)"],
          ["hostNetworks.public.gateway", "a host address in 10.9.8.0/24"],
        ],
      },
      {
        what: "an interface in two of them, and an MTU without a bond",
        changes: [...short, guest, hosts("public", { ports: ["enp3s0"], mtu: 9000 })],
        mistakes: [
          ["hostNetworks.public.ports[0]", "an interface that nothing else uses"],
          ["hostNetworks.public.mtu", "up to 1500"],
        ],
      },
      {
        what: "a hash policy in a mode without one",
        changes: [...short, guest, hosts("private", { hashPolicy: "layer2" })],
        mistakes: [["hostNetworks.private.hashPolicy", "none, as mode is active-backup"]],
      },
      {
        what: "no interface, and an unknown key",
        changes: [...short, guest, hosts("public", { ports: [], port: "enp4s0" })],
        mistakes: [
          ["hostNetworks.public.ports", "at least 1 in the list"],
          ["hostNetworks.public.port", "found an unknown key"],
        ],
      },
      {
        what: "entries of the same names beside them",
        changes: [
          ...short,
          guest,
          [at("bridges"), { vmbr2: { ports: ["enp9s0"] } }],
          [at("networks", "public"), { purpose: "guests", cidr: "10.7.0.0/16" }],
        ],
        mistakes: [
          ["bridges.vmbr2", "another name, as hostNetworks makes this one"],
          ["networks.public", "another name, as hostNetworks makes this one"],
        ],
      },
      {
        what: "a node without a management address",
        changes: [...short, guest, [at("nodes", "blckpink02", "addresses"), { storage: "192.168.1.22" }]],
        mistakes: [["nodes.blckpink02.addresses.management", "an address in 192.168.137.0/24"]],
      },
    ]);
  });

  it("are one entry more in a description without them", () => {
    assert.equal(Reflect.get(devDescription(), "hostNetworks"), undefined);
    assert.deepEqual(Object.keys(devEstate().bonds), []);
  });
});
