import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { assess } from "../assessment";
import { PriceBookError, priceBook } from "../cost/book";
import { estimate } from "../cost/estimate";
import { type Problem, readEstate } from "../estate";
import { readEnvironmentFile } from "../estate/file";
import { declareEnvironment } from "../offline/estate";
import { policyConfigFile, readPolicyConfig } from "../policy/config-file";
import { readTopology } from "../policy/facts/topology";
import { judge } from "../policy/judge";
import type { Report } from "../report/subject";
import { UsageError } from "./command-line";

/** What of a report is wanted: judging is always part of it. */
export interface Wanted {
  readonly stack: string;
  readonly assessment: boolean;
  readonly pairs: boolean;
  readonly reboots: boolean;
  readonly cost: boolean;
}

export type Loading =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly what?: string };

/** Declares an environment file offline, and judges, assesses and prices what it declares. */
export async function loadReport(file: string, wanted: Wanted, shown = file): Promise<Loading> {
  const configuration = readPolicyConfig(file);
  if (!configuration.ok) {
    return { ok: false, problems: configuration.problems, what: "The policy pack's configuration" };
  }
  const declared = await declareEnvironment(file, wanted.stack);
  if (!declared.ok) return declared;
  const { resources } = declared;
  const topology = readTopology(resources);
  return {
    ok: true,
    report: {
      stack: wanted.stack,
      file: shown,
      text: readFileSync(file, "utf8"),
      resources: resources.length,
      topology,
      verdicts: judge(resources, { config: configuration.config, topology }),
      ...(wanted.assessment ? { assessment: assess(topology, wanted) } : {}),
      ...(wanted.cost ? costOf(file, resources) : {}),
    },
  };
}

/** The environment as it is elsewhere: another file, or the same one at a commit, judged by the code that is here. */
export async function loadAgainst(against: string, file: string, wanted: Wanted): Promise<Loading> {
  if (existsSync(against)) return loadReport(against, wanted);
  if (against.startsWith("-") || /[\s:]/.test(against)) {
    throw new UsageError(`--against ${against}: neither a file nor a commit, branch or tag`);
  }
  const folder = mkdtempSync(path.join(tmpdir(), "hybrid-estate-against-"));
  try {
    const copy = path.join(folder, path.basename(file));
    const text = await textAt(against, file);
    if (text === undefined) {
      return { ok: false, problems: [{ path: file, message: `is not there at ${against}` }] };
    }
    writeFileSync(copy, text);
    const configuration = await textAt(against, policyConfigFile(file));
    if (configuration !== undefined) writeFileSync(policyConfigFile(copy), configuration);
    return await loadReport(copy, wanted, `${path.basename(file)} at ${against}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file's text at a commit; undefined where the commit has no such file. @throws UsageError without the commit */
async function textAt(commit: string, file: string): Promise<string | undefined> {
  const folder = path.dirname(path.resolve(file));
  const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: folder, maxBuffer: 16 << 20 });
  try {
    await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`);
  } catch {
    throw new UsageError(
      `--against ${commit}: neither a file nor a commit, branch or tag of this repository`,
    );
  }
  try {
    return (await git("show", `${commit}:./${path.basename(file)}`)).stdout;
  } catch {
    return undefined;
  }
}

function costOf(file: string, resources: Parameters<typeof estimate>[0]): Pick<Report, "cost" | "costGap"> {
  const read = readEnvironmentFile(file);
  const reading = read.ok ? readEstate(read.description) : undefined;
  const aws = reading?.ok === true ? reading.estate.aws : undefined;
  if (aws === undefined) return { costGap: "there is no second site in AWS" };
  try {
    const book = priceBook(aws.region, aws.usage.prices);
    return { cost: estimate(resources, { usage: aws.usage, book }) };
  } catch (error) {
    if (error instanceof PriceBookError) return { costGap: error.message };
    throw error;
  }
}
