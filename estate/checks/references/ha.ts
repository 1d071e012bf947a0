import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function haReferences({ haRules }: Estate): Reference[] {
  return Object.entries(haRules).flatMap(([name, rule]) => [
    ...rule.guests.map((guest, index) => ({
      path: ["haRules", name, "guests", index],
      name: guest,
      section: "guests",
    })),
    ...(rule.type === "node-affinity"
      ? Object.keys(rule.nodes).map((node) => ({
          path: ["haRules", name, "nodes", node],
          name: node,
          section: "nodes",
        }))
      : []),
  ]);
}
