import { z } from "zod";
import { ESTATE_KEY } from "./file";
import { isContainer, type Step } from "./paths";
import { estateSchema } from "./schema";

type JsonSchema = z.core.JSONSchema.BaseSchema;

function schemaOfEstate(): JsonSchema {
  return z.toJSONSchema(estateSchema, { io: "input", target: "draft-7" });
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
  let schema: JsonSchema | undefined = schemaOfEstate();
  let value = raw;
  for (const step of steps) {
    schema = schema && below(variant(schema, value), step);
    value = isContainer(value) ? Reflect.get(value, step) : undefined;
  }
  return Object.keys((schema && variant(schema, value).properties) ?? {});
}

function below(schema: JsonSchema, step: Step): JsonSchema | undefined {
  const next = schema.properties?.[step] ?? schema.additionalProperties;
  return typeof next === "object" ? next : undefined;
}

/** The variant of a discriminated union that `value` says it is (`type: nfs`, `kind: vm`). */
function variant(schema: JsonSchema, value: unknown): JsonSchema {
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
