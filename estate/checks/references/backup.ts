import { backupStorages } from "../../backup";
import type { Estate } from "../../schema";
import { optional, type Reference } from "./reference";

export function backupReferences(estate: Estate): Reference[] {
  return [...jobReferences(estate), ...serverReferences(estate)];
}

function serverReferences(estate: Estate): Reference[] {
  return [
    ...backupStorages(estate).map(([id, { server }]) => ({
      path: ["storages", id, "server"],
      name: server,
      section: "backupServers",
    })),
    ...Object.entries(estate.backupServers).flatMap(([name, server]) =>
      server.kind === "vm"
        ? [{ path: ["backupServers", name, "guest"], name: server.guest, section: "guests" }]
        : [],
    ),
  ];
}

function jobReferences({ backupJobs }: Estate): Reference[] {
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
