import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { DeclaredResource } from "../../../policy/facts/declared";
import { sentProperties } from "../../policy/estate";

const PROVIDERS = "pulumi:providers:";

/** A program of somebody else: declares the resources one by one through Pulumi's SDK, without our components. */
export function foreignProgram(resources: readonly DeclaredResource[]): PulumiFn {
  return async () => {
    const made = new Map<string, pulumi.Resource>();
    for (const each of sourcesFirst(resources)) {
      const { options } = each;
      const one = declare(each, inputsOf(each, made), {
        protect: options?.protect ?? false,
        ignoreChanges: [...(options?.ignoreChanges ?? [])],
      });
      if (each.urn !== undefined) made.set(each.urn, one);
    }
  };
}

function declare(
  { type, name }: DeclaredResource,
  inputs: pulumi.Inputs,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  if (type.startsWith("hybrid-estate:")) return new pulumi.ComponentResource(type, name, inputs, options);
  if (!type.startsWith(PROVIDERS)) return new AnyResource(type, name, inputs, options);
  return new AnyProviderResource(type.slice(PROVIDERS.length), name, inputs, options);
}

/** A resource of any type. */
class AnyResource extends pulumi.CustomResource {}

/** A provider of any package. */
class AnyProviderResource extends pulumi.ProviderResource {}

/** The inputs, those that were computed from other resources as outputs of those. A value not known stays so. */
function inputsOf(resource: DeclaredResource, made: ReadonlyMap<string, pulumi.Resource>): pulumi.Inputs {
  const sources = resource.propertyDependencies ?? {};
  return Object.fromEntries(
    Object.entries(sentProperties(resource)).map(([key, value]) => {
      const urns = (sources[key] ?? []).flatMap((urn) => made.get(urn)?.urn ?? []);
      return [key, urns.length === 0 ? value : pulumi.all(urns).apply(() => value)];
    }),
  );
}

/** What others are computed from is declared before them; cases name it in any order, or not at all. */
function sourcesFirst(resources: readonly DeclaredResource[]): DeclaredResource[] {
  const isSource = new Set(
    resources.flatMap(({ propertyDependencies = {} }) => Object.values(propertyDependencies).flat()),
  );
  const first = resources.filter(({ urn }) => urn !== undefined && isSource.has(urn));
  return [...first, ...resources.filter((each) => !first.includes(each))];
}
