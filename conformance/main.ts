import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { printProblems } from "../cli/findings";
import { colours, startProgress } from "../cli/terminal";
import { declareEnvironment } from "../offline/estate";
import type { DeclaredResource } from "../policy/facts/declared";
import { buildProvider, NoGoError } from "./build";
import { SandboxDouble } from "./double";
import { plainInputs } from "./inputs";
import { RealProvider } from "./provider";
import { conclude, type Findings, matrix } from "./report";
import { Translator, translateFields } from "./translate";
import { type Outcome, tryResource } from "./trial";

const USAGE = `usage: npm run conformance [-- --stack NAME ...] [--quiet]

Feeds what the environment files declare to the real Terraform provider that the Pulumi plugin bridges
(bpg/terraform-provider-proxmox, built from its Go module; no server is needed): it has to take all of it. Then
changes every field, and compares the provider's verdicts (refused, update, replace, no change) with the
sandbox double's.

  --stack NAME   only Pulumi.<NAME>.yaml; default every one that is there
  --quiet        without the tables

exit codes: 0 conforms, or did not run because there is no Go (a line says so), 1 does not conform,
2 a bad environment file or call, or the provider could not be built`;

const FAILED = 1;
const NOT_RUN = 2;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const options = parseCommandLine();
  if (!options) return 0;
  const declared = new Map<string, readonly DeclaredResource[]>();
  for (const stack of options.stack ?? (await stacks())) {
    const declaration = await declareEnvironment(path.join(root, `Pulumi.${stack}.yaml`), stack);
    if (!declaration.ok) {
      printProblems(declaration.problems);
      return NOT_RUN;
    }
    declared.set(stack, declaration.resources);
  }
  try {
    const findings = await compare(await buildProvider(startProgress), declared, options.quiet);
    return printFindings(findings);
  } catch (error) {
    if (!(error instanceof NoGoError)) throw error;
    console.log(`conformance: did not run, the real provider can't be built: ${error.message}`);
    return 0;
  }
}

async function compare(
  executable: string,
  declared: ReadonlyMap<string, readonly DeclaredResource[]>,
  quiet: boolean,
): Promise<Findings> {
  const real = new RealProvider(executable);
  const double = await SandboxDouble.open();
  try {
    const schema = await real.schema();
    const parties = { real, double, translator: new Translator(schema.resources) };
    const outcomes: Outcome[] = [];
    const configured: string[] = [];
    for (const [stack, resources] of declared) {
      for (const { type, name, properties } of resources) {
        const inputs = plainInputs(properties);
        if (type === "pulumi:providers:proxmoxve") {
          configured.push(...(await configure(real, schema.provider, inputs, `${stack} ${name}`)));
        } else if (type.startsWith("proxmoxve:")) {
          outcomes.push(await tryResource({ type, name: `${stack} ${name}`, inputs }, parties));
        }
      }
    }
    if (!quiet) {
      for (const type of new Set(outcomes.map((one) => one.declared.type)))
        console.log(`${matrix(type, outcomes)}\n`);
    }
    const findings = conclude(outcomes);
    return { ...findings, refused: [...configured, ...findings.refused] };
  } finally {
    real.close();
    await double.close();
  }
}

/** Configures the real provider as the program does, and returns what it has against that. */
async function configure(
  real: RealProvider,
  shapes: Parameters<typeof translateFields>[0],
  inputs: Parameters<typeof translateFields>[1],
  name: string,
): Promise<string[]> {
  const mistakes: Parameters<typeof translateFields>[3] = [];
  const diagnostics = await real.configure(translateFields(shapes, inputs, "", mistakes));
  return [
    ...mistakes.map((mistake) => `provider ${name}: ${mistake.path}: ${mistake.reason}`),
    ...diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ summary, detail }) => `provider ${name}: ${summary} ${detail ?? ""}`),
  ];
}

function printFindings(findings: Findings): number {
  const paint = colours();
  const { refused, warnings, differences, excused, stale, untried, unmodelled, trials } = findings;
  for (const warning of warnings) console.log(`${paint.yellow("warning")}: ${warning}`);
  for (const { type, field, reason } of excused) console.log(`differs, and may: ${type} ${field}: ${reason}`);
  for (const type of unmodelled) console.log(`${paint.red("not modelled")}: the sandbox has no ${type}`);
  for (const field of untried) console.log(`${paint.red("not tried")}: no other value is known for ${field}`);
  for (const { type, field } of stale)
    console.log(`${paint.red("stale excuse")}: ${type} ${field} does not differ`);
  for (const refusal of refused) console.log(`${paint.red("refused")}: ${refusal}`);
  for (const { type, field, kind, real, double } of differences) {
    console.log(`${paint.red("differs")}: ${type} ${field} ${kind}\n  real:   ${real}\n  double: ${double}`);
  }
  const failed = refused.length + differences.length + stale.length + untried.length + unmodelled.length;
  const mark = failed > 0 ? paint.red("does not conform") : paint.green("conforms");
  console.log(
    `${mark}: ${trials} changes tried, ${refused.length} refused as declared, ${differences.length} verdicts differ, ${excused.length} differ with a reason`,
  );
  return failed > 0 ? FAILED : 0;
}

async function stacks(): Promise<string[]> {
  const names = (await readdir(root)).map((name) => /^Pulumi\.([^.]+)\.yaml$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

function parseCommandLine() {
  try {
    const { values } = parseArgs({
      options: {
        stack: { type: "string", multiple: true },
        quiet: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (!values.help) return values;
    console.log(USAGE);
    return undefined;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(USAGE);
    process.exit(NOT_RUN);
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = NOT_RUN;
  },
);
