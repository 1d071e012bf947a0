import type { ChildProcess } from "node:child_process";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, type ScriptName, scriptText } from "../../components/hosts/host-script";
import type { Image } from "./image/image";
import { finished, spawnTied } from "./processes";
import { type InputEnd, type Result, type Running, Ssh } from "./ssh";

export interface MachineOptions {
  readonly name: string;
  readonly image: Image;
  /** Folder of this run, for disks, sockets and logs. */
  readonly folder: string;
  /** Address with prefix on the network between the machines. */
  readonly address: string;
  /** The machine at the other end of that network. */
  readonly peer: string;
  /** Serial numbers of empty disks: /dev/disk/by-id/virtio-SERIAL in the machine. */
  readonly disks: readonly string[];
}

/** Seconds that a machine may take to boot: it takes about 30 where nothing else runs. */
const BOOT_LIMIT = 900;
/** ZFS refuses less than 64 MiB, and takes 9 more for the partition table and its reserve. */
const DISK_SIZE = 80 * 1024 * 1024;

/** A Debian machine under qemu, without KVM. What it writes to its root disk is gone in the end. */
export class Machine {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly options: MachineOptions,
    private readonly ssh: Ssh,
    private readonly port: number,
  ) {}

  /** A machine that is off, with its disks. */
  static async make(options: MachineOptions): Promise<Machine> {
    const { folder, image, name } = options;
    const port = await freePort();
    const machine = new Machine(
      options,
      new Ssh({ image, port, socket: path.join(folder, `${name}.ssh`) }),
      port,
    );
    for (const serial of options.disks) {
      await writeFile(machine.diskFile(serial), "");
      await truncate(machine.diskFile(serial), DISK_SIZE);
    }
    return machine;
  }

  get name(): string {
    return this.options.name;
  }

  /** Its address on the network between the machines. */
  get address(): string {
    return this.options.address.replace(/\/.*/, "");
  }

  /** The file that holds a disk, by its serial number. */
  diskFile(serial: string): string {
    return this.file(`${serial}.raw`);
  }

  /** Boots it, and gives it its name and address. Throws with the end of its console when it does not come up. */
  async boot(): Promise<void> {
    this.#process = spawnTied("qemu-system-x86_64", this.qemuArguments(), ["ignore", "ignore", "inherit"]);
    await this.untilUp();
    await this.renewHostKeys();
  }

  /** Switches it off and on again, as a power cut does: nothing in it is told. Disks keep what had reached them. */
  async powerCycle(): Promise<void> {
    await this.ssh.close();
    const monitor = connect(this.file(`${this.name}.qmp`));
    monitor.write('{"execute":"qmp_capabilities"}{"execute":"system_reset"}');
    let answer = "";
    for await (const text of monitor.setEncoding("utf8")) {
      answer += text;
      if (answer.includes('"RESET"')) break;
    }
    await this.untilUp();
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.ssh.close();
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const end = finished(child);
    child.kill("SIGKILL");
    await end;
  }

  /**
   * Runs a host script with arguments, and input behind it, exactly as the components do but for the connection,
   * which is shared.
   */
  script(name: ScriptName, args: readonly string[], input = ""): Promise<Result> {
    return this.ssh.share(commandLine(args), scriptText(name) + input);
  }

  /** Starts a host script with arguments over a connection of its own. */
  startScript(name: ScriptName, args: readonly string[]): Running {
    return this.ssh.start(commandLine(args), scriptText(name));
  }

  /** Starts a command line with any text on standard input over a connection of its own. */
  start(command: string, stdin: string, end?: InputEnd): Running {
    return this.ssh.start(command, stdin, end);
  }

  /** Prepares or inspects the machine: what the lines of bash print, without the last newline. Throws when they fail. */
  async bash(lines: string): Promise<string> {
    const { code, stdout, stderr } = await this.ssh.share("bash -euo pipefail -s", lines);
    if (code !== 0) throw new Error(`on ${this.name}, exit ${code}:\n${lines}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** What it has written to its console so far: the kernel's complaints. */
  console(): Promise<string> {
    return readFile(this.file(`${this.name}.console`), "utf8").catch(() => "");
  }

  private async untilUp(): Promise<void> {
    const limit = Date.now() + BOOT_LIMIT * 1000;
    for (;;) {
      const state = await this.ssh.start("systemctl is-system-running --wait", "").result;
      if (state.stdout.startsWith("running")) break;
      if (state.stdout !== "") {
        const failed = await this.ssh.start("systemctl list-units --failed --plain", "").result;
        throw new Error(`${this.name} came up ${state.stdout}${failed.stdout}`);
      }
      const log = await this.console();
      const isDead = this.#process?.exitCode !== null || /Kernel panic|^\(initramfs\)/m.test(log);
      if (isDead || Date.now() > limit) {
        const end = log.split("\n").slice(-60).join("\n");
        throw new Error(`${this.name} did not come up: ${state.stderr}The end of its console:\n${end}`);
      }
      await sleep(1000);
    }
    await this.ssh.open();
    await this.bash(`hostname ${this.name}
      ip link set eth1 up
      ip address replace ${this.options.address} dev eth1`);
  }

  /** Gives it SSH host keys of its own, as every host has: those of the image are the same on all. */
  private async renewHostKeys(): Promise<void> {
    const keys = await this.bash(`rm -f /etc/ssh/ssh_host_*
      for type in ed25519 ecdsa; do ssh-keygen -q -t $type -N '' -C '' -f /etc/ssh/ssh_host_\${type}_key; done
      systemctl reload ssh
      cat /etc/ssh/ssh_host_*.pub`);
    const knownHosts = this.file(`${this.name}.known_hosts`);
    await writeFile(knownHosts, keys.replace(/^/gm, "machine "));
    this.ssh.expect(knownHosts);
  }

  private file(name: string): string {
    return path.join(this.options.folder, name);
  }

  private qemuArguments(): string[] {
    const { image, name, peer, disks } = this.options;
    const lan = [
      `local.type=unix,local.path=${this.file(`${name}.lan`)}`,
      `remote.type=unix,remote.path=${this.file(`${peer}.lan`)}`,
    ].join();
    return [
      ...[
        "-name",
        name,
        "-machine",
        "pc",
        "-accel",
        "tcg,tb-size=512",
        "-smp",
        "2",
        "-m",
        "1024",
        "-nodefaults",
      ],
      // qemu 7.2 sometimes leaves wrong flags after CMPXCHG16B, and Linux 6.12 panics in kmalloc.
      ...["-cpu", "qemu64,-cx16"],
      ...["-display", "none", "-serial", `file:${this.file(`${name}.console`)}`],
      ...["-qmp", `unix:${this.file(`${name}.qmp`)},server=on,wait=off`],
      ...["-kernel", image.kernel, "-initrd", image.initrd],
      ...["-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off quiet"],
      ...["-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"],
      // First of the disks, so that it is /dev/vda.
      ...["-drive", `file=${image.root},format=raw,if=none,id=root,snapshot=on,cache=unsafe`],
      ...["-device", "virtio-blk-pci,drive=root,serial=root"],
      ...disks.flatMap((serial) => [
        ...["-drive", `file=${this.diskFile(serial)},format=raw,if=none,id=${serial},cache=unsafe`],
        ...["-device", `virtio-blk-pci,drive=${serial},serial=${serial}`],
      ]),
      // A hardware watchdog, whose bite is without effect.
      ...["-device", "i6300esb", "-action", "watchdog=none"],
      // The way in; and out, to the mirror that the scripts install packages from.
      ...["-netdev", `user,id=in,ipv6=off,hostfwd=tcp:127.0.0.1:${this.port}-:22`],
      ...["-device", "virtio-net-pci,netdev=in,romfile="],
      // The network between the machines: a datagram socket of each.
      ...["-netdev", `dgram,id=lan,${lan}`],
      ...["-device", `virtio-net-pci,netdev=lan,romfile=,mac=${macOf(this.address)}`],
    ];
  }
}

/** A hardware address of its own for every machine: 52:54 is qemu's. */
function macOf(address: string): string {
  const octets = address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["52", "54", ...octets].join(":");
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
