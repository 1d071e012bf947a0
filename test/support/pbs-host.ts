import { cpSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { scriptText } from "../../components/hosts/host-script";
import { disks } from "./pool-host";
import { type Run, ScratchHost } from "./scratch-host";

/** What the package brings. */
const BROUGHT = ["proxmox-backup-manager", "proxmox-backup-debug"];

/** Calls that ask and change nothing. */
const ASKS =
  /^(proxmox-backup-manager (\S+ (list|show|info)|cert update)|proxmox-backup-debug api get|systemctl is-|wipefs --no-act)\b/;

/** Calls that would change a disk or the server. */
export const changes = ({ calls }: Run) => calls.filter((call) => !ASKS.test(call));

/**
 * A scratch host with Debian 13, six empty disks, and stand-ins for Proxmox Backup Server's commands, which behave as
 * its manual and its source say: no real server was asked.
 */
export class PbsHost extends ScratchHost {
  constructor({ installed = true } = {}) {
    super();
    const bin = join(this.folder, "bin");
    cpSync(join(__dirname, "pool-tools"), bin, { recursive: true });
    cpSync(join(__dirname, "pbs-tools"), bin, { recursive: true });
    if (!installed) {
      mkdirSync(join(this.folder, "later"));
      for (const tool of BROUGHT) renameSync(join(bin, tool), join(this.folder, "later", tool));
    }
    for (const disk of disks(2)) this.write(`disks/${disk}/type`, "disk\n");
    this.write("/etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n");
    this.write(
      "/etc/passwd",
      "root:x:0:0::/root:/bin/bash\nbackup:x:34:34::/var/backups:/usr/sbin/nologin\n",
    );
    this.write("/etc/group", "root:x:0:\nbackup:x:34:\n");
    this.write("download", "the keyring");
    for (const folder of ["/etc/apt/sources.list.d", "/etc/systemd/system", "/etc/proxmox-backup"]) {
      mkdirSync(this.path(folder), { recursive: true });
    }
  }

  /** What the server keeps under a name: `user`, `acl`, `prune-job`, ... */
  kept(what: string): unknown {
    return JSON.parse(this.read(`pbs/${what}.json`) || "[]");
  }

  access(args: readonly string[], password: string): Promise<Run> {
    return this.run("pbs-access", args, `${scriptText("pbs-access")}${password}\n`);
  }
}
