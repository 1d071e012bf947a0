import assert from "node:assert/strict";
import type { HostFile } from "../../components/hosts/monitoring/files";
import type { Run } from "./scratch-host";

/** A script that reads files, run on a scratch host. */
type RunWithFiles = (args: readonly string[], files: readonly HostFile[] | string) => Promise<Run>;

/** How runs of a script are to end. `check` holds for every run, however it ends. */
export function expecting(script: RunWithFiles, check: (run: Run) => void) {
  return {
    async succeeds(args: readonly string[], files: readonly HostFile[] | string = ""): Promise<Run> {
      const run = await script(args, files);
      assert.equal(run.code, 0, run.stderr);
      check(run);
      return run;
    },

    async refuses(args: readonly string[], files: readonly HostFile[] | string, says: RegExp): Promise<Run> {
      const run = await script(args, files);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.stderr, says);
      check(run);
      return run;
    },
  };
}
