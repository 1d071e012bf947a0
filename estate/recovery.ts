import { entry } from "./paths";
import type { Estate, Recovery } from "./schema";

/** A recovery that is made of instances, with what its description leaves open. Times are minutes. */
export interface Raised extends Recovery {
  /** An AMI by owner and name, or an entry of `aws.imports`. */
  readonly boots: NonNullable<Recovery["image"]> | { readonly imported: string };
  readonly instanceType: string;
  /** Names of the guests that it stands for. */
  readonly guests: string[];
  /** Instances that a failover raises. */
  readonly instances: number;
  /** Instances that the group may have. */
  readonly maxInstances: number;
  /** Instances on ordinary days. */
  readonly running: number;
  readonly probe: Recovery["probe"] & { readonly port: number };
  /** The strictest objectives of its guests. */
  readonly rpo: number | undefined;
  readonly rto: number | undefined;
}

/** What comes back in AWS by itself, by name: all of `aws.recovery` but what people restore. */
export function raisedRecoveries(estate: Estate): Readonly<Record<string, Raised>> {
  return Object.fromEntries(
    Object.entries(estate.aws?.recovery ?? {}).flatMap(([name, recovery]): [string, Raised][] => {
      const { image, importedImage, instanceType } = recovery;
      const boots = importedImage === undefined ? image : { imported: importedImage };
      if (recovery.mode === "backup-only" || boots === undefined || instanceType === undefined) return [];
      const guests = recovery.guests ?? [name];
      const sizes = groupSizes(recovery, guests.length);
      return [
        [
          name,
          {
            ...recovery,
            ...sizes,
            ...objectivesOf(estate, guests),
            boots,
            instanceType,
            guests,
            probe: { ...recovery.probe, port: probePort(recovery) },
          },
        ],
      ];
    }),
  );
}

/** TCP ports that people administer a machine by (SSH, RDP): needing a guest's service is no reason to have them. */
const ADMINISTRATION: readonly number[] = [22, 3389];

/** TCP connections that what comes back in AWS may begin there: entries of `aws.recovery`, and ports in order. */
export interface RecoveredConnection {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
}

/**
 * Who of what comes back in AWS connects to whom of it: to what it comes `after`, and alike instances to each other,
 * on all ports but those of administration; to the guests that it `reaches`, on that port.
 */
export function recoveredConnections(estate: Estate): RecoveredConnection[] {
  const raised = Object.entries(raisedRecoveries(estate));
  return raised.flatMap(([from, { after, reaches, maxInstances }]) =>
    raised.flatMap(([to, { guests, ports }]) => {
      const needs = from === to ? maxInstances > 1 : after.includes(to);
      const all = new Set([
        ...(needs ? ports.filter((port) => !ADMINISTRATION.includes(port)) : []),
        ...reaches.filter(({ guest }) => guests.includes(guest)).map(({ port }) => port),
      ]);
      return all.size === 0 ? [] : [{ from, to, ports: [...all].sort((one, other) => one - other) }];
    }),
  );
}

/** How many instances a group has when. `guests`: how many guests it stands for. */
export function groupSizes(recovery: Recovery, guests: number) {
  const instances = recovery.instances ?? guests;
  return {
    instances,
    maxInstances: recovery.maxInstances ?? instances,
    running: recovery.mode === "warm" ? (recovery.running ?? 1) : 0,
  };
}

/** The port that tells whether the application works. */
export function probePort({ probe, ports }: Recovery): number {
  return probe.port ?? ports.find((port) => port !== 22) ?? 22;
}

/** The strictest objectives of guests, in minutes. */
export function objectivesOf({ guests }: Pick<Estate, "guests">, names: readonly string[]) {
  const all = names.flatMap((name) => entry(guests, name)?.objectives ?? []);
  const least = (values: readonly (number | undefined)[]) => {
    const given = values.filter((value) => value !== undefined);
    return given.length === 0 ? undefined : Math.min(...given);
  };
  return { rpo: least(all.map(({ rpo }) => rpo)), rto: least(all.map(({ rto }) => rto)) };
}
