import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Seconds from the start of the policy pack's process, as the engine starts it, to its being ready. */
export async function packBootSeconds(root: string): Promise<number> {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const began = process.hrtime.bigint();
  // The address of an engine is only used to log; none runs here.
  const pack = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
    cwd: path.join(root, "policy"),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(pack.stdout, "data"); // its port: it serves
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  pack.kill();
  await once(pack, "exit");
  return seconds;
}
