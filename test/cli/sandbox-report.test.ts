import assert from "node:assert/strict";
import { sandboxCost } from "../../cli/sandbox-cost";
import { type Ending, SandboxReporter, summary } from "../../cli/sandbox-report";
import { usageSchema } from "../../estate/schema/aws/usage";
import type { Change, Report, States } from "../../sandbox/run/report";
import { runNode } from "../support/sandbox-cli";

const NOTHING: Report = { changes: [], unchanged: 0, violations: [], errors: [], warnings: [] };

const NO_STATES: States = { before: [], after: [] };

function change(operation: string, name = operation): Change {
  return { operation, type: "t:i:T", name, properties: [] };
}

/** What a piece of work prints, by stream. */
async function printed(work: () => unknown): Promise<{ out: string; error: string }> {
  const { log, error } = console;
  const lines: { out: string[]; error: string[] } = { out: [], error: [] };
  const write = process.stderr.write;
  console.log = (text: string) => lines.out.push(text);
  console.error = (text: string) => lines.error.push(text);
  process.stderr.write = (text: string | Uint8Array) => lines.error.push(String(text)) > 0;
  try {
    await work();
  } finally {
    Object.assign(console, { log, error });
    process.stderr.write = write;
  }
  return { out: lines.out.join("\n"), error: lines.error.join("\n") };
}

describe("the sandbox's report", () => {
  const summaries: readonly (readonly [string, Partial<Report>, planned: boolean])[] = [
    ["nothing changed (62 unchanged)", { unchanged: 62 }, false],
    ["nothing to change (62 unchanged)", { unchanged: 62 }, true],
    ["1 created, 2 unchanged", { changes: [change("create")], unchanged: 2 }, false],
    [
      "2 to create, 1 to update",
      { changes: ["create", "update", "create"].map((verb) => change(verb)) },
      true,
    ],
    [
      "1 replaced, 1 deleted, 1 imported",
      { changes: ["replace", "delete", "import"].map((verb) => change(verb)) },
      false,
    ],
  ];
  for (const [line, report, planned] of summaries) {
    it(`says "${line}"`, () => assert.equal(summary({ ...NOTHING, ...report }, planned), line));
  }

  const outputs = {
    group: { value: "sg-1", secret: false },
    secrets: { value: { nodeAccessKey: { id: "AKIA", secret: "hunter2" } }, secret: true },
  };

  it("shows secrets as [secret] only, to people", async () => {
    const { out } = await printed(() => new SandboxReporter("dev", false).finish({ ok: true, outputs }));
    assert.deepEqual(JSON.parse(out), { group: "sg-1", secrets: "[secret]" });
  });

  it("prints one JSON document", async () => {
    const reporter = new SandboxReporter("dev", true);
    const violation = { policy: "p", level: "mandatory", resource: "r", message: "m" } as const;
    const report = {
      ...NOTHING,
      changes: [change("create", "vm")],
      unchanged: 2,
      violations: [violation],
      errors: ["vm: no"],
    };
    const orphan = {
      urn: "urn:pulumi:dev::hybrid-estate::t:i:T::lost",
      ...{ type: "t:i:T", id: "1", key: "1", inputs: {}, outputs: {}, secretOutputs: [], serial: 1 },
    };
    const { out, error } = await printed(async () => {
      reporter.recovered({ unlocked: true, orphans: [orphan], untold: [] });
      await reporter.follow("up", async () => ({ ok: false, report, states: NO_STATES }));
      assert.equal(reporter.finish({ ok: false, outputs }), 1);
    });
    assert.deepEqual(JSON.parse(out), {
      ok: false,
      stack: "dev",
      changes: [change("create", "vm")],
      unchanged: 2,
      violations: [violation],
      errors: [{ path: "", message: "vm: no" }],
      orphans: ["lost"],
      outputs: { group: "sg-1", secrets: "[secret]" },
    });
    assert.ok(!`${out}${error}`.includes("hunter2"));
  });

  it("prints a bad environment file as JSON of the same shape", async () => {
    const problems = [{ path: "guests.alpine.memory", message: "found 1 GB" }];
    const { out } = await printed(() => new SandboxReporter("dev", true).refuse(problems));
    const empty = { changes: [], unchanged: 0, violations: [], orphans: [] };
    assert.deepEqual(JSON.parse(out), { ok: false, stack: "dev", errors: problems, ...empty });
  });

  it("tells a refusal from a failure", async () => {
    const violations = [{ policy: "p", level: "mandatory", resource: "r", message: "m" }] as const;
    const follow = (report: Report) =>
      printed(() =>
        new SandboxReporter("dev", false).follow("up", async () => ({
          ok: false,
          report,
          states: NO_STATES,
        })),
      );
    const refused = await follow({ ...NOTHING, violations });
    assert.match(refused.error, /up of dev: refused/);
    assert.match(refused.out, /│ mandatory │ p /);
    const failed = await follow({ ...NOTHING, errors: ["vm: HTTP 500"] });
    assert.match(failed.error, /up of dev: failed/);
    assert.match(failed.error, /error vm: HTTP 500/);
  });

  const aws = { region: "ap-southeast-1", usage: usageSchema.parse({}) };
  const key = { type: "aws:kms/key:Key", name: "key", properties: {} };

  it("says what the previewed stack costs, and what that changes", async () => {
    const { out } = await printed(() =>
      new SandboxReporter("dev", false).costs(() => sandboxCost({ before: [], after: [key] }, aws)),
    );
    assert.equal(
      out,
      "monthly cost: USD 1.00, and 1 that is not known; + USD 1.00 against the running stack",
    );
    const { out: less } = await printed(() =>
      new SandboxReporter("dev", false).costs(() => sandboxCost({ before: [key], after: [] }, aws)),
    );
    assert.equal(less, "monthly cost: USD 0.00; - USD 1.00 against the running stack");
  });

  it("has the cost in its JSON document", async () => {
    const reporter = new SandboxReporter("dev", true);
    const { out } = await printed(() => {
      reporter.costs(() => sandboxCost({ before: [key], after: [key] }, aws));
      reporter.finish({ ok: true });
    });
    assert.deepEqual(JSON.parse(out).cost, { usd: "1.00", before: "1.00", difference: "0.00", unknown: 1 });
  });

  it("goes on without prices of the region", async () => {
    const { out } = await printed(() =>
      new SandboxReporter("dev", false).costs(() =>
        sandboxCost(NO_STATES, { ...aws, region: "mars-north-1" }),
      ),
    );
    assert.match(out, /^monthly cost: not known: there is no price book mars-north-1/);
  });

  it("lets an operation's own error through", async () => {
    const gone = () => Promise.reject(new Error("gone"));
    await printed(() => assert.rejects(new SandboxReporter("dev", true).follow("up", gone), /gone/));
  });

  const endings: readonly (readonly [Ending, number])[] = [
    [{ ok: true }, 0],
    [{ ok: false }, 1],
  ];
  for (const [ending, code] of endings) {
    it(`ends with exit code ${code}`, async () => {
      await printed(() => assert.equal(new SandboxReporter("dev", false).finish(ending), code));
    });
  }
});

describe("a bad call of npm run sandbox", function () {
  this.timeout(60_000);
  const calls: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [[], /^What to do is missing\./],
    [["up", "down"], /'down' is too much/],
    [["up", "--nope"], /^Unknown option '--nope'/],
    [["reset", "--stack", ".."], /^'\.\.' is no name of a stack/],
  ];
  for (const [args, says] of calls) {
    it(`(${args.join(" ")}) is answered with the usage`, async () => {
      const { code, stdout, stderr } = await runNode(["cli/sandbox.ts", ...args]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, says);
      assert.match(stderr, /\n\nusage: npm run sandbox -- up\|preview/);
      assert.doesNotMatch(stderr, /^ {4}at /m);
    });
  }
});
