import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { constants } from "node:os";

const running = new Set<ChildProcess>();

// Also when a test fails, mocha gives up or Ctrl-C ends this process: nothing may run on without it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
// Unhandled, these would end this process without its exit handlers. mocha turns Ctrl-C into SIGTERM.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Starts a program that can't outlive this process: not even when this process is killed. */
export function spawnTied(file: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", file, ...args], { stdio });
  running.add(child);
  child.on("close", () => running.delete(child));
  return child;
}

/** The exit status of a child, or the signal that ended it. Rejects when it could not be started. */
export function finished(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
}
