import type { DeclaredResource } from "./declared";
import { type Known, text, UNKNOWN } from "./read";

/**
 * Answers whether one of some resources refers to a given one by a property: by its name or id where that is known,
 * else by what the property was computed from. UNKNOWN where a reference that leads nowhere may be to it.
 */
export function linksTo(
  referring: readonly DeclaredResource[],
  property: string,
): (target: DeclaredResource) => Known<boolean> {
  const named = new Set<string>();
  const sources = new Set<string>();
  let open = false;
  for (const each of referring) {
    const name = text(each.properties, property);
    const urns = each.propertyDependencies?.[property] ?? [];
    if (typeof name === "string") named.add(name);
    for (const urn of urns) sources.add(urn);
    open ||= name === UNKNOWN && urns.length === 0;
  }
  return (target) => {
    const names = [
      text(target.outputs, "id"),
      text(target.outputs, "bucket"),
      text(target.properties, "bucket"),
    ];
    const found =
      (target.urn !== undefined && sources.has(target.urn)) ||
      names.some((name) => typeof name === "string" && named.has(name));
    return found || (open ? UNKNOWN : false);
  };
}

/** The other way round, unless it is not known. */
export function negated(answer: Known<boolean>): Known<boolean> {
  return answer === UNKNOWN ? UNKNOWN : !answer;
}
