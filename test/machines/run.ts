import { readdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { findImage } from "./image/image";
import { finished, spawnTied } from "./processes";

/**
 * `npm run test:hosts`: the machine tests in two groups at a time, each on two machines of its own, as one pair leaves
 * a processor idle for half of the time. Lines say which group they are of; the sum of both comes last. With arguments,
 * which are mocha's, it is one run with those.
 */

/** The files that one group has; the other one has every other file, so that none is left out. */
const FIRST = ["nfs", "nfs-firewall", "backup-server", "hostile", "interrupted", "lvm", "monitoring"].map(
  (name) => `${name}.machine.ts`,
);
/** Two pairs of machines take 6 GB with their translated code. */
const MEMORY = 10 * 1024 ** 3;
/** Not by mocha's own program, which starts another one that outlives it when it is killed. */
const MOCHA = [
  ...[
    "--import",
    "tsx",
    path.join(path.dirname(require.resolve("mocha/package.json")), "lib", "cli", "cli.js"),
  ],
  ...["--config", path.join(__dirname, "mocharc.json")],
];

type Count = "passing" | "failing" | "pending";
type Counts = Record<Count, number>;

/** Runs one group, and counts from its summary. */
async function runGroup(tag: string, ignored: readonly string[]): Promise<Counts> {
  const files = ignored.flatMap((file) => ["--ignore", path.join("test", "machines", file)]);
  const child = spawnTied(process.execPath, [...MOCHA, "--no-color", ...files], ["ignore", "pipe", "pipe"]);
  const counts: Counts = { passing: 0, failing: 0, pending: 0 };
  for (const input of [child.stdout, child.stderr]) {
    if (!input) throw new Error("mocha has no output");
    createInterface({ input }).on("line", (line) => {
      const [, number, kind] = /^ {2}(\d+) (passing|failing|pending)\b/.exec(line) ?? [];
      if (number && kind) counts[kind as Count] = Number(number);
      console.log(line.trim() === "" ? "" : `${tag} ${line}`);
    });
  }
  const code = await finished(child);
  // One that died before its summary has not passed.
  if (code !== 0 && counts.failing === 0) counts.failing = 1;
  return counts;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.length > 0 || availableParallelism() < 2 || totalmem() < MEMORY) {
    process.exitCode = Number(
      await finished(spawnTied(process.execPath, [...MOCHA, ...args], ["inherit", "inherit", "inherit"])),
    );
    return;
  }
  const started = Date.now();
  // Once, before both ask for it.
  await findImage();
  const all = readdirSync(__dirname).filter((file) => file.endsWith(".machine.ts"));
  const missing = FIRST.filter((file) => !all.includes(file));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(", ")}`);
  const groups = await Promise.all([
    runGroup(
      "1",
      all.filter((file) => !FIRST.includes(file)),
    ),
    runGroup("2", FIRST),
  ]);
  const sum = (kind: Count) => groups.reduce((total, counts) => total + counts[kind], 0);
  console.log(`\n  ${sum("passing")} passing (${Math.round((Date.now() - started) / 60_000)}m)`);
  for (const kind of ["pending", "failing"] as const) {
    if (sum(kind) > 0) console.log(`  ${sum(kind)} ${kind}`);
  }
  process.exitCode = sum("failing") > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
