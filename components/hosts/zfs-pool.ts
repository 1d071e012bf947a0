/** A pool on whole disks of one host. */
export interface PoolLayout {
  readonly pool: string;
  readonly raidlevel: "single" | "mirror" | "raid10" | "raidz" | "raidz2" | "raidz3";
  /** Sector size as a power of two, from 9 to 16. */
  readonly ashift: number;
  /** `on`, `off` or an algorithm of zfsprops(7). */
  readonly compression: string;
  /** Paths below /dev; those of /dev/disk/by-id outlive a change of the cabling. raid10 mirrors them two by two. */
  readonly devices: readonly string[];
}

/** What `zfs-pool` is told to make a pool, or to adopt the one that is there. */
export function poolArguments(layout: PoolLayout): string[] {
  return [
    "apply",
    "--pool",
    layout.pool,
    "--raidlevel",
    layout.raidlevel,
    "--ashift",
    String(layout.ashift),
    "--compression",
    layout.compression,
    ...layout.devices.flatMap((device) => ["--device", device]),
  ];
}
