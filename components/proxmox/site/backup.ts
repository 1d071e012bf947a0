import type * as pulumi from "@pulumi/pulumi";
import { selected } from "../../../estate/backup";
import { present } from "../../records";
import { BackupJob, type BackupSelection } from "../backup-job";
import type { Site } from "./context";
import type { Guests } from "./guests";
import type { Pools } from "./pools";

interface Foundations {
  /** Where the jobs write to, by storage id. */
  readonly storages: Readonly<Record<string, { readonly resource: pulumi.Resource }>>;
  readonly guests: Guests;
  readonly pools: Pools;
}

export function createBackupJobs(
  { estate, parent }: Site,
  { storages, pools, guests: declared }: Foundations,
): void {
  for (const [name, job] of Object.entries(estate.backupJobs)) {
    const { guests, storage, fleecing, node, ...settings } = job;
    // A backup server compresses by itself.
    const compress = job.compress ?? (estate.storages[storage]?.type === "pbs" ? "0" : "zstd");
    const choice = selected(estate, guests);
    const named = "guests" in choice ? choice.guests : choice.allExcept;
    const ids = present(named.map((guest) => estate.guests[guest]?.id));
    const pool = typeof guests === "object" && "pool" in guests ? guests.pool : undefined;
    const selection: BackupSelection =
      pool !== undefined
        ? { poolId: pool }
        : "guests" in choice
          ? { vmIds: ids }
          : { all: true, except: ids };
    new BackupJob(
      name,
      {
        ...settings,
        jobId: name,
        storageId: storage,
        nodeName: node,
        compress,
        fleecingStorage: fleecing?.storage,
        guests: selection,
      },
      {
        parent,
        dependsOn: present([
          storages[storage]?.resource,
          fleecing && storages[fleecing.storage]?.resource,
          pool === undefined ? undefined : pools[pool]?.resource,
          ...named.map((guest) => declared[guest]?.resource),
        ]),
      },
    );
  }
}
