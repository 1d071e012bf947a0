import type { DeclaredResource } from "../policy/facts/declared";
import { text } from "../policy/facts/read";

const PROVIDER = "pulumi:providers:aws";

/** The one region that the AWS providers among these resources are set to. */
export function regionOf(resources: readonly DeclaredResource[]): string | undefined {
  const regions = new Set(regionsByProvider(resources).values());
  const [region] = regions;
  return regions.size === 1 ? region : undefined;
}

/** The region of each resource, where the resource or its provider says it. */
export function regionFinder(
  resources: readonly DeclaredResource[],
): (resource: DeclaredResource) => string | undefined {
  const byProvider = regionsByProvider(resources);
  return ({ properties, provider = "" }) => {
    const own = text(properties, "region");
    if (typeof own === "string") return own;
    // A reference is the provider's URN, two colons and its id.
    return [...byProvider].find(([urn]) => provider.startsWith(`${urn}::`))?.[1];
  };
}

/** Regions by the URN of their provider. */
function regionsByProvider(resources: readonly DeclaredResource[]): Map<string, string> {
  const regions = new Map<string, string>();
  for (const { type, urn, name, properties } of resources) {
    const region = text(properties, "region");
    if (type === PROVIDER && typeof region === "string") regions.set(urn ?? name, region);
  }
  return regions;
}
