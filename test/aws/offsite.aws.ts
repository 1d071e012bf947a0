import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { Moto } from "../support/moto";
import { ended, OffsiteNode, type ProgramRun } from "../support/offsite-node";

const BUCKET = "example-backups";
const MEBIBYTE = 1024 * 1024;

describe("copies of backups in S3, by real rclone", function () {
  this.timeout(120_000);
  let aws: Moto;
  let node: OffsiteNode;
  /** Requests that were looked at already. */
  let looked = 0;
  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(async () => {
    await aws.reset();
    await aws.call("s3", "create_bucket", { Bucket: BUCKET });
    await aws.call("s3", "put_bucket_versioning", {
      Bucket: BUCKET,
      VersioningConfiguration: { Status: "Enabled" },
    });
    node = new OffsiteNode(aws, BUCKET);
    looked = aws.seen.length;
  });
  afterEach(() => node.remove());
  after(() => aws.stop());

  const key = (name: string) => `dump/nas/${name}`;

  async function inBucket(): Promise<string[]> {
    const { Contents = [] } = await aws.call("s3", "list_objects_v2", { Bucket: BUCKET });
    return (Contents as { Key: string }[]).map(({ Key }) => Key.replace("dump/nas/", "")).sort();
  }

  async function copyOf(name: string): Promise<Buffer> {
    const { Body } = await aws.call("s3", "get_object", { Bucket: BUCKET, Key: key(name) });
    return Buffer.from(String(Body), "base64");
  }

  /** Archives that were written to the bucket since the last look, each as often as it was. */
  function sent(): string[] {
    const writes = aws.seen
      .slice(looked)
      .filter(
        ({ method, path }) => (method === "PUT" && !path.includes("uploadId")) || path.includes("uploads="),
      )
      .map(({ path }) => (path.split("?")[0] ?? "").split("/").at(-1) ?? "");
    looked = aws.seen.length;
    return writes.filter((name) => /\.(vma|tar)/.test(name)).sort();
  }
  async function succeeds(): Promise<ProgramRun> {
    const run = await node.run();
    assert.equal(run.code, 0, run.said);
    return run;
  }

  async function fails(says: RegExp): Promise<void> {
    const run = await node.run();
    assert.equal(run.code, 1, run.said);
    assert.match(run.said, says);
  }

  it("sends what is finished, with its notes, encrypted, and nothing else", async () => {
    const archive = node.archive(100, 20);
    node.write("vzdump-lxc-101-2026_11_20-02_00_00.tar.zst", 500, 20);
    node.write(`${archive}.notes`, "alpine");
    node.write("vzdump-qemu-100-2026_11_21-02_00_00.vma.dat", 100);
    node.write("letter.txt", "private");
    assert.equal((await succeeds()).said, "");
    assert.deepEqual(
      await inBucket(),
      ["vzdump-lxc-101-2026_11_20-02_00_00.tar.zst", archive, `${archive}.notes`].sort(),
    );
    assert.deepEqual(await copyOf(archive), node.read(archive));
    const head = await aws.call("s3", "head_object", { Bucket: BUCKET, Key: key(archive) });
    assert.equal(head.ServerSideEncryption, "aws:kms");
  });

  it("sends nothing the second time, and only what is new the third", async () => {
    node.archive(100, 19);
    await succeeds();
    assert.equal(sent().length, 1);
    await succeeds();
    assert.deepEqual(sent(), []);
    const second = node.archive(100, 20);
    await succeeds();
    assert.deepEqual(sent(), [second]);
  });

  it("goes on where it was killed: nothing is lost, and what was complete is not sent again", async () => {
    const names = [18, 19, 20, 21].map((day) => node.archive(100, day, 24 * MEBIBYTE));
    node.configure({ bandwidth: 16 });
    const child = node.start("copies");
    const killed = ended(child);
    // Killed while the second half is on its way: two are complete, others have begun.
    while ((await inBucket()).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(child.pid);
    process.kill(-child.pid, "SIGKILL");
    assert.equal((await killed).code, null);
    const complete = await inBucket();
    assert.ok(complete.length < names.length, "it was killed too late");
    for (const name of complete) assert.deepEqual(await copyOf(name), node.read(name));
    assert.equal(node.metrics("nas"), "", "nothing counts as copied before it was compared");
    sent();

    node.configure();
    await succeeds();
    assert.deepEqual(
      sent(),
      names.filter((name) => !complete.includes(name)),
    );
    assert.deepEqual(await inBucket(), names);
    for (const name of names) assert.deepEqual(await copyOf(name), node.read(name));
    assert.match(node.metrics("nas"), /_verified_copies\{.*\} 4\n/);
  });

  it("goes on when the network breaks off in the middle", async () => {
    const name = node.archive(100, 20, 12 * MEBIBYTE);
    let cuts = 0;
    aws.stub(({ method, path }) => {
      if (method !== "PUT" || !path.includes("vzdump") || cuts >= 2) return undefined;
      cuts += 1;
      return "drop";
    });
    await succeeds();
    assert.equal(cuts, 2);
    assert.deepEqual(await copyOf(name), node.read(name));
  });

  it("notices a copy that was written over, though it is as large and looks as old", async () => {
    const name = node.archive(100, 20);
    await succeeds();
    await aws.call("s3", "put_object", {
      Bucket: BUCKET,
      Key: key(name),
      Body: { base64: Buffer.alloc(1000, "x").toString("base64") },
    });
    node.configure({ verify: { days: 0, gibibytes: 50 } });
    await fails(new RegExp(`the copy of ${name} is damaged: its MD5 is [0-9a-f]{32}, not `));
    assert.match(node.metrics("nas"), /_corrupt_copies\{copy="nas",bucket="example-backups"\} 1\n/);
    assert.match(node.metrics("nas"), /_last_run_success\{.*\} 0\n/);
  });

  it("notices a damaged copy also when the archive is no longer here", async () => {
    const name = node.archive(100, 20);
    await succeeds();
    rmSync(`${node.dump}/${name}`);
    node.configure({ verify: { days: 0, gibibytes: 50 } });
    await succeeds();
    await aws.call("s3", "put_object", {
      Bucket: BUCKET,
      Key: key(name),
      Body: { base64: Buffer.alloc(1000, "x").toString("base64") },
    });
    await fails(/is damaged/);
  });

  it("notices a copy that is cut short or gone, at once, and sends it again", async () => {
    const name = node.archive(100, 20);
    await succeeds();
    await aws.call("s3", "delete_object", { Bucket: BUCKET, Key: key(name) });
    await fails(new RegExp(`the copy of ${name} is gone`));
    await succeeds();
    assert.deepEqual(await copyOf(name), node.read(name));
  });

  it("takes a copy that the bucket's lifecycle dropped for what it is", async () => {
    const name = node.archive(100, 1);
    await succeeds();
    rmSync(`${node.dump}/${name}`);
    await aws.call("s3", "delete_object", { Bucket: BUCKET, Key: key(name) });
    const copy = { name: "nas", folder: node.dump, shared: false, bucket: BUCKET };
    node.configure({ copies: [{ ...copy, expireDays: 3650 }] });
    await fails(/is gone/);
    node.configure({ copies: [{ ...copy, expireDays: 1 }] });
    // Files are of November 2026: by any clock of these tests that is past, or the day before.
    const age = Date.now() / 1000 - Date.UTC(2026, 10, 1, 2) / 1000;
    if (age > 86_400) await succeeds();
  });

  it("does not take a stranger's object for its copy", async () => {
    const name = node.archive(100, 20);
    // As large and as old as the archive, which is all that rclone looks at before it sends.
    await aws.call("s3", "put_object", {
      Bucket: BUCKET,
      Key: key(name),
      Metadata: { mtime: String(Date.UTC(2026, 10, 20, 2) / 1000) },
      Body: { base64: Buffer.alloc(1000, "x").toString("base64") },
    });
    const run = await node.run();
    assert.match(run.said, /differs from it: it is sent again/);
    assert.equal(run.code, 0, run.said);
    assert.deepEqual(await copyOf(name), node.read(name));
    assert.match(node.metrics("nas"), /_corrupt_copies\{.*\} 1\n/);
  });

  it("never writes over a copy what somebody did to the archive afterwards", async () => {
    const name = node.archive(100, 20);
    const before = node.read(name);
    await succeeds();
    node.write(name, "encrypted by a stranger", 21);
    await fails(/immutable|modified/i);
    assert.deepEqual(await copyOf(name), before);
  });

  it("begins nothing outside its window", async () => {
    node.archive(100, 20);
    // The node's clock is Jakarta's: seven hours ahead.
    const hour = (new Date().getUTCHours() + 7) % 24;
    const clock = (from: number) => `${String((from + 24) % 24).padStart(2, "0")}:00`;
    node.configure({ window: { from: clock(hour + 2), to: clock(hour - 2) } });
    await succeeds();
    assert.deepEqual(await inBucket(), []);
    assert.match(node.metrics("nas"), /_pending_archives\{.*\} 1\n/);
    node.configure({ window: { from: clock(hour - 2), to: clock(hour + 2) } });
    await succeeds();
    assert.equal((await inBucket()).length, 1);
  });

  it("copies what all nodes see from the first one that is online, and from none without quorum", async () => {
    node.configure({ copies: [{ name: "nas", folder: node.dump, shared: true, bucket: BUCKET }] });
    node.archive(100, 20);
    node.members("pve2", { pve1: 1, pve2: 2 });
    await succeeds();
    node.members("pve2", { pve2: 2, pve3: 3 }, 0);
    await succeeds();
    assert.deepEqual(await inBucket(), []);
    node.members("pve2", { pve2: 2, pve3: 3 });
    await succeeds();
    assert.equal((await inBucket()).length, 1);
  });

  it("says when the storage is not mounted, and when the bucket does not answer", async () => {
    node.configure({ copies: [{ name: "nas", folder: "/nonexistent", shared: false, bucket: BUCKET }] });
    await fails(/is its storage mounted/);
    node.configure();
    node.archive(100, 20);
    aws.stub(({ service }) =>
      service === "s3" ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" } : undefined,
    );
    await fails(/the bucket does not answer/);
  });

  it("tells Prometheus and CloudWatch how old the newest point is", async () => {
    node.archive(100, 19);
    node.archive(100, 20);
    node.archive(104, 18);
    await succeeds();
    const written = (day: number) => Date.UTC(2026, 10, day, 2) / 1000;
    const metrics = node.metrics("nas");
    assert.match(metrics, new RegExp(`_newest_copy_timestamp_seconds\\{.*\\} ${written(20)}\\n`));
    assert.match(metrics, new RegExp(`_newest_point_timestamp_seconds\\{.*vmid="100"\\} ${written(20)}\\n`));
    assert.match(metrics, new RegExp(`_newest_point_timestamp_seconds\\{.*vmid="104"\\} ${written(18)}\\n`));
    assert.match(metrics, /_last_success_timestamp_seconds\{.*\} \d+\n/);
    const told = aws.seen.filter(({ service }) => service === "monitoring").at(-1);
    assert.equal(told?.action, "PutMetricData");
    const { parameters } = told;
    assert.equal(parameters.Namespace, "HybridEstate");
    assert.equal(parameters["MetricData.member.1.MetricName"], "NewestCopyAge");
    assert.equal(parameters["MetricData.member.1.Dimensions.member.2.Value"], BUCKET);
    assert.ok(
      Math.abs(Number(parameters["MetricData.member.1.Value"]) - (Date.now() / 1000 - written(20))) < 600,
    );
    assert.equal(parameters["MetricData.member.2.MetricName"], "CorruptCopies");
  });

  it("runs once at a time", async () => {
    node.archive(100, 20, 4 * MEBIBYTE);
    node.configure({ bandwidth: 1 });
    const first = ended(node.start("copies"));
    while (aws.seen.length === looked) await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await node.run();
    assert.deepEqual([second.code, second.said], [0, "offsite-copies: another run is still at work\n"]);
    assert.equal((await first).code, 0);
  });

  it("keeps a checksum of large archives too, which are sent in parts", async () => {
    const name = node.archive(100, 20, 210 * MEBIBYTE);
    await succeeds();
    const { Metadata, ETag } = await aws.call("s3", "head_object", { Bucket: BUCKET, Key: key(name) });
    assert.match(String(ETag), /-\d+"$/);
    const md5 = createHash("md5").update(node.read(name)).digest("base64");
    assert.equal((Metadata as { md5chksum?: string }).md5chksum, md5);
  });
});
