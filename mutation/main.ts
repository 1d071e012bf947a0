import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";
import { RULES } from "../policy/rules";
import type { Rule } from "../policy/rules/rule";
import { EQUIVALENT } from "./equivalent";
import { type Mutant, mutantsOf } from "./mutants";
import { collectTests, notices } from "./suite";

const USAGE = `usage: npm run mutate [-- RULE...]

Breaks the conditions of the policy pack's rules one by one, and runs the rule's tests on each broken rule. Prints
what no test notices.

exit codes: 0 the tests notice every break, 1 some they do not`;

const FOLDER = path.join(__dirname, "..", "policy", "rules");

function main(): number {
  const named = process.argv.slice(2);
  if (named.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const testsOf = collectTests();
  let count = 0;
  const survivors: string[] = [];
  for (const rule of RULES.filter(({ id }) => named.length === 0 || named.includes(id))) {
    const tests = testsOf(rule.id);
    const file = path.join(FOLDER, `${rule.id}.ts`);
    if (notices(tests)) throw new Error(`the tests of ${rule.id} fail as it is`);
    for (const mutant of mutantsOf(file, readFileSync(file, "utf8"))) {
      if (EQUIVALENT.get(rule.id)?.some(({ change }) => change === mutant.change)) continue;
      count += 1;
      if (!withMutant(rule, file, mutant, () => notices(tests))) {
        survivors.push(`policy/rules/${rule.id}.ts:${mutant.line}: ${mutant.change}`);
      }
    }
  }
  for (const survivor of survivors) console.log(survivor);
  console.log(`${count} breaks of ${RULES.length} rules, ${survivors.length} that no test notices`);
  return survivors.length === 0 ? 0 : 1;
}

/** Puts a broken rule in the place of the rule, which the tests hold on to, and takes it away again. */
function withMutant(rule: Rule, file: string, { source }: Mutant, work: () => boolean): boolean {
  const whole = { ...rule };
  try {
    Object.assign(rule, ruleIn(file, source));
    return work();
  } catch {
    return true; // it can't even be loaded
  } finally {
    Object.assign(rule, whole);
  }
}

function ruleIn(file: string, source: string): object {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const load = new Function("require", "module", "exports", outputText);
  load(createRequire(file), module, module.exports);
  const [rule] = Object.values(module.exports);
  if (typeof rule !== "object" || rule === null) throw new Error(`${file} exports no rule`);
  return rule;
}

process.exitCode = main();
