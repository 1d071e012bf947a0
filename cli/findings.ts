import type { Problem } from "../estate";
import { colours, table, wrap } from "./terminal";

/** A policy's word on a resource. */
export interface Finding {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly resource: string;
  readonly message: string;
}

/** Prints violations as a table, the ones that stop first. */
export function printViolations(violations: readonly Finding[]): void {
  const paint = colours();
  const width = Math.max(40, (process.stdout.columns ?? 120) - 70);
  const rows = violations
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ policy, level, resource, message }) => [
      level === "mandatory" ? paint.red(level) : paint.yellow(level),
      policy,
      resource,
      wrap(message, width),
    ]);
  console.log(table(["level", "policy", "resource", "what and what to do"], rows));
}

/** Prints the mistakes of an environment file, or of what else it says that has them. */
export function printProblems(problems: readonly Problem[], what = "The environment file"): void {
  const paint = colours(process.stderr);
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  console.error(paint.red(`${what} has ${count}; nothing was declared:`));
  for (const { path, message } of problems) console.error(`  ${paint.bold(path)}: ${message}`);
}

function rank({ level }: Finding): number {
  return level === "mandatory" ? 0 : 1;
}
