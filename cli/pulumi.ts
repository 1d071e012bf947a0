import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { existingPolicyConfig, readPolicyConfig } from "../policy/config-file";
import { printProblems } from "./findings";

/**
 * `npm run preview -- -s dev` and `npm run up -- -s dev`: the user's own Pulumi CLI, credentials and backend on
 * this repository's program, always with the policy pack. Remaining arguments go through; the exit code comes back.
 */

const ROOT = path.dirname(__dirname);
/** What a shell answers for a command that it can't find. */
const NOT_FOUND = 127;
const USAGE_ERROR = 2;
/** One-letter options of `pulumi up` that take the rest of the argument as their value. */
const LETTERS_WITH_VALUE = "scmptCv";

/** Whether an argument makes `pulumi up` skip its preview: --skip-preview, -f, also among letters as in -yf. */
export function skipsPreview(argument: string): boolean {
  const long = /^--skip-preview(?:=(.*))?$/.exec(argument);
  if (long) return !["false", "f", "0"].includes((long[1] ?? "true").toLowerCase());
  if (!/^-[A-Za-z]/.test(argument)) return false;
  for (const letter of argument.slice(1)) {
    if (letter === "f") return true;
    if (letter === "=" || LETTERS_WITH_VALUE.includes(letter)) return false;
  }
  return false;
}

function main(): void {
  const [command, ...rest] = process.argv.slice(2);
  if (command !== "preview" && command !== "up") {
    refuse("usage: npm run preview|up -- -s STACK [arguments of pulumi preview|up]");
    return;
  }
  if (command === "up" && rest.some(skipsPreview)) {
    refuse(
      "`up` here never skips the preview: the policies about the stack as a whole only stop it before the work " +
        "when a preview ran. Leave out --skip-preview (-f); --yes still answers the question after the preview.",
    );
    return;
  }
  const configuration = rest.some(isPolicyConfig)
    ? []
    : policyConfiguration(stackOf(rest) ?? selectedStack());
  if (configuration === undefined) return;
  runPulumi([command, "--policy-pack", path.join(ROOT, "policy"), ...configuration, ...rest]);
}

function isPolicyConfig(argument: string): boolean {
  return /^--policy-pack-config(=|$)/.test(argument);
}

/** The stack that arguments name: -s NAME, -s=NAME, -sNAME, --stack NAME, --stack=NAME. */
export function stackOf(args: readonly string[]): string | undefined {
  for (const [index, argument] of args.entries()) {
    if (argument === "-s" || argument === "--stack") return args[index + 1];
    const named = /^(?:--stack=|-s=?)(.+)$/.exec(argument)?.[1];
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The stack that `pulumi` takes without being told one; none where there is no pulumi, which it will say itself. */
function selectedStack(): string | undefined {
  const asked = spawnSync("pulumi", ["stack", "--show-name"], { cwd: ROOT, encoding: "utf8" });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

/** Arguments with the configuration of the pack that belongs to a stack; undefined where that has mistakes. */
function policyConfiguration(stack: string | undefined): string[] | undefined {
  if (stack === undefined || stack === "") return [];
  // Stacks of Pulumi Cloud may be named with their organization and project.
  const environment = path.join(ROOT, `Pulumi.${path.basename(stack)}.yaml`);
  const reading = readPolicyConfig(environment);
  if (!reading.ok) {
    printProblems(reading.problems, "The policy pack's configuration");
    process.exitCode = USAGE_ERROR;
    return undefined;
  }
  const file = existingPolicyConfig(environment);
  return file === undefined ? [] : ["--policy-pack-config", file];
}

function refuse(message: string): void {
  console.error(message);
  process.exitCode = USAGE_ERROR;
}

function runPulumi(args: readonly string[]): void {
  const child = spawn("pulumi", args, { cwd: ROOT, stdio: "inherit" });
  // Ctrl-C reaches Pulumi by itself, which then finishes what is under way: wait for it instead of leaving it alone.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(
      `The Pulumi CLI could not be started (${error.message}). Install it and put it on PATH: ` +
        "https://www.pulumi.com/docs/install/\nTo try the estate without it and without credentials: npm start",
    );
    process.exitCode = NOT_FOUND;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}

if (require.main === module) main();
