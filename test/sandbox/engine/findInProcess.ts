import { startProgress } from "../../../cli/terminal";
import { findEngine } from "../../../sandbox/engine";

/** Run by the tests in processes of their own: find the engine as the commands do, and print it. */
findEngine({ startProgress }).then(
  (engine) => console.log(JSON.stringify(engine)),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
