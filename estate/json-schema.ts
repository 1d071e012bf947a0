import { z } from "zod";
import { ESTATE_KEY } from "./file";
import { isContainer, type Step } from "./paths";
import { estateSchema } from "./schema";

type JsonSchema = z.core.JSONSchema.BaseSchema;

let estateJsonSchema: JsonSchema | undefined;

/** The JSON Schema of a description; made once, as a file with many mistakes asks for it at each of them. */
export function schemaOfEstate(): JsonSchema {
  estateJsonSchema ??= z.toJSONSchema(estateSchema, { io: "input", target: "draft-7" });
  return estateJsonSchema;
}

/** The JSON Schema of an environment file, for editors: our part is strict, other config keys are left alone. */
export function environmentFileSchema(): JsonSchema {
  const { $schema, ...estate } = schemaOfEstate();
  return {
    $schema,
    title: "hybrid-estate environment file (Pulumi.<env>.yaml)",
    type: "object",
    required: ["config"],
    properties: {
      config: { type: "object", required: [ESTATE_KEY], properties: { [ESTATE_KEY]: estate } },
    },
  };
}

/** The keys that the object at `steps` may have; `raw` decides between the variants of a union. */
export function allowedKeys(steps: readonly Step[], raw: unknown): string[] {
  return Object.entries(schemaAt(steps, raw)?.properties ?? {}).flatMap(([key, schema]) =>
    // A key that is only there to say why it can't be.
    typeof schema === "object" && schema.not !== undefined ? [] : [key],
  );
}

/** The schema of what stands at `steps`; `raw` decides between the variants of a union. */
export function schemaAt(steps: readonly PropertyKey[], raw: unknown): JsonSchema | undefined {
  let schema: JsonSchema | undefined = schemaOfEstate();
  let value = raw;
  for (const step of steps) {
    schema = schema && below(schema, step);
    value = isContainer(value) ? Reflect.get(value, step) : undefined;
    schema = schema && variant(schema, value);
  }
  return schema;
}

function below(schema: JsonSchema, step: PropertyKey): JsonSchema | undefined {
  const items = Array.isArray(schema.items) ? undefined : schema.items;
  const next =
    typeof step === "number" ? items : (schema.properties?.[String(step)] ?? schema.additionalProperties);
  return typeof next === "object" ? next : undefined;
}

/** The variant of a discriminated union that `value` says it is (`type: nfs`, `kind: vm`). */
export function variant(schema: JsonSchema, value: unknown): JsonSchema {
  const matches = schema.oneOf?.find((option) =>
    Object.entries(option.properties ?? {}).some(
      ([key, property]) =>
        typeof property === "object" &&
        property.const !== undefined &&
        isContainer(value) &&
        Reflect.get(value, key) === property.const,
    ),
  );
  return matches ?? schema;
}

/**
 * A value that a schema accepts: its default, an example of it, or the least that it asks for. Schemas whose
 * form JSON Schema cannot express (a pattern, a refinement) have examples for that.
 */
export function standIn(schema: JsonSchema): unknown {
  const ready = [schema.default, schema.const, ...(schema.examples ?? []), ...(schema.enum ?? [])];
  const first = ready.find((value) => value !== undefined);
  if (first !== undefined) return structuredClone(first);
  const [option] = schema.oneOf ?? schema.anyOf ?? [];
  if (option) return standIn(option);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, standIn(below(schema, key) ?? {})]),
      );
    case "array": {
      const items = below(schema, 0) ?? {};
      return Array.from({ length: schema.minItems ?? 0 }, () => standIn(items));
    }
    case "integer":
    case "number":
      return schema.maximum ?? schema.minimum;
    case "boolean":
      return false;
    default:
      return "stand-in";
  }
}
