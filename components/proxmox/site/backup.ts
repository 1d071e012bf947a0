import { present } from "../../records";
import { BackupJob } from "../backup-job";
import type { Site } from "./context";
import type { Guests } from "./guests";
import type { Storages } from "./storages";

interface Foundations {
  readonly storages: Storages;
  readonly guests: Guests;
}

export function createBackupJobs(
  { estate, parent }: Site,
  { storages, guests: declared }: Foundations,
): void {
  for (const [name, { guests, storage, ...job }] of Object.entries(estate.backupJobs)) {
    const listed = guests === "all" ? [] : guests;
    new BackupJob(
      name,
      {
        ...job,
        jobId: name,
        storageId: storage,
        ...(guests === "all" ? {} : { vmIds: present(listed.map((guest) => estate.guests[guest]?.id)) }),
      },
      {
        parent,
        dependsOn: present([
          storages[storage]?.resource,
          ...listed.map((guest) => declared[guest]?.resource),
        ]),
      },
    );
  }
}
