import { startProgress } from "../../cli/terminal";
import { findOnPath, lastLines, run } from "../../sandbox/engine/processes";

/**
 * Installs programs that are missing, where that is possible: as root, with apt.
 *
 * @param wanted Debian packages by the program that each has
 * @param who what needs them, such as "the machine tests"
 * @throws when they are not there and can't be installed
 */
export async function ensurePrograms(who: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const missing: string[] = [];
  for (const program of Object.keys(wanted)) {
    // Root's programs are not always on a user's PATH.
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    if (!(await findOnPath(program, env))) missing.push(program);
  }
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => wanted[program] ?? program))];
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !(await findOnPath("apt-get", process.env))) {
    throw new Error(
      `${who} need ${missing.join(", ")}: run them as root on Debian, or install ${packages.join(", ")}`,
    );
  }
  const progress = startProgress(`Installing ${packages.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const { code, stdout, stderr } = await run("apt-get", ["-q", ...args], { env });
    if (code !== 0) {
      progress.fail(`apt-get ${args[0]} failed`);
      throw new Error(`apt-get ${args.join(" ")} failed:\n${lastLines(stdout + stderr, 10)}`);
    }
  }
  progress.succeed(`Installed ${packages.join(", ")}`);
}
