import assert from "node:assert/strict";
import { Node, type NodeArgs } from "../../components/proxmox/node";
import { type Declared, declare, only } from "../support/declared";
import { devDescription, GONE } from "../support/description";
import { declareEstate } from "../support/program";

const HOSTS = "proxmoxve:index/hostsLegacy:HostsLegacy";
const CONFIG = "proxmoxve:node/config:Config";
const STANDARD = "proxmoxve:apt/standard/repository:Repository";
const REPOSITORY = "proxmoxve:apt/repository:Repository";

/** In the order in which they are set. */
const HANDLES = ["enterprise", "ceph-squid-enterprise", "no-subscription", "ceph-squid-no-subscription"];

const LOCAL_IPV6 = [
  { address: "::1", hostnames: ["ip6-localhost", "ip6-loopback"] },
  { address: "fe00::0", hostnames: ["ip6-localnet"] },
  { address: "ff00::0", hostnames: ["ip6-mcastprefix"] },
  { address: "ff02::1", hostnames: ["ip6-allnodes"] },
  { address: "ff02::2", hostnames: ["ip6-allrouters"] },
  { address: "ff02::3", hostnames: ["ip6-allhosts"] },
];

async function declareNode(args: Partial<NodeArgs>): Promise<readonly Declared[]> {
  const { resources } = await declare(
    () =>
      new Node("pve1", {
        nodeName: "pve1",
        timeZone: "UTC",
        dns: { domain: "example.org", servers: [] },
        hosts: {},
        repositories: "no-subscription",
        interfaces: { bonds: {}, bridges: {}, vlans: {} },
        joins: false,
        ...args,
      }),
  );
  return resources;
}

/** Which of a node's repositories are enabled. */
function enabled(resources: readonly Declared[], node: string): string[] {
  return HANDLES.filter((handle) => {
    const { inputs } = only(resources, REPOSITORY, `${node}-${handle}`);
    assert.equal(typeof inputs.enabled, "boolean");
    return inputs.enabled === true;
  });
}

describe("components: a node's hosts file", () => {
  it("has the installer's local names around the machines that it is given", async () => {
    const resources = await declareNode({ hosts: { "192.0.2.11": ["pve1.example.org", "pve1"] } });
    assert.deepEqual(only(resources, HOSTS, "pve1").inputs, {
      nodeName: "pve1",
      entry: [
        { address: "127.0.0.1", hostnames: ["localhost.localdomain", "localhost"] },
        { address: "192.0.2.11", hostnames: ["pve1.example.org", "pve1"] },
        ...LOCAL_IPV6,
      ],
    });
  });

  it("in an estate: every node has all nodes on their management addresses, and the declared machines", async () => {
    const { resources } = await declareEstate(
      devDescription([["cluster", "hosts"], { "192.168.1.10": ["nas.blckpink.internal", "nas"] }]),
    );
    const nodes = ["blckpink01", "blckpink02", "blckpink03"];
    const entry = [
      { address: "127.0.0.1", hostnames: ["localhost.localdomain", "localhost"] },
      ...nodes.map((node, index) => ({
        address: `192.168.137.${10 + index}`,
        hostnames: [`${node}.blckpink.internal`, node],
      })),
      { address: "192.168.1.10", hostnames: ["nas.blckpink.internal", "nas"] },
      ...LOCAL_IPV6,
    ];
    for (const nodeName of nodes) {
      assert.deepEqual(only(resources, HOSTS, nodeName).inputs, { nodeName, entry });
    }
  });
});

describe("components: a node's package repositories", () => {
  it("are all there, each switched where its place in the lists is, one after the other", async () => {
    const resources = await declareNode({});
    for (const [position, handle] of HANDLES.entries()) {
      const standard = only(resources, STANDARD, `pve1-${handle}`);
      assert.deepEqual(standard.inputs, { node: "pve1", handle });
      const before = HANDLES[position - 1];
      const expected = before === undefined ? [] : [`${REPOSITORY} pve1-${before}`];
      assert.deepEqual(standard.options.dependsOn, expected);
      assert.deepEqual(only(resources, REPOSITORY, `pve1-${handle}`).inputs, {
        node: "pve1",
        filePath: `/etc/apt/sources.list.d/pve1-${handle}.sources`,
        index: 0,
        enabled: handle.endsWith("no-subscription"),
      });
    }
  });

  it("of Proxmox VE and of Ceph, exactly one of the two is enabled", async () => {
    const chosen = (handles: string) => HANDLES.filter((handle) => handle.endsWith(handles));
    assert.deepEqual(enabled(await declareNode({}), "pve1"), [
      "no-subscription",
      "ceph-squid-no-subscription",
    ]);
    assert.deepEqual(
      enabled(await declareNode({ repositories: "enterprise" }), "pve1"),
      chosen("enterprise"),
    );
  });

  it("in an estate: those without a key where nothing is said, else the declared ones, on every node", async () => {
    const silent = await declareEstate(devDescription([["cluster", "repositories"], GONE]));
    const paid = await declareEstate(
      devDescription([["cluster", "repositories"], { subscription: "enterprise" }]),
    );
    for (const node of ["blckpink01", "blckpink02", "blckpink03"]) {
      assert.deepEqual(enabled(silent.resources, node), ["no-subscription", "ceph-squid-no-subscription"]);
      assert.deepEqual(enabled(paid.resources, node), ["enterprise", "ceph-squid-enterprise"]);
    }
  });
});

describe("components: a node's notes", () => {
  it("are declared where there are some, without the line end of a block in YAML", async () => {
    const { resources } = await declareEstate(
      devDescription([["nodes", "blckpink02", "description"], "Rack 3\n\nUnit **12**\n"]),
    );
    assert.deepEqual(only(resources, CONFIG, "blckpink02").inputs, {
      nodeName: "blckpink02",
      description: "Rack 3\n\nUnit **12**",
    });
  });

  it("stay as they are where nothing is said", async () => {
    assert.deepEqual(
      (await declareNode({})).filter(({ type }) => type === CONFIG),
      [],
    );
  });
});
