import assert from "node:assert/strict";
import { ruleInputs } from "../../components/proxmox/firewall-rule";
import { type Declared, only } from "../support/declared";
import { devDescription, GONE } from "../support/description";
import { declareEstate } from "../support/program";

const T = {
  set: "proxmoxve:firewall/ipsetLegacy:IpsetLegacy",
  group: "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy",
  rules: "proxmoxve:firewall/rulesLegacy:RulesLegacy",
  guest: "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
  node: "proxmoxve:node/firewall:Firewall",
  cluster: "proxmoxve:cluster/firewallLegacy:FirewallLegacy",
  command: "command:remote:Command",
} as const;

describe("components: firewall rules", () => {
  const names = { sets: { office: "+dc/office-1", lab: "+dc/lab-1" }, groups: { web: "web" } };
  const rule = { action: "accept", direction: "in", from: [], to: [], log: "nolog" } as const;

  it("are one a pair of source and destination, groups first", () => {
    assert.deepEqual(
      ruleInputs(
        {
          groups: ["web"],
          rules: [
            { ...rule, protocol: "tcp", ports: [22, "8000-8010"], from: ["office", "lab"], comment: "in" },
            { ...rule, action: "reject", direction: "out", to: ["lab"], log: "info" },
          ],
        },
        names,
      ),
      [
        { securityGroup: "web", comment: "", enabled: true },
        ...["+dc/office-1", "+dc/lab-1"].map((source) => ({
          type: "in",
          action: "ACCEPT",
          proto: "tcp",
          dport: "22,8000:8010",
          source,
          log: "nolog",
          comment: "in",
          enabled: true,
        })),
        { type: "out", action: "REJECT", dest: "+dc/lab-1", log: "info", comment: "", enabled: true },
      ],
    );
  });
});

describe("site: firewall", () => {
  let resources: readonly Declared[];
  before(async () => {
    ({ resources } = await declareEstate(devDescription()));
  });

  it("has a set for every network, for the nodes and for what is declared", () => {
    const set = only(resources, T.set, "management");
    assert.match(String(set.inputs.name), /^management-[0-9a-f]{6}$/);
    assert.deepEqual(set.inputs.cidrs, [{ name: "192.168.137.0/24", comment: "", nomatch: false }]);
    assert.equal(only(resources, T.set, "known").inputs.comment, "the site's own networks");
  });

  it("lets the nodes be managed and be a cluster, and nothing else", () => {
    const { rules } = only(resources, T.rules, "blckpink-clstr").inputs;
    assert.ok(Array.isArray(rules));
    const short = rules.map(({ type, action, proto, dport, source }) =>
      [type, action, proto, dport, String(source).replace(/^\+dc\/(.*)-[0-9a-f]{6}$/, "$1")]
        .filter(Boolean)
        .join(" "),
    );
    assert.deepEqual(short, [
      "in ACCEPT tcp 22,8006 management",
      "in ACCEPT icmp management",
      "in ACCEPT tcp 22,3128,8006,60000:60050 nodes",
      "in ACCEPT udp 5405:5412 nodes",
      "in ACCEPT icmp nodes",
      "in ACCEPT tcp 9100 management",
    ]);
  });

  it("turns it on last, after a node has seen where the program comes from", () => {
    const cluster = only(resources, T.cluster);
    assert.deepEqual(cluster.inputs, {
      enabled: true,
      ebtables: true,
      inputPolicy: "DROP",
      outputPolicy: "ACCEPT",
      forwardPolicy: "ACCEPT",
      logRatelimit: { enabled: true, burst: 5, rate: "1/second" },
    });
    assert.deepEqual(
      [...cluster.options.dependsOn].sort(),
      [
        `${T.rules} blckpink-clstr`,
        `${T.node} blckpink01`,
        `${T.node} blckpink02`,
        `${T.node} blckpink03`,
      ].sort(),
    );
    const arm = only(resources, T.command, "blckpink-clstr-firewall-arm");
    assert.match(
      String(arm.inputs.create),
      /^bash -s -- arm --allow 192\.168\.137\.0\/24 --revision [0-9a-f]{12}$/,
    );
    for (const [type, name] of [
      [T.set, "management"],
      [T.group, "ping"],
      [T.rules, "blckpink-clstr"],
      [T.node, "blckpink01"],
    ] as const) {
      assert.deepEqual(only(resources, type, name).options.dependsOn, [
        `${T.command} blckpink-clstr-firewall-arm`,
      ]);
    }
    const confirm = only(resources, T.command, "blckpink-clstr-firewall-confirm");
    assert.deepEqual(confirm.options.dependsOn, [`${T.command} blckpink-clstr-firewall-settle`]);
    assert.match(String(confirm.inputs.create), /^bash -s -- confirm --expect on --revision [0-9a-f]{12}$/);
    const settle = only(resources, T.command, "blckpink-clstr-firewall-settle");
    assert.deepEqual(settle.options.dependsOn, [`${T.cluster} blckpink-clstr`]);
    assert.match(String(settle.inputs.create), /^bash -s -- settle --revision [0-9a-f]{12}$/);
    assert.equal(confirm.inputs.delete, "bash -s -- off");
  });

  it("confirms one that is declared off as one that is off", async () => {
    const off = await declareEstate(devDescription([["firewall", "enabled"], false]));
    const { create } = only(off.resources, T.command, "blckpink-clstr-firewall-confirm").inputs;
    assert.match(String(create), /^bash -s -- confirm --expect off /);
  });

  it("arms again for other rules, and not for another comment of a guest", async () => {
    const armed = (list: readonly Declared[]) =>
      only(list, T.command, "blckpink-clstr-firewall-arm").inputs.create;
    const other = await declareEstate(
      devDescription([
        ["firewall", "nodes"],
        { rules: [{ protocol: "tcp", ports: [9100], from: ["known"] }] },
      ]),
    );
    assert.notEqual(armed(other.resources), armed(resources));
    const same = await declareEstate(devDescription([["guests", "Ubuntu", "description"], "another"]));
    assert.equal(armed(same.resources), armed(resources));
  });

  it("writes every option of a node", () => {
    assert.deepEqual(only(resources, T.node, "blckpink01").inputs, {
      nodeName: "blckpink01",
      enabled: true,
      logLevelIn: "info",
      logLevelOut: "nolog",
      logLevelForward: "nolog",
      ndp: true,
      nfConntrackMax: 262144,
      nfConntrackTcpTimeoutEstablished: 432000,
      nftables: false,
      nosmurfs: true,
      smurfLogLevel: "nolog",
      tcpFlagsLogLevel: "nolog",
    });
  });

  it("shuts guests, but for their groups and rules, and keeps its hands off where HA moves them", () => {
    const { inputs, options } = only(resources, T.guest, "alpine");
    assert.deepEqual(inputs, {
      nodeName: "blckpink03",
      vmId: 100,
      enabled: true,
      inputPolicy: "DROP",
      outputPolicy: "ACCEPT",
      dhcp: false,
      ipfilter: false,
      macfilter: true,
      ndp: true,
      radv: false,
      logLevelIn: "info",
      logLevelOut: "nolog",
    });
    assert.deepEqual(options.ignoreChanges, ["nodeName"]);
    assert.deepEqual(options.dependsOn, [`${T.rules} alpine`]);
    const { containerId, rules } = only(resources, T.rules, "Ubuntu").inputs;
    assert.equal(containerId, 101);
    assert.ok(Array.isArray(rules));
    assert.deepEqual(
      rules.map(({ securityGroup, dport }) => securityGroup ?? dport),
      ["ping", "ssh", "80,443"],
    );
  });

  it("asks for second factors when all accounts are there", () => {
    const command = only(resources, T.command, "pve-two-factor");
    assert.equal(command.inputs.create, "bash -s -- apply --realm pve");
    assert.equal(command.inputs.delete, "bash -s -- remove --realm pve");
    const component = only(resources, "hybrid-estate:hosts:RealmTwoFactor", "pve");
    assert.deepEqual(component.options.dependsOn, ["hybrid-estate:proxmox:AccessControl blckpink-clstr"]);
  });

  it("is not there where it is not declared", async () => {
    const without = await declareEstate(
      devDescription(
        [["firewall"], GONE],
        [["guests", "Ubuntu", "firewall"], GONE],
        [["guests", "monitoring", "firewall"], GONE],
      ),
    );
    const types: readonly string[] = [T.set, T.group, T.rules, T.guest, T.node, T.cluster];
    assert.deepEqual(
      without.resources.filter(({ type }) => types.includes(type)),
      [],
    );
  });
});
