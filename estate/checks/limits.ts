import { type Finding, problem, type Step } from "../problems";
import type { Offering } from "../schema";

const PAIRS = [
  ["read", "readBurst"],
  ["write", "writeBurst"],
  ["iopsRead", "iopsReadBurst"],
  ["iopsWrite", "iopsWriteBurst"],
] as const;

/** QEMU refuses a burst without a limit, and one below it: the VM would not start. */
export function checkLimits(steps: readonly Step[], limits: Offering["diskLimits"]): Finding[] {
  return PAIRS.flatMap(([limit, burst]) => {
    const [usual, most] = [limits?.[limit], limits?.[burst]];
    return most === undefined || (usual !== undefined && most >= usual)
      ? []
      : [
          problem(
            [...steps, burst],
            most,
            usual === undefined ? `none, or ${limit} too` : `at least ${limit}, ${usual}`,
            [[...steps, limit]],
          ),
        ];
  });
}
