import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

export const ROOT = path.join(__dirname, "..", "..");

/** What `npm run sandbox -- … --json` prints. */
const documentSchema = z.object({
  ok: z.boolean(),
  changes: z.array(
    z.object({ operation: z.string(), type: z.string(), name: z.string(), properties: z.array(z.string()) }),
  ),
  unchanged: z.number(),
  violations: z.array(
    z.object({ policy: z.string(), level: z.string(), resource: z.string(), message: z.string() }),
  ),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  orphans: z.array(z.string()),
  cost: z
    .object({ usd: z.string(), before: z.string(), difference: z.string(), unknown: z.number() })
    .optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

export interface CommandResult {
  /** Exit code; null when it was killed by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type SandboxResult = CommandResult & { readonly document: z.infer<typeof documentSchema> | undefined };

/** An environment of its own for one test file: its environment file, its sandbox, removed in the end. */
export class TestEnvironment {
  private constructor(
    readonly stack: string,
    private readonly folder: string,
    private readonly original: string,
  ) {}

  /** @param original the environment file of the checkout that it starts from */
  static async open(stack: string, original = "Pulumi.dev.yaml"): Promise<TestEnvironment> {
    const folder = await mkdtemp(path.join(tmpdir(), "hybrid-estate-"));
    const environment = new TestEnvironment(stack, folder, path.join(ROOT, original));
    environment.describe((text) => text);
    environment.forget();
    return environment;
  }

  get file(): string {
    return path.join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  /** Folder of its sandbox. */
  get sandbox(): string {
    return path.join(ROOT, ".sandbox", this.stack);
  }

  /** The text of the stack's state file. */
  state(): string {
    const file = path.join(".pulumi", "stacks", "hybrid-estate", `${this.stack}.json`);
    return readFileSync(path.join(this.sandbox, "state", file), "utf8");
  }

  /** Writes the environment file: the original, changed. */
  describe(change: (original: string) => string): void {
    writeFileSync(this.file, change(readFileSync(this.original, "utf8")));
  }

  /** Runs `npm run sandbox -- OPERATION --json` on it. */
  async run(operation: string, env: NodeJS.ProcessEnv = {}): Promise<SandboxResult> {
    const args = ["cli/sandbox.ts", operation, "--stack", this.stack, "--file", this.file, "--json"];
    const result = await runNode(args, env);
    const document =
      result.stdout.trim() === "" ? undefined : documentSchema.parse(JSON.parse(result.stdout));
    return { ...result, document };
  }

  /** What exists at both sites: type and key of every object, sorted. */
  sites(): string[] {
    return journalObjects(path.join(this.sandbox, "world", "world.jsonl"));
  }

  /** What exists at both sites besides what scripts made on hosts: a cluster, a pool or a datastore outlives its stack. */
  declared(): string[] {
    return this.sites().filter((object) => !object.startsWith("host:"));
  }

  forget(): void {
    rmSync(this.sandbox, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.forget();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs a program of the checkout under tsx, as the npm scripts do. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const entrySchema = z.array(
  z.union([
    z.object({ put: z.object({ type: z.string(), key: z.string() }) }),
    z.object({ remove: z.object({ type: z.string(), key: z.string() }) }),
    z.object({ generation: z.unknown() }),
  ]),
);

/** Replays the sites' journal without the code under test. */
function journalObjects(file: string): string[] {
  const objects = new Set<string>();
  for (const line of readFileSync(file, "utf8").trimEnd().split("\n")) {
    if (line === "") continue;
    for (const change of entrySchema.parse(JSON.parse(line))) {
      if ("put" in change) objects.add(`${change.put.type} ${change.put.key}`);
      if ("remove" in change) objects.delete(`${change.remove.type} ${change.remove.key}`);
    }
  }
  return [...objects].sort();
}
