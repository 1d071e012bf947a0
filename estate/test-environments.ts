import { type Raised, raisedRecoveries } from "./recovery";
import type { Estate } from "./schema";

/** A test environment with what its copies are of. */
export interface TestEnvironmentPlan {
  readonly instances: number;
  readonly instanceType: string | undefined;
  /** A moment in UTC, to the second. */
  readonly expires: string;
  /** What it has copies of, by entry of `aws.recovery`. */
  readonly recoveries: Readonly<Record<string, Raised>>;
}

/** Minutes before its end from which a test environment is not made any more: AWS refuses an end that has passed. */
const LEAST = 10;

/**
 * Test environments whose time has come, and those that have time left, by name. One that is over is no mistake: an
 * `up` in a disaster must not fail over a forgotten test. It is left out, so what it leaves (nothing that costs) goes.
 */
export function testEnvironments(estate: Estate, now: Date) {
  const all = Object.entries(estate.aws?.testEnvironments ?? {});
  const raised = raisedRecoveries(estate);
  const latest = now.getTime() + LEAST * 60_000;
  const isOver = ({ expires }: { readonly expires: string }) => Date.parse(expires) <= latest;
  return {
    over: Object.fromEntries(
      all.filter(([, one]) => isOver(one)).map(([name, { expires }]) => [name, expires]),
    ),
    live: Object.fromEntries(
      all
        .filter(([, one]) => !isOver(one))
        .map(([name, { recovery, instances, instanceType, expires }]): [string, TestEnvironmentPlan] => [
          name,
          {
            instances,
            instanceType,
            expires,
            recoveries: Object.fromEntries(
              recovery.flatMap((entry) => (raised[entry] ? [[entry, raised[entry]]] : [])),
            ),
          },
        ]),
    ),
  };
}
