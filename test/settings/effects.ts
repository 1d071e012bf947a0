import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { plainInputs } from "../../conformance/inputs";
import { awsDouble } from "../../sandbox/doubles/aws";
import { commandDouble } from "../../sandbox/doubles/command";
import { Lifecycle } from "../../sandbox/doubles/lifecycle";
import { proxmoxDouble } from "../../sandbox/doubles/proxmox";
import { openWorld } from "../../sandbox/world";
import { isProperties, type Properties, type Value } from "../../sandbox/world/object";
import type { Declared } from "../support/declared";

/** What a preview would show of one resource. */
export interface Effect {
  readonly operation: "create" | "delete" | "replace" | "update";
  /** Type and name, such as `proxmoxve:index/vmLegacy:VmLegacy alpine`. */
  readonly resource: string;
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/** Tells what a changed description would do, as the engine would plan it with the sandbox's providers. */
export class Planner {
  private readonly types: ReadonlySet<string>;

  private constructor(
    private readonly lifecycle: Lifecycle,
    readonly close: () => Promise<void>,
  ) {
    this.types = new Set(behaviours.map(({ type }) => type));
  }

  static async open(): Promise<Planner> {
    const folder = await mkdtemp(path.join(tmpdir(), "settings-"));
    const world = openWorld({ folder, installed: { nodes: [], storages: [], hosts: [] } });
    return new Planner(new Lifecycle(behaviours, world, {}), async () => {
      world.close();
      await rm(folder, { recursive: true });
    });
  }

  /** What has to happen for `before` to become `after`; components have no life of their own. */
  effects(before: readonly Declared[], after: readonly Declared[]): Effect[] {
    const [olds, news] = [this.byKey(before), this.byKey(after)];
    return [...new Set([...olds.keys(), ...news.keys()])].flatMap((resource) =>
      this.effect(resource, olds.get(resource), news.get(resource)),
    );
  }

  private byKey(resources: readonly Declared[]): Map<string, Declared> {
    return new Map(
      resources
        .filter(({ type }) => this.types.has(type) || type.startsWith(PROVIDER))
        .map((one) => [`${one.type} ${one.name}`, one]),
    );
  }

  private effect(resource: string, old: Declared | undefined, now: Declared | undefined): Effect[] {
    const protect = old?.options.protect ?? false;
    if (old === undefined) return [{ operation: "create", resource, protect, properties: [] }];
    if (now === undefined) return [{ operation: "delete", resource, protect, properties: [] }];
    if (old.type.startsWith(PROVIDER)) return this.providerEffect(resource, old, now);
    const protecting = protect === now.options.protect ? [] : ["protect"];
    const { replaces, properties } = this.differences(old, now);
    const all = [...properties, ...protecting];
    if (all.length === 0) return [];
    return [{ operation: replaces ? "replace" : "update", resource, protect, properties: all }];
  }

  /** A provider for another site is another provider, and all that it made is replaced with it. */
  private providerEffect(resource: string, old: Declared, now: Declared): Effect[] {
    const properties = Object.keys({ ...old.inputs, ...now.inputs }).filter(
      (name) => !isDeepStrictEqual(old.inputs[name], now.inputs[name]),
    );
    const { replacedBy = [] } = doubles.find(({ name }) => old.type === PROVIDER + name) ?? {};
    if (properties.length === 0) return [];
    const replaces = properties.some((name) => replacedBy.includes(name));
    // The site's data is protected, and with it the provider.
    return [{ operation: replaces ? "replace" : "update", resource, protect: true, properties }];
  }

  private differences(old: Declared, now: Declared): { replaces: boolean; properties: string[] } {
    const olds = this.check(old, plainInputs(old.inputs), {});
    const wanted = now.options.ignoreChanges.reduce(
      (inputs, ignored) => keeping(inputs, olds, ignored.split(".")),
      plainInputs(now.inputs),
    );
    const { differences } = this.lifecycle.diff(old.type, olds, this.check(now, wanted, olds));
    return {
      replaces: differences.some(({ replaces }) => replaces),
      properties: differences.map((one) => one.path),
    };
  }

  private check({ type, name }: Declared, news: Properties, olds: Properties): Properties {
    const urn = `urn:pulumi:test::hybrid-estate::${type}::${name}`;
    const { inputs, failures } = this.lifecycle.check({ type, urn, news, olds, randomSeed: "", config: {} });
    const [failure] = failures;
    if (failure) throw new Error(`${type} ${name}: ${failure.property}: ${failure.reason}`);
    return inputs;
  }
}

const PROVIDER = "pulumi:providers:";

const doubles = [proxmoxDouble, awsDouble, commandDouble];
const behaviours = doubles.flatMap((double) => double.behaviours);

/** `news` with the old value at a path, which is what `ignoreChanges` means. */
function keeping(news: Properties, olds: Properties, [name = "", ...rest]: readonly string[]): Properties {
  const { [name]: now, ...others } = news;
  const old = olds[name];
  const kept: Value | undefined =
    rest.length > 0 && isProperties(old) && isProperties(now) ? keeping(now, old, rest) : old;
  return kept === undefined ? others : { ...others, [name]: kept };
}
