import assert from "node:assert/strict";
import { quietProgress } from "../../cli/terminal";
import { environmentSandbox } from "../../sandbox/run/estate";
import { nodeProject } from "../../sandbox/run/node-host";
import { packFolder } from "../../sandbox/run/operations";
import { previewThroughRunner } from "../../sandbox/run/runner";
import { ROOT, TestEnvironment } from "../support/sandbox-cli";

/**
 * The sandbox calls the program as a function. A user's `pulumi` runs index.ts as Pulumi.yaml says, in a process
 * of its own through @pulumi/pulumi's runner: that way is taken here.
 */
describe("index.ts, as Pulumi.yaml has it run", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-program");
  });
  after(() => environment.close());

  /** Previews the environment's file, after `edit` changed what the engine is configured with. */
  function preview(edit: (description: string) => string) {
    const options = environmentSandbox({
      root: ROOT,
      stack: environment.stack,
      file: environment.file,
      startProgress: quietProgress,
    });
    const config = JSON.parse(edit(JSON.stringify(options.config)));
    return previewThroughRunner({
      sandbox: { ...options, config },
      project: nodeProject(ROOT),
      args: ["--json", "--policy-pack", packFolder({ root: ROOT })],
    });
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
