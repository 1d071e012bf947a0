import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  curlConfig,
  type OffsiteJob,
  type OffsitePlan,
  offsiteProgram,
  rcloneConfig,
  settings,
} from "../../components/hosts/offsite/files";
import type { Moto } from "./moto";

const SECRETS = { accessKeyId: "test", secretAccessKey: "test-secret" };
const KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";

/** What a run of a node's program came to. */
export interface ProgramRun {
  readonly code: number | null;
  readonly said: string;
}

/** A node's folders, and its programs run on them with real rclone and curl against an emulator of AWS. */
export class OffsiteNode {
  readonly folder = mkdtempSync(join(tmpdir(), "hybrid-estate-offsite-"));
  readonly dump = join(this.folder, "dump");

  constructor(
    private readonly aws: Moto,
    readonly bucket: string,
  ) {
    for (const name of ["dump", "metrics", "scratch", "etc", "bin", "lib"])
      mkdirSync(join(this.folder, name));
    for (const program of ["copies", "exports"] as const)
      writeFileSync(join(this.folder, "lib", program), offsiteProgram(program));
    this.members("pve1", { pve1: 1 });
    this.configure();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The settings of the component's own builder, with changes. */
  configure(changes: Partial<OffsitePlan> = {}): void {
    const plan: OffsitePlan = {
      cluster: "example",
      region: this.aws.region,
      buckets: [{ bucket: this.bucket, keyArn: KEY }],
      copies: [{ name: "nas", folder: this.dump, shared: false, bucket: this.bucket }],
      schedule: "*:20",
      verify: { days: 30, gibibytes: 50 },
      ...changes,
    };
    const write = (name: string, text: string) =>
      writeFileSync(join(this.folder, "etc", name), text, { mode: 0o600 });
    write("rclone.conf", rcloneConfig(plan, SECRETS, { url: this.aws.url }));
    write("curl.conf", curlConfig(SECRETS));
    write("settings", `${settings(plan)}endpoint ${this.aws.url}\n`);
  }

  /** Nodes that are online by their ids, as pmxcfs tells `name`. */
  members(name: string, online: Readonly<Record<string, number>>, quorate = 1): void {
    const nodelist = Object.fromEntries(
      Object.entries(online).map(([node, id]) => [node, { id, online: 1 }]),
    );
    writeFileSync(
      join(this.folder, "members"),
      JSON.stringify({
        nodename: name,
        version: 1,
        cluster: { name: "example", nodes: 3, quorate },
        nodelist,
      }),
    );
  }

  /** A finished archive of a guest, some days old. */
  archive(vmId: number, day: number, bytes: number | string = 1000): string {
    const name = `vzdump-qemu-${vmId}-2026_11_${String(day).padStart(2, "0")}-02_00_00.vma.zst`;
    this.write(name, bytes, day);
    return name;
  }

  write(name: string, content: number | string, day = 1): void {
    writeFileSync(join(this.dump, name), typeof content === "number" ? randomBytes(content) : content);
    const written = Date.UTC(2026, 10, day, 2) / 1000;
    utimesSync(join(this.dump, name), written, written);
  }

  read(name: string): Buffer {
    return readFileSync(join(this.dump, name));
  }

  /** A stand-in for a program that only Proxmox VE has. */
  tool(name: string, text: string): void {
    writeFileSync(join(this.folder, "bin", name), text);
    chmodSync(join(this.folder, "bin", name), 0o755);
  }

  metrics(name: string): string {
    const file = join(this.folder, "metrics", `hybrid-estate-offsite-${name}.prom`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Starts a program as its unit does; the child leads a process group of its own, as in a control group. */
  start(program: OffsiteJob): ChildProcess {
    return spawn("bash", [join(this.folder, "lib", program), join(this.folder, "etc")], {
      detached: true,
      env: {
        PATH: `${join(this.folder, "bin")}:/usr/bin:/bin:/usr/sbin:/sbin`,
        HOME: this.folder,
        TZ: "Asia/Jakarta",
        HYBRID_ESTATE_STATE: join(this.folder, "state"),
        HYBRID_ESTATE_METRICS: join(this.folder, "metrics"),
        HYBRID_ESTATE_MEMBERS: join(this.folder, "members"),
        HYBRID_ESTATE_LOCK: join(this.folder, "lock"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs a program to its end. */
  run(program: OffsiteJob = "copies"): Promise<ProgramRun> {
    return ended(this.start(program));
  }
}

/** What a program that was started came to. */
export function ended(child: ChildProcess): Promise<ProgramRun> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, said }));
  });
}
