import { type ChildProcess, spawn } from "node:child_process";
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
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, type ScriptName, scriptText } from "../../components/hosts/host-script";
import type { Run } from "./scratch-host";

/** Mounts a host's folders over this machine's, then runs the command line. */
const INSIDE = `
  if [[ -d /etc/alternatives ]]; then mount --bind /etc/alternatives "$SITE/$NODE/etc/alternatives"; fi &&
  mount --rbind "$SITE/$NODE/etc" /etc && mount --bind "$SITE/$NODE/root" /root && mount --bind "$SITE/$NODE/run" /run &&
  exec bash -c "$1"`;

/** What a script said, apart from how it ended. */
export interface HostRun extends Run {
  readonly stdout: string;
}

/** How a script is run, where that is not as usual. */
export interface RunOptions {
  readonly input?: string;
  readonly text?: string;
  /** Told of the process that a lost connection would end. */
  readonly onStart?: (child: ChildProcess) => void;
}

/**
 * Hosts that scripts can make a cluster of without changing this machine: every run is in a mount namespace where
 * /etc, /root and /run are folders of its host. `pvecm` and the tools that it needs are stand-ins after pve-cluster's
 * source, which keep a state each; `ssh` between the hosts goes by their real key files.
 */
export class ClusterHosts {
  /** The hosts' folder; nothing outside it may change. */
  readonly folder = mkdtempSync(join(tmpdir(), "hybrid-estate-cluster-"));

  /** @param nodes nodes fresh from the installer, by name, each with its addresses; the first one is its own */
  constructor(readonly nodes: Readonly<Record<string, readonly string[]>>) {
    const tools = join(__dirname, "cluster-tools");
    mkdirSync(join(this.folder, "bin"));
    for (const tool of readdirSync(tools)) {
      cpSync(join(tools, tool), join(this.folder, "bin", tool));
      chmodSync(join(this.folder, "bin", tool), 0o755);
    }
    for (const [node, addresses] of Object.entries(nodes)) this.install(node, addresses);
  }

  /** Adds a Debian host that is no node: it has no Proxmox VE. */
  addOutsider(name: string, address: string): void {
    for (const path of ["etc/alternatives", "etc/ssh", "root/.ssh", "run"]) {
      mkdirSync(this.path(name, path), { recursive: true });
    }
    this.write(name, "etc/ssh/ssh_host_ed25519_key.pub", `ssh-ed25519 AAAAhost${name} root@${name}\n`);
    this.write(name, "state/addresses", `${address}\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Path on this machine of a path on a host. */
  path(node: string, path: string): string {
    return join(this.folder, node, path);
  }

  write(node: string, path: string, text: string): void {
    mkdirSync(join(this.path(node, path), ".."), { recursive: true });
    writeFileSync(this.path(node, path), text);
  }

  /** Takes a file or folder of a host away. */
  forget(node: string, path: string): void {
    rmSync(this.path(node, path), { recursive: true });
  }

  read(node: string, path: string): string {
    return existsSync(this.path(node, path)) ? readFileSync(this.path(node, path), "utf8") : "";
  }

  /** Every file of all hosts as it was last written, but for locks, logs and what was called. */
  snapshot(): Record<string, string> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "calls" && !entry.parentPath.endsWith("/run"))
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      files.map((file) => {
        const { mtimeNs, ino, size } = statSync(file, { bigint: true });
        return [file, `${mtimeNs} ${ino} ${size}`];
      }),
    );
  }

  /** Runs a script as a component has it run over SSH. */
  run(node: string, script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<HostRun> {
    rmSync(this.path(node, "state/calls"), { force: true });
    const { input = "", text = scriptText(script), onStart } = options;
    const child = spawn(
      "unshare",
      ["--mount", "--propagation", "private", "bash", "-c", INSIDE, "bash", commandLine(args)],
      {
        env: {
          PATH: `${join(this.folder, "bin")}:/usr/bin:/bin:/usr/sbin`,
          HOME: "/root",
          SITE: this.folder,
          NODE: node,
          STATE: this.path(node, "state"),
          LC_ALL: "C.UTF-8",
        },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    onStart?.(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.stdin.on("error", () => undefined).end(text + input);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        const calls = this.read(node, "state/calls").split("\n").filter(Boolean);
        resolve({ code, stdout, stderr, calls });
      });
    });
  }

  private install(node: string, addresses: readonly string[]): void {
    for (const path of ["etc/alternatives", "root/.ssh", "run", "etc/corosync"]) {
      mkdirSync(this.path(node, path), { recursive: true });
    }
    this.write(node, "etc/hosts", `127.0.0.1 localhost\n${addresses[0]} ${node}.example.org ${node}\n`);
    this.write(node, "etc/ssh/ssh_host_ed25519_key.pub", `ssh-ed25519 AAAAhost${node} root@${node}\n`);
    this.write(node, "etc/ssh/ssh_host_rsa_key.pub", `\nssh-rsa AAAArsa${node} root@${node}\n`);
    this.write(node, "etc/pve/.members", "{}\n");
    this.write(node, "etc/pve/priv/authorized_keys", "ssh-rsa AAAAoperator operator");
    this.write(node, `etc/pve/nodes/${node}/pve-ssl.pem`, "certificate of the installer\n");
    this.write(node, "state/addresses", addresses.map((address) => `${address}\n`).join(""));
    symlinkSync("/etc/pve/priv/authorized_keys", this.path(node, "root/.ssh/authorized_keys"));
  }
}
