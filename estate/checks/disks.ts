import { disksByNode, type OnDisks } from "../disks";
import { pathText } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, VolumeGroup, ZfsPool } from "../schema";

/** Fewest disks of a layout (PVE::API2::Disks::ZFS). */
const FEWEST: Readonly<Record<ZfsPool["raidlevel"], number>> = {
  single: 1,
  mirror: 2,
  raid10: 4,
  raidz: 3,
  raidz2: 4,
  raidz3: 5,
  draid: 3,
  draid2: 4,
  draid3: 5,
};

/** Disks that do not make the declared layout, are missing on a node, or are given to two things. */
export function checkDisks(estate: Estate): Finding[] {
  return [
    ...Object.entries(estate.zfsPools).flatMap(([name, pool]) => [
      ...strangers(["zfsPools", name], estate, pool),
      ...draidSettings(name, pool),
      ...counts(estate, name, pool),
    ]),
    ...Object.entries(estate.volumeGroups).flatMap(([name, group]) => [
      ...strangers(["volumeGroups", name], estate, group),
      ...noDisks(estate, name, group),
    ]),
    ...disksTwice(estate),
  ];
}

function noDisks(estate: Estate, name: string, group: VolumeGroup): Finding[] {
  const none = Object.values(disksByNode(estate, group)).some((devices) => devices.length === 0);
  const path = ["volumeGroups", name];
  return none
    ? [problem([...path, "devices"], group.devices, "at least 1 in the list", [[...path, "nodes", "*"]])]
    : [];
}

/** Where the disks of a node are written. */
function place(path: readonly Step[], { nodeDevices }: OnDisks, node: string): Step[] {
  return Object.hasOwn(nodeDevices, node) ? [...path, "nodeDevices", node] : [...path, "devices"];
}

function strangers(path: readonly Step[], estate: Estate, disks: OnDisks): Finding[] {
  const members = disks.nodes ?? Object.keys(estate.nodes);
  return Object.keys(disks.nodeDevices)
    .filter((node) => Object.hasOwn(estate.nodes, node) && !members.includes(node))
    .map((node) =>
      problem([...path, "nodeDevices", node], node, `a node that has it: ${oneOf(members, node)}`, [
        [...path, "nodes", "*"],
      ]),
    );
}

function draidSettings(name: string, { raidlevel, draid }: ZfsPool): Finding[] {
  const path = ["zfsPools", name, "draid"];
  if (raidlevel.startsWith("draid") === (draid !== undefined)) return [];
  const allowed =
    draid === undefined ? `data and spares, which ${raidlevel} needs` : "nothing, or a raidlevel of draid";
  return [problem(path, draid, allowed, [["zfsPools", name, "raidlevel"]])];
}

/** One finding a list of disks, not one a node. */
function counts(estate: Estate, name: string, pool: ZfsPool): Finding[] {
  const path = ["zfsPools", name];
  const basis = [
    [...path, "raidlevel"],
    [...path, "draid"],
    [...path, "nodes", "*"],
  ];
  const lists = new Map(
    Object.entries(disksByNode(estate, pool)).map(([node, devices]) => [
      JSON.stringify(place(path, pool, node)),
      { steps: place(path, pool, node), devices },
    ]),
  );
  return [...lists.values()].flatMap(({ steps, devices }) => {
    const wanted = wantedCount(pool, devices.length);
    return wanted === undefined ? [] : [problem(steps, devices, wanted, basis)];
  });
}

/** What a layout wants of its disks, where it is not that many. */
function wantedCount({ raidlevel, draid }: ZfsPool, count: number): string | undefined {
  if (raidlevel === "single") return count === 1 ? undefined : "one disk, as the raidlevel is single";
  const parity = Number(raidlevel.slice("draid".length) || 1);
  const groups = draid && raidlevel.startsWith("draid") ? draid.data + parity + draid.spares : 0;
  const fewest = Math.max(FEWEST[raidlevel], groups);
  if (count < fewest) return `at least ${fewest} disks, which ${raidlevel} needs`;
  return raidlevel === "raid10" && count % 2 !== 0 ? "an even number of disks for raid10" : undefined;
}

function disksTwice(estate: Estate): Finding[] {
  const owners = new Map<string, readonly string[]>();
  const found = new Map<string, Finding>();
  for (const section of ["zfsPools", "volumeGroups"] as const) {
    for (const [name, made] of Object.entries(estate[section])) {
      const path = [section, name];
      for (const [node, devices] of Object.entries(disksByNode(estate, made))) {
        for (const [index, device] of devices.entries()) {
          const owner = owners.get(`${node}:${device}`) ?? path;
          owners.set(`${node}:${device}`, owner);
          if (owner.join() === path.join()) continue;
          const steps = [...place(path, made, node), index];
          const allowed = `a disk of ${node} that nothing else is on (${pathText(owner)} is)`;
          found.set(JSON.stringify(steps), problem(steps, device, allowed, [owner, [...path, "nodes", "*"]]));
        }
      }
    }
  }
  return [...found.values()];
}
