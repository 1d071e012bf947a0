import path from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { isStackName } from "../sandbox/run/workspace";
import { commandLine, UsageError } from "./command-line";
import { Executions, RunbookError, readStack } from "./runbook-client";
import { type Stage, stagesOf } from "./runbook-stages";
import { colours, duration, startProgress, table } from "./terminal";

const RUNBOOKS = ["drill", "failback", "failover"] as const;
type Name = (typeof RUNBOOKS)[number];
/** What else than to stop guests a failback does. */
type Action = "resume" | "release" | undefined;

const USAGE = `usage: npm run drill|failover|failback -- --stack NAME [--guest NAME ...] [--yes] [--json]

  drill      boots the newest recoverable points apart from everything, probes them, measures, and removes them
  failover   raises the guests in AWS, in their order
  failback   shuts the guests in AWS down, in the reverse order, and keeps their volumes as snapshots to bring home

  --stack NAME          stack whose outputs say where the runbooks are
  --guest NAME          entry of aws.recovery, also several times; all where absent
  --disrupted-at TIME   when the site was lost (ISO 8601), for the recovery time
  --declared-at TIME    drill only: when somebody decided; detection and decision are then measured too
  --follow ARN          follows an execution that is under way, and starts none
  --resume              failback only: starts again what a failback has stopped
  --release             failback only: lowers the groups to ordinary days, which deletes what a failback has stopped
  --yes                 failover and failback: does not ask
  --json                one JSON document on standard output

exit codes: 0 done, 1 failed, 2 a bad call`;

const FAILED = 1;
/** Milliseconds between two looks. */
const LOOK = Number(process.env.HYBRID_ESTATE_FOLLOW_MS ?? 3000);

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const call = commandLine(USAGE, readCommandLine);
  try {
    const executionArn = call.follow ?? (await start(call));
    return executionArn === undefined ? FAILED : await follow(call, executionArn);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (call.json) console.log(JSON.stringify({ ok: false, error: message }, null, 2));
    else console.error(message);
    return FAILED;
  }
}

async function start({ name, stack, guests, action, times, yes, json }: Call): Promise<string | undefined> {
  const { aws } = await readStack(stack, root);
  if (!aws) throw new RunbookError(`Stack ${stack} has no second site`);
  const stateMachine = aws.runbooks?.[name];
  if (stateMachine === undefined) {
    throw new RunbookError(
      `Stack ${stack} exports no ${name} runbook: bring it up with something in aws.recovery`,
    );
  }
  const known = Object.keys(aws.pilotLights);
  const unknown = guests.filter((guest) => !known.includes(guest));
  if (unknown.length > 0) {
    throw new RunbookError(`--guest: found ${unknown.join(", ")}; allowed: ${known.join(", ")}`);
  }
  const concerned = guests.length > 0 ? guests : known;
  const question = questionOf(name, action);
  if (question !== undefined && !yes && !(await agreed(name, stack, question(concerned), json)))
    return undefined;
  const input = {
    ...(guests.length > 0 ? { guests } : {}),
    ...(action === undefined ? {} : { action }),
    ...times,
  };
  const label = `${name}-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  return new Executions(stateMachine).start(stateMachine, label, input);
}

/** What the operator is asked before something that users notice; nothing for the rest. */
function questionOf(name: Name, action: Action): ((guests: readonly string[]) => string) | undefined {
  if (name === "failover") {
    return (guests) =>
      `This raises ${guests.join(", ")} in AWS. If they still run on the cluster, there will be two of each.`;
  }
  if (name !== "failback" || action === "resume") return undefined;
  return action === "release"
    ? (guests) =>
        `This deletes the stopped instances of ${guests.join(", ")} in AWS and their volumes. Their snapshots stay.`
    : (guests) =>
        `This shuts ${guests.join(", ")} down in AWS: users are without them until they run at home.`;
}

/** Whether the operator means it. */
async function agreed(name: Name, stack: string, question: string, json: boolean): Promise<boolean> {
  if (json || !process.stdin.isTTY) {
    throw new RunbookError(`A ${name} that nobody can be asked about needs --yes`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question}\nType the stack's name to go on (${stack}): `);
    if (answer.trim() === stack) return true;
    console.error("Nothing was started.");
    return false;
  } finally {
    asking.close();
  }
}

async function follow({ name, stack, json }: Call, executionArn: string): Promise<number> {
  const executions = new Executions(executionArn);
  const title = `${name} of ${stack}`;
  const progress = startProgress(title);
  process.once("SIGINT", () => {
    console.error(
      `\nThe ${name} goes on in AWS. To see more of it: npm run ${name} -- --follow ${executionArn}`,
    );
    process.exit(FAILED);
  });
  for (;;) {
    const execution = await executions.describe(executionArn).catch((error: unknown) => {
      progress.fail(`${title}: cannot be followed`);
      throw error;
    });
    const stages = stagesOf(await executions.history(executionArn), Date.now());
    if (execution.status !== "RUNNING") {
      const ok = execution.status === "SUCCEEDED";
      if (ok) progress.succeed(`${title}: done`);
      else progress.fail(`${title}: ${execution.status?.toLowerCase()}`);
      if (json) printJson(execution, stages);
      else print(name, execution, stages);
      return ok ? 0 : FAILED;
    }
    const current = stages.filter(({ state }) => state === "running").at(-1);
    if (current) progress.update(`${title}: ${current.name}`);
    await sleep(LOOK);
  }
}

function print(
  name: Name,
  { output, error, cause, executionArn }: DescribeExecutionOutput,
  stages: readonly Stage[],
): void {
  const paint = colours();
  const rows = stages.map(({ name: stage, times, milliseconds, state }) => [
    stage,
    String(times),
    duration(milliseconds),
    state === "failed" ? paint.red(state) : state,
  ]);
  console.log(table(["stage", "times", "took", "state"], rows));
  const guests = guestsOf(output);
  if (guests.length > 0) console.log(guestTable(name, guests));
  if (error !== undefined || cause !== undefined) {
    const paintError = colours(process.stderr);
    console.error(`${paintError.red(error ?? "failed")}: ${(cause ?? "").split("; ").join("\n  ")}`);
    console.error(`Execution: ${executionArn}`);
  }
}

const COLUMNS: Readonly<Record<Name, readonly string[]>> = {
  failback: ["name", "instances", "snapshots", "point", "note"],
  drill: ["name", "detect", "declare", "import", "boot", "healthy", "rpo", "rto", "point"],
  failover: ["name", "instances", "raised", "recovered", "point"],
};

function guestTable(name: Name, guests: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = COLUMNS[name];
  const cell = (value: unknown) =>
    typeof value === "number"
      ? duration(value * 1000)
      : Array.isArray(value)
        ? value.join("\n")
        : String(value ?? "");
  return table(
    ["guest", ...columns.slice(1)],
    guests.map((guest) => columns.map((column) => cell(guest[column]))),
  );
}

function guestsOf(output: string | undefined): Readonly<Record<string, unknown>>[] {
  if (output === undefined) return [];
  const parsed: unknown = JSON.parse(output);
  const guests = typeof parsed === "object" && parsed !== null && "guests" in parsed ? parsed.guests : [];
  return Array.isArray(guests) ? guests : [];
}

function printJson(execution: DescribeExecutionOutput, stages: readonly Stage[]): void {
  const { executionArn, status, output, error, cause, startDate, stopDate } = execution;
  const document = {
    ok: status === "SUCCEEDED",
    executionArn,
    status,
    startDate,
    stopDate,
    error,
    cause,
    stages: stages.map(({ milliseconds, ...stage }) => ({ ...stage, seconds: milliseconds / 1000 })),
    guests: guestsOf(output),
  };
  console.log(JSON.stringify(document, null, 2));
}

type Call = NonNullable<ReturnType<typeof readCommandLine>>;

function readCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: "string" },
      guest: { type: "string", multiple: true, default: [] },
      "disrupted-at": { type: "string" },
      "declared-at": { type: "string" },
      follow: { type: "string" },
      resume: { type: "boolean", default: false },
      release: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const [word, ...more] = positionals;
  const name = RUNBOOKS.find((known) => known === word);
  if (name === undefined || more.length > 0) throw new UsageError("Which runbook is missing, or too much.");
  const { stack, follow: arn } = values;
  if (stack === undefined && arn === undefined) throw new UsageError("--stack is missing.");
  if (stack !== undefined && !isStackName(stack.split("/").at(-1) ?? "")) {
    throw new UsageError(`'${stack}' is no name of a stack.`);
  }
  if (arn !== undefined && !/^arn:[\w-]+:states:[\w-]+:\d{12}:execution:/.test(arn)) {
    throw new UsageError(`'${arn}' is no ARN of an execution.`);
  }
  if (name !== "drill" && values["declared-at"] !== undefined) {
    throw new UsageError("--declared-at is for drills.");
  }
  if (name === "failback" && values["disrupted-at"] !== undefined) {
    throw new UsageError("--disrupted-at is for drills and failovers.");
  }
  const action: Action = values.resume ? "resume" : values.release ? "release" : undefined;
  if (name !== "failback" && action !== undefined) throw new UsageError(`--${action} is for failbacks.`);
  if (values.resume && values.release) throw new UsageError("--resume and --release contradict each other.");
  return {
    name,
    stack: stack ?? "(followed)",
    guests: values.guest,
    action,
    follow: arn,
    times: {
      ...moment("disruptedAt", "--disrupted-at", values["disrupted-at"]),
      ...moment("declaredAt", "--declared-at", values["declared-at"]),
    },
    yes: values.yes,
    json: values.json,
  };
}

/** A moment in the form that the runbooks read. */
function moment(key: string, option: string, text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`${option}: '${text}' is no time such as 2026-11-21T04:00Z.`);
  if (time.getTime() > Date.now()) throw new UsageError(`${option}: '${text}' is yet to come.`);
  return { [key]: time.toISOString() };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = FAILED;
  },
);
