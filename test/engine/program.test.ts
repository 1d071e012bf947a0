import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { findEngine } from "../../sandbox/engine";
import { environmentSandbox } from "../../sandbox/run/estate";
import { packFolder } from "../../sandbox/run/operations";
import { withSandbox } from "../../sandbox/run/workspace";
import { NodeHost } from "../support/node-host";
import { ROOT, TestEnvironment } from "../support/sandbox-cli";

interface PreviewResult {
  readonly code: number;
  readonly stdout: string;
}

/**
 * The sandbox calls the program as a function. A user's `pulumi` runs index.ts as Pulumi.yaml says, in a process
 * of its own through @pulumi/pulumi's runner: that way is taken here.
 */
describe("index.ts, as Pulumi.yaml has it run", function () {
  this.timeout(300_000);
  let environment: TestEnvironment;
  const quiet = () => ({ update: () => undefined, succeed: () => undefined, fail: () => undefined });

  before(async () => {
    environment = await TestEnvironment.open("test-program");
  });
  after(() => environment.close());

  /** Previews the environment's file, after `edit` changed what the engine is configured with. */
  async function preview(edit: (description: string) => string): Promise<PreviewResult> {
    const options = environmentSandbox({
      root: ROOT,
      stack: environment.stack,
      file: environment.file,
      startProgress: quiet,
    });
    const host = new NodeHost(ROOT, readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8"));
    const address = await host.listen();
    const engine = await findEngine({ startProgress: quiet });
    const config = JSON.parse(edit(JSON.stringify(options.config)));
    try {
      return await withSandbox({ ...options, config }, ({ stack: { name, workspace } }) => {
        const program = ["--stack", name, `--client=${address}`, "--exec-kind", "auto.inline"];
        const args = [
          "preview",
          "--json",
          "--non-interactive",
          ...program,
          "--policy-pack",
          packFolder({ root: ROOT }),
        ];
        const env = { ...process.env, ...workspace.envVars };
        return new Promise((resolve) => {
          execFile(engine.path, args, { cwd: workspace.workDir, env, maxBuffer: 2 ** 26 }, (error, stdout) =>
            resolve({ code: error ? Number(error.code) : 0, stdout }),
          );
        });
      });
    } finally {
      host.stop();
    }
  }

  it("plans what the sandbox's own run plans, under the pack", async () => {
    const { code, stdout } = await preview((description) => description);
    assert.equal(code, 0, stdout.slice(-2000));
    const planned: { op: string; urn: string }[] = JSON.parse(stdout).steps;
    const { document } = await environment.run("preview");
    assert.deepEqual(
      planned
        .filter(({ urn }) => !urn.includes("::pulumi:pulumi:Stack::"))
        .map(({ op, urn }) => `${op} ${urn.slice(urn.lastIndexOf("::") + 2)}`)
        .sort(),
      document?.changes.map(({ operation, name }) => `${operation} ${name}`).sort(),
    );
  });

  it("reports every mistake of the environment file and declares nothing", async () => {
    const { code, stdout } = await preview((description) =>
      description.replace('"memory":"1 GiB"', '"memory":"1 GB"').replace('"id":101', '"id":100'),
    );
    assert.notEqual(code, 0);
    const { steps, diagnostics } = JSON.parse(stdout);
    assert.deepEqual(
      steps.filter(({ urn }: { urn: string }) => !urn.includes("::pulumi:pulumi:Stack::")),
      [],
    );
    const messages = diagnostics.map(({ message }: { message: string }) => message).join("\n");
    assert.match(messages, /guests\.alpine\.memory: found "1 GB"/);
    assert.match(messages, /guests\.(alpine|Ubuntu)\.id: found 100/);
    assert.ok(!messages.includes("    at "), "a mistake of the user has no stack trace");
  });
});
