import path from "node:path";
import type { Problem } from "../estate";
import type { Verdict } from "../policy/judge";
import { isRefused, type Report } from "../report/subject";
import { BAD_INPUT, commandLine, UsageError } from "./command-line";
import { printProblems } from "./findings";
import { comparison, OUTPUT_OPTIONS, type Outputs, writeOutputs } from "./outputs";
import { loadAgainst, loadReport, type Wanted } from "./report-source";

/** Options of every command that reports on an environment file. */
export const REPORT_OPTIONS = {
  stack: { type: "string", default: "dev" },
  file: { type: "string" },
  ...OUTPUT_OPTIONS,
  help: { type: "boolean", default: false },
} as const;

/** What is given of them. */
export interface ReportCall extends Outputs {
  readonly stack: string;
  readonly file?: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** What a command that reports on an environment file has of its own. */
export interface ReportCommand<Call extends ReportCall> {
  readonly usage: string;
  /** Reads the command line: options as parseArgs gives them. */
  readonly read: () => Call;
  /** What of a report it wants. */
  readonly wanted: (call: Call) => Omit<Wanted, "stack">;
  /** Writes files of its own, after those that every command has. */
  readonly write?: (report: Report, call: Call) => void;
  readonly print: (report: Report) => void;
  /** What --json prints. */
  readonly document: (report: Report) => object;
  /** What --json prints in place of a report, of an environment file or a call with mistakes. */
  readonly refusal: (problems: readonly Problem[]) => object;
}

const REFUSED = 1;

const root = path.join(__dirname, "..");

/** Runs a command and sets the exit code: 0 fit, 1 refused (see {@link isRefused}), 2 a bad environment file or call. */
export function runReportCommand<Call extends ReportCall>(command: ReportCommand<Call>): void {
  report(command).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = BAD_INPUT;
    },
  );
}

async function report<Call extends ReportCall>(command: ReportCommand<Call>): Promise<number> {
  const call = commandLine(command.usage, () => accepted(command.read()));
  const file = call.file ?? path.join(root, `Pulumi.${call.stack}.yaml`);
  const wanted = { stack: call.stack, ...command.wanted(call) };
  const refuse = (problems: readonly Problem[], what?: string) => {
    if (call.json) printDocument(command.refusal(problems));
    else printProblems(problems, what);
    return BAD_INPUT;
  };
  try {
    const loading = await loadReport(file, wanted);
    if (!loading.ok) return refuse(loading.problems, loading.what);
    const { report } = loading;
    const against =
      call.against === undefined
        ? undefined
        : comparison(call.against, await loadAgainst(call.against, file, wanted), report);
    writeOutputs(report, call, root, against);
    command.write?.(report, call);
    if (call.json) printDocument(command.document(report));
    else if (call.markdown !== "-") command.print(report);
    return isRefused(report) ? REFUSED : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse([{ path: "", message: error.message }], "The call");
  }
}

/** A call whose options go together; undefined where help is asked for. @throws UsageError */
function accepted<Call extends ReportCall>(call: Call): Call | undefined {
  if (call.help) return undefined;
  if (call.json && call.markdown === "-") throw new UsageError("Choose one of --json and --markdown -.");
  if (call.against !== undefined && call.markdown === undefined) {
    throw new UsageError("--against needs --markdown, which tells what changed.");
  }
  return call;
}

/** What --json tells of violations. */
export function violationsOf(verdicts: readonly Verdict[]) {
  return verdicts.map(({ policy, level, severity, resource, message }) => ({
    policy,
    level,
    severity,
    resource,
    message,
  }));
}

function printDocument(document: object): void {
  console.log(JSON.stringify(document, null, 2));
}
