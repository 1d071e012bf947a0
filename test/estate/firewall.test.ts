import assert from "node:assert/strict";
import fc from "fast-check";
import { addressSets, setNameAtSite } from "../../estate/firewall-sets";
import { devEstate, GONE, refusesEach } from "../support/description";

const NODES = ["firewall", "nodes"] as const;
const SSH = { protocol: "tcp", ports: [22] };

describe("estate: firewall", () => {
  describe("names that are nowhere", () => {
    refusesEach([
      {
        what: "a management set",
        changes: [[["firewall", "management"], ["managment"]]],
        mistakes: [["firewall.management[0]", "did you mean management?"]],
      },
      {
        what: "a set by the name of what every object has",
        changes: [[["firewall", "spice"], ["constructor"]]],
        mistakes: [["firewall.spice[0]", "one of networks or firewall.sets: "]],
      },
      {
        what: "a rule's source",
        changes: [[NODES, { rules: [{ ...SSH, from: ["office"] }] }]],
        mistakes: [["firewall.nodes.rules[0].from[0]", "one of networks or firewall.sets: "]],
      },
      {
        what: "a rule's destination in a group",
        changes: [[["firewall", "groups", "ssh", "rules"], [{ ...SSH, to: ["office"] }]]],
        mistakes: [["firewall.groups.ssh.rules[0].to[0]", "one of networks or firewall.sets: "]],
      },
      {
        what: "a guest's group",
        changes: [[["guests", "Ubuntu", "firewall", "groups"], ["sshd"]]],
        mistakes: [["guests.Ubuntu.firewall.groups[0]", "did you mean ssh?"]],
      },
      {
        what: "a group of all guests",
        changes: [[["firewall", "guests", "groups"], ["toString"]]],
        mistakes: [["firewall.guests.groups[0]", "one of firewall.groups: "]],
      },
    ]);
  });

  describe("what would not work", () => {
    refusesEach([
      {
        what: "a firewall without a way in",
        changes: [[["firewall", "management"], []]],
        mistakes: [["firewall.management", "at least 1 in the list"]],
      },
      {
        what: "a firewall that does not say who gets in",
        changes: [[["firewall", "management"], GONE]],
        mistakes: [["firewall.management", "found nothing"]],
      },
      {
        what: "ports of a protocol that has none",
        changes: [[NODES, { rules: [{ protocol: "icmp", ports: [22] }] }]],
        mistakes: [["firewall.nodes.rules[0].protocol", "tcp or udp, which have ports"]],
      },
      {
        what: "ports of any protocol",
        changes: [[NODES, { rules: [{ ports: [22] }] }]],
        mistakes: [["firewall.nodes.rules[0].protocol", "tcp or udp, which have ports"]],
      },
      {
        what: "a range that runs backwards",
        changes: [[NODES, { rules: [{ protocol: "tcp", ports: ["90-80"] }] }]],
        mistakes: [["firewall.nodes.rules[0].ports[0]", "from the lower port to the higher one"]],
      },
      {
        what: "a range beyond the last port",
        changes: [[NODES, { rules: [{ protocol: "tcp", ports: ["80-70000"] }] }]],
        mistakes: [["firewall.nodes.rules[0].ports[0]", "up to 65535"]],
      },
      ...["80;reboot", "$(id)", "80:90", "http", "0-9"].map((port) => ({
        what: `the port ${port}`,
        changes: [[NODES, { rules: [{ protocol: "tcp", ports: [port] }] }] as const],
        mistakes: [["firewall.nodes.rules[0].ports[0]", "a port such as 443"] as const],
      })),
      ...["+dc/x", "a b", "Office", "-x", "x", "x\ny"].map((name) => ({
        what: `a set called ${JSON.stringify(name)}`,
        changes: [[["firewall", "sets", name], { addresses: ["192.0.2.1"] }] as const],
        mistakes: [
          [
            /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)
              ? `firewall.sets.${name}`
              : `firewall.sets[${JSON.stringify(name)}]`,
            "a lower-case letter",
          ] as const,
        ],
      })),
      {
        what: "a set that is called like a network",
        changes: [[["firewall", "sets", "storage"], { addresses: ["192.0.2.1"] }]],
        mistakes: [["firewall.sets.storage", "a name that network storage does not have"]],
      },
      {
        what: "a set that is called like the nodes'",
        changes: [[["firewall", "sets", "nodes"], { addresses: ["192.0.2.1"] }]],
        mistakes: [["firewall.sets.nodes", "a name that the nodes' set does not have"]],
      },
      {
        what: "an address that is none",
        changes: [[["firewall", "sets", "known", "addresses"], ["192.168.137.1/24"]]],
        mistakes: [["firewall.sets.known.addresses[0]", "an IPv4 address or network"]],
      },
      {
        what: "a guest's firewall on a site without one",
        changes: [[["firewall"], GONE]],
        mistakes: ["Ubuntu", "monitoring"].map((guest) => [
          `guests.${guest}.firewall`,
          "none, or a firewall section for the site",
        ]),
      },
    ]);
  });

  it("knows every network, all nodes and the declared sets", () => {
    const sets = addressSets(devEstate());
    assert.deepEqual(sets.storage?.addresses, ["192.168.1.0/24"]);
    assert.ok(
      sets.nodes?.addresses.includes("192.168.137.10") && sets.nodes.addresses.includes("192.168.1.23"),
    );
    assert.deepEqual(sets.known?.addresses, ["192.168.137.0/24", "192.168.1.0/24"]);
  });

  it("names a set after what it holds, whatever the order", () => {
    const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 6 });
    const nameOf = (list: readonly string[]) => setNameAtSite("office", { addresses: list, comment: "" });
    fc.assert(
      fc.property(addresses, addresses, (one, other) => {
        assert.match(nameOf(one), /^office-[0-9a-f]{6}$/);
        assert.equal(nameOf(one), nameOf([...one].reverse()));
        fc.pre([...one].sort().join() !== [...other].sort().join());
        assert.notEqual(nameOf(one), nameOf(other));
      }),
      { numRuns: 50 },
    );
  });
});
