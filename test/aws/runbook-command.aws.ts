import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Moto } from "../support/moto";
import { runNode } from "../support/sandbox-cli";

/** What a stack exports, as far as the commands read it. */
function estate(runbooks: object | undefined) {
  return {
    contractVersion: 1,
    cluster: { name: "example", endpoint: "https://192.0.2.10:8006/" },
    nodes: {},
    networks: {},
    storages: {},
    guests: {},
    aws: {
      account: "123456789012",
      region: "us-east-1",
      vpc: { id: "vpc-1", cidr: "10.42.0.0/16" },
      privateSubnets: {},
      backupBucket: { name: "b", arn: "arn:aws:s3:::b", keyArn: "arn:aws:kms:::key/1" },
      pilotLights: { db: { autoScalingGroup: "db", launchTemplate: "lt-1" } },
      runbooks,
    },
  };
}

describe("npm run drill, failover and failback", () => {
  let aws: Moto;
  let folder: string;

  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(async () => {
    await aws.reset();
    folder = mkdtempSync(path.join(tmpdir(), "hybrid-estate-runbook-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  after(() => aws.stop());

  /** Makes a state machine, and a `pulumi` whose stack exports it as both runbooks. */
  async function stack(states: object): Promise<string> {
    const { stateMachineArn } = await aws.call("stepfunctions", "create_state_machine", {
      name: "runbook",
      roleArn: "arn:aws:iam::123456789012:role/runbook",
      definition: JSON.stringify({ QueryLanguage: "JSONata", ...states }),
    });
    const arn = String(stateMachineArn);
    exports(estate({ failover: arn, failback: arn, drill: arn }));
    return arn;
  }

  function exports(value: object): void {
    const pulumi = path.join(folder, "pulumi");
    writeFileSync(pulumi, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(value)}\nEND\n`);
    chmodSync(pulumi, 0o755);
  }

  const run = (...args: readonly string[]) =>
    runNode(["cli/runbook.ts", ...args], {
      PATH: `${folder}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      HYBRID_ESTATE_FOLLOW_MS: "100",
    });

  const WORKS = {
    StartAt: "Boot",
    States: {
      Boot: { Type: "Wait", Seconds: 1, Next: "Passed" },
      Passed: {
        Type: "Succeed",
        Output: { guests: [{ name: "db", detect: 600, rto: 1503 }], asked: "{% $states.input %}" },
      },
    },
  };
  const FAILS = {
    StartAt: "No",
    States: { No: { Type: "Fail", Error: "DrillFailed", Cause: "db (boot): x" } },
  };

  it("starts the runbook, follows it, and shows its stages and guests", async () => {
    await stack(WORKS);
    const { code, stdout, stderr } = await run("drill", "--stack", "prod");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Boot +│ 1 +│ \d s +│ done/);
    assert.match(stdout, /db +│ 10 min 00 s/);
    assert.match(stderr, /drill of prod: done/);
  });

  it("hands over what it is asked for, and says all of it as JSON", async () => {
    await stack(WORKS);
    const { code, stdout } = await run(
      ...["failover", "--stack", "prod", "--guest", "db", "--yes", "--json"],
      ...["--disrupted-at", "2026-01-01T00:00Z"],
    );
    assert.equal(code, 0);
    const document = JSON.parse(stdout);
    assert.equal(document.ok, true);
    assert.deepEqual(
      document.stages.map(({ name }: { name: string }) => name),
      ["Boot"],
    );
    const { input } = await aws.call("stepfunctions", "describe_execution", {
      executionArn: document.executionArn,
    });
    assert.deepEqual(JSON.parse(String(input)), { guests: ["db"], disruptedAt: "2026-01-01T00:00:00.000Z" });
  });

  it("ends with 1 and the cause where the runbook failed", async () => {
    await stack(FAILS);
    const { code, stderr } = await run("drill", "--stack", "prod");
    assert.equal(code, 1);
    assert.match(stderr, /DrillFailed: db \(boot\): x/);
  });

  it("starts no failover that nobody said yes to", async () => {
    const stateMachineArn = await stack(WORKS);
    const { code, stderr } = await run("failover", "--stack", "prod");
    assert.equal(code, 1);
    assert.match(stderr, /needs --yes/);
    const { executions } = await aws.call("stepfunctions", "list_executions", { stateMachineArn });
    assert.deepEqual(executions, []);
  });

  it("asks before a failback stops or deletes anything, and not before it starts guests again", async () => {
    const stateMachineArn = await stack(WORKS);
    for (const more of [[], ["--release"]]) {
      const { code, stderr } = await run("failback", "--stack", "prod", ...more);
      assert.equal(code, 1);
      assert.match(stderr, /A failback that nobody can be asked about needs --yes/);
    }
    const { executions } = await aws.call("stepfunctions", "list_executions", { stateMachineArn });
    assert.deepEqual(executions, []);
    const { code, stdout } = await run("failback", "--stack", "prod", "--resume", "--json");
    assert.equal(code, 0);
    const { input } = await aws.call("stepfunctions", "describe_execution", {
      executionArn: JSON.parse(stdout).executionArn,
    });
    assert.deepEqual(JSON.parse(String(input)), { action: "resume" });
  });

  it("refuses a guest that the stack does not recover, and a stack without runbooks", async () => {
    await stack(WORKS);
    const unknown = await run("drill", "--stack", "prod", "--guest", "mail");
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /--guest: found mail; allowed: db/);
    exports(estate(undefined));
    const without = await run("drill", "--stack", "prod");
    assert.match(without.stderr, /Stack prod exports no drill runbook/);
  });

  for (const [what, args, says] of [
    ["no stack", ["drill"], /--stack is missing/],
    ["no runbook", ["--stack", "prod"], /Which runbook is missing/],
    ["a time that is none", ["drill", "--stack", "prod", "--disrupted-at", "noon"], /'noon' is no time/],
    ["a time to come", ["drill", "--stack", "prod", "--disrupted-at", "2999-01-01"], /yet to come/],
    ["an option of drills", ["failover", "--stack", "prod", "--declared-at", "2026-01-01"], /for drills/],
    ["a failback's option", ["failover", "--stack", "prod", "--release"], /--release is for failbacks/],
    ["two ends", ["failback", "--stack", "prod", "--release", "--resume"], /contradict each other/],
    [
      "a time of no failback",
      ["failback", "--stack", "prod", "--disrupted-at", "2026-01-01"],
      /is for drills/,
    ],
    ["an ARN that is none", ["drill", "--follow", "x"], /no ARN of an execution/],
  ] as const) {
    it(`refuses ${what} with 2`, async () => {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  }
});
