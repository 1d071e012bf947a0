import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Lifecycle } from "../sandbox/doubles/lifecycle";
import { proxmoxDouble } from "../sandbox/doubles/proxmox";
import { openWorld } from "../sandbox/world";
import type { Properties } from "../sandbox/world/object";
import type { Verdict } from "./verdict";

/** The sandbox's double of the provider, as the engine would ask it. */
export class SandboxDouble {
  private constructor(
    private readonly lifecycle: Lifecycle,
    private readonly end: () => Promise<void>,
  ) {}

  /** Opens it on an empty site: checking and planning look at none. */
  static async open(): Promise<SandboxDouble> {
    const folder = await mkdtemp(path.join(tmpdir(), "conformance-"));
    const world = openWorld({ folder, installed: { nodes: [], storages: [], hosts: [] } });
    return new SandboxDouble(new Lifecycle(proxmoxDouble.behaviours, world, {}), async () => {
      world.close();
      await rm(folder, { recursive: true });
    });
  }

  /** Whether the sandbox models the type at all. */
  knows(token: string): boolean {
    return proxmoxDouble.behaviours.some(({ type }) => type === token);
  }

  /** What it says of a change from `olds` to `news`. */
  verdict(token: string, olds: Properties, news: Properties): Verdict {
    const before = this.check(token, olds, {});
    const after = this.check(token, news, before.inputs);
    const [failure] = after.failures;
    if (failure) return { action: "refused", why: `${failure.property}: ${failure.reason}` };
    const { differences } = this.lifecycle.diff(token, before.inputs, after.inputs);
    const replacing = differences.filter(({ replaces }) => replaces).map((one) => one.path);
    if (replacing.length > 0) return { action: "replace", why: replacing.join(", ") };
    return { action: differences.length > 0 ? "update" : "none" };
  }

  close(): Promise<void> {
    return this.end();
  }

  private check(type: string, news: Properties, olds: Properties) {
    const urn = `urn:pulumi:conformance::hybrid-estate::${type}::conformance`;
    return this.lifecycle.check({ type, urn, news, olds, randomSeed: "", config: {} });
  }
}
