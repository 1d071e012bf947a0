import { createHash } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgress } from "../../cli/terminal";
import { findImage } from "./image/image";
import { Machine } from "./machine";

/** The machines of a run, on one network: an NFS server, and a node that mounts from it and has the disks. */
export interface Site {
  readonly nas: Machine;
  readonly node: Machine;
}

/** Serial numbers of the node's disks; every test that writes takes disks of its own. */
export const DISKS = {
  mirror: ["mirror1", "mirror2"],
  foreign: ["ext4", "gpt", "lvm", "swap", "exported"],
  raid10: ["ten1", "ten2", "ten3", "ten4"],
  raidz: ["z1", "z2", "z3"],
  interrupted: ["cut1", "cut2"],
  volumes: ["volume1", "volume2"],
  draid: ["draid1", "draid2", "draid3"],
  blank: ["blank"],
} as const;

/** Serial numbers of the server's disks. */
export const NAS_DISKS = { store: ["store1"], other: ["other1"] } as const;

/** The path that outlives a change of the cabling. */
export function byId(serial: string): string {
  return `/dev/disk/by-id/virtio-${serial}`;
}

let started: Site | undefined;

/** The machines that the run has booted. */
export function site(): Site {
  if (!started) throw new Error("the machines are not up");
  return started;
}

/** Every byte of disks, from outside the machine. */
export async function contentOf(
  serials: readonly string[],
  machine = site().node,
): Promise<Record<string, string>> {
  await machine.bash("sync");
  const content: Record<string, string> = {};
  for (const serial of serials) {
    const hash = createHash("sha256");
    for await (const part of createReadStream(machine.diskFile(serial))) hash.update(part);
    content[serial] = hash.digest("hex");
  }
  return content;
}

/** How each disk that no script may touch came to what is on it. */
const FOREIGN: Record<(typeof DISKS.foreign)[number], string> = {
  ext4: "mkfs.ext4 -q",
  gpt: "echo 'label: gpt' | sfdisk -q",
  lvm: "pvcreate -q",
  swap: "mkswap -q",
  exported: "zpool create -o ashift=12 other",
};

let prepared: Promise<string> | undefined;

/** Puts something on the disks that are not to be touched, once. */
export async function foreignDisks(): Promise<void> {
  const lines = Object.entries(FOREIGN).map(([serial, command]) => `${command} ${byId(serial)} >/dev/null`);
  prepared ??= site().node.bash([...lines, "zpool export other", "udevadm settle"].join("\n"));
  await prepared;
}

/** How much of each console has been looked at. */
const seen = new Map<Machine, number>();

/** What the machines wrote to their consoles since the last call, at most the last lines of it. */
async function newOnConsoles(): Promise<string> {
  const parts: string[] = [];
  for (const machine of started ? [started.nas, started.node] : []) {
    const text = await machine.console();
    const fresh = text.slice(seen.get(machine) ?? 0).trim();
    seen.set(machine, text.length);
    if (fresh) parts.push(`      console of ${machine.name}:`, ...fresh.split("\n").slice(-15));
  }
  return parts.join("\n        ");
}

export const mochaHooks = {
  async afterEach(this: Mocha.Context): Promise<void> {
    const said = await newOnConsoles();
    const { state, err } = this.currentTest ?? {};
    if (state !== "failed") return;
    // Now and not only in the end, as the rest may take minutes.
    console.error(`       ${err?.message.split("\n").slice(0, 12).join("\n       ")}`);
    if (said) console.error(said);
  },

  async beforeAll(this: Mocha.Context): Promise<void> {
    // Building the image takes as long as it takes; the boot has a limit of its own.
    this.timeout(0);
    const image = await findImage();
    const folder = await mkdtemp(path.join(tmpdir(), "machines-"));
    // Not in afterAll, which Ctrl-C skips.
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const common = { image, folder };
    const nas = await Machine.make({
      ...common,
      name: "nas",
      peer: "node",
      address: "192.168.1.10/24",
      disks: Object.values(NAS_DISKS).flat(),
    });
    const node = await Machine.make({
      ...common,
      name: "node",
      peer: "nas",
      address: "192.168.1.21/24",
      disks: Object.values(DISKS).flat(),
    });
    started = { nas, node };
    const progress = startProgress("Booting two machines");
    try {
      await Promise.all([nas.boot(), node.boot()]);
      await newOnConsoles();
      progress.succeed("Two machines are up");
    } catch (error) {
      progress.fail("The machines did not come up");
      throw error;
    }
  },

  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(60_000);
    await Promise.all([started?.nas.kill(), started?.node.kill()]);
  },
};
