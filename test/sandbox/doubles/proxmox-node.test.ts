import assert from "node:assert/strict";
import { assertRefused, Site, T, testCases, testChanges } from "./site";

const ENTRY = [{ address: "192.0.2.11", hostnames: ["pve1.example.org", "pve1"] }];
const HOSTS = { nodeName: "pve1", entry: ENTRY };
const NOTES = { nodeName: "pve1", description: "Rack 3" };
const ENTERPRISE = { node: "pve1", filePath: "/etc/apt/sources.list.d/pve-enterprise.sources", index: 0 };

describe("a node's hosts, notes and repositories", () => {
  testCases(
    () => undefined,
    [
      { what: "a hosts file", type: T.hosts, inputs: HOSTS },
      {
        what: "an address that is none",
        type: T.hosts,
        inputs: { ...HOSTS, entry: [{ address: "nas", hostnames: ["nas"] }] },
        refused: "data: Invalid IP 'nas'",
      },
      {
        what: "a host name with an underscore",
        type: T.hosts,
        inputs: { ...HOSTS, entry: [{ address: "192.0.2.10", hostnames: ["nas", "nas_1"] }] },
        refused: "data: Invalid Hostname 'nas_1'",
      },
      {
        what: "hosts of an unknown node",
        type: T.hosts,
        inputs: { ...HOSTS, nodeName: "pve9" },
        refused: "'pve9' failed",
      },
      { what: "notes", type: T.nodeConfig, inputs: NOTES },
      {
        what: "notes that end with a new line",
        type: T.nodeConfig,
        inputs: { ...NOTES, description: "Rack 3\n" },
        refused: "does not end with a newline",
      },
      {
        what: "notes without end",
        type: T.nodeConfig,
        inputs: { ...NOTES, description: "x".repeat(65_537) },
        refused: "value may only be 65536 characters long",
      },
      {
        what: "notes of an unknown node",
        type: T.nodeConfig,
        inputs: { ...NOTES, nodeName: "pve9" },
        refused: "'pve9' failed",
      },
      {
        what: "the installer's repository",
        type: T.aptRepository,
        inputs: { ...ENTERPRISE, enabled: false },
      },
      {
        what: "a repository that is there",
        type: T.aptStandard,
        inputs: { node: "pve1", handle: "enterprise" },
      },
      {
        what: "a repository that Proxmox does not know",
        type: T.aptStandard,
        inputs: { node: "pve1", handle: "community" },
        refused: "unknown repository handle 'community'",
      },
      {
        what: "a repository of an unknown node",
        type: T.aptStandard,
        inputs: { node: "pve9", handle: "enterprise" },
        refused: "'pve9' failed",
      },
      {
        what: "a list that is not there",
        type: T.aptRepository,
        inputs: { ...ENTERPRISE, filePath: "/etc/apt/sources.list.d/proxmox.sources" },
        refused: "invalid path - /etc/apt/sources.list.d/proxmox.sources",
      },
      {
        what: "an entry that is not there",
        type: T.aptRepository,
        inputs: { ...ENTERPRISE, index: 1 },
        refused: "invalid index - 1",
      },
      {
        what: "a relative path",
        type: T.aptRepository,
        inputs: { ...ENTERPRISE, filePath: "sources.list" },
        refused: "filePath: expected an absolute file path",
      },
    ],
  );

  testChanges([
    {
      what: "hosts follow the file, in place",
      type: T.hosts,
      olds: HOSTS,
      news: { nodeName: "pve2", entry: [{ address: "192.0.2.12", hostnames: ["pve1.example.org", "pve1"] }] },
      does: { nodeName: "update", "entry[0].address": "update" },
    },
    {
      what: "a repository is switched in place, and another one is another entry",
      type: T.aptRepository,
      olds: ENTERPRISE,
      news: { ...ENTERPRISE, index: 1, enabled: false },
      does: { index: "replace", enabled: "update" },
    },
  ]);

  it("a list of Ceph's gets the second repository after the installer's, and deleting takes none out", () => {
    const site = new Site();
    try {
      const own = site.create(T.aptStandard, { node: "pve1", handle: "ceph-squid-no-subscription" });
      const { filePath, index } = own.outputs;
      assert.deepEqual([filePath, index], ["/etc/apt/sources.list.d/ceph.sources", 1]);
      const inputs = { node: "pve1", filePath: String(filePath), index: 1, enabled: false };
      const state = site.create(T.aptRepository, inputs);
      assert.deepEqual(state.outputs.components, ["no-subscription"]);
      site.delete(state);
      site.delete(own);
      assert.deepEqual(enabledOn(site, "pve1"), ["ceph-squid-enterprise", "enterprise"]);
      const again = site.create(T.aptStandard, { node: "pve1", handle: "ceph-squid-no-subscription" });
      assert.equal(again.outputs.index, 1);
      assert.deepEqual(enabledOn(site, "pve1"), [
        "ceph-squid-enterprise",
        "ceph-squid-no-subscription",
        "enterprise",
      ]);
      assertRefused(() => site.create(T.aptRepository, { ...inputs, index: 2 }), "invalid index - 2");
    } finally {
      site.close();
    }
  });
});

function enabledOn(site: Site, node: string): unknown[] {
  return site.world
    .list("host:apt-entry")
    .filter(({ inputs }) => inputs.node === node && inputs.enabled === true)
    .map(({ inputs }) => inputs.handle)
    .sort();
}
