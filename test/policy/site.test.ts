import assert from "node:assert/strict";
import { isInside } from "../../policy/facts/addresses";
import { UNKNOWN } from "../../policy/facts/read";
import { readTopology } from "../../policy/facts/topology";
import { bridge, cluster, resource, UNKNOWN_TEXT } from "./estate";

describe("facts: the first site's networks", () => {
  const networks = {
    storage: {
      purpose: "storage",
      cidr: "198.51.100.0/24",
      carrier: "vmbr1",
      addresses: { pve1: "198.51.100.1" },
    },
  };

  it("our component says them", () => {
    const { site } = readTopology([
      resource("hybrid-estate:proxmox:Cluster", "lab", {
        clusterName: "lab",
        nodes: ["pve1"],
        networks,
        corosyncLinks: ["storage"],
        endpoint: "https://198.51.100.1:8006/",
      }),
    ]);
    assert.deepEqual(site, {
      networks: [{ name: "storage", ...networks.storage, addresses: new Map([["pve1", "198.51.100.1"]]) }],
      corosyncLinks: ["storage"],
      endpoint: "https://198.51.100.1:8006/",
    });
  });

  it("addresses of bridges do where it does not", () => {
    const address = (node: string, last: number) =>
      resource("proxmoxve:network/linux/bridge:Bridge", `${node}-vmbr1`, {
        name: "vmbr1",
        nodeName: node,
        address: `198.51.100.${last}/24`,
      });
    const { site } = readTopology([
      cluster(),
      address("pve1", 1),
      address("pve2", 2),
      bridge("vmbr2", "pve1"),
    ]);
    assert.deepEqual(site.networks, [
      {
        name: "vmbr1",
        purpose: undefined,
        cidr: "198.51.100.1/24",
        carrier: "vmbr1",
        addresses: new Map([
          ["pve1", "198.51.100.1"],
          ["pve2", "198.51.100.2"],
        ]),
      },
    ]);
    assert.equal(site.corosyncLinks, undefined);
  });

  it("what is not known stays unknown, what is malformed breaks nothing", () => {
    const read = (properties: Record<string, unknown>) =>
      readTopology([resource("hybrid-estate:proxmox:Cluster", "lab", properties)]).site;
    assert.equal(read({ networks: { a: { cidr: UNKNOWN_TEXT } } }).networks[0]?.cidr, UNKNOWN);
    assert.deepEqual(read({ networks: 5, corosyncLinks: "all" }), {
      networks: [],
      corosyncLinks: UNKNOWN,
      endpoint: undefined,
    });
    assert.deepEqual(read({ networks: { a: [] } }).networks[0]?.addresses, new Map());
  });

  it("an address is inside a network, or not, or is none", () => {
    assert.equal(isInside("198.51.100.7", "198.51.100.1/24"), true);
    assert.equal(isInside("198.51.101.7", "198.51.100.0/24"), false);
    assert.equal(isInside("nas.example.org", "198.51.100.0/24"), false);
    assert.equal(isInside("198.51.100.7", "everywhere"), false);
  });
});

describe("facts: what comes back in AWS", () => {
  const group = (tags: unknown, properties = {}) =>
    readTopology([resource("aws:autoscaling/group:Group", "g", { tags, ...properties })]).recoveries.map(
      ({ name, guests, running, largest }) => ({ name, guests, running, largest }),
    );

  it("a group is tagged with its guest, or with several", () => {
    const tag = (key: string, value: unknown) => ({ key, value, propagateAtLaunch: false });
    assert.deepEqual(group([tag("hybrid-estate:guest", "web")], { minSize: 0, maxSize: 4 }), [
      { name: "web", guests: ["web"], running: 0, largest: 4 },
    ]);
    assert.deepEqual(
      group([tag("hybrid-estate:guest", "shop"), tag("hybrid-estate:guests", "web app")], {
        desiredCapacity: 1,
      }),
      [{ name: "shop", guests: ["web", "app"], running: 1, largest: undefined }],
    );
  });

  it("other groups recover nobody", () => {
    assert.deepEqual(group([{ key: "Name", value: "batch" }]), []);
    assert.deepEqual(group(undefined), []);
    assert.deepEqual(group(UNKNOWN_TEXT), []);
  });
});
