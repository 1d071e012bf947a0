import { startProgress } from "../../cli/terminal";
import { findEngine } from "../../sandbox/engine";

/** Before the tests: finds the engine or makes it, with progress, so that no test's time limit is spent on that. */
findEngine({ startProgress }).then(
  ({ version, source }) => console.log(`Pulumi ${version} (${source})`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
