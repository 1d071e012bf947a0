import path from "node:path";
import { parseArgs } from "node:util";
import { PriceBookError, priceBook } from "../cost/book";
import { compareEstimates } from "../cost/change";
import { type Estimate, estimate } from "../cost/estimate";
import { Exact } from "../cost/exact";
import { DOLLARS } from "../cost/money";
import type { Problem } from "../estate";
import { BAD_INPUT, commandLine, UsageError } from "./command-line";
import { BadInputError, type CostProgram, loadProgram, runningStack } from "./cost-program";
import { type CostReport, costJson, costMarkdown, costTables } from "./cost-report";
import { printProblems } from "./findings";

const USAGE = `usage: npm run cost [-- --stack NAME] [--file PATH] [--json | --markdown] [...]

What the AWS part of an estate costs in a month: from what an environment file declares, the use that its aws.usage
states, and a price book of its region (cost/prices). What is not known is listed, and never counted as zero.

  --stack NAME             environment; default dev
  --file PATH              environment file (default Pulumi.<stack>.yaml), or what 'pulumi stack export' wrote
  --program DIR            another Pulumi program in TypeScript or JavaScript, in place of an environment file
  --usage PATH             with a program or an export: a YAML file with the keys of aws.usage; a program's own
                           usage.yaml when absent
  --region NAME            with a program or an export: the region, where no AWS provider in it says it
  --prices NAME            price book of the region by name or path, in place of aws.usage.prices
  --currency CODE --rate N another currency besides US dollars, and how much of it a dollar is
  --against PATH|running   the change: against another environment file or an export, or against the running stack
                           (which 'pulumi stack export' tells)
  --failed-over            as long as a failover lasts: every pilot light at its largest size
  --ceiling USD            exit code 1 where the total is higher
  --json, --markdown       one JSON document; a summary for a pull request

exit codes: 0 priced, 1 above the ceiling, 2 a bad environment file or call`;

const ABOVE_CEILING = 1;

const root = path.join(__dirname, "..");

type Call = NonNullable<ReturnType<typeof readCommandLine>>;

async function main(): Promise<number> {
  const call = commandLine(USAGE, readCommandLine);
  try {
    const report = await price(call);
    if (call.json) console.log(JSON.stringify(costJson(report), null, 2));
    else console.log(call.markdown ? costMarkdown(report) : costTables(report));
    const { ceiling } = call;
    if (ceiling === undefined || report.estimate.total.compare(ceiling) <= 0) return 0;
    console.error(`The total is above the ceiling of USD ${ceiling.toFixed(2)}.`);
    return ABOVE_CEILING;
  } catch (error) {
    const problems = problemsOf(error);
    if (call.json) console.log(JSON.stringify({ ok: false, errors: problems }, null, 2));
    else if (error instanceof BadInputError) printProblems(problems);
    else console.error(problems.map(({ message }) => message).join("\n"));
    return BAD_INPUT;
  }
}

async function price(call: Call): Promise<CostReport> {
  const { stack, currency, against } = call;
  const place = call.program ?? call.file ?? path.join(root, `Pulumi.${stack}.yaml`);
  const program = await loadProgram(place, call);
  const after = estimateOf(program, call);
  const title = place === call.program || place === call.file ? path.basename(place) : stack;
  if (against === undefined) return { title, estimate: after, currency };
  const name = against === "running" ? `the running stack ${stack}` : path.basename(against);
  const change = compareEstimates(estimateOf(await earlier(against, program, call), call), after);
  return { title, estimate: after, currency, against: { name, change } };
}

/** The other side of a comparison; a state does not say what is used, and is taken to be used alike. */
async function earlier(against: string, program: CostProgram, call: Call): Promise<CostProgram> {
  if (against === "running") return { ...program, resources: await runningStack(call.stack) };
  const other = await loadProgram(against, call);
  return /\.ya?ml$/.test(against) ? other : { ...program, resources: other.resources };
}

function estimateOf({ resources, usage, region }: CostProgram, { prices, failedOver }: Call): Estimate {
  if (region === undefined) throw new UsageError("There is no second site in AWS: nothing here has a price.");
  return estimate(resources, { usage, failedOver, book: priceBook(region, prices ?? usage.prices) });
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof BadInputError) return error.problems;
  if (error instanceof UsageError || error instanceof PriceBookError || isFileError(error)) {
    return [{ path: "", message: error.message }];
  }
  throw error;
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EISDIR");
}

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      file: { type: "string" },
      program: { type: "string" },
      usage: { type: "string" },
      region: { type: "string" },
      prices: { type: "string" },
      currency: { type: "string" },
      rate: { type: "string" },
      against: { type: "string" },
      "failed-over": { type: "boolean", default: false },
      ceiling: { type: "string" },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  if (values.file !== undefined && values.program !== undefined) {
    throw new UsageError("Choose one of --file and --program.");
  }
  if (values.json && values.markdown) throw new UsageError("Choose one of --json and --markdown.");
  if ((values.currency === undefined) !== (values.rate === undefined)) {
    throw new UsageError(
      "--currency and --rate belong together: there is no rate of exchange to be had here.",
    );
  }
  return {
    ...values,
    failedOver: values["failed-over"],
    currency:
      values.currency === undefined
        ? DOLLARS
        : { code: currencyCode(values.currency), rate: positive("--rate", values.rate ?? "") },
    ceiling: values.ceiling === undefined ? undefined : positive("--ceiling", values.ceiling),
  };
}

function currencyCode(text: string): string {
  if (!/^[A-Z]{3}$/.test(text))
    throw new UsageError(`'${text}' is no currency: three capital letters, such as IDR.`);
  return text;
}

function positive(option: string, text: string): Exact {
  if (!/^\d+(\.\d+)?$/.test(text) || Exact.of(text).isZero()) {
    throw new UsageError(`${option} takes a number above zero, such as 15000: found '${text}'.`);
  }
  return Exact.of(text);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = BAD_INPUT;
  },
);
