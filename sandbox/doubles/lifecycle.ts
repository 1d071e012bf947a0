import {
  type Change,
  isProperties,
  type Properties,
  type Value,
  type World,
  type WorldObject,
} from "../world";
import { type Behaviour, type ExistingOperation, hex, type Operation, Refusal } from "./behaviour";
import { check, type Failure } from "./check";
import { type Difference, diff } from "./diff";
import { Inputs, withDefaults } from "./inputs";
import type { PropertyType, Schema } from "./schema";
import { UNKNOWN } from "./wire";

/** Names that the bridge, not the program, gave: so that they stay, and replacements may overlap. */
const DEFAULTED = "__defaults";

export interface CheckArgs {
  readonly type: string;
  readonly urn: string;
  readonly olds: Properties;
  readonly news: Properties;
  readonly randomSeed: string;
  readonly config: Properties;
}

/** Which resource an operation is about. */
export interface Target {
  readonly type: string;
  readonly urn: string;
  readonly config: Properties;
}

export interface ExistingTarget extends Target {
  readonly id: string;
  /** Its properties as the state has them. */
  readonly state: Properties;
}

export interface Plan {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
}

/** The life of resources by their behaviours, against the world: the generic half of every double. */
export class Lifecycle {
  private readonly behaviours: ReadonlyMap<string, Behaviour>;

  constructor(
    behaviours: readonly Behaviour[],
    private readonly world: World,
    private readonly scripts: Readonly<Record<string, string>>,
  ) {
    this.behaviours = new Map(behaviours.map((behaviour) => [behaviour.type, behaviour]));
  }

  /** Inputs as the provider takes them, or what is wrong with them. */
  check(args: CheckArgs): { readonly inputs: Properties; readonly failures: readonly Failure[] } {
    const behaviour = this.behaviour(args.type);
    const named = autonamed(behaviour, args);
    const { [DEFAULTED]: _, ...given } = named;
    const failures = check(behaviour.schema, given);
    if (failures.length > 0) return { inputs: args.news, failures };
    const inputs = behaviour.prepare?.(named, args) ?? named;
    return { inputs, failures: behaviour.check?.(new Inputs(inputs)) ?? [] };
  }

  /** What has to happen for `olds` to become `news`. */
  diff(type: string, olds: Properties, news: Properties): Plan {
    const behaviour = this.behaviour(type);
    const differences = diff(behaviour.schema, olds, news);
    const filled = (inputs: Properties) => new Inputs(withDefaults(behaviour.schema, inputs));
    const forced = new Set(
      differences.length > 0 ? behaviour.replaces?.(differences, filled(olds), filled(news)) : [],
    );
    const name = behaviour.autoname?.property;
    return {
      differences: differences.map((one) => (forced.has(one.path) ? { ...one, replaces: true } : one)),
      // The bridge's rule: two objects of one fixed name cannot be there at once.
      deleteBeforeReplace: name !== undefined && !defaulted(news).includes(name) && olds[name] === news[name],
    };
  }

  /** Outputs of a create that has not happened yet. */
  planCreate(type: string, inputs: Properties): Properties {
    return planned(this.behaviour(type).schema, inputs, () => UNKNOWN);
  }

  /** Outputs of an update that has not happened yet: the site's own stay, but those that any update may change. */
  planUpdate(type: string, inputs: Properties, state: Properties): Properties {
    const { schema, volatile = [] } = this.behaviour(type);
    return planned(schema, inputs, (name) => (volatile.includes(name) ? UNKNOWN : state[name]));
  }

  /** @throws Refusal when the site says no */
  create(target: Target, inputs: Properties, secrets: ReadonlySet<string>): WorldObject {
    const { type, urn } = target;
    const behaviour = this.behaviour(type);
    const operation = this.operation(behaviour, target, inputs);
    const id = behaviour.id(operation);
    const key = behaviour.key?.(id, operation.inputs) ?? id;
    const changes = behaviour.create?.(operation, id) ?? [];
    if (!behaviour.overwrites && this.world.find(type, key)) {
      throw new Refusal(behaviour.taken?.(operation, id) ?? `${type} ${id} already exists`);
    }
    const outputs = { ...operation.inputs.values, ...behaviour.outputs?.(operation, id) };
    const serial = this.world.nextSerial();
    const secretOutputs = secretNames(behaviour.schema, outputs, secrets);
    const object = { type, id, key, urn, inputs, outputs, secretOutputs, serial };
    const count = this.world.generation(urn) + 1;
    this.world.change([...changes, { put: object }, { generation: { urn, count } }]);
    return object;
  }

  /** What exists, or undefined. */
  read(target: ExistingTarget): WorldObject | undefined {
    const behaviour = this.behaviour(target.type);
    const object = this.find(behaviour, target);
    if (!object) return undefined;
    behaviour.read?.(this.world, object);
    // What the installer made has no outputs yet.
    if (Object.keys(object.outputs).length > 0) return object;
    const operation = this.operation(behaviour, target, object.inputs);
    return {
      ...object,
      outputs: { ...operation.inputs.values, ...behaviour.outputs?.(operation, object.id) },
    };
  }

  /** @throws Refusal when the site says no */
  update(target: ExistingTarget, inputs: Properties, secrets: ReadonlySet<string>): WorldObject {
    const behaviour = this.behaviour(target.type);
    const object = this.find(behaviour, target);
    if (!object) throw new Refusal(`${target.type} ${target.id} does not exist`);
    const operation = this.existing(behaviour, target, object, inputs);
    const changes = behaviour.update?.(operation) ?? [];
    const previous = new Inputs(object.outputs);
    const outputs = {
      ...kept(behaviour.schema, object.outputs),
      ...operation.inputs.values,
      ...behaviour.outputs?.(operation, object.id, previous),
    };
    const secretOutputs = secretNames(behaviour.schema, outputs, secrets);
    const updated = { ...object, urn: target.urn, inputs, outputs, secretOutputs };
    this.world.change([...changes, { put: updated }]);
    return updated;
  }

  /**
   * Removes it; what is not there any more is no error, as for the real providers.
   *
   * @throws Refusal when the site says no
   */
  delete(target: ExistingTarget): void {
    const behaviour = this.behaviour(target.type);
    const object = this.find(behaviour, target);
    if (!object) return;
    const changes: readonly Change[] =
      behaviour.remove?.(this.existing(behaviour, target, object, object.inputs)) ?? [];
    this.world.change([...changes, { remove: { type: object.type, key: object.key } }]);
  }

  private behaviour(type: string): Behaviour {
    const behaviour = this.behaviours.get(type);
    if (!behaviour) throw new Refusal(`unrecognized resource type: ${type} (the sandbox does not model it)`);
    return behaviour;
  }

  private find(behaviour: Behaviour, { id, state }: ExistingTarget): WorldObject | undefined {
    const found = this.world.find(behaviour.type, behaviour.key?.(id, new Inputs(state)) ?? id);
    // An import knows nothing but what its user wrote.
    return found || Object.keys(state).length > 0 ? found : this.findToImport(behaviour, id);
  }

  private findToImport({ type, importId }: Behaviour, id: string): WorldObject | undefined {
    return this.world.list(type).find((object) => object.id === id || importId?.(object) === id);
  }

  private operation(behaviour: Behaviour, target: Target, inputs: Properties): Operation {
    return {
      world: this.world,
      scripts: this.scripts,
      urn: target.urn,
      config: target.config,
      inputs: new Inputs(withDefaults(behaviour.schema, inputs)),
    };
  }

  private existing(
    behaviour: Behaviour,
    target: Target,
    object: WorldObject,
    inputs: Properties,
  ): ExistingOperation {
    return {
      ...this.operation(behaviour, target, inputs),
      object,
      olds: new Inputs(withDefaults(behaviour.schema, object.inputs)),
    };
  }
}

function autonamed(behaviour: Behaviour, { news, olds, urn, randomSeed }: CheckArgs): Properties {
  const { property, prefix = "" } = behaviour.autoname ?? {};
  if (property === undefined || news[property] !== undefined || news[`${property}Prefix`] !== undefined) {
    return news;
  }
  const logicalName = urn.slice(urn.lastIndexOf("::") + 2);
  const given = defaulted(olds).includes(property) ? olds[property] : undefined;
  const name = given ?? `${prefix}${logicalName}-${hex(`${urn} ${randomSeed}`, 7)}`;
  return { ...news, [property]: name, [DEFAULTED]: [property] };
}

function defaulted(inputs: Properties): readonly Value[] {
  const names = inputs[DEFAULTED];
  return Array.isArray(names) ? names : [];
}

function planned(
  schema: Schema,
  inputs: Properties,
  computed: (name: string) => Value | undefined,
): Properties {
  const outputs: Record<string, Value | undefined> = { ...withDefaults(schema, inputs) };
  for (const [name, { traits }] of Object.entries(schema)) {
    if (traits.computed) outputs[name] ??= computed(name);
  }
  return outputs;
}

/** The outputs that the site decided earlier; those that came from inputs come from the new inputs. */
function kept(schema: Schema, outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => schema[name]?.traits.computed));
}

function secretNames(schema: Schema, outputs: Properties, secrets: ReadonlySet<string>): string[] {
  return Object.entries(outputs)
    .filter(([name, value]) => {
      const type = schema[name];
      return value !== undefined && (secrets.has(name) || (type !== undefined && holdsSecret(type, value)));
    })
    .map(([name]) => name);
}

function holdsSecret({ traits: { secret, element, fields } }: PropertyType, value: Value): boolean {
  if (secret) return true;
  if (Array.isArray(value)) return element !== undefined && value.some((one) => holdsSecret(element, one));
  if (!isProperties(value) || !fields) return false;
  return Object.entries(value).some(([name, inner]) => {
    const field = fields[name];
    return inner !== undefined && field !== undefined && holdsSecret(field, inner);
  });
}
