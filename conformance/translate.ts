import { isProperties, type Properties, type Value } from "../sandbox/world/object";
import { propertyOf, tokenOf } from "./names";
import { isSettable, type Shape, type Shapes } from "./shape";

/** A resource in Terraform's words. */
export interface TerraformResource {
  readonly type: string;
  readonly config: Properties;
}

/** A property that the provider does not have, or that has not the form that Pulumi gives it. */
export interface Mistranslation {
  /** Path in the Pulumi inputs, such as `disks[0].size`. */
  readonly path: string;
  readonly reason: string;
}

export type Translation =
  | { readonly ok: true; readonly resource: TerraformResource }
  | { readonly ok: false; readonly mistakes: readonly Mistranslation[] };

/** Turns Pulumi inputs into Terraform configuration, by the real provider's own schema. */
export class Translator {
  readonly #types: ReadonlyMap<string, string>;

  /** @param resources the fields of each Terraform resource type */
  constructor(private readonly resources: Readonly<Record<string, Shapes>>) {
    this.#types = new Map(Object.keys(resources).map((type) => [tokenOf(type), type]));
  }

  /** The fields of a resource type by Pulumi name; none for a type that the provider does not have. */
  fields(token: string): ReadonlyMap<string, Shape> {
    const type = this.#types.get(token);
    return propertiesOf((type === undefined ? undefined : this.resources[type]) ?? {}, type);
  }

  /** @param token Pulumi type token; what is wrong is in the result, all of it at once */
  translate(token: string, inputs: Properties): Translation {
    const type = this.#types.get(token);
    const shapes = type === undefined ? undefined : this.resources[type];
    if (type === undefined || shapes === undefined) {
      return { ok: false, mistakes: [{ path: "", reason: `the provider has no resource for ${token}` }] };
    }
    const mistakes: Mistranslation[] = [];
    const config = translateFields(shapes, inputs, "", mistakes, type);
    return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, resource: { type, config } };
  }
}

/** The fields that a program may set, by Pulumi name: of a resource type, or of an object where there is no type. */
export function propertiesOf(shapes: Shapes, terraformType?: string): ReadonlyMap<string, Shape> {
  const settable = Object.entries(shapes).filter(([, shape]) => isSettable(shape));
  return new Map(settable.map(([name, shape]) => [propertyOf(name, shapes, terraformType), shape]));
}

/** The same for the inputs of an object that is no resource, such as the provider's own configuration. */
export function translateFields(
  shapes: Shapes,
  inputs: Properties,
  path: string,
  mistakes: Mistranslation[],
  terraformType?: string,
): Properties {
  const names = new Map(
    Object.keys(shapes).map((name) => [propertyOf(name, shapes, terraformType), name] as const),
  );
  const config: Record<string, Value> = {};
  for (const [property, value] of Object.entries(inputs)) {
    if (value === undefined) continue;
    const where = path === "" ? property : `${path}.${property}`;
    const name = names.get(property);
    const shape = name === undefined ? undefined : shapes[name];
    if (name === undefined || shape === undefined) {
      mistakes.push({ path: where, reason: "the provider has no such property" });
    } else if (!isSettable(shape)) {
      mistakes.push({ path: where, reason: "only the provider sets this" });
    } else {
      config[name] = translateValue(shape, value, where, mistakes);
    }
  }
  return config;
}

function translateValue(shape: Shape, value: Value, path: string, mistakes: Mistranslation[]): Value {
  const { kind, one, element, fields } = shape;
  if ((kind === "list" || kind === "set") && element) {
    if (one) {
      if (!Array.isArray(value)) return [translateValue(element, value, path, mistakes)];
      mistakes.push({ path, reason: "a list where Pulumi has a single value" });
      return value;
    }
    if (!Array.isArray(value)) return value;
    return value.map((inner, index) => translateValue(element, inner, `${path}[${index}]`, mistakes));
  }
  if (!isProperties(value)) return value;
  if (kind === "object" && fields) return translateFields(fields, value, path, mistakes);
  if (kind === "map" && element) {
    const translated: Record<string, Value> = {};
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined)
        translated[key] = translateValue(element, inner, `${path}["${key}"]`, mistakes);
    }
    return translated;
  }
  return value;
}
