import type { Estate } from "../../schema";
import { optional, type Reference } from "./reference";

export function backupReferences({ backupJobs }: Estate): Reference[] {
  return Object.entries(backupJobs).flatMap(([name, job]) => {
    const at = (...steps: (string | number)[]) => ["backupJobs", name, ...steps];
    const { guests } = job;
    const listed = (path: string[], names: readonly string[]) =>
      names.map((guest, index) => ({ path: at(...path, index), name: guest, section: "guests" }));
    return [
      { path: at("storage"), name: job.storage, section: "storages" },
      ...optional(at("fleecing", "storage"), job.fleecing?.storage, "storages"),
      ...optional(at("node"), job.node, "nodes"),
      ...(Array.isArray(guests) ? listed(["guests"], guests) : []),
      ...(typeof guests === "object" && "allExcept" in guests
        ? listed(["guests", "allExcept"], guests.allExcept)
        : []),
    ];
  });
}
