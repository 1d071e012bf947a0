import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, type ScriptName, scriptText } from "../../components/hosts/host-script";

/** What running a script came to. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls of the stand-in tools, in order, such as `exportfs -ra`. */
  readonly calls: readonly string[];
}

/** Mounts the scratch host over this machine, then runs the command line; awk is below /etc/alternatives on Debian. */
const INSIDE = `
  if [[ -d /etc/alternatives ]]; then /usr/bin/mount --bind /etc/alternatives "$SCRATCH/etc/alternatives"; fi &&
  /usr/bin/mount --rbind "$SCRATCH/etc" /etc && /usr/bin/mount --bind "$SCRATCH/srv" /srv && /usr/bin/mount --bind "$SCRATCH/run" /run && exec bash -c "$1"`;

/** Why a scratch host cannot be made on this machine; undefined where it can. */
export function lackingForScratchHost(): string | undefined {
  if (process.getuid?.() !== 0) return "host scripts need root (mount namespaces)";
  const probe = spawnSync("unshare", ["--mount", "--propagation", "private", "true"]);
  return probe.status === 0 ? undefined : "host scripts need unshare --mount, which this machine refuses";
}

/**
 * A host that a script can change without changing this machine: it runs in a mount namespace of its own, where
 * /etc, /srv and /run are folders of the scratch host, and PATH has stand-ins for the tools of NFS, systemd, apt and
 * ZFS. The stand-ins keep a state, answer and fail as the real ones do, and write down how they were called.
 */
export class ScratchHost {
  /** The scratch folder; nothing outside it may change. */
  readonly folder = mkdtempSync(join(tmpdir(), "hybrid-estate-host-"));
  readonly #bin = join(this.folder, "bin");
  readonly #state = join(this.folder, "state");

  constructor(without: readonly string[] = []) {
    for (const path of ["bin", "state", "etc/alternatives", "run", "srv"]) {
      mkdirSync(join(this.folder, path), { recursive: true });
    }
    const tools = join(__dirname, "host-tools");
    for (const tool of readdirSync(tools)) {
      const target = without.includes(tool) ? join(this.folder, `later-${tool}`) : join(this.#bin, tool);
      cpSync(join(tools, tool), target);
      chmodSync(target, 0o755);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Path on this machine of a path on the scratch host (/etc or /srv), or of a file of the stand-ins' state. */
  path(path: string): string {
    return join(path.startsWith("/") ? this.folder : this.#state, path);
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.path(path), ".."), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  read(path: string): string {
    return existsSync(this.path(path)) ? readFileSync(this.path(path), "utf8") : "";
  }

  /** Every file as it was last written, locks apart: equal twice means that nothing was written in between. */
  snapshot(): Record<string, string> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name !== "calls" && entry.parentPath !== join(this.folder, "run"))
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      files.map((file) => {
        const stat = statSync(file, { bigint: true });
        // The stand-ins' own temporary files touch folders.
        const written = stat.isDirectory() ? "folder" : `${stat.mtimeNs} ${stat.ino} ${stat.size}`;
        return [file, `${stat.mode} ${written}`];
      }),
    );
  }

  /** Runs a script as a component has it run over SSH: its command line by a shell, its text on standard input. */
  run(script: ScriptName, args: readonly string[], text = scriptText(script)): Promise<Run> {
    rmSync(this.path("calls"), { force: true });
    const child = spawn(
      "unshare",
      ["--mount", "--propagation", "private", "bash", "-c", INSIDE, "bash", commandLine(args)],
      {
        env: {
          PATH: `${this.#bin}:/usr/bin:/bin`,
          HOME: this.folder,
          SCRATCH: this.folder,
          STATE: this.#state,
          LC_ALL: "C.UTF-8",
          HYBRID_ESTATE_PAUSE: "0",
          SSH_CONNECTION: this.read("ssh-connection"),
        },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    // A script that stops before it has read all of its text closes the pipe.
    child.stdin.on("error", () => undefined).end(text);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        const calls = this.read("calls").split("\n").filter(Boolean);
        resolve({ code, stdout, stderr, calls });
      });
    });
  }
}
