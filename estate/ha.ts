import type { Estate } from "./schema";

/** Nodes where HA may start a guest: those of its strict node-affinity rule, otherwise all. */
export function eligibleNodes(
  { nodes, haRules }: Pick<Estate, "haRules" | "nodes">,
  guest: string,
): string[] {
  const strict = Object.values(haRules).flatMap((rule) =>
    rule.type === "node-affinity" && rule.strict && rule.guests.includes(guest)
      ? [Object.keys(rule.nodes)]
      : [],
  );
  return strict.length === 0 ? Object.keys(nodes) : strict.flat();
}
