import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { startProgress } from "../../../cli/terminal";
import { ensurePrograms } from "../../support/programs";
import { finished, spawnTied } from "../processes";

/** What a machine boots from: files of one folder in the cache, never written to. */
export interface Image {
  readonly root: string;
  readonly kernel: string;
  readonly initrd: string;
  /** Private key of the machine's root user. */
  readonly key: string;
  /** The machine's host key, under the name `machine`. */
  readonly knownHosts: string;
}

const RECIPE = path.join(__dirname, "build.sh");

/** Programs that a run needs, and the Debian packages that have them. */
const TO_RUN = { "qemu-system-x86_64": "qemu-system-x86", ssh: "openssh-client", setpriv: "util-linux" };
const TO_BUILD = {
  mmdebstrap: "mmdebstrap",
  mke2fs: "e2fsprogs",
  "ssh-keygen": "openssh-client",
  unshare: "util-linux",
};

/**
 * The image of the recipe beside this file: from the cache, or built there (some minutes, once). Programs that
 * are missing are installed where that is possible: as root, with apt.
 * @throws when they are not there and can't be installed, or when the build fails
 */
export async function findImage(): Promise<Image> {
  const folder = path.join(cacheFolder(), hashOf(RECIPE));
  const cached = existsSync(folder);
  await ensurePrograms("the machine tests", cached ? TO_RUN : { ...TO_RUN, ...TO_BUILD });
  if (!cached) await build(folder);
  return {
    root: path.join(folder, "root.img"),
    kernel: path.join(folder, "vmlinuz"),
    initrd: path.join(folder, "initrd.img"),
    key: path.join(folder, "id_ed25519"),
    knownHosts: path.join(folder, "known_hosts"),
  };
}

function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  const root = base && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
  return path.join(root, "hybrid-estate", "machines");
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}

async function build(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(`building the image of the machine tests (${folder}) needs root on Debian, once`);
  }
  const title = "Building the image of the machine tests (once)";
  const progress = startProgress(title);
  const builder = spawnTied("nice", [RECIPE, folder], ["ignore", "ignore", "pipe"]);
  const output: string[] = [];
  if (!builder.stderr) throw new Error("the image's builder has no standard error");
  createInterface({ input: builder.stderr }).on("line", (line) => {
    output.push(line);
    if (line.startsWith("== ")) progress.update(`${title}: ${line.slice(3)}`);
  });
  const code = await finished(builder);
  if (code !== 0) {
    progress.fail(`${title}: failed`);
    throw new Error(`${RECIPE} ended with ${code}:\n${output.slice(-40).join("\n")}`);
  }
  progress.succeed("The image of the machine tests is ready");
}
