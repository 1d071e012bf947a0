import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { type RecoverableStack, recover } from "../../../sandbox/run/recover";
import { openWorld, type World, type WorldObject } from "../../../sandbox/world";

const VPC = "aws:ec2/vpc:Vpc";
const COMMAND = "command:remote:Command";

function urnOf(type: string, name: string, project = "hybrid-estate", stack = "dev"): string {
  return `urn:pulumi:${stack}::${project}::${type}::${name}`;
}

/** A stack's state without an engine. */
class FakeStack implements RecoverableStack {
  readonly name = "dev";
  cancelled = 0;
  imported: Deployment[] = [];

  constructor(private readonly deployment: object | undefined) {}

  async exportStack(): Promise<Deployment> {
    return { version: 3, deployment: this.deployment };
  }

  async importStack(state: Deployment): Promise<void> {
    this.imported.push(state);
  }

  async cancel(): Promise<void> {
    this.cancelled += 1;
  }
}

describe("recovering from a run that was cut off", function () {
  this.timeout(20_000);
  let folder = "";
  let world: World;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hybrid-estate-recover-"));
    const installed = { nodes: [], storages: [], hosts: [] };
    world = openWorld({ folder: path.join(folder, "world"), installed });
  });
  afterEach(() => {
    world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const recovered = (stack: FakeStack) =>
    recover(stack, { stateFolder: folder, project: "hybrid-estate", world });

  function exists(type: string, id: string, urn?: string): void {
    const object: WorldObject = {
      ...{ type, id, key: id, inputs: {}, outputs: {}, secretOutputs: [], serial: world.nextSerial() },
      ...(urn === undefined ? {} : { urn }),
    };
    world.change([{ put: object }]);
  }

  function lockedBy(text: string, project = "hybrid-estate", stack = "dev"): void {
    const locks = path.join(folder, ".pulumi", "locks", "organization", project, stack);
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, "0000.json"), text);
  }

  /** The id of a process that is gone. */
  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    return child.pid ?? 0;
  }

  it("leaves a stack in order as it is", async () => {
    exists(VPC, "vpc-1", urnOf(VPC, "main"));
    const stack = new FakeStack({ resources: [{ urn: urnOf(VPC, "main"), id: "vpc-1" }] });
    assert.deepEqual(await recovered(stack), { unlocked: false, orphans: [], untold: [] });
    assert.deepEqual([stack.cancelled, stack.imported], [0, []]);
  });

  it("takes away the lock of an engine that is gone", async () => {
    lockedBy(JSON.stringify({ pid: await deadPid() }));
    const stack = new FakeStack({});
    assert.equal((await recovered(stack)).unlocked, true);
    assert.equal(stack.cancelled, 1);
  });

  it("waits for an engine that is still dying", async () => {
    const engine = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    await once(engine, "spawn");
    lockedBy(JSON.stringify({ pid: engine.pid }));
    const stack = new FakeStack({});
    let dead = false;
    engine.on("exit", () => {
      dead = true;
    });
    const cancel = stack.cancel.bind(stack);
    stack.cancel = () => {
      assert.ok(dead, "its lock is only taken when it is gone");
      return cancel();
    };
    setTimeout(() => engine.kill("SIGKILL"), 300);
    assert.equal((await recovered(stack)).unlocked, true);
    assert.equal(stack.cancelled, 1);
  });

  for (const text of ["", '{"pid":', "{}"]) {
    it(`takes away a lock that was being written: '${text}'`, async () => {
      lockedBy(text);
      const stack = new FakeStack({});
      assert.equal((await recovered(stack)).unlocked, true);
      assert.equal(stack.cancelled, 1);
    });
  }

  it("leaves locks of other stacks and projects alone", async () => {
    lockedBy(JSON.stringify({ pid: process.pid }), "hybrid-estate", "prod");
    lockedBy(JSON.stringify({ pid: process.pid }), "hybrid-estate-consumer", "dev");
    const stack = new FakeStack({});
    assert.equal((await recovered(stack)).unlocked, false);
    assert.equal(stack.cancelled, 0);
  });

  it("drops the operations under way, and nothing else of the state", async () => {
    const resources = [{ urn: urnOf(VPC, "main"), id: "vpc-1", protect: true }];
    const stack = new FakeStack({
      manifest: { version: "v3" },
      resources,
      pending_operations: [{ type: "creating" }],
    });
    await recovered(stack);
    const deployment = { manifest: { version: "v3" }, resources };
    assert.deepEqual(stack.imported, [{ version: 3, deployment }]);
  });

  it("finds what exists without the state knowing, by URN and id", async () => {
    exists(VPC, "vpc-1", urnOf(VPC, "known"));
    exists(VPC, "vpc-2", urnOf(VPC, "lost"));
    exists(VPC, "vpc-3", urnOf(VPC, "replaced"));
    exists(VPC, "vpc-4", urnOf(VPC, "other-project", "hybrid-estate-consumer"));
    exists(VPC, "vpc-5", urnOf(VPC, "other-stack", "hybrid-estate", "prod"));
    exists(VPC, "vpc-6");
    exists(COMMAND, "command-1", urnOf(COMMAND, "export"));
    const stack = new FakeStack({
      resources: [
        { urn: urnOf(VPC, "known"), id: "vpc-1" },
        { urn: urnOf(VPC, "replaced"), id: "vpc-0" },
        { urn: urnOf("hybrid-estate:index:Site", "site") },
      ],
    });
    const { orphans, untold } = await recovered(stack);
    assert.deepEqual(
      orphans.map(({ id }) => id),
      ["vpc-2", "vpc-3"],
    );
    assert.deepEqual(world.list(COMMAND), [], "the script runs again, and is not there twice");
    assert.deepEqual(untold, [urnOf(VPC, "lost"), urnOf(VPC, "replaced"), urnOf(COMMAND, "export")]);
  });

  it("finds all of it where there is no state yet", async () => {
    exists(VPC, "vpc-1", urnOf(VPC, "main"));
    const { orphans } = await recovered(new FakeStack(undefined));
    assert.deepEqual(
      orphans.map(({ id }) => id),
      ["vpc-1"],
    );
  });
});
