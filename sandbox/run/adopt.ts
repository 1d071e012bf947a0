import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { WorldObject } from "../world";

/**
 * A program that imports, instead of creating it again, what a run that was cut off has made without the state
 * knowing. It is what an operator would do with the real sites, by hand.
 */
export function adopting(program: PulumiFn, orphans: readonly WorldObject[]): PulumiFn {
  if (orphans.length === 0) return program;
  const ids = new Map(orphans.map(({ urn = "", id }) => [typeAndName(urn), id]));
  return async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const id = ids.get(`${type}::${name}`);
      return id === undefined ? undefined : { props, opts: { ...opts, import: id } };
    });
    return program();
  };
}

/** The resource's own type and logical name: the part of a URN that its constructor knows. */
function typeAndName(urn: string): string {
  const [qualifiedType = "", ...name] = urn.split("::").slice(2);
  return `${qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1)}::${name.join("::")}`;
}
