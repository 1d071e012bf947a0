import { installAwsTools } from "../support/moto/install";

/** Before the tests: what they need, with progress, so that no test's time limit is spent on that. */
installAwsTools().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
