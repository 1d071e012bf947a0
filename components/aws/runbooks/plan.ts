import type { Json } from "./states";

/** How the application of a recovered guest is asked whether it works. */
export interface Probe {
  /** TCP port. */
  readonly port: number;
  /** Path of an HTTP request; a port that opens is enough where absent. */
  readonly path?: string;
  /** TLS; the certificate is not checked, as the address is not its name. */
  readonly tls: boolean;
}

/** A guest, or group of alike guests, as the runbooks know it. Times are seconds. */
export interface RunbookGuest {
  readonly name: string;
  /** Id of the launch template; its newest version has the newest recoverable image. */
  readonly launchTemplate: string;
  /** Name of the Auto Scaling group. */
  readonly group: string;
  /** Instances that a failover raises. */
  readonly instances: number;
  /** Instances that run on ordinary days. */
  readonly running: number;
  /** ARNs of the target groups that its instances belong to. */
  readonly targetGroups: readonly string[];
  readonly probe: Probe;
  /** Names of those that it needs. */
  readonly after: readonly string[];
  /** Turn that it is raised in, from 0. */
  readonly wave: number;
  /** Longest time until it is healthy. */
  readonly timeLimit: number;
  readonly rpo?: number;
  readonly rto?: number;
}

/** What every runbook of an estate works with. */
export interface RunbookSettings {
  /** Value of the dimension `Estate` of all metrics: the cluster's name. */
  readonly estate: string;
  readonly guests: readonly RunbookGuest[];
  /** ARN of the function that probes applications from inside the VPC. */
  readonly probeFunction: string;
  /** ARN of the SNS topic that reports and alarms go to. */
  readonly topic: string;
  /** Seconds between two looks at something that is not ready yet. */
  readonly pollSeconds: number;
}

/** Namespace of the runbooks' metrics. */
export const METRIC_NAMESPACE = "HybridEstate/Recovery";

/** The guests as a value of a definition. */
export function planOf({ guests }: RunbookSettings): Json {
  return guests.map(({ probe, rpo, rto, ...guest }, index) => ({
    ...guest,
    token: `g${index}`,
    probe: { port: probe.port, tls: probe.tls, ...(probe.path === undefined ? {} : { path: probe.path }) },
    ...(rpo === undefined ? {} : { rpo }),
    ...(rto === undefined ? {} : { rto }),
  }));
}

/** What decides when a guest is raised. */
export interface Turn {
  readonly name: string;
  /** Lower ones first; those of one number together. */
  readonly order: number;
  /** Names of those that must be healthy first. */
  readonly after: readonly string[];
}

/**
 * The turn of each guest, from 0: after everything of a lower order and after what it needs.
 *
 * @throws Error for guests that wait for each other: the description's checks refuse those
 */
export function waves(turns: readonly Turn[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let next = 0;
  for (const order of [...new Set(turns.map((turn) => turn.order))].sort((one, other) => one - other)) {
    let left = turns.filter((turn) => turn.order === order);
    while (left.length > 0) {
      const waiting = new Set(left.map(({ name }) => name));
      const ready = left.filter(({ after }) => !after.some((name) => waiting.has(name)));
      if (ready.length === 0) throw new Error(`these wait for each other: ${[...waiting].join(", ")}`);
      for (const { name } of ready) found.set(name, next);
      next += 1;
      left = left.filter((turn) => !ready.includes(turn));
    }
  }
  return found;
}
