import assert from "node:assert/strict";
import { raisedRecoveries } from "../../estate/recovery";
import { type Change, devEstate, GONE, refusesEach } from "../support/description";

const recovery = (...steps: string[]) => ["aws", "recovery", ...steps];
const IMAGE = { image: { owner: "self", name: "x" }, instanceType: "t3.small" };
const MONITORING: Change = [recovery("monitoring"), IMAGE];
const traffic = (changes: object): Change => [
  ["aws", "traffic"],
  {
    shop: {
      from: ["192.168.137.0/24"],
      guests: ["alpine"],
      targetPort: 80,
      health: { path: "/" },
      ...changes,
    },
  },
];

describe("estate: recovery in AWS", () => {
  refusesEach([
    {
      what: "instances without an image and a type",
      changes: [
        [recovery("alpine", "image"), GONE],
        [recovery("alpine", "instanceType"), GONE],
      ],
      mistakes: [
        ["aws.recovery.alpine.image", "an image, as its mode is not backup-only"],
        ["aws.recovery.alpine.instanceType", "an instance type"],
      ],
    },
    {
      what: "a group that is too small for its failover",
      changes: [
        [recovery("alpine", "instances"), 3],
        [recovery("alpine", "maxInstances"), 2],
      ],
      mistakes: [["aws.recovery.alpine.maxInstances", "from 3, which a failover raises"]],
    },
    {
      what: "running instances of a pilot light",
      changes: [[recovery("alpine", "running"), 1]],
      mistakes: [["aws.recovery.alpine.running", "nothing, unless its mode is warm"]],
    },
    {
      what: "a probe of a port that nobody reaches",
      changes: [[recovery("alpine", "probe"), { port: 443 }]],
      mistakes: [["aws.recovery.alpine.probe.port", "one of its ports: 22"]],
    },
    {
      what: "networks to be reached from that have no way to AWS",
      changes: [
        [["aws", "onPremises"], ["management"]],
        [recovery("alpine", "from"), ["management", "storage", "nowhere"]],
      ],
      mistakes: [
        ["aws.recovery.alpine.from[1]", "one of aws.onPremises: management"],
        ["aws.recovery.alpine.from[2]", "one of aws.onPremises: management"],
      ],
    },
    {
      what: "guests to be reached that no way to AWS leads to, and do not come back there",
      changes: [
        [["aws", "onPremises"], ["storage"]],
        [recovery("monitoring"), IMAGE],
        [
          recovery("alpine", "reaches"),
          ["Ubuntu", "monitoring", "alpine"].map((guest) => ({ guest, port: 5432 })),
        ],
      ],
      mistakes: [
        ["aws.recovery.alpine.reaches[0].guest", "aws.onPremises: 192.168.1.0/24"],
        ["aws.latency.target", "the gateway's 192.168.137.5"],
      ],
    },
    {
      what: "a guest to be reached without an address to let through",
      changes: [
        [["guests", "alpine", "nics", "net0", "address"], "dhcp"],
        [recovery("alpine", "reaches"), [{ guest: "alpine", port: 5432 }]],
      ],
      mistakes: [["aws.recovery.alpine.reaches[0].guest", "a guest with a static address"]],
    },
    {
      what: "entries that wait for each other",
      changes: [
        [recovery("monitoring"), { ...IMAGE, after: ["alpine"] }],
        [recovery("alpine", "after"), ["monitoring"]],
      ],
      mistakes: [["aws.recovery.alpine.after", "entries that do not wait for it themselves"]],
    },
    {
      what: "an entry that needs a later one, one that nobody raises, and one that is not there",
      changes: [
        [recovery("monitoring"), { ...IMAGE, order: 200 }],
        [recovery("Ubuntu"), { mode: "backup-only" }],
        [recovery("alpine", "after"), ["monitoring", "Ubuntu", "nobody"]],
      ],
      mistakes: [
        ["aws.recovery.alpine.after[0]", "an entry whose order is up to 100"],
        ["aws.recovery.alpine.after[1]", "its mode is backup-only"],
        ["aws.recovery.alpine.after[2]", "one of aws.recovery"],
      ],
    },
    {
      what: "a guest that comes back twice, and one that is not there",
      changes: [[recovery("both"), { ...IMAGE, guests: ["alpine", "nobody"] }]],
      mistakes: [
        ["aws.recovery.both.guests[0]", "a guest that comes back once (alpine brings it back)"],
        ["aws.recovery.both.guests[1]", "one of guests"],
      ],
    },
    {
      what: "a time limit beyond the objective",
      changes: [[recovery("alpine", "timeLimit"), "5 h"]],
      mistakes: [["aws.recovery.alpine.timeLimit", "up to 240 min"]],
    },
    {
      what: "a schedule and a time zone that are none",
      changes: [[["aws", "drills"], { schedule: "weekly", timeZone: "my zone" }]],
      mistakes: [
        ["aws.drills.schedule", "cron(...) with six fields or rate(...)"],
        ["aws.drills.timeZone", "a time zone such as Asia/Jakarta"],
      ],
    },
    {
      what: "traffic that leads nowhere",
      changes: [traffic({ guests: [] })],
      mistakes: [["aws.traffic.shop.guests", "at least 1 in the list"]],
    },
    {
      what: "traffic to both sites without shares, and to a port that is closed",
      changes: [traffic({ recovery: "alpine" })],
      mistakes: [
        ["aws.traffic.shop.weights", "shares, as it leads to both sites"],
        ["aws.traffic.shop.targetPort", "one of the ports of aws.recovery.alpine: 22"],
      ],
    },
    {
      what: "a target without a static address",
      changes: [traffic({}), [["guests", "alpine", "nics", "net0", "address"], "dhcp"]],
      mistakes: [["aws.traffic.shop.guests", "guests with a static address"]],
    },
    {
      what: "a certificate of two kinds, an open internal balancer, and a secondary record without a primary one",
      changes: [
        traffic({
          from: ["0.0.0.0/0"],
          certificate: {},
          record: { zone: "Z123", name: "shop.example.org", failover: "secondary" },
        }),
      ],
      mistakes: [
        ["aws.traffic.shop.certificate", "either arn or domain"],
        ["aws.traffic.shop.from[0]", "known networks, as its scheme is internal"],
        ["aws.traffic.shop.record.failover", "whose record is the primary one"],
      ],
    },
  ]);

  it("brings back a guest as one instance, as strictly as its objectives, unless told otherwise", () => {
    const { alpine } = raisedRecoveries(devEstate());
    assert.deepEqual(
      [alpine?.guests, alpine?.instances, alpine?.maxInstances, alpine?.running, alpine?.probe.port],
      [["alpine"], 1, 1, 0, 22],
    );
    assert.deepEqual([alpine?.rpo, alpine?.rto], [1440, 240]);
  });

  it("brings back a group guest by guest, or as one group of instances where it is named", () => {
    const group: Change[] = [
      [["guests", "Ubuntu", "count"], 3],
      [["guests", "Ubuntu", "id"], 300],
      [["guests", "Ubuntu", "nics", "eth0", "address"], "192.168.137.120/24"],
    ];
    const apart = raisedRecoveries(
      devEstate(...group, [recovery("Ubuntu"), { ...IMAGE, after: ["alpine"] }]),
    );
    assert.deepEqual(Object.keys(apart), ["alpine", "Ubuntu-1", "Ubuntu-2", "Ubuntu-3"]);
    assert.deepEqual(apart["Ubuntu-2"]?.after, ["alpine"]);
    const together = raisedRecoveries(
      devEstate(...group, [recovery("front"), { ...IMAGE, guests: ["Ubuntu"] }]),
    );
    assert.deepEqual(together.front?.guests, ["Ubuntu-1", "Ubuntu-2", "Ubuntu-3"]);
    assert.equal(together.front?.instances, 3);
  });

  it("keeps warm ones running, and raises nothing that people restore", () => {
    const estate = devEstate([recovery("alpine", "mode"), "warm"], MONITORING, [
      recovery("monitoring", "mode"),
      "backup-only",
    ]);
    const raised = raisedRecoveries(estate);
    assert.deepEqual(Object.keys(raised), ["alpine"]);
    assert.equal(raised.alpine?.running, 1);
  });
});
