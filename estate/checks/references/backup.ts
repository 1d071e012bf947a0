import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function backupReferences({ backupJobs }: Estate): Reference[] {
  return Object.entries(backupJobs).flatMap(([name, job]) => [
    { path: ["backupJobs", name, "storage"], name: job.storage, section: "storages" },
    ...(job.guests === "all"
      ? []
      : job.guests.map((guest, index) => ({
          path: ["backupJobs", name, "guests", index],
          name: guest,
          section: "guests",
        }))),
  ]);
}
