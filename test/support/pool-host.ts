import { cpSync } from "node:fs";
import { join } from "node:path";
import { type PoolLayout, poolArguments } from "../../components/hosts/zfs-pool";
import { type Run, ScratchHost } from "./scratch-host";
import { type LabelledPool, labelsOf } from "./zfs-label";

/** The pool that most tests declare. */
export const MIRROR: PoolLayout = {
  pool: "tank",
  raidlevel: "mirror",
  ashift: 12,
  compression: "lz4",
  devices: ["/dev/sda", "/dev/sdb"],
};
/** What ZFS writes about {@link MIRROR}. */
export const LABELLED: LabelledPool = {
  pool: "tank",
  guid: "77",
  ashift: 12,
  tops: [["mirror", ["sda", "sdb"]]],
};

/** Kernel names of the first disks of a host. */
export const disks = (count: number) => ["sda", "sdb", "sdc", "sdd", "sde", "sdf"].slice(0, count);
export const paths = (names: readonly string[]) => names.map((name) => `/dev/${name}`);

/** Calls that would change a disk or a pool. */
export const changes = ({ calls }: Run) =>
  calls.filter((call) => !/^(zpool (list|get|import$)|zfs get|wipefs --no-act) ?/.test(call));

/** A scratch host with six empty disks, and stand-ins for the tools that look at disks and pools. */
export class PoolHost extends ScratchHost {
  constructor() {
    super();
    cpSync(join(__dirname, "pool-tools"), join(this.folder, "bin"), { recursive: true });
    for (const disk of disks(6)) this.write(`disks/${disk}/type`, "disk\n");
    this.write("compression", "lz4\n");
  }

  writeLabels(pool: LabelledPool): void {
    for (const [disk, label] of Object.entries(labelsOf(pool))) this.write(`disks/${disk}/label`, label);
  }

  /** Puts a pool on the disks, imported or not. */
  withPool(pool: LabelledPool, where: "pools" | "importable"): void {
    this.writeLabels(pool);
    this.write(`${where}/${pool.pool}`, `${pool.guid}\n`);
  }

  apply(layout: PoolLayout, text?: string): Promise<Run> {
    return this.run("zfs-pool", poolArguments(layout), text);
  }
}
