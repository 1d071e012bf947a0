import { createHash } from "node:crypto";
import type { Change, Properties, World, WorldObject } from "../world";
import type { Failure } from "./check";
import type { Difference } from "./diff";
import type { Inputs } from "./inputs";
import type { Schema } from "./schema";

/** The site's own "no". Its message is what the engine shows. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** What a behaviour sees of an operation that is really carried out; every input is known. */
export interface Operation {
  readonly world: World;
  readonly urn: string;
  /** Inputs with the provider's defaults filled in. */
  readonly inputs: Inputs;
  /** The provider's own configuration, such as its region. */
  readonly config: Properties;
  /** Text of the host scripts by name. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** An operation on something that exists. */
export interface ExistingOperation extends Operation {
  readonly object: WorldObject;
  /** The inputs that it has now, with defaults. */
  readonly olds: Inputs;
}

export interface CheckContext {
  readonly config: Properties;
  readonly urn: string;
}

/** How one resource type behaves at its site. A type is one of these and nothing else. */
export interface Behaviour {
  /** Pulumi type token. */
  readonly type: string;
  readonly schema: Schema;
  /** The property that the bridge names by itself (logical name and seven random digits), and what goes before it. */
  readonly autoname?: { readonly property: string; readonly prefix?: string };
  /** Makes inputs from inputs, as a provider's check does; values may be unknown. */
  readonly prepare?: (inputs: Properties, context: CheckContext) => Properties;
  /** The provider's own validation, beyond the schema; values may be unknown. */
  readonly check?: (inputs: Inputs) => readonly Failure[];
  /** Which differences force replacement, where that depends on more than the property. Paths of `differences`. */
  readonly replaces?: (differences: readonly Difference[], olds: Inputs, news: Inputs) => readonly string[];
  readonly id: (operation: Operation) => string;
  /** Key among the objects of the type, where the id alone is not unique in the cluster. */
  readonly key?: (id: string, properties: Inputs) => string;
  /** What an import calls the object, where that is not its id. */
  readonly importId?: (object: WorldObject) => string;
  /** A create puts the setting over one that is there, as S3 and IAM do with parts of something. */
  readonly overwrites?: boolean;
  /** Says that an object of this key is there already. */
  readonly taken?: (operation: Operation, id: string) => string;
  /** Outputs that the site decides. `previous` are the outputs before an update. */
  readonly outputs?: (operation: Operation, id: string, previous?: Inputs) => Properties;
  /** Outputs that any update may change; other computed ones stay. */
  readonly volatile?: readonly string[];
  /** Refuses by throwing a Refusal where the site can't be asked about what is there. */
  readonly read?: (world: World, object: WorldObject) => void;
  /** Refuses by throwing a Refusal, and returns what else changes at the site. */
  readonly create?: (operation: Operation, id: string) => readonly Change[];
  readonly update?: (operation: ExistingOperation) => readonly Change[];
  readonly remove?: (operation: ExistingOperation) => readonly Change[];
}

/** A double's function, for the SDK's `get…` calls. */
export type SiteFunction = (call: FunctionCall) => Properties;

export interface FunctionCall {
  readonly world: World;
  readonly args: Inputs;
  readonly config: Properties;
}

/** The double of one provider. */
export interface ProviderDouble {
  /** Package name in PULUMI_DEBUG_PROVIDERS. */
  readonly name: "aws" | "command" | "proxmoxve";
  readonly version: string;
  readonly behaviours: readonly Behaviour[];
  readonly functions: Readonly<Record<string, SiteFunction>>;
  /** Settings of the provider that are another site: changing one replaces all that the provider made. */
  readonly replacedBy?: readonly string[];
  /** Refuses a configuration by throwing a Refusal. */
  readonly configure?: (config: Inputs, world: World) => void;
}

/**
 * Hexadecimal digits that belong to one object: the same in every run that creates the same resources, and never
 * used again for a later object of the resource. Only for creates: an update belongs to no new object.
 */
export function uniqueHex({ urn, world }: Operation, length: number): string {
  return hex(`${urn} ${world.generation(urn)}`, length);
}

/** The same as a UUID. Only for creates: keep what the previous outputs say. */
export function uniqueUuid(operation: Operation): string {
  return uniqueHex(operation, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Hexadecimal digits that depend on `text` only. */
export function hex(text: string, length: number): string {
  return createHash("sha512").update(text).digest("hex").slice(0, length);
}
