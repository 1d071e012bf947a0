import type { Usage } from "../../estate/schema/aws/usage";
import type { Gap, Needs } from "../demand";
import { Exact } from "../exact";
import type { Meter } from "../meters";

/** A demand for a stated amount; a gap that names the setting where nothing is stated. */
export function stated(
  meter: Meter,
  amount: number | undefined,
  {
    what,
    setting,
    resource,
  }: { readonly what: string; readonly setting: string; readonly resource?: string },
): Needs {
  const of = resource === undefined ? {} : { resource };
  if (amount === undefined) return { gaps: [{ what, why: `state aws.usage.${setting}`, ...of }] };
  return { demands: [{ meter, quantity: Exact.of(amount), basis: "", setting, ...of }] };
}

/** One of something for a whole month. */
export function monthly(meter: Meter, count: Exact = Exact.one, basis = ""): Needs {
  return { demands: [{ meter, quantity: count, basis }] };
}

/** So many of something for every hour of the month. */
export function hourly(meter: Meter, hours: Exact, count: Exact = Exact.one, basis?: string): Needs {
  const each = count.compare(Exact.one) === 0 ? "" : `${count} x `;
  return { demands: [{ meter, quantity: count.times(hours), basis: basis ?? `${each}${hours} h` }] };
}

/** Something that costs and is not known. */
export function gap(what: string, why: string, resource?: string): { readonly gaps: readonly Gap[] } {
  return { gaps: [{ what, why, ...(resource === undefined ? {} : { resource }) }] };
}

/** Snapshots of images and volumes, whoever makes them. */
export function snapshots({ snapshotsGb }: Usage): Needs {
  return stated("ebs.snapshot", snapshotsGb, {
    what: "EBS snapshots",
    setting: "snapshotsGb",
    resource: "(all snapshots)",
  });
}

/** Metrics that are not AWS's own, whoever publishes them. */
export function customMetrics({ customMetrics: count }: Usage): Needs {
  return stated("cloudwatch.metric", count, {
    what: "custom metrics",
    setting: "customMetrics",
    resource: "(all custom metrics)",
  });
}
