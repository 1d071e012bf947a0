import { z } from "zod";
import type { DeclaredResource } from "../policy/facts/declared";
import { regionOf } from "./regions";

const resourceSchema = z.object({
  type: z.string(),
  urn: z.string(),
  id: z.string().optional(),
  inputs: z.unknown(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  /** Left over of a replacement that was cut off: it is to go. */
  delete: z.boolean().optional(),
});

const exportSchema = z.object({ deployment: z.object({ resources: z.array(resourceSchema).nullish() }) });

/** A stack as its state has it. */
export interface StackState {
  readonly resources: readonly DeclaredResource[];
  /** Region of the state's AWS provider, where there is one region. */
  readonly region: string | undefined;
}

/**
 * Reads what `pulumi stack export` writes, of any program; nothing where the text is something else. Encrypted values
 * stay what they are: none of them has a price.
 */
export function readStackExport(text: string): StackState | undefined {
  const parsed = exportSchema.safeParse(json(text));
  if (!parsed.success) return undefined;
  const entries = parsed.data.deployment.resources ?? [];
  const resources = entries.filter((entry) => !entry.delete).map(declared);
  return { resources, region: regionOf(resources) };
}

function declared(entry: z.infer<typeof resourceSchema>): DeclaredResource {
  const { type, urn, id, inputs, outputs, parent, provider } = entry;
  const dependencies = Object.entries(entry.propertyDependencies ?? {});
  return {
    type,
    urn,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    properties: inputs,
    outputs: { ...outputs, ...(id === undefined ? {} : { id }) },
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    propertyDependencies: Object.fromEntries(dependencies.map(([input, urns]) => [input, urns ?? []])),
  };
}

function json(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
