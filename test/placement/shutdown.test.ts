import assert from "node:assert/strict";
import { afterMaintenance, type Shutdown, shutDown } from "../../placement";
import { cluster, guest, guests, names } from "./clusters";

/** ha-manager.adoc, "Shutdown Policy"; the numbers are pve-ha-manager's test cases. */
describe("placement: a node that is shut down on purpose", () => {
  const both = [guest("ct:102", "node3"), guest("vm:103", "node3")];
  const fates = (placed = both, how: Partial<Shutdown> = {}, rules: string[] = []) => {
    const shutdown: Shutdown = { node: "node3", policy: "conditional", reboot: false, ...how };
    const found = shutDown(cluster(names(3), placed, rules), shutdown);
    return Object.fromEntries([...found].map(([id, { kind, node }]) => [id, `${kind} ${node}`]));
  };

  for (const [policy, reboot, expected] of [
    ["conditional", true, { "ct:102": "frozen node3", "vm:103": "frozen node3" }],
    ["conditional", false, { "ct:102": "restarts node1", "vm:103": "restarts node2" }],
    ["freeze", true, { "ct:102": "frozen node3", "vm:103": "frozen node3" }],
    ["freeze", false, { "ct:102": "frozen node3", "vm:103": "frozen node3" }],
    ["failover", true, { "ct:102": "restarts node1", "vm:103": "restarts node2" }],
    ["failover", false, { "ct:102": "restarts node1", "vm:103": "restarts node2" }],
    ["migrate", true, { "ct:102": "migrates node1", "vm:103": "migrates node2" }],
    ["migrate", false, { "ct:102": "migrates node1", "vm:103": "migrates node2" }],
  ] as const) {
    it(`${policy}, ${reboot ? "reboot" : "shutdown"}`, () =>
      assert.deepEqual(fates(both, { policy, reboot }), expected));
  }

  it("migrate: VMs move while they run, containers do not", () => {
    const found = shutDown(cluster(names(3), both), { node: "node3", policy: "migrate", reboot: true });
    assert.deepEqual(
      [...found.values()].map((fate) => "live" in fate && fate.live),
      [false, true],
    );
  });

  it("migrate: a guest that may run nowhere else blocks the shutdown", () => {
    assert.deepEqual(fates(both, { policy: "migrate" }, ["node-affinity r strict: vm:103 -> node3"]), {
      "ct:102": "migrates node1",
      "vm:103": "blocks node3",
    });
  });

  it("a guest outside HA goes down with its node, whatever the policy", () => {
    const outside = [
      { ...guest("vm:1", "node3"), ha: undefined },
      { ...guest("vm:2", "node1"), ha: undefined },
    ];
    for (const policy of ["conditional", "freeze", "failover", "migrate"] as const) {
      assert.deepEqual(fates(outside, { policy }), { "vm:1": "lost node3", "vm:2": "stays node1" });
    }
  });

  it("guests that are off stay off", () => {
    const off = [guest("vm:1", "node3", { state: "stopped" })];
    for (const policy of ["freeze", "migrate"] as const) {
      assert.deepEqual(fates(off, { policy }), { "vm:1": "off node3" });
    }
  });

  it("four guests are shared out (shutdown-policy6)", () => {
    const placed = guests("node3: vm:103 vm:104 vm:105 vm:106");
    assert.deepEqual(fates(placed, { policy: "migrate" }), {
      "vm:103": "migrates node1",
      "vm:104": "migrates node2",
      "vm:105": "migrates node1",
      "vm:106": "migrates node2",
    });
  });

  it("after maintenance they come home (shutdown-policy3), but not those that are told to stay", () => {
    const placed = [
      guest("ct:102", "node3"),
      guest("vm:103", "node3", { failback: false }),
      guest("vm:104", "node1"),
    ];
    assert.deepEqual(Object.fromEntries(afterMaintenance(cluster(names(3), placed), "node3")), {
      "ct:102": "node3",
      "vm:103": "node1",
      "vm:104": "node1",
    });
  });
});
