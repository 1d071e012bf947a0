import assert from "node:assert/strict";
import { assertRefused, SCRIPTS, Site, T, testCases, testChanges, VM } from "./site";

const SET = { name: "office-1a2b3c", cidrs: [{ name: "192.0.2.0/24" }] };
const SSH = { type: "in", action: "ACCEPT", proto: "tcp", dport: "22", source: "+dc/office-1a2b3c" };
const GROUP = { name: "web", rules: [{ type: "in", action: "ACCEPT", proto: "tcp", dport: "80,443" }] };
const ON = { enabled: true, inputPolicy: "DROP" };

function script(create: string, remove?: string) {
  return {
    connection: { host: "192.0.2.11" },
    create: `bash -s -- ${create}`,
    ...(remove === undefined ? {} : { delete: `bash -s -- ${remove}` }),
    stdin: SCRIPTS["cluster-firewall"],
  };
}

function equipped(site: Site): void {
  site.create(T.ipset, SET);
  site.create(T.firewallGroup, GROUP);
  site.create(T.vm, VM);
}

describe("firewall", () => {
  testCases(equipped, [
    {
      what: "rules of the cluster",
      type: T.firewallRules,
      inputs: { rules: [SSH, { securityGroup: "web" }] },
    },
    { what: "no rules", type: T.firewallRules, inputs: { rules: [] } },
    { what: "rules of a node", type: T.firewallRules, inputs: { nodeName: "pve1", rules: [SSH] } },
    {
      what: "rules of a guest",
      type: T.firewallRules,
      inputs: { nodeName: "pve1", vmId: 100, rules: [SSH] },
    },
    {
      what: "a set that is nowhere",
      type: T.firewallRules,
      inputs: { rules: [{ ...SSH, source: "+dc/home" }] },
      refused: "no such ipset 'home'",
    },
    {
      what: "a destination that is nowhere",
      type: T.firewallRules,
      inputs: { rules: [{ ...SSH, dest: "+home" }] },
      refused: "no such ipset 'home'",
    },
    {
      what: "a group that is nowhere",
      type: T.firewallRules,
      inputs: { rules: [{ securityGroup: "mail" }] },
      refused: "security group 'mail' does not exist",
    },
    {
      what: "ports without a protocol",
      type: T.firewallRules,
      inputs: { rules: [{ ...SSH, proto: "" }] },
      refused: "requires this property",
    },
    {
      what: "a rule that does nothing",
      type: T.firewallRules,
      inputs: { rules: [{ comment: "?" }] },
      refused: "'action' and 'type' must be defined",
    },
    {
      what: "an action in lower case",
      type: T.firewallRules,
      inputs: { rules: [{ ...SSH, action: "accept" }] },
      refused: "expected one of ACCEPT",
    },
    {
      what: "a node that is nowhere",
      type: T.firewallRules,
      inputs: { nodeName: "pve9", rules: [] },
      refused: "'pve9' failed",
    },
    {
      what: "a guest without its node",
      type: T.firewallRules,
      inputs: { vmId: 100, rules: [] },
      refused: "must be specified",
    },
    {
      what: "a container that is a VM",
      type: T.firewallRules,
      inputs: { nodeName: "pve1", containerId: 100, rules: [] },
      refused: "CT 100 does not exist",
    },
    {
      what: "options of a VM and a container at once",
      type: T.firewallOptions,
      inputs: { nodeName: "pve1", vmId: 100, containerId: 100 },
      refused: "exactly one of",
    },
    {
      what: "a long group name",
      type: T.firewallGroup,
      inputs: { ...GROUP, name: "a".repeat(19) },
      refused: "regex",
    },
    {
      what: "a group in a group",
      type: T.firewallGroup,
      inputs: { name: "all", rules: [{ securityGroup: "web" }] },
      refused: "may not hold other ones",
    },
    { what: "a set's name with a blank", type: T.ipset, inputs: { name: "a b" }, refused: "regex" },
    {
      what: "an unknown node's options",
      type: T.nodeFirewall,
      inputs: { nodeName: "pve9" },
      refused: "'pve9' failed",
    },
  ]);

  it("adds no second list of rules to one that is there", () => {
    const site = new Site();
    equipped(site);
    site.create(T.firewallRules, { rules: [SSH] });
    assertRefused(() => site.create(T.firewallRules, { rules: [] }), "Existing rules detected");
    // A guest's rules are its own on whatever node it is asked for.
    site.create(T.firewallRules, { nodeName: "pve1", vmId: 100, rules: [SSH] });
    assertRefused(
      () => site.create(T.firewallRules, { nodeName: "pve2", vmId: 100, rules: [] }),
      "Existing rules detected",
    );
    site.close();
  });

  it("lets no set and no group go that a rule names", () => {
    const site = new Site();
    equipped(site);
    const rules = site.create(T.firewallRules, { rules: [SSH, { securityGroup: "web" }] });
    for (const [type, key] of [
      [T.ipset, "office-1a2b3c"],
      [T.firewallGroup, "web"],
    ] as const) {
      const object = site.world.find(type, key);
      assert.ok(object);
      assertRefused(() => site.delete(object), "which would be void without it");
    }
    site.delete(rules);
    site.close();
  });

  it("stays on when its resource is forgotten, and its rules stay with it, until a node turns it off", () => {
    const site = new Site();
    equipped(site);
    const rules = site.create(T.firewallRules, { rules: [SSH] });
    const on = site.create(T.clusterFirewall, ON);
    const confirmed = site.create(T.command, script("confirm --expect on", "off"));
    site.delete(on);
    assertRefused(() => site.delete(rules), "the rule that let this program in is gone");
    site.delete(confirmed);
    site.delete(rules);
    site.close();
  });

  it("is confirmed only as it is declared: off where it is off, and on where it is on", () => {
    const site = new Site();
    const confirm = (expect: string) => site.create(T.command, script(`confirm --expect ${expect}`));
    site.delete(confirm("off"));
    assertRefused(() => confirm("on"), "turned itself off before it was confirmed");
    assertRefused(() => site.create(T.command, script("confirm")), "--expect is missing");
    site.create(T.clusterFirewall, ON);
    site.create(T.command, script("settle"));
    confirm("on");
    site.close();
  });

  testChanges([
    {
      what: "another address in a set",
      type: T.ipset,
      olds: SET,
      news: { ...SET, cidrs: [{ name: "198.51.100.0/24" }] },
      does: { "cidrs[0].name": "replace" },
    },
    {
      what: "a set's comment",
      type: T.ipset,
      olds: SET,
      news: { ...SET, comment: "the office" },
      does: { comment: "update" },
    },
    {
      what: "another rule",
      type: T.firewallRules,
      olds: { rules: [SSH] },
      news: { rules: [{ ...SSH, dport: "2222" }] },
      does: { "rules[0].dport": "update" },
    },
    {
      what: "what a node takes by itself",
      type: T.nodeFirewall,
      olds: { nodeName: "pve1" },
      news: { nodeName: "pve1", enabled: true, nfConntrackMax: 262144, nftables: false },
      does: {},
    },
  ]);
});

describe("host script realm-two-factor", () => {
  const call = (action: string, realm = "pve") => ({
    connection: { host: "192.0.2.11" },
    create: `bash -s -- ${action} --realm ${realm}`,
    delete: `bash -s -- remove --realm ${realm}`,
    stdin: SCRIPTS["realm-two-factor"],
  });

  testCases(
    (site) =>
      site.create(T.pveUser, { userId: "alice@pve", password: "long enough", keys: "JBSWY3DPEHPK3PXP" }),
    [
      { what: "a realm whose users have keys", type: T.command, inputs: call("apply") },
      { what: "an unknown realm", type: T.command, inputs: call("apply", "corp"), refused: "does not exist" },
    ],
  );

  it("refuses to lock anybody out", () => {
    const site = new Site();
    site.create(T.pveUser, { userId: "robot@pve" });
    site.create(T.command, call("apply"));
    site.create(T.pveUser, { userId: "bob@pve", password: "long enough" });
    assertRefused(() => site.create(T.command, call("apply")), "would lock out bob@pve");
    site.close();
  });
});
