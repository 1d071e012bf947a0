import assert from "node:assert/strict";
import { join } from "node:path";
import type { Declared } from "../support/declared";
import { type Change, descriptionOf, put, REPOSITORY } from "../support/description";
import { declareEstate } from "../support/program";
import { type Openings, openings } from "../support/security-groups";

async function declared(file: string, ...changes: readonly Change[]): Promise<readonly Declared[]> {
  const description = descriptionOf(join(REPOSITORY, file));
  for (const change of changes) put(description, change);
  return (await declareEstate(description)).resources;
}

type Table = Readonly<Record<string, Openings>>;

const DEFAULT: Table = { "default of aws": { in: [], out: [] } };
const drill = (...ports: number[]): Openings => ({
  in: ["everything from aws-drill", ...ports.map((port) => `tcp ${port} from aws-probe`)],
  out: ["everything to aws-drill"],
});
const from = (networks: readonly string[], ...ports: number[]) =>
  ports.flatMap((port) => networks.map((network) => `tcp ${port} from ${network}`));
const sorted = (...lines: readonly string[]) => [...lines].sort();

const S3 = "tcp 443 to aws-s3-prefixes";
const SERVICES = "tcp 443 to aws-endpoints";
/** Addresses of `web-1` to `web-12` in the production estate. */
const WEB = Array.from({ length: 12 }, (_, index) => `10.20.33.${index + 1}`);
/** What one of the production estate's databases lets through: no tenant's network. */
const DATABASE: Openings = {
  in: sorted(
    ...from(["10.20.0.0/24", "10.20.32.0/20"], 22, 5432),
    "tcp 5432 from aws-probe",
    "tcp 5432 from web",
  ),
  out: [SERVICES, S3],
};
const PROD_SITE = ["10.20.0.0/24", "10.20.32.0/20", "10.21.1.0/24", "10.21.2.0/24"];

const PROD: Table = {
  ...DEFAULT,
  "aws-endpoints": { in: ["tcp 443 from 10.64.0.0/16"], out: [] },
  "shop-balancer": {
    in: ["tcp 80 from 10.20.0.0/16"],
    out: sorted(...WEB.map((address) => `tcp 80 to ${address}/32`)),
  },
  "shop-aws-balancer": { in: ["tcp 80 from 10.20.0.0/16"], out: ["tcp 80 to web"] },
  "db-1": DATABASE,
  "db-2": DATABASE,
  "db-3": DATABASE,
  web: {
    in: sorted(
      ...from(PROD_SITE, 22, 80, 443),
      "tcp 80 from aws-probe",
      "tcp 80 from shop-aws-balancer",
      "tcp 80 from web",
      "tcp 443 from web",
    ),
    out: sorted(
      SERVICES,
      S3,
      "tcp 80 to web",
      "tcp 443 to web",
      ...[1, 2, 3].map((index) => `tcp 5432 to db-${index}`),
    ),
  },
  "aws-probe": {
    in: [],
    out: sorted(
      "tcp 80 to aws-drill",
      "tcp 80 to web",
      "tcp 5432 to aws-drill",
      ...[1, 2, 3].map((index) => `tcp 5432 to db-${index}`),
    ),
  },
  "aws-drill": drill(5432, 80),
  // The way between the sites is measured to the gateways' shared address.
  "aws-latency-probe": { in: [], out: ["tcp 7 to 10.20.0.4/32"] },
};

const AS_BUILT: Table = {
  ...DEFAULT,
  alpine: { in: ["tcp 22 from aws-probe"], out: [S3] },
  "aws-probe": { in: [], out: ["tcp 22 to alpine", "tcp 22 to aws-drill"] },
  "aws-drill": drill(22),
};

/** As built, with a VPN: people on the site's management network have a way to its SSH. */
const DEV: Table = {
  ...AS_BUILT,
  alpine: { in: ["tcp 22 from 192.168.137.0/24", "tcp 22 from aws-probe"], out: [S3] },
  "aws-latency-probe": { in: [], out: ["tcp 7 to 192.168.137.5/32"] },
};

const SPLIT: Table = {
  ...DEFAULT,
  "shop-balancer": {
    in: ["tcp 80 from 10.42.0.0/16", "tcp 80 from 192.168.137.0/24"],
    out: ["tcp 80 to 192.168.137.31/32", "tcp 80 to web"],
  },
  web: {
    in: [
      "tcp 80 from 192.168.137.0/24",
      "tcp 80 from aws-probe",
      "tcp 80 from shop-balancer",
      "tcp 80 from web",
    ],
    out: [S3, "tcp 5432 to 192.168.137.30/32", "tcp 80 to web"],
  },
  "aws-probe": { in: [], out: ["tcp 80 to aws-drill", "tcp 80 to web"] },
  "aws-drill": drill(80),
  "aws-latency-probe": { in: [], out: ["tcp 7 to 192.168.137.32/32"] },
};

const ESTATES: Readonly<Record<string, Table>> = {
  "Pulumi.dev.yaml": DEV,
  "Pulumi.prod.yaml": PROD,
  "examples/split.yaml": SPLIT,
  "examples/as-built.yaml": AS_BUILT,
};

/** Whether a rule is about everybody. */
const whole = (line: string) => /(0\.0\.0\.0\/0|::\/0)/.test(line);

describe("security groups, by role", function () {
  this.timeout(60_000);

  for (const [file, table] of Object.entries(ESTATES)) {
    describe(file, () => {
      let found: Readonly<Record<string, Openings>>;
      before(async () => {
        found = openings(await declared(file));
      });

      it("are these", () => assert.deepEqual(Object.keys(found).sort(), Object.keys(table).sort()));

      for (const [group, { in: ins, out }] of Object.entries(table)) {
        it(`${group} lets in: ${ins.join("; ") || "nothing"}`, () => {
          assert.deepEqual(found[group]?.in, ins);
        });
        it(`${group} lets out: ${out.join("; ") || "nothing"}`, () => {
          assert.deepEqual(found[group]?.out, out);
        });
      }

      it("are open to everybody nowhere, and to all ports among guests of one drill only", () => {
        for (const [group, rules] of Object.entries(found)) {
          for (const line of [...rules.in, ...rules.out]) {
            assert.ok(!whole(line), `${group}: ${line}`);
            assert.ok(
              !/^(everything|tcp \d+-\d+)/.test(line) || line.endsWith(` ${group}`),
              `${group}: ${line}`,
            );
          }
        }
      });

      it("say both ends of what goes from group to group", () => {
        const groups = Object.keys(found);
        const pairs = (direction: keyof Openings) =>
          groups.flatMap((group) =>
            (found[group]?.[direction] ?? []).flatMap((line) => {
              const [, what = "", peer = ""] = /^(.*) (?:from|to) (\S+)$/.exec(line) ?? [];
              // Services of AWS let in the whole VPC.
              if (!groups.includes(peer) || peer === "aws-endpoints") return [];
              return [direction === "in" ? `${peer} > ${group}: ${what}` : `${group} > ${peer}: ${what}`];
            }),
          );
        assert.deepEqual(pairs("in").sort(), pairs("out").sort());
      });
    });
  }
});

describe("security groups: the database of a split application", function () {
  this.timeout(60_000);
  const SPLIT_FILE = "examples/split.yaml";
  const WEB_ENTRY = ["aws", "recovery", "web"];
  const BACK = {
    image: { owner: "136693071363", name: "debian-13-amd64-20251117-2299" },
    instanceType: "t3.small",
    ports: [22, 5432],
    from: [],
  };

  it("on the cluster is reached from AWS by its front end only, on its port only", async () => {
    const resources = await declared(SPLIT_FILE);
    const toSite = Object.entries(openings(resources)).flatMap(([group, { out }]) =>
      out
        .filter((line) => / to (192\.168\.137\.30|192\.168\.137\.0)\//.test(line))
        .map((line) => `${group}: ${line}`),
    );
    assert.deepEqual(toSite, ["web: tcp 5432 to 192.168.137.30/32"]);
    // Nobody gets there by a wider network either.
    for (const [group, { out }] of Object.entries(openings(resources))) {
      for (const line of out)
        assert.doesNotMatch(line, /\/([0-9]|1[0-9]|2[0-9]|3[01])$/, `${group}: ${line}`);
    }
  });

  it("lets in front ends on its port, and administrators; nobody else, on the cluster itself", async () => {
    const resources = await declared(SPLIT_FILE);
    const of = (type: string, name: string) => {
      const found = resources.find((one) => one.type === type && one.name === name);
      assert.ok(found, `${type} ${name}`);
      return found.inputs;
    };
    assert.equal(of("proxmoxve:firewall/optionsLegacy:OptionsLegacy", "db").inputPolicy, "DROP");
    const { rules } = of("proxmoxve:firewall/rulesLegacy:RulesLegacy", "db");
    const set = of("proxmoxve:firewall/ipsetLegacy:IpsetLegacy", "front-ends");
    assert.deepEqual(
      records(rules).map(({ securityGroup, action, proto, dport, source }) =>
        securityGroup === undefined ? { action, proto, dport, source } : { securityGroup },
      ),
      [
        { securityGroup: "ssh" },
        { action: "ACCEPT", proto: "tcp", dport: "5432", source: `+dc/${String(set.name)}` },
      ],
    );
    const subnets = resources
      .filter(({ type, name }) => type === "aws:ec2/subnet:Subnet" && name.startsWith("aws-private-"))
      .map(({ inputs }) => inputs.cidrBlock);
    assert.deepEqual(
      records(set.cidrs).map(({ name }) => name),
      ["192.168.137.31", ...subnets],
    );
  });

  it("in AWS lets in its front end and the probe only, on its port only", async () => {
    for (const needs of [
      [[...WEB_ENTRY, "after"], ["db"]],
      [[...WEB_ENTRY, "reaches"], [{ guest: "db", port: 5432 }]],
    ] satisfies Change[]) {
      const { db } = openings(await declared(SPLIT_FILE, [["aws", "recovery", "db"], BACK], needs));
      assert.deepEqual(db?.in, ["tcp 5432 from aws-probe", "tcp 5432 from web"]);
    }
  });

  it("in AWS lets in nobody who does not say that he needs it", async () => {
    const { db } = openings(
      await declared(SPLIT_FILE, [["aws", "recovery", "db"], BACK], [[...WEB_ENTRY, "reaches"], []]),
    );
    assert.deepEqual(db?.in, ["tcp 5432 from aws-probe"]);
  });

  it("is reached by SSH where an entry says so, never because it needs the database", async () => {
    const { db } = openings(
      await declared(
        SPLIT_FILE,
        [["aws", "recovery", "db"], BACK],
        [[...WEB_ENTRY, "after"], ["db"]],
        [[...WEB_ENTRY, "reaches"], [{ guest: "db", port: 22 }]],
      ),
    );
    assert.deepEqual(db?.in, ["tcp 22 from web", "tcp 5432 from aws-probe", "tcp 5432 from web"]);
  });
});

describe("security groups: a load balancer for everybody", function () {
  this.timeout(60_000);

  it("is the only group that lets in everybody, and only where its scheme is internet", async () => {
    const found = openings(
      await declared(
        "examples/split.yaml",
        [["aws", "traffic", "shop", "scheme"], "internet"],
        [["aws", "traffic", "shop", "from"], ["0.0.0.0/0"]],
      ),
    );
    const open = Object.entries(found).flatMap(([group, rules]) =>
      [...rules.in, ...rules.out].filter(whole).map((line) => `${group}: ${line}`),
    );
    assert.deepEqual(open, ["shop-balancer: tcp 80 from 0.0.0.0/0"]);
  });
});

function records(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((one) => ({ ...one })) : [];
}
