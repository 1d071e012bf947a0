import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ScriptName, scriptText } from "../../components/hosts/host-script";
import { framed, type HostFile } from "../../components/hosts/monitoring/files";
import { type Run, ScratchHost } from "./scratch-host";

/** Folders that monitoring writes to and that other scripts do not. */
const FOLDERS = ["/var", "/opt", "/usr/local"];

/** Has the rest of the script run where these folders are the scratch host's, without its pauses. */
const INSIDE = `${FOLDERS.map((folder) => `/usr/bin/mount --no-mtab --bind "$SCRATCH${folder}" ${folder}`).join(" && ")} || exit 99
export HYBRID_ESTATE_PAUSE=0
`;

/** Calls that ask and change nothing. */
const ASKS =
  /^(systemctl is-|dpkg-query |ip |vtysh -C|keepalived --config-test|swanctl --help|nft (-c|list) |getcap |promtool check|amtool check|prometheus-blackbox-exporter --config\.check|gpg |python (-c|- )|python3 -m json)/;

/** Calls that would change the machine. */
export const changes = ({ calls }: Run) => calls.filter((call) => !ASKS.test(call));

/**
 * A scratch host with stand-ins for what monitoring installs: apt's packages, pip, the checkers of Prometheus, Grafana
 * and systemd, which remembers what each service last read.
 */
export class MonitoringHost extends ScratchHost {
  constructor() {
    super();
    cpSync(join(__dirname, "monitoring-tools"), join(this.folder, "bin"), { recursive: true });
    for (const folder of [...FOLDERS, "/etc/systemd/system"]) {
      mkdirSync(this.path(folder), { recursive: true });
    }
    this.write("/etc/passwd", "root:x:0:0::/root:/bin/bash\n");
    this.write("/etc/group", "root:x:0:\nprometheus:x:101:\ngrafana:x:102:\n");
    mkdirSync(this.path("/etc/apt/sources.list.d"), { recursive: true });
  }

  /** Runs the script with what it is to read. */
  monitoring(args: readonly string[], input: readonly HostFile[] | string = ""): Promise<Run> {
    return this.script("monitoring", args, input);
  }

  /** Runs a script that reads files. */
  protected script(
    name: ScriptName,
    args: readonly string[],
    input: readonly HostFile[] | string,
  ): Promise<Run> {
    const text = typeof input === "string" ? input : framed(input);
    return this.run(name, args, `${INSIDE}${scriptText(name)}${text}`);
  }

  /** Has the connection lost at that call that may change something. */
  cutAt(call: number): void {
    this.write("cut", `${call}\n`);
  }

  /** Content, mode and group of every file that is there in the end, and what each service last read. */
  end(): Record<string, string> {
    return Object.fromEntries(
      readdirSync(this.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => !/^(bin|run|state\/(calls|cut|lost)$)/.test(file.slice(this.folder.length + 1)))
        .map((file) => {
          const { mode, gid } = statSync(file);
          return [
            file.slice(this.folder.length),
            `${(mode & 0o7777).toString(8)} ${gid} ${readFileSync(file, "utf8")}`,
          ];
        }),
    );
  }

  /** What a script left below /run, its lock apart. */
  left(): string[] {
    const run = this.path("/run");
    return readdirSync(run).filter((name) => name !== "mount" && !name.endsWith(".lock"));
  }
}
