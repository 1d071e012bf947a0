import path from "node:path";

/** A test of the policy suite, by the titles of what it is in. */
interface Test {
  readonly titles: readonly string[];
  readonly run: () => unknown;
}

/** The suites of the rules that need no process and no promise. */
const FILES = [
  "rule-cases",
  "aws",
  "cluster",
  "guests",
  "ha-storage",
  "ha-storage.guests",
  "ha-storage.nodes",
  "ha-storage.unknown",
];

/** Collects the tests of the policy suite, to run them as often as there are mutants. */
export function collectTests(): (rule: string) => Test[] {
  const tests: Test[] = [];
  const titles: string[] = [];
  const describe = (title: string, body: () => void) => {
    titles.push(title);
    body.call({ timeout: () => undefined });
    titles.pop();
  };
  const it = (_: string, run: () => unknown) => tests.push({ titles: [...titles], run });
  Object.assign(globalThis, { describe, it });
  for (const file of FILES) require(path.join(__dirname, "..", "test", "policy", `${file}.test.ts`));
  return (rule) => {
    const name = new RegExp(`^rule ${rule}(,|$)`);
    return tests.filter((test) => test.titles.some((title) => name.test(title)));
  };
}

/** Whether any of the tests notices that something is wrong. */
export function notices(tests: readonly Test[]): boolean {
  return tests.some(({ run }) => {
    try {
      run();
      return false;
    } catch {
      return true;
    }
  });
}
