import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function replicationReferences({ replications }: Estate): Reference[] {
  return Object.entries(replications).flatMap(([name, { guests, targets }]) => [
    ...guests.map((guest, index) => ({
      path: ["replications", name, "guests", index],
      name: guest,
      section: "guests",
    })),
    ...targets.map((node, index) => ({
      path: ["replications", name, "targets", index],
      name: node,
      section: "nodes",
    })),
  ]);
}
