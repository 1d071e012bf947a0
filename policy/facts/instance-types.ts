const GIBIBYTE = 1024;

/** GiB of the sizes of burstable instances (t2 to t4g) below large, which have a step of their own. */
const SMALL: ReadonlyMap<string, number> = new Map([
  ["nano", 0.5],
  ["micro", 1],
  ["small", 2],
  ["medium", 4],
]);

/** GiB of a `large`, by kind of family: compute, general, memory (ec2/latest/instancetypes). */
const LARGE: ReadonlyMap<string, number> = new Map([
  ["c", 4],
  ["m", 8],
  ["r", 16],
  ["t", 8],
]);

/** Memory of an EC2 instance type in MiB, for the families that guests are recovered on; undefined for others. */
export function memoryOf(type: string): number | undefined {
  const [, kind = "", size = ""] = /^([cmrt])\d+[a-z]*\.([a-z0-9]+)$/.exec(type) ?? [];
  const large = LARGE.get(kind);
  if (large === undefined) return undefined;
  if (kind === "t" && SMALL.has(size)) return (SMALL.get(size) ?? 0) * GIBIBYTE;
  if (size === "medium") return (large / 2) * GIBIBYTE;
  if (size === "large") return large * GIBIBYTE;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : large * 2 * Number(times || 1) * GIBIBYTE;
}
