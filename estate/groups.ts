import { addressAt, splitInterface } from "./addresses";
import { withNames } from "./backup";
import { entry } from "./paths";
import type { Finding } from "./problems";
import type { Aws, Estate, Guest, HaRule, Monitoring, Nic, Recovery } from "./schema";

/** The names of a group's guests, by the name of its entry. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/** The groups of an estate: entries of `guests` with a `count`. */
export function groupsOf({ guests }: Pick<Estate, "guests">): Groups {
  return new Map(
    Object.entries(guests).flatMap(([name, { count }]) =>
      count === undefined
        ? []
        : [[name, Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)]],
    ),
  );
}

/**
 * Writes groups out: `web` with count 3 becomes `web-1`, `web-2` and `web-3`. Ids and static addresses count up
 * from the ones given; the guests take turns on the cluster's nodes, from the one given. What names the group means
 * all of its guests.
 */
export function withoutGroups(estate: Estate): Estate {
  const groups = groupsOf(estate);
  if (groups.size === 0) return estate;
  const nodes = Object.keys(estate.nodes);
  const members = (names: readonly string[]) => names.flatMap((name) => groups.get(name) ?? [name]);
  const spread = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(record).flatMap(([name, value]) => members([name]).map((one) => [one, value])),
    );
  return {
    ...estate,
    guests: Object.fromEntries(
      Object.entries(estate.guests).flatMap(([name, guest]) => {
        const names = groups.get(name);
        const after = members(guest.after);
        return names
          ? names.map((one, index) => [one, { ...member(guest, index, nodes), after }])
          : [[name, { ...guest, after }]];
      }),
    ),
    haRules: mapRules(estate.haRules, members),
    replications: Object.fromEntries(
      Object.entries(estate.replications).map(([name, job]) => [
        name,
        { ...job, guests: members(job.guests) },
      ]),
    ),
    backupJobs: Object.fromEntries(
      Object.entries(estate.backupJobs).map(([name, job]) => [
        name,
        { ...job, guests: withNames(job.guests, members) },
      ]),
    ),
    ...(estate.monitoring ? { monitoring: ofMembers(estate.monitoring, members, spread) } : {}),
    ...(estate.aws ? { aws: awsOfMembers(estate.aws, members) } : {}),
  };
}

/** Monitoring on a group runs on its first guest. */
function ofMembers(
  monitoring: Monitoring,
  members: (names: readonly string[]) => string[],
  spread: <T>(record: Readonly<Record<string, T>>) => Record<string, T>,
): Monitoring {
  const [guest = monitoring.guest] = members([monitoring.guest]);
  const { objectives } = monitoring;
  const backupAgeOfGuests = spread(objectives.backupAgeOfGuests);
  return { ...monitoring, guest, objectives: { ...objectives, backupAgeOfGuests } };
}

function awsOfMembers(aws: Aws, members: (names: readonly string[]) => string[]): Aws {
  return {
    ...aws,
    recovery: recoveryOfMembers(aws.recovery, members),
    ...(aws.images?.guests
      ? {
          images: {
            ...aws.images,
            guests: aws.images.guests.flatMap((name) => recoveredAs(aws.recovery, members, name)),
          },
        }
      : {}),
    traffic: Object.fromEntries(
      Object.entries(aws.traffic).map(([name, one]) => [
        name,
        one.guests ? { ...one, guests: members(one.guests) } : one,
      ]),
    ),
  };
}

/** The entries that an entry of `aws.recovery` is written out as. */
function recoveredAs(
  recovery: Aws["recovery"],
  members: (names: readonly string[]) => string[],
  name: string,
): string[] {
  return entry(recovery, name)?.guests ? [name] : members([name]);
}

/** A group comes back guest by guest, unless its recovery names it in `guests`: then as one group of instances. */
function recoveryOfMembers(
  recovery: Aws["recovery"],
  members: (names: readonly string[]) => string[],
): Aws["recovery"] {
  const names = (name: string) => recoveredAs(recovery, members, name);
  return Object.fromEntries(
    Object.entries(recovery).flatMap(([name, value]) =>
      names(name).map((one): [string, Recovery] => [
        one,
        {
          ...value,
          guests: members(value.guests ?? [one]),
          after: value.after.flatMap(names),
          reaches: value.reaches.flatMap((one) => members([one.guest]).map((guest) => ({ ...one, guest }))),
        },
      ]),
    ),
  );
}

function mapRules(
  rules: Estate["haRules"],
  members: (names: readonly string[]) => string[],
): Estate["haRules"] {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]): [string, HaRule] => [
      name,
      { ...rule, guests: members(rule.guests) },
    ]),
  );
}

function member(group: Guest, index: number, nodes: readonly string[]): Guest {
  const first = nodes.indexOf(group.node);
  const node = nodes[(first + index) % nodes.length];
  const own = {
    count: undefined,
    id: group.id + index,
    // An unknown node has been reported as such.
    node: first < 0 || node === undefined ? group.node : node,
  };
  return group.kind === "vm"
    ? { ...group, ...own, nics: memberNics(group.nics, index) }
    : { ...group, ...own, nics: memberNics(group.nics, index) };
}

function memberNics<T extends Nic>(nics: Readonly<Record<string, T>>, index: number): Record<string, T> {
  return Object.fromEntries(Object.entries(nics).map(([slot, nic]) => [slot, memberNic(nic, index)]));
}

function memberNic<T extends Nic>(nic: T, index: number): T {
  if (nic.address === "dhcp") return nic;
  const { address, prefix } = splitInterface(nic.address);
  return { ...nic, address: `${addressAt(address, index)}/${prefix}` };
}

/** Findings about guests of a group as findings about its entry, which alone stands in the file; each once. */
export function aboutEntries(findings: readonly Finding[], groups: Groups): Finding[] {
  const entries = new Map(
    [...groups].flatMap(([entry, names]) => names.map((name) => [name, entry] as const)),
  );
  const seen = new Set<string>();
  return findings.flatMap((finding) => {
    const [section, name, ...rest] = finding.steps;
    const entry = section === "guests" && typeof name === "string" ? entries.get(name) : undefined;
    if (entry === undefined) return [finding];
    const steps = ["guests", entry, ...rest];
    const place = JSON.stringify(steps);
    if (seen.has(place)) return [];
    seen.add(place);
    // With another count they might not be: a refused count is the only mistake.
    return [{ ...finding, steps, basis: [...finding.basis, ["guests", entry, "count"]] }];
  });
}
