import assert from "node:assert/strict";
import fc from "fast-check";
import { cycles, sorted, startupOrders } from "../../estate/startup";
import { type Change, devEstate, refusesEach } from "../support/description";

const VM = { kind: "vm", node: "blckpink01", memory: "1 GiB", disks: {} };

function vm(name: string, id: number, more: object = {}): Change {
  return [["guests", name], { ...VM, id, ...more }];
}

/** Guests where each only waits for earlier ones, so that there is no cycle. */
const acyclic = fc
  .array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 20 })
  .map((waits) =>
    Object.fromEntries(
      waits.map((after, index) => [
        `g${index}`,
        {
          after: [...new Set(after.filter((other) => other < index).map((other) => `g${other}`))],
          startup: undefined,
        },
      ]),
    ),
  );

describe("estate: startup order", () => {
  it("is one more than the highest of those that a guest starts after", () => {
    const { guests } = devEstate(
      vm("web", 201, { after: ["app", "db"] }),
      vm("app", 202, { after: ["db"], count: 2 }),
      vm("db", 210),
      vm("alone", 211),
    );
    assert.deepEqual(Object.fromEntries(startupOrders(guests)), { web: 3, "app-1": 2, "app-2": 2, db: 1 });
    assert.deepEqual(guests.web?.after, ["app-1", "app-2", "db"]);
  });

  it("goes on from an order that a guest has of its own", () => {
    const { guests } = devEstate(vm("web", 201, { after: ["db"] }), vm("db", 202, { startup: { order: 7 } }));
    assert.deepEqual(Object.fromEntries(startupOrders(guests)), { web: 8, db: 7 });
  });

  refusesEach([
    {
      what: "a cycle, shown once",
      changes: [
        vm("a", 201, { after: ["b"] }),
        vm("b", 202, { after: ["c"] }),
        vm("c", 203, { after: ["a"] }),
      ],
      mistakes: [["guests.a.after", 'found "a after b after c after a"']],
    },
    {
      what: "a guest, and a group, that starts after itself",
      changes: [vm("a", 201, { after: ["a"] }), vm("g", 210, { count: 2, after: ["g"] })],
      mistakes: [
        ["guests.a.after", "a after a"],
        ["guests.g.after", "g after g"],
      ],
    },
    {
      what: "an order of its own that is not behind those it starts after",
      changes: [vm("web", 201, { after: ["db"], startup: { order: 1 } }), vm("db", 202)],
      mistakes: [["guests.web.startup.order", "found 1; allowed: more than 1, as it starts after db"]],
    },
    {
      what: "a guest after one that does not start by itself, and after nobody",
      changes: [vm("web", 201, { after: ["db", "cache"] }), vm("db", 202, { startOnBoot: false })],
      mistakes: [
        ["guests.web.after[0]", "db has startOnBoot: false"],
        ["guests.web.after[1]", "one of guests"],
      ],
    },
    {
      what: "a startup place of an HA guest, whom HA starts",
      changes: [[["guests", "alpine", "startup"], { order: 1 }]],
      mistakes: [["guests.alpine.startup", "none, as HA starts the guest"]],
    },
  ]);

  it("every guest comes after those that it waits for, and has a higher order (property)", () => {
    fc.assert(
      fc.property(acyclic, (guests) => {
        assert.deepEqual(cycles(guests), []);
        const order = sorted(guests);
        assert.deepEqual([...order].sort(), Object.keys(guests).sort());
        const orders = startupOrders(guests);
        for (const [name, { after }] of Object.entries(guests)) {
          for (const other of after) {
            assert.ok(order.indexOf(other) < order.indexOf(name));
            assert.ok((orders.get(other) ?? Infinity) < (orders.get(name) ?? 0));
          }
        }
      }),
    );
  });

  it("every cycle is found (property)", () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), fc.nat(), (guests, one, other) => {
        const names = Object.keys(guests);
        const [first, second] = [one % names.length, other % names.length].sort((a, b) => a - b);
        const [low, high] = [names[first ?? 0] ?? "", names[second ?? 0] ?? ""];
        const closed = {
          ...guests,
          [high]: { after: [low], startup: undefined },
          [low]: { after: [high], startup: undefined },
        };
        assert.ok(cycles(closed).length > 0);
      }),
    );
  });
});
