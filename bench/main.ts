import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { colours, startProgress, table } from "../cli/terminal";
import { assessSeconds } from "./assess";
import { estateFile } from "./estates";
import { packBootSeconds } from "./pack-boot";
import { rulesSeconds } from "./rules";

/** HA VMs in the measured estates. */
const SIZES = [100, 300, 1000] as const;

/** What issue and README promise; the last column says whether this machine keeps it. */
const LIMITS = {
  checkSeconds: 6,
  checkMebibytes: 1024,
  checkGrowth: 12,
  previewRatio: 0.6,
  packBootSeconds: 2,
  rulesSeconds: 1,
  /** Twice the guests in at most so many times the time. */
  rulesGrowth: 3,
  assessSeconds: 2,
  /** Four times the guests in at most so many times the time. */
  assessGrowth: 6,
};

const root = path.join(__dirname, "..");

interface Measurement {
  readonly seconds: number;
  /** Highest resident memory of the process in MiB. */
  readonly mebibytes: number;
  readonly stdout: string;
}

/** Runs a program of the checkout in a process of its own and measures it. */
function measure(args: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const reporter = path.join(__dirname, "report-memory.cjs");
    const child = spawn(process.execPath, ["--require", reporter, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit", "pipe"],
    });
    let stdout = "";
    let memory = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stdio[3]?.on("data", (text: Buffer) => {
      memory += text.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      if (code === 0) resolve({ seconds, mebibytes: Number(memory) / 1024, stdout });
      else reject(new Error(`${args.join(" ")} ended with exit code ${code}`));
    });
  });
}

const CHECK = ["--max-semi-space-size=64", "--import", "tsx", "cli/check.ts", "--json", "--file"];
const PREVIEW = ["--import", "tsx", "bench/preview.ts"];

async function measureSize(count: number, file: string) {
  await writeFile(file, estateFile(count));
  const check = await measure([...CHECK, file]);
  const previewSeconds = async (variant: string) =>
    Number((await measure([...PREVIEW, variant, root, file])).stdout);
  const bare = await previewSeconds("bare");
  const estate = await previewSeconds("estate");
  const withPack = await previewSeconds("estate-with-pack");
  return { count, check, bare, estate, withPack };
}

/** Of all rules: the time for the largest size, and that for twice as many guests. */
async function measureRules(folder: string): Promise<{ largest: number; twice: number }> {
  const of = async (count: number) => {
    const file = path.join(folder, `Pulumi.bench-rules-${count}.yaml`);
    await writeFile(file, estateFile(count));
    return rulesSeconds(file);
  };
  const largest = SIZES[SIZES.length - 1] ?? 0;
  await of(SIZES[0]); // compiles what is measured
  return { largest: await of(largest), twice: await of(2 * largest) };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "hybrid-estate-bench-"));
  const progress = startProgress("benchmarks");
  try {
    const rows = [];
    for (const count of SIZES) {
      progress.update(`benchmarks: ${count} HA VMs`);
      rows.push(await measureSize(count, path.join(folder, `Pulumi.bench-${count}.yaml`)));
    }
    progress.update("benchmarks: rules");
    const rules = await measureRules(folder);
    progress.succeed("benchmarks done");
    print(rows, await packBootSeconds(root), rules);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(
  rows: readonly Awaited<ReturnType<typeof measureSize>>[],
  boot: number,
  rules: Awaited<ReturnType<typeof measureRules>>,
): void {
  const [smallest] = rows;
  const largest = rows.at(-1);
  if (smallest === undefined || largest === undefined) return;
  const fixed = (value: number) => value.toFixed(2);
  console.log(
    table(
      [
        "HA VMs",
        "check s",
        "check MiB",
        "bare preview s",
        "our preview s",
        "ratio",
        "with pack s",
        "pack adds s",
      ],
      rows.map(({ count, check, bare, estate, withPack }) => [
        String(count),
        fixed(check.seconds),
        check.mebibytes.toFixed(0),
        fixed(bare),
        fixed(estate),
        fixed(estate / bare),
        fixed(withPack),
        fixed(withPack - estate),
      ]),
    ),
  );
  assessSeconds(8, 200); // compiles what is measured
  const assessed = assessSeconds(32, 1000);
  const verdicts: [string, number, number][] = [
    [`check of ${largest.count} HA VMs, s`, largest.check.seconds, LIMITS.checkSeconds],
    [`memory of that check, MiB`, largest.check.mebibytes, LIMITS.checkMebibytes],
    [
      `its time to that of ${smallest.count}`,
      largest.check.seconds / smallest.check.seconds,
      LIMITS.checkGrowth,
    ],
    [`preview to bare program, ${largest.count}`, largest.estate / largest.bare, LIMITS.previewRatio],
    ["boot of the pack, s", boot, LIMITS.packBootSeconds],
    [`all rules on ${largest.count} HA VMs, s`, rules.largest, LIMITS.rulesSeconds],
    ["their time for twice as many to that", rules.twice / rules.largest, LIMITS.rulesGrowth],
    ["assessment of 32 nodes, 1,000 guests, s", assessed, LIMITS.assessSeconds],
    ["its time for 4,000 guests to that", assessSeconds(32, 4000) / assessed, LIMITS.assessGrowth],
  ];
  const paint = colours();
  console.log(
    table(
      ["measure", "found", "limit", ""],
      verdicts.map(([name, found, limit]) => [
        name,
        fixed(found),
        String(limit),
        found <= limit ? paint.green("kept") : paint.red("missed"),
      ]),
    ),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
