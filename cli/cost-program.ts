import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { parse } from "yaml";
import { regionOf } from "../cost/regions";
import { readStackExport } from "../cost/state";
import { type Problem, readEstate } from "../estate";
import { readEnvironmentFile } from "../estate/file";
import { pathText } from "../estate/paths";
import { type Usage, usageSchema } from "../estate/schema/aws/usage";
import { declare } from "../offline/declare";
import { declareEstate } from "../offline/estate";
import type { DeclaredResource } from "../policy/facts/declared";
import { UsageError } from "./command-line";

const root = path.join(__dirname, "..");

/** A program's resources with what is needed to price them. */
export interface CostProgram {
  readonly resources: readonly DeclaredResource[];
  readonly usage: Usage;
  /** None where there is no second site. */
  readonly region: string | undefined;
}

/** What a program says itself goes before what is stated here. */
export interface CostInputs {
  readonly stack: string;
  /** File with the use of a program that is not an environment file. */
  readonly usage?: string | undefined;
  readonly region?: string | undefined;
}

/** An environment file, or a statement of use, with mistakes. */
export class BadInputError extends Error {
  override readonly name = "BadInputError";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ path: at, message }) => `${at}: ${message}`).join("\n"));
  }
}

/**
 * Loads what is to be priced: an environment file, the folder of a Pulumi program (`index.ts` or `index.js`; the use
 * is in its `usage.yaml` if there is one), or what `pulumi stack export` wrote.
 *
 * @throws BadInputError or UsageError
 */
export async function loadProgram(file: string, inputs: CostInputs): Promise<CostProgram> {
  if (statSync(file).isDirectory()) return loadFolder(file, inputs);
  if (/\.ya?ml$/.test(file)) return loadEnvironment(file, inputs.stack);
  const state = readStackExport(readFileSync(file, "utf8"));
  if (state === undefined) {
    throw new UsageError(
      `${file} is neither a YAML file, nor a program's folder, nor what 'pulumi stack export' writes.`,
    );
  }
  return {
    resources: state.resources,
    usage: readUsage(inputs.usage),
    region: inputs.region ?? state.region,
  };
}

async function loadEnvironment(file: string, stack: string): Promise<CostProgram> {
  const read = readEnvironmentFile(file);
  if (!read.ok) throw new BadInputError(read.problems);
  const reading = readEstate(read.description);
  if (!reading.ok) throw new BadInputError(reading.problems);
  const declared = await declareEstate(read.description, stack, { ids: true });
  if (!declared.ok) throw new BadInputError(declared.problems);
  const { aws } = reading.estate;
  return { resources: declared.resources, usage: aws?.usage ?? readUsage(undefined), region: aws?.region };
}

async function loadFolder(folder: string, inputs: CostInputs): Promise<CostProgram> {
  const main = ["index.ts", "index.js"].map((name) => path.resolve(folder, name)).find(existsSync);
  if (main === undefined) throw new UsageError(`${folder} has no index.ts or index.js.`);
  const resources = await declare({
    program: () => import(pathToFileURL(main).href),
    config: {},
    project: path.basename(path.resolve(folder)),
    stack: inputs.stack,
    invokes: {},
    ids: true,
  });
  const beside = path.join(folder, "usage.yaml");
  return {
    resources,
    usage: readUsage(inputs.usage ?? (existsSync(beside) ? beside : undefined)),
    region: inputs.region ?? regionOf(resources),
  };
}

function readUsage(file: string | undefined): Usage {
  if (file === undefined) return usageSchema.parse({});
  const parsed = usageSchema.safeParse(parse(readFileSync(file, "utf8")) ?? {});
  if (parsed.success) return parsed.data;
  throw new BadInputError(
    parsed.error.issues.map(({ path: at, message }) => ({ path: `${file}: ${pathText(at)}`, message })),
  );
}

/** The state of a running stack, from the Pulumi CLI on PATH. @throws UsageError where it can't be had */
export async function runningStack(stack: string): Promise<readonly DeclaredResource[]> {
  const state = readStackExport(await exportStack(stack));
  if (state === undefined) throw new UsageError("'pulumi stack export' wrote something that is no state.");
  return state.resources;
}

async function exportStack(stack: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", stack], {
      cwd: root,
      maxBuffer: 2 ** 30,
    });
    return stdout;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UsageError(
      `The running stack could not be read (${reason}). That takes the Pulumi CLI on PATH and a login to the ` +
        "stack's backend; or export it yourself and name that file.",
    );
  }
}
