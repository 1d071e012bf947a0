import assert from "node:assert/strict";
import fc from "fast-check";
import { compareEstimates } from "../../cost/change";
import type { Estimate } from "../../cost/estimate";
import { Exact } from "../../cost/exact";
import type { DeclaredResource } from "../../policy/facts/declared";
import { aws, priced } from "./resources";

/** Lines as `resource meter amount`. */
const shown = ({ lines }: Estimate) =>
  lines.map(({ resource, meter, amount }) => `${resource} ${meter} ${amount.toFixed(2)}`);
const missing = ({ unknown }: Estimate) => unknown.map(({ resource, what }) => `${resource}: ${what}`);

const TEMPLATE = aws(
  "ec2/launchTemplate:LaunchTemplate",
  "web",
  {
    instanceType: "t3.small",
    blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 10, volumeType: "gp3" } }],
  },
  "lt-1",
);
const group = (sizes: object) =>
  aws("autoscaling/group:Group", "web", { launchTemplate: { id: "lt-1" }, minSize: 0, maxSize: 4, ...sizes });

type Case = [what: string, resources: DeclaredResource[], stated: object, lines: string[], unknown: string[]];

const CASES: Case[] = [
  ["a bare network", [aws("ec2/vpc:Vpc", "v"), aws("ec2/subnet:Subnet", "s")], {}, [], []],
  ["an address", [aws("ec2/eip:Eip", "a")], {}, ["a ec2.publicIpv4 0.50"], []],
  [
    "an instance with its volumes and address",
    [
      aws("ec2/instance:Instance", "i", {
        instanceType: "t3.small",
        associatePublicIpAddress: true,
        rootBlockDevice: { volumeSize: 20, volumeType: "gp3", iops: 4000 },
        ebsBlockDevices: [{ deviceName: "/dev/sdb", volumeSize: 100, volumeType: "gp3" }],
      }),
    ],
    { internetGb: 0 },
    [
      "i ec2.instance.t3.small 1.00",
      "i ebs.volume.gp3 2.00",
      "i ebs.gp3.iops 6.00",
      "i ebs.volume.gp3 10.00",
      "i ec2.publicIpv4 0.50",
      "(whole site) transfer.internet 0.00",
    ],
    [],
  ],
  [
    "an instance whose volume is the image's, of a type without a price",
    [aws("ec2/instance:Instance", "i", { instanceType: "x9.huge" })],
    { internetGb: 0 },
    ["(whole site) transfer.internet 0.00"],
    ["i: root volume", "i: x9.huge instance (Linux, on demand)"],
  ],
  [
    "a pilot light at zero",
    [TEMPLATE, group({ desiredCapacity: 0 })],
    {},
    ["web ec2.instance.t3.small 0.00"],
    [],
  ],
  [
    "a pilot light at zero that is drilled twice for five hours",
    [TEMPLATE, group({ desiredCapacity: 0 })],
    { drills: { count: 2, hours: 5 } },
    ["web ec2.instance.t3.small 0.00", "web ec2.instance.t3.small 0.10", "web ebs.volume.gp3 0.10"],
    [],
  ],
  [
    "two warm instances, which a drill adds nothing to",
    [TEMPLATE, group({ desiredCapacity: 2 })],
    { drills: { count: 2, hours: 5 } },
    ["web ec2.instance.t3.small 2.00", "web ebs.volume.gp3 2.00"],
    [],
  ],
  [
    "a test environment for the hours that it runs, which no drill adds to",
    [
      TEMPLATE,
      group({ desiredCapacity: 2, tags: [{ key: "hybrid-estate:expires", value: "2027-01-31T18:00:00Z" }] }),
    ],
    { testHours: 5, drills: { count: 2, hours: 5 } },
    ["web ec2.instance.t3.small 0.10", "web ebs.volume.gp3 0.10"],
    [],
  ],
  [
    "a test environment for all of the month where nothing is said",
    [
      TEMPLATE,
      group({ desiredCapacity: 2, tags: [{ key: "hybrid-estate:expires", value: "2027-01-31T18:00:00Z" }] }),
    ],
    {},
    ["web ec2.instance.t3.small 2.00", "web ebs.volume.gp3 2.00"],
    [],
  ],
  [
    "a group by its least size",
    [TEMPLATE, group({ minSize: 1 })],
    {},
    ["web ec2.instance.t3.small 1.00", "web ebs.volume.gp3 1.00"],
    [],
  ],
  ["a group without its template", [group({ desiredCapacity: 1 })], {}, [], ["web: instances"]],
  [
    "two NAT gateways, whose gigabytes are stated together",
    [aws("ec2/natGateway:NatGateway", "a"), aws("ec2/natGateway:NatGateway", "b")],
    { natGb: 40, internetGb: 300 },
    [
      "a nat.hours 5.00",
      "(all NAT gateways) nat.processed 2.00",
      "b nat.hours 5.00",
      "(whole site) transfer.internet 20.00",
    ],
    [],
  ],
  [
    "traffic that nobody stated",
    [aws("ec2/natGateway:NatGateway", "a")],
    {},
    ["a nat.hours 5.00"],
    ["(all NAT gateways): GB processed by NAT", "(whole site): GB out"],
  ],
  [
    "a VPN connection",
    [aws("ec2/vpnConnection:VpnConnection", "v")],
    { internetGb: 0 },
    ["v vpn.connection 5.00", "(whole site) transfer.internet 0.00"],
    [],
  ],
  [
    "a gateway endpoint",
    [aws("ec2/vpcEndpoint:VpcEndpoint", "s3", { vpcEndpointType: "Gateway" })],
    {},
    [],
    [],
  ],
  [
    "an interface endpoint in two zones",
    [aws("ec2/vpcEndpoint:VpcEndpoint", "e", { vpcEndpointType: "Interface", subnetIds: ["a", "b"] })],
    {},
    ["e endpoint.hours 2.00"],
    ["(all interface endpoints): GB through endpoints"],
  ],
  [
    "two buckets over a tier's end, in the order of their names",
    [aws("s3/bucket:Bucket", "two", { bucket: "b" }), aws("s3/bucket:Bucket", "one", { bucket: "a" })],
    {
      internetGb: 0,
      buckets: { a: { standardGb: 40, standardIaGb: 100 }, b: { standardGb: 20, writes: 1_000_000 } },
    },
    [
      "one s3.standard 0.80",
      "one s3.standardIa 1.25",
      "two s3.standard 0.30",
      "two s3.writes 5.00",
      "(whole site) transfer.internet 0.00",
    ],
    [],
  ],
  [
    "a bucket of which nothing is stated",
    [aws("s3/bucket:Bucket", "b", { bucket: "x" })],
    { internetGb: 0 },
    ["(whole site) transfer.internet 0.00"],
    ["b: storage"],
  ],
  [
    "keys and their requests beyond the free ones",
    [aws("kms/key:Key", "a"), aws("kms/key:Key", "b")],
    { kmsRequests: 1_020_000 },
    ["a kms.key 1.00", "(all keys) kms.requests 3.00", "b kms.key 1.00"],
    [],
  ],
  [
    "a public balancer in two zones",
    [aws("lb/loadBalancer:LoadBalancer", "l", { name: "front", subnets: ["a", "b"] })],
    { internetGb: 0, loadBalancerUnits: { front: 2 } },
    [
      "l lb.application 2.00",
      "l lb.application.lcu 1.60",
      "l ec2.publicIpv4 1.00",
      "(whole site) transfer.internet 0.00",
    ],
    [],
  ],
  [
    "a balancer whose name its provider has made, by its logical name",
    [aws("lb/loadBalancer:LoadBalancer", "l", { name: "l-8f2c1d7", subnets: ["a", "b"] })],
    { internetGb: 0, loadBalancerUnits: { l: 2 } },
    [
      "l lb.application 2.00",
      "l lb.application.lcu 1.60",
      "l ec2.publicIpv4 1.00",
      "(whole site) transfer.internet 0.00",
    ],
    [],
  ],
  [
    "an internal balancer whose use nobody stated",
    [aws("lb/loadBalancer:LoadBalancer", "l", { internal: true, subnets: ["a", "b"] })],
    { internetGb: 0 },
    ["l lb.application 2.00", "(whole site) transfer.internet 0.00"],
    ["l: capacity units"],
  ],
  [
    "alarms: by metric, ten of them free, fast ones dearer",
    [
      ...Array.from({ length: 10 }, (_, index) =>
        aws("cloudwatch/metricAlarm:MetricAlarm", `a${index}`, { period: 60 }),
      ),
      aws("cloudwatch/metricAlarm:MetricAlarm", "b", {
        metricQueries: [
          { id: "e", expression: "m1/m2" },
          { id: "m1", metric: {} },
          { id: "m2", metric: {} },
        ],
      }),
      aws("cloudwatch/metricAlarm:MetricAlarm", "c", { period: 10 }),
    ],
    {},
    [
      ...Array.from({ length: 10 }, (_, index) => `a${index} cloudwatch.alarm 0.00`),
      "b cloudwatch.alarm 0.20",
      "c cloudwatch.alarm.fast 0.30",
    ],
    [],
  ],
  [
    "health checks, of which those on an alarm have no price",
    [
      aws("route53/healthCheck:HealthCheck", "a", { type: "CLOUDWATCH_METRIC" }),
      aws("route53/healthCheck:HealthCheck", "h", { type: "TCP" }),
    ],
    {},
    ["h route53.healthCheck.other 0.75"],
    ["a: health check on an alarm or on other checks"],
  ],
  ["a trail of management events", [aws("cloudtrail/trail:Trail", "t")], {}, [], []],
  [
    "a trail of data events",
    [
      aws("cloudtrail/trail:Trail", "t", {
        eventSelectors: [{ dataResources: [{ type: "AWS::S3::Object" }] }],
      }),
    ],
    {},
    [],
    ["t: data events"],
  ],
  ["a kind that is not known here", [aws("rds/instance:Instance", "db")], {}, [], ["db: everything"]],
  [
    "a resource of another region",
    [aws("kms/key:Key", "k", { region: "eu-central-1" })],
    {},
    [],
    ["k: everything"],
  ],
  ["a free resource of another region", [aws("iam/role:Role", "r", { region: "eu-central-1" })], {}, [], []],
];

describe("cost: estimates", () => {
  for (const [what, resources, stated, lines, unknown] of CASES) {
    it(`of ${what}`, () => {
      const estimated = priced(resources, stated);
      assert.deepEqual(shown(estimated), lines);
      assert.deepEqual(missing(estimated), unknown);
      assert.equal(
        estimated.total.toFixed(2),
        Exact.sum(estimated.lines.map(({ amount }) => amount)).toFixed(2),
      );
    });
  }

  it("of a failover take groups at their largest size", () => {
    const { total } = priced([TEMPLATE, group({ desiredCapacity: 0 })], {}, { failedOver: true });
    assert.equal(total.toFixed(2), "8.00");
  });

  it("find a template that is not known yet by what it was computed from, or beside the group", () => {
    const unknown = { __pulumiUnknown: true };
    const named = { ...TEMPLATE, urn: "urn:lt" };
    const bySource = {
      ...group({ desiredCapacity: 1, launchTemplate: { id: unknown } }),
      propertyDependencies: { launchTemplate: ["urn:lt"] },
    };
    const beside = { ...group({ desiredCapacity: 1, launchTemplate: { id: unknown } }), parent: "urn:light" };
    for (const [template, one] of [
      [named, bySource],
      [{ ...TEMPLATE, parent: "urn:light" }, beside],
    ] as const) {
      assert.equal(priced([template, one]).total.toFixed(2), "2.00");
    }
    const astray = { ...TEMPLATE, parent: "urn:elsewhere" };
    assert.deepEqual(missing(priced([astray, beside])), ["web: instances"]);
  });

  it("name stated use that nothing declared has", () => {
    const { idle } = priced([aws("s3/bucket:Bucket", "b", { bucket: "x" })], {
      natGb: 5,
      emails: 0,
      internetGb: 1,
      buckets: { x: { standardGb: 1 }, y: { standardGb: 1 } },
      drills: { count: 1, hours: 1 },
    });
    assert.deepEqual(idle, ["natGb", "buckets.y.standardGb", "drills"]);
  });

  it("leave out what is not AWS's", () => {
    const { lines, unknown, free } = priced([
      { type: "proxmoxve:index/vmLegacy:VmLegacy", name: "vm", properties: {} },
      { type: "hybrid-estate:aws:RecoverySite", name: "aws", properties: {} },
    ]);
    assert.deepEqual([lines, unknown, free], [[], [], []]);
  });
});

/** Resources of a few priced kinds, with unknown and malformed inputs among them. */
const malformed = fc.oneof(
  fc.constant({ __pulumiUnknown: true }),
  fc.constant(null),
  fc.integer(),
  fc.string(),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const anyResource = fc
  .tuple(
    fc.constantFrom(
      "ec2/instance:Instance",
      "autoscaling/group:Group",
      "ec2/launchTemplate:LaunchTemplate",
      "ec2/natGateway:NatGateway",
      "ec2/vpcEndpoint:VpcEndpoint",
      "s3/bucket:Bucket",
      "kms/key:Key",
      "lb/loadBalancer:LoadBalancer",
      "cloudwatch/metricAlarm:MetricAlarm",
      "route53/healthCheck:HealthCheck",
      "cloudtrail/trail:Trail",
      "sns/topicSubscription:TopicSubscription",
      "madeUp/kind:Kind",
    ),
    fc.string({ minLength: 1, maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        "instanceType",
        "rootBlockDevice",
        "ebsBlockDevices",
        "desiredCapacity",
        "minSize",
        "launchTemplate",
        "blockDeviceMappings",
        "bucket",
        "subnets",
        "subnetIds",
        "vpcEndpointType",
        "metricQueries",
        "type",
        "period",
        "protocol",
        "region",
      ),
      malformed,
    ),
  )
  .map(([type, name, properties]) => aws(type, name, properties));

describe("cost: properties", () => {
  it("no malformed resource stops an estimate, and nothing is below zero", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 12 }), (resources) => {
        const { lines, total } = priced(resources, { natGb: 1, kmsRequests: 5, internetGb: 7 });
        for (const { amount } of lines) assert.ok(amount.compare(Exact.zero) >= 0);
        assert.equal(total.compare(Exact.sum(lines.map(({ amount }) => amount))), 0);
      }),
      { numRuns: 500 },
    );
  });

  it("the order of the resources makes no difference", () => {
    const unique = fc.uniqueArray(anyResource, {
      maxLength: 10,
      selector: ({ name, type }) => `${name} ${type}`,
    });
    fc.assert(
      fc.property(unique, fc.infiniteStream(fc.nat()), (resources, numbers) => {
        const shuffled = resources
          .map((resource) => [numbers.next().value as number, resource] as const)
          .toSorted(([one], [other]) => one - other)
          .map(([, resource]) => resource);
        const [one, other] = [priced(resources), priced(shuffled)];
        assert.deepEqual(shown(one), shown(other));
        assert.deepEqual(missing(one), missing(other));
      }),
    );
  });

  it("a resource more never makes the bill smaller", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 8 }), anyResource, (resources, more) => {
        const stated = { natGb: 1, kmsRequests: 5, internetGb: 7 };
        const [without, withMore] = [priced(resources, stated), priced([...resources, more], stated)];
        // A line may round the other way when the tiers are filled in another order: half a cent for each.
        const slack = Exact.of("0.01").times(Exact.of(withMore.lines.length));
        assert.ok(withMore.total.plus(slack).compare(without.total) >= 0);
        assert.ok(withMore.lines.length + withMore.unknown.length >= without.lines.length);
      }),
    );
  });

  it("tiers: what is split over buckets costs what one bucket costs, but for the rounding of lines", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 6 }), (sizes) => {
        const buckets = sizes.map((_, index) =>
          aws("s3/bucket:Bucket", `b${index}`, { bucket: `b${index}` }),
        );
        const split = priced(buckets, {
          internetGb: 0,
          buckets: Object.fromEntries(sizes.map((size, index) => [`b${index}`, { standardGb: size }])),
        });
        const all = sizes.reduce((sum, size) => sum + size, 0);
        const whole = priced([aws("s3/bucket:Bucket", "b", { bucket: "b" })], {
          internetGb: 0,
          buckets: { b: { standardGb: all } },
        });
        assert.equal(split.total.toFixed(2), whole.total.toFixed(2));
      }),
    );
  });
});

describe("cost: changes", () => {
  const before = priced(
    [aws("ec2/eip:Eip", "a"), aws("kms/key:Key", "k"), aws("rds/instance:Instance", "db")],
    { kmsRequests: 0 },
  );
  const after = priced(
    [aws("ec2/eip:Eip", "a"), aws("ec2/natGateway:NatGateway", "n"), aws("dms/endpoint:Endpoint", "d")],
    { natGb: 0, internetGb: 0 },
  );

  it("name what is added and taken away, the largest first, and what is unknown now", () => {
    const { difference, lines, newlyUnknown, settled } = compareEstimates(before, after);
    assert.equal(difference.toFixed(2), "4.00");
    assert.deepEqual(
      lines.map(({ resource, difference: change }) => [resource, change.toFixed(2)]),
      [
        ["n", "5.00"],
        ["k", "-1.00"],
      ],
    );
    assert.deepEqual(
      [newlyUnknown, settled].map((list) => list.map(({ resource }) => resource)),
      [["d"], ["db"]],
    );
  });

  it("are none against the same", () => {
    const { difference, lines } = compareEstimates(before, before);
    assert.ok(difference.isZero());
    assert.deepEqual(lines, []);
  });

  it("add up to the difference of the totals", () => {
    fc.assert(
      fc.property(fc.array(anyResource), fc.array(anyResource), (one, other) => {
        const [a, b] = [priced(one), priced(other)];
        const { difference, lines } = compareEstimates(a, b);
        assert.equal(Exact.sum(lines.map((line) => line.difference)).compare(difference), 0);
        assert.equal(b.total.minus(a.total).compare(difference), 0);
      }),
    );
  });
});
