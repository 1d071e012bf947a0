import type { DeclaredResource } from "../policy/facts/declared";
import { sourcesOf } from "../policy/facts/declared";
import { get, text } from "../policy/facts/read";

/** Finds the resource that another one names. */
export interface Links {
  /** All resources of these types. */
  ofTypes(types: readonly string[]): readonly DeclaredResource[];
  /**
   * The resource of these types that a value of `owner` names: by id, name or ARN; where the value is not known yet,
   * by the URN it was computed from, and at last as the only resource of these types beside it in its component.
   */
  named(
    owner: DeclaredResource,
    value: unknown,
    input: string,
    types: readonly string[],
  ): DeclaredResource | undefined;
}

/** Links between the resources of a program; made once, linear in them. */
export function linksOf(resources: readonly DeclaredResource[]): Links {
  const byType = new Map<string, DeclaredResource[]>();
  for (const resource of resources) {
    const others = byType.get(resource.type);
    if (others) others.push(resource);
    else byType.set(resource.type, [resource]);
  }
  const ofTypes = (types: readonly string[]) => types.flatMap((type) => byType.get(type) ?? []);
  return {
    ofTypes,
    named: (owner, value, input, types) => {
      const candidates = ofTypes(types);
      if (typeof value === "string") {
        const found = candidates.find((candidate) => identities(candidate).includes(value));
        if (found) return found;
      }
      const sources = new Set(sourcesOf(owner, input));
      const computed = candidates.filter(({ urn }) => urn !== undefined && sources.has(urn));
      if (computed.length === 1) return computed[0];
      const siblings = candidates.filter(({ parent }) => parent !== undefined && parent === owner.parent);
      return siblings.length === 1 ? siblings[0] : undefined;
    },
  };
}

function identities({ properties, outputs }: DeclaredResource): unknown[] {
  return [get(outputs, "id"), text(properties, "name"), get(outputs, "name"), get(outputs, "arn")].filter(
    (identity) => typeof identity === "string" && identity !== "",
  );
}
