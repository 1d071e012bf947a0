import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Moto } from "../support/moto";
import { ended, OffsiteNode, type ProgramRun } from "../support/offsite-node";

const BUCKET = "example-exports";
const FOLDER = "images/web";
/** 02:00 in Jakarta, where the node is, as its archives' names say. */
const POINT = "20261119T190000Z";

/** Proxmox's own tool is on Proxmox only: a stand-in that takes a tar for a VMA, and a folder that is new, as it does. */
const VMA = `#!/bin/bash
set -euo pipefail
[[ $1 == extract && ! -e $3 ]] || { echo "vma: unable to create $3" >&2; exit 255; }
mkdir -- "$3"
if [[ $2 == - ]]; then tar -xf - -C "$3"; else tar -xf "$2" -C "$3"; fi
`;

describe("exports of guests' disks, by real rclone", function () {
  this.timeout(120_000);
  let aws: Moto;
  let node: OffsiteNode;
  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(async () => {
    await aws.reset();
    await aws.call("s3", "create_bucket", { Bucket: BUCKET });
    node = new OffsiteNode(aws, BUCKET);
    node.tool("vma", VMA);
    configure();
  });
  afterEach(() => node.remove());
  after(() => aws.stop());

  function configure(guests: readonly (readonly [string, number])[] = [["web", 100]], shared = false): void {
    node.configure({
      copies: [{ name: "nas", folder: node.dump, shared, bucket: BUCKET }],
      exports: {
        guests: guests.map(([guest, vmId]) => ({ guest, vmId })),
        bucket: BUCKET,
        scratch: join(node.folder, "scratch"),
        schedule: "05:30",
      },
    });
  }

  /** An archive of a guest with disks of these contents. */
  function backup(
    disks: Readonly<Record<string, Buffer>>,
    {
      config = "boot: order=scsi0;net0\n",
      day = 20,
      vmId = 100,
      pack = "zst",
    }: { config?: string; day?: number; vmId?: number; pack?: "gz" | "zst" | "" } = {},
  ): string {
    const work = mkdtempSync(join(tmpdir(), "hybrid-estate-vma-"));
    const folder = join(work, "guest");
    mkdirSync(folder);
    writeFileSync(join(folder, "qemu-server.conf"), config);
    for (const [slot, content] of Object.entries(disks)) {
      writeFileSync(join(folder, `disk-drive-${slot}.raw`), content);
    }
    const tar = execFileSync("tar", ["-cf", "-", "-C", folder, "."], { maxBuffer: 1 << 28 });
    rmSync(work, { recursive: true });
    const name = `vzdump-qemu-${vmId}-2026_11_${day}-02_00_00.vma`;
    const packed =
      pack === ""
        ? tar
        : execFileSync(pack === "gz" ? "gzip" : "zstd", ["-c"], { input: tar, maxBuffer: 1 << 28 });
    const full = pack === "" ? name : `${name}.${pack}`;
    writeFileSync(join(node.dump, full), packed);
    return full;
  }

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await aws.call("s3", "list_objects_v2", { Bucket: BUCKET });
    return (Contents as { Key: string }[]).map(({ Key }) => Key).sort();
  }

  async function object(key: string): Promise<Buffer> {
    const { Body } = await aws.call("s3", "get_object", { Bucket: BUCKET, Key: key });
    return Buffer.from(String(Body), "base64");
  }

  const manifest = async (point = POINT, guest = "web") =>
    JSON.parse((await object(`images/${guest}/${point}/manifest.json`)).toString());

  async function succeeds(says = ""): Promise<ProgramRun> {
    const run = await node.run("exports");
    assert.equal(run.code, 0, run.said);
    assert.ok(run.said.includes(says) && (says !== "" || run.said === ""), run.said);
    return run;
  }

  async function fails(says: RegExp): Promise<void> {
    const run = await node.run("exports");
    assert.equal(run.code, 1, run.said);
    assert.match(run.said, says);
  }

  const writes = () => aws.seen.filter(({ method, path }) => method === "PUT" && path.includes("/images/"));

  it("sends the disks as they are, the one that it boots from first, and the manifest last", async () => {
    const disks = { scsi0: randomBytes(5000), virtio1: randomBytes(3000) };
    const archive = backup(disks, { config: "boot: order=virtio1;net0\nbios: ovmf\n" });
    await succeeds("web: 2026-11-19T19:00:00Z exported");
    assert.deepEqual(await manifest(), {
      guest: "web",
      point: "2026-11-19T19:00:00Z",
      bootMode: "uefi",
      archive,
      disks: [
        { key: `${FOLDER}/${POINT}/virtio1.raw`, slot: "virtio1" },
        { key: `${FOLDER}/${POINT}/scsi0.raw`, slot: "scsi0" },
      ],
    });
    assert.deepEqual(await object(`${FOLDER}/${POINT}/scsi0.raw`), disks.scsi0);
    assert.deepEqual(await object(`${FOLDER}/${POINT}/virtio1.raw`), disks.virtio1);
    assert.match(writes().at(-1)?.path ?? "", /manifest\.json/);
    const head = await aws.call("s3", "head_object", { Bucket: BUCKET, Key: `${FOLDER}/${POINT}/scsi0.raw` });
    assert.equal(head.ServerSideEncryption, "aws:kms");
    const at = Date.UTC(2026, 10, 19, 19) / 1000;
    assert.equal(
      node.metrics("export-web"),
      `hybrid_estate_offsite_newest_export_timestamp_seconds{guest="web"} ${at}\n`,
    );
    assert.deepEqual(readdirSync(join(node.folder, "scratch")), []);
  });

  it("does nothing and says nothing for a backup that is exported", async () => {
    backup({ scsi0: randomBytes(1000) });
    await succeeds("exported");
    const before = writes().length;
    await succeeds();
    assert.equal(writes().length, before);
    assert.notEqual(node.metrics("export-web"), "");
  });

  it("exports the newest backup of each guest, and no other guest's", async () => {
    configure([
      ["web", 100],
      ["db", 10],
    ]);
    backup({ scsi0: randomBytes(10) }, { day: 19 });
    backup({ scsi0: randomBytes(20) }, { day: 20 });
    // A container, another guest, and one whose id begins alike.
    node.write("vzdump-lxc-100-2026_11_21-02_00_00.tar.zst", 10);
    backup({ scsi0: randomBytes(30) }, { day: 21, vmId: 1000 });
    backup({ scsi0: randomBytes(40) }, { day: 18, vmId: 10 });
    await succeeds("exported");
    assert.deepEqual(
      (await keys()).filter((key) => key.endsWith(".json")),
      ["images/db/20261117T190000Z/manifest.json", `${FOLDER}/${POINT}/manifest.json`],
    );
  });

  for (const pack of ["gz", ""] as const) {
    it(`unpacks ${pack === "" ? "an archive that is not packed" : `.${pack}`}`, async () => {
      backup({ scsi0: Buffer.from("disk") }, { pack });
      await succeeds("exported");
      assert.equal(String(await object(`${FOLDER}/${POINT}/scsi0.raw`)), "disk");
    });
  }

  it("takes the first disk where nothing says what it boots from, and leaves EFI variables and TPM state out", async () => {
    const content = randomBytes(100);
    backup(
      { scsi10: content, scsi2: content, efidisk0: content, "tpmstate0-backup": content },
      { config: "bios: seabios\n" },
    );
    await succeeds("exported");
    const { disks, bootMode } = await manifest();
    assert.deepEqual(
      disks.map(({ slot }: { slot: string }) => slot),
      ["scsi2", "scsi10"],
    );
    assert.equal(bootMode, "legacy-bios");
  });

  it("takes the disk that an old configuration boots from", async () => {
    backup(
      { scsi0: randomBytes(10), virtio0: randomBytes(10) },
      { config: "boot: cdn\nbootdisk: virtio0\n" },
    );
    await succeeds("exported");
    assert.equal((await manifest()).disks[0].slot, "virtio0");
  });

  it("leaves no complete set behind when it is killed, and the next run goes on", async () => {
    backup({ scsi0: randomBytes(1000), scsi1: randomBytes(1000) });
    const child = node.start("exports");
    aws.stub(({ path, method }) => {
      // At the second disk, everything dies at once.
      if (method !== "PUT" || !path.includes("scsi1.raw") || child.killed) return undefined;
      process.kill(-(child.pid ?? 0), "SIGKILL");
      child.kill();
      return "drop";
    });
    assert.notEqual((await ended(child)).code, 0);
    assert.deepEqual(await keys(), [`${FOLDER}/${POINT}/scsi0.raw`]);
    const before = writes().filter(({ path }) => path.includes("scsi0.raw")).length;
    await succeeds("exported");
    assert.equal(writes().filter(({ path }) => path.includes("scsi0.raw")).length, before);
    assert.equal((await manifest()).disks.length, 2);
    assert.deepEqual(readdirSync(join(node.folder, "scratch")), []);
  });

  it("writes no manifest when a disk can't be sent, and goes on with the other guests", async () => {
    configure([
      ["web", 100],
      ["db", 101],
    ]);
    backup({ scsi0: randomBytes(100) });
    backup({ scsi0: randomBytes(100) }, { vmId: 101 });
    aws.stub(({ path, method }) =>
      method === "PUT" && path.includes("images/web/")
        ? { status: 403, body: "<Error><Code>AccessDenied</Code><Message>no</Message></Error>" }
        : undefined,
    );
    await fails(/web: scsi0 was not sent/);
    assert.ok((await keys()).every((key) => key.startsWith("images/db/")));
    assert.equal((await manifest(POINT, "db")).guest, "db");
  });

  it("refuses an archive that is damaged, and one without disks", async () => {
    node.archive(100, 20);
    await fails(/web: .* can't be unpacked/);
    backup({}, { day: 21 });
    await fails(/there is no disk in/);
    assert.deepEqual(await keys(), []);
  });

  it("leaves what all nodes see to the first one that is online", async () => {
    configure([["web", 100]], true);
    backup({ scsi0: randomBytes(10) });
    node.members("pve2", { pve1: 1, pve2: 2 });
    await succeeds();
    assert.deepEqual(await keys(), []);
    node.members("pve2", { pve2: 2 }, 0);
    await succeeds();
    assert.deepEqual(await keys(), []);
    node.members("pve2", { pve2: 2 });
    await succeeds("exported");
  });

  it("says that there is no folder to unpack in", async () => {
    backup({ scsi0: randomBytes(10) });
    rmSync(join(node.folder, "scratch"), { recursive: true });
    await fails(/there is no folder/);
  });
});
