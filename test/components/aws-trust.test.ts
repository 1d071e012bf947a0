import assert from "node:assert/strict";
import { join } from "node:path";
import { isContainer, valueAt } from "../../estate/paths";
import type { Declared } from "../support/declared";
import { descriptionOf, estateOf, REPOSITORY } from "../support/description";
import { declareEstate } from "../support/program";

/** What a statement asks of a service before it lets it in. */
interface Asked {
  readonly [operator: string]: Readonly<Record<string, unknown>>;
}

/** Where a service is let in without saying for whom, and why. */
type Unasked = { readonly because: string };

interface Place {
  readonly account: string;
  readonly region: string;
}

const own = ({ account }: Place): Asked => ({ StringEquals: { "aws:SourceAccount": account } });

/** Who may take roles of the estate, by service: AWS's own guides say which of them tell for whom they do it. */
const ROLES: Readonly<Record<string, ((place: Place) => Asked) | Unasked>> = {
  "events.amazonaws.com": own,
  "scheduler.amazonaws.com": own,
  "states.amazonaws.com": own,
  "vpc-flow-logs.amazonaws.com": (place) => ({
    ...own(place),
    ArnLike: { "aws:SourceArn": `arn:*:ec2:${place.region}:${place.account}:vpc-flow-log/*` },
  }),
  "vmie.amazonaws.com": ({ account }) => ({
    StringEquals: { "aws:SourceAccount": account, "sts:ExternalId": "vmimport" },
    ArnLike: { "aws:SourceArn": `arn:*:vmie:*:${account}:*` },
  }),
  "lambda.amazonaws.com": {
    because:
      "Lambda says nothing of a function when it takes its role, and takes roles of the function's own account only",
  },
  "s3.amazonaws.com": {
    because:
      "S3 is documented without a condition for replication; the role copies from one bucket to the other only",
  },
};

/** Who is let in by policies of buckets, keys and topics, by resource and statement. */
const RESOURCES: Readonly<Record<string, ((place: Place) => Asked) | Unasked>> = {
  "aws-alerts Senders: budgets.amazonaws.com": own,
  "aws-alerts Senders: cloudwatch.amazonaws.com": own,
  "aws-alerts Events: events.amazonaws.com": {
    because: "EventBridge's guide forbids conditions in policies of topics: what it publishes would be lost",
  },
};

interface Trust {
  readonly what: string;
  readonly service: string;
  readonly asked: unknown;
}

/** Statements of a document that let services of AWS in. */
function trusts(what: string, document: unknown): Trust[] {
  const { Statement } = Object(JSON.parse(String(document)));
  assert.ok(Array.isArray(Statement));
  return Statement.flatMap((statement: unknown) => {
    if (valueAt(statement, ["Effect"]) !== "Allow") return [];
    const principal = valueAt(statement, ["Principal"]);
    const service = isContainer(principal) ? valueAt(principal, ["Service"]) : undefined;
    assert.ok(principal !== "*" && valueAt(principal, ["AWS"]) !== "*", `${what} is open to everybody`);
    const services: unknown[] = service === undefined ? [] : [service].flat();
    const sid = valueAt(statement, ["Sid"]);
    return services.map((one) => ({
      what: sid === undefined ? what : `${what} ${String(sid)}`,
      service: String(one),
      asked: valueAt(statement, ["Condition"]),
    }));
  });
}

const ROLE = "aws:iam/role:Role";

for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
  describe(`IAM: services of AWS that are let in, ${file}`, function () {
    this.timeout(60_000);
    const { aws } = estateOf(join(REPOSITORY, file));
    const place = { account: aws?.account ?? "", region: aws?.region ?? "" };
    let resources: readonly Declared[];
    before(async () => {
      ({ resources } = await declareEstate(descriptionOf(join(REPOSITORY, file))));
    });

    it("take each role only for this account, or there is a reason why they do not say", () => {
      const found = resources
        .filter(({ type }) => type === ROLE)
        .flatMap(({ name, inputs }) => {
          const all = trusts(name, inputs.assumeRolePolicy);
          assert.equal(all.length, 1, `${name} is for one service`);
          return all;
        });
      assert.ok(found.length > 10);
      for (const { what, service, asked } of found) {
        const known = ROLES[service];
        assert.ok(known, `${what}: nobody has said whether ${service} tells for whom it takes a role`);
        assert.deepEqual(asked, typeof known === "function" ? known(place) : undefined, what);
      }
    });

    it("use each bucket, key and topic only for this account, or for what belongs to it", () => {
      const found = resources.flatMap(({ type, name, inputs }) =>
        type !== ROLE && typeof inputs.policy === "string" && inputs.policy.includes('"Principal"')
          ? trusts(name, inputs.policy)
          : [],
      );
      assert.ok(found.length > 4);
      for (const { what, service, asked } of found) {
        const known = RESOURCES[`${what}: ${service}`];
        if (known) {
          const wanted =
            typeof known === "function" ? known({ ...place, account: "123456789012" }) : undefined;
          assert.deepEqual(asked, wanted, what);
          continue;
        }
        // All others name the account, or what sends, by its ARN.
        const asks = isContainer(asked) ? Object.values(asked) : [];
        const said = asks.flatMap((one) => (isContainer(one) ? Object.entries(one) : []));
        const about = said.filter(([key]) => /^aws:Source(Account|Arn)$/i.test(key));
        assert.ok(about.length > 0, `${what} lets ${service} in for everybody`);
        for (const [, value] of about)
          assert.doesNotMatch(JSON.stringify(value), /"\*"|arn:[^"]*:\*:\*"/, what);
      }
    });
  });
}

describe("IAM: services of AWS that are let in, as the table says", () => {
  it("has no row that nothing needs", async () => {
    const { resources } = await declareEstate(descriptionOf(join(REPOSITORY, "Pulumi.prod.yaml")));
    const services = resources
      .filter(({ type }) => type === ROLE)
      .flatMap(({ name, inputs }) => trusts(name, inputs.assumeRolePolicy).map(({ service }) => service));
    assert.deepEqual([...new Set(services)].sort(), Object.keys(ROLES).sort());
  });
});
