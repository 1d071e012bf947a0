import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import type { Estate } from "../schema";

/** Mistakes in test environments. That the time of one is over is none: see `estate/test-environments.ts`. */
export function checkTestEnvironments({ aws }: Estate): Finding[] {
  return Object.entries(aws?.testEnvironments ?? {}).flatMap(([name, { recovery }]) =>
    recovery.flatMap((other, index) => {
      const path = ["aws", "testEnvironments", name, "recovery", index];
      return entry(aws?.recovery ?? {}, other)?.mode === "backup-only"
        ? [
            problem(path, other, "an entry with an image; its mode is backup-only", [
              ["aws", "recovery", other, "mode"],
            ]),
          ]
        : [];
    }),
  );
}
