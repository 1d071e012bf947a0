import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { framed, type HostFile } from "../../components/hosts/monitoring/files";
import {
  OFFSITE_ARGUMENTS,
  type OffsitePlan,
  offsiteFiles,
  rcloneConfig,
  settings,
} from "../../components/hosts/offsite/files";
import { Moto } from "../support/moto";
import { installAwsTools } from "../support/moto/install";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * `node` copies to S3, which is moto on the machine that runs the tests, reached over the machine's way out. rclone,
 * curl, systemd with its timers, and the power cut are real; `vma`, which only Proxmox VE has, is a stand-in that
 * unpacks a tar file.
 */
const BUCKET = "example-backups";
const IMAGES = "example-images";
const SECRETS = { accessKeyId: "AKIAMACHINES", secretAccessKey: "machine+secret/0123456789" };
const DUMP = "/var/lib/vz/dump";
const METRICS = "/var/lib/prometheus/node-exporter";
const [COPIES, EXPORTS] = ["hybrid-estate-copies", "hybrid-estate-exports"];
const MEBIBYTE = 1024 * 1024;
/** A moment that does not come while a test runs. */
const NEVER = "*-02-29 04:20:00";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";
const PLAN: OffsitePlan = {
  cluster: "lab",
  region: "us-east-1",
  buckets: [
    { bucket: BUCKET, keyArn },
    { bucket: IMAGES, keyArn },
  ],
  copies: [{ name: "local", folder: DUMP, shared: false, bucket: BUCKET }],
  schedule: NEVER,
  verify: { days: 30, gibibytes: 50 },
};
const WITH_EXPORTS: OffsitePlan = {
  ...PLAN,
  exports: {
    guests: [{ guest: "web", vmId: 300 }],
    bucket: IMAGES,
    scratch: "/var/lib/vz/scratch",
    schedule: NEVER,
  },
};

let aws: Moto;
/** Where the machine finds what listens on this machine's loopback. */
const endpoint = () => aws.url.replace("127.0.0.1", "10.0.2.2");

/** The component's files; but AWS is elsewhere. */
function filesOf(plan: OffsitePlan): HostFile[] {
  return offsiteFiles(plan, SECRETS).map((file) => {
    if (file.path.endsWith("/rclone.conf")) {
      return { ...file, text: rcloneConfig(plan, SECRETS, { url: endpoint() }) };
    }
    return file.path.endsWith("/settings")
      ? { ...file, text: `${settings(plan)}endpoint ${endpoint()}\n` }
      : file;
  });
}

const send = (files: readonly HostFile[]): Promise<Result> =>
  site().node.script("offsite-copies", OFFSITE_ARGUMENTS.apply, framed(files));
const apply = (plan = PLAN): Promise<Result> => send(filesOf(plan));

async function assertDone(run: Promise<Result>): Promise<string> {
  const { code, stdout, stderr } = await run;
  assert.equal(code, 0, stderr);
  assert.ok(!`${stdout}${stderr}`.includes(SECRETS.secretAccessKey), "the key is shown");
  return stderr;
}

async function assertSilent(run: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await run;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

/** Files that the script may write, with inode, time and mode, and when the timers were started. */
const stateOf = (): Promise<string> =>
  site().node.bash(`find /etc/hybrid-estate/offsite /usr/local/lib/hybrid-estate /etc/systemd/system /var/lib/hybrid-estate/offsite-told -type f -printf '%p %i %T@ %m %u\\n' | sort
    systemctl show -p Id,ActiveState,ActiveEnterTimestampMonotonic ${COPIES}.timer ${EXPORTS}.timer`);

/** Runs a job to its end, as its timer does; `success` or why not, and what it said. */
async function run(unit: string): Promise<[string, string]> {
  const said = await site().node.bash(`journalctl --rotate -q; since=$(date +%s)
    systemctl start ${unit}.service 2>/dev/null || true
    journalctl -q --sync
    systemctl show -p Result --value ${unit}.service
    journalctl -q -o cat -t offsite-copies -t offsite-exports -u ${unit}.service --since "@$since" --no-pager`);
  const [result = "", ...lines] = said.split("\n");
  return [result, lines.join("\n")];
}

async function succeeds(unit = COPIES): Promise<void> {
  const [result, said] = await run(unit);
  assert.equal(result, "success", said);
}

async function keysIn(bucket: string): Promise<string[]> {
  const { Contents = [] } = await aws.call("s3", "list_objects_v2", { Bucket: bucket });
  return (Contents as { Key: string }[]).map(({ Key }) => Key).sort();
}

const inBucket = async () => (await keysIn(BUCKET)).map((key) => key.replace("dump/local/", ""));
const keyOf = (name: string) => `dump/local/${name}`;

async function copyOf(key: string, bucket = BUCKET): Promise<Buffer> {
  const { Body } = await aws.call("s3", "get_object", { Bucket: bucket, Key: key });
  return Buffer.from(String(Body), "base64");
}

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** A finished archive of a guest, and its checksum. */
async function archive(vmId: number, day: number, bytes: number): Promise<{ name: string; sum: string }> {
  const name = `vzdump-qemu-${vmId}-2026_11_${day}-02_00_00.vma.zst`;
  const sum = await site().node.bash(`head -c ${bytes} /dev/urandom >${DUMP}/${name}.dat
    touch -d 2026-11-${day}T02:00:00Z ${DUMP}/${name}.dat; mv ${DUMP}/${name}.dat ${DUMP}/${name}
    sha256sum <${DUMP}/${name} | cut -d ' ' -f 1`);
  return { name, sum };
}

let looked = 0;
/** Archives whose sending was begun since the last look, each as often as it was. */
function sent(): string[] {
  const fresh = aws.seen.slice(looked);
  looked = aws.seen.length;
  return fresh
    .filter(
      ({ method, path }) => (method === "PUT" && !path.includes("uploadId")) || path.includes("uploads="),
    )
    .map(({ path }) => (path.split("?")[0] ?? "").split("/").at(-1) ?? "")
    .filter((name) => /\.vma/.test(name))
    .sort();
}

const metrics = (name = "local"): Promise<string> =>
  site().node.bash(`cat ${METRICS}/hybrid-estate-offsite-${name}.prom 2>/dev/null || true`);

async function untilTrue(what: string, ask: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + 600_000;
  while (!(await ask())) {
    assert.ok(Date.now() < limit, `not within ten minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe("Offsite copies of a real machine (S3 is moto)", function () {
  this.timeout(1_200_000);
  let first: { name: string; sum: string };

  before(async function () {
    this.timeout(1_200_000);
    await installAwsTools();
    aws = await Moto.start();
    for (const Bucket of [BUCKET, IMAGES]) {
      await aws.call("s3", "create_bucket", { Bucket });
      const VersioningConfiguration = { Status: "Enabled" };
      await aws.call("s3", "put_bucket_versioning", { Bucket, VersioningConfiguration });
    }
    await site().node.bash(`install -d ${DUMP} ${METRICS} /var/lib/vz/scratch`);
    first = await archive(100, 20, 3 * MEBIBYTE);
  });

  it("are installed with a timer, and keys that root alone reads", async () => {
    const { node } = site();
    assert.match(await assertDone(apply()), /installing .*rclone/);
    assert.equal(
      await node.bash(`systemctl is-active ${COPIES}.timer; systemctl is-enabled ${COPIES}.timer
        systemctl show -p Unit --value ${COPIES}.timer
        stat -c '%a %U' /etc/hybrid-estate/offsite /etc/hybrid-estate/offsite/{rclone,curl}.conf
        systemd-analyze verify /etc/systemd/system/${COPIES}.{service,timer} 2>&1 | grep -i hybrid-estate || true`),
      `active\nenabled\n${COPIES}.service\n700 root\n600 root\n600 root`,
    );
    assert.equal(
      await node.bash(
        `grep -rlF '${SECRETS.secretAccessKey}' /etc /run /var/lib/hybrid-estate /usr/local | sort`,
      ),
      "/etc/hybrid-estate/offsite/curl.conf\n/etc/hybrid-estate/offsite/rclone.conf",
    );
    assert.deepEqual(await inBucket(), [], "nothing is sent before its time");
  });

  it("do not change in a second run", async () => {
    const before = await stateOf();
    await assertSilent(apply());
    assert.equal(await stateOf(), before);
  });

  it("are made when the timer's moment comes, and nothing is sent the second time", async () => {
    const { node } = site();
    const idle = () => node.bash(`systemctl is-active ${COPIES}.service || true`);
    const DROP_IN = `/run/systemd/system/${COPIES}.timer.d`;
    // The moment is now, and not up to two minutes later.
    await node.bash(`install -d ${DROP_IN}
      printf '%s\\n' '[Timer]' OnCalendar= 'OnCalendar=*:*:0/2' RandomizedDelaySec=0 AccuracySec=1s >${DROP_IN}/now.conf
      systemctl daemon-reload; systemctl restart ${COPIES}.timer`);
    await untilTrue("the timer starts a copy", async () => (await inBucket()).includes(first.name));
    await node.bash(
      `rm -r ${DROP_IN}; systemctl daemon-reload; systemctl stop ${COPIES}.timer; systemctl start ${COPIES}.timer`,
    );
    await untilTrue("the copy ends", async () => (await idle()) === "inactive");
    assert.equal(sha256(await copyOf(keyOf(first.name))), first.sum);
    assert.deepEqual(sent(), [first.name]);
    await succeeds();
    assert.deepEqual(sent(), []);
  });

  it("tell Prometheus, in files that everybody reads, and CloudWatch", async () => {
    const text = await metrics();
    assert.match(
      text,
      /_last_run_success\{copy="local",bucket="example-backups"\} 1\n.*_corrupt_copies\{.*\} 0\n.*_verified_copies\{.*\} 1\n/s,
    );
    const written = Date.UTC(2026, 10, 20, 2) / 1000;
    assert.match(text, new RegExp(`_newest_point_timestamp_seconds\\{.*vmid="100"\\} ${written}\n`));
    assert.equal(await site().node.bash(`stat -c %a ${METRICS}/hybrid-estate-offsite-local.prom`), "644");
    const told = aws.seen.filter(({ service }) => service === "monitoring").at(-1);
    assert.equal(told?.parameters["MetricData.member.1.MetricName"], "NewestCopyAge");
  });

  it("keep what is there where the new files do not arrive whole, or are not theirs", async () => {
    const before = await stateOf();
    const text = framed(filesOf({ ...PLAN, bandwidth: 7 }));
    const half = text.slice(0, text.length / 2);
    const cases: [Promise<Result>, RegExp][] = [
      [site().node.script("offsite-copies", OFFSITE_ARGUMENTS.apply, half), /nothing was changed/],
      [
        send([...filesOf(PLAN), { path: "/etc/cron.d/x", text: "" }]),
        /refused file \/etc\/cron\.d\/x.*nothing was changed/,
      ],
      [
        send(filesOf(PLAN).map((file) => ({ ...file, mode: undefined }))),
        /refused mode 0644 of \S+rclone\.conf: it holds keys; nothing was changed/,
      ],
    ];
    for (const [result, reason] of cases) {
      const { code, stderr } = await result;
      assert.equal(code, 1, stderr);
      assert.match(stderr, reason);
      assert.ok(!stderr.includes(SECRETS.secretAccessKey));
    }
    assert.equal(await stateOf(), before);
  });

  it("go on after a power cut in the middle: nothing is lost, what was complete is not sent again", async () => {
    const { node } = site();
    const archives = [];
    for (const vmId of [201, 202, 203, 204]) archives.push(await archive(vmId, 19, 8 * MEBIBYTE));
    const names = archives.map(({ name }) => name);
    await assertDone(apply({ ...PLAN, bandwidth: 2 }));
    const verified = await metrics();
    await node.bash("sync");
    await node.bash(`systemctl start --no-block ${COPIES}.service`);
    const copied = async () => (await inBucket()).filter((name) => names.includes(name));
    await untilTrue("half of the copies are there", async () => (await copied()).length >= 2);
    // While a copy runs: no command line has the key.
    assert.equal(
      await node.bash(`all=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' || true)
        [[ $all == *rclone* ]] && echo copies
        [[ $all == *'${SECRETS.secretAccessKey}'* ]] && echo shown || echo hidden`),
      "copies\nhidden",
    );
    await node.powerCycle();
    const complete = await copied();
    assert.ok(complete.length < names.length, "the power was cut too late");
    for (const { name, sum } of archives.filter(({ name }) => complete.includes(name))) {
      assert.equal(sha256(await copyOf(keyOf(name))), sum);
    }
    assert.equal(await metrics(), verified, "nothing counts as copied before it was compared");
    assert.equal(
      await node.bash(`systemctl is-active ${COPIES}.timer; systemctl is-active ${COPIES}.service || true`),
      "active\ninactive",
    );
    sent();
    await assertDone(apply());
    await succeeds();
    assert.deepEqual(
      sent(),
      names.filter((name) => !complete.includes(name)),
    );
    for (const { name, sum } of archives) assert.equal(sha256(await copyOf(keyOf(name))), sum);
    assert.match(await metrics(), /_verified_copies\{.*\} 5\n/);
  });

  it("are read back: one that was written over is noticed, though as large, and makes the unit fail", async () => {
    await assertDone(apply({ ...PLAN, verify: { days: 0, gibibytes: 50 } }));
    const damaged = await copyOf(keyOf(first.name));
    damaged.writeUInt8(damaged.readUInt8(1_000_000) ^ 1, 1_000_000);
    const at = { Bucket: BUCKET, Key: keyOf(first.name) };
    const Body = { base64: damaged.toString("base64") };
    const { VersionId } = await aws.call("s3", "put_object", { ...at, Body });
    const [result, said] = await run(COPIES);
    assert.equal(result, "exit-code", said);
    assert.match(said, new RegExp(`the copy of ${first.name} is damaged: its MD5 is [0-9a-f]{32}, not `));
    assert.match(await metrics(), /_last_run_success\{.*\} 0\n.*_corrupt_copies\{.*\} 1\n/s);
    // The bucket has kept what was written over.
    await aws.call("s3", "delete_object", { ...at, VersionId });
    await succeeds();
    assert.match(await metrics(), /_last_run_success\{.*\} 1\n.*_corrupt_copies\{.*\} 0\n/s);
  });

  it("export the disks of the newest backup once, with the manifest last, and leave nothing behind", async () => {
    const { node } = site();
    // The folder of a backup as vzdump packs it, and Proxmox VE's tool for it.
    await node.bash(`cat >/usr/bin/vma <<'STANDIN'
#!/bin/bash
# Stand-in for vma(1): the archive is a tar file.
[[ $# -eq 3 && $1 == extract && $2 == - ]] || exit 2
mkdir "$3" && exec tar -C "$3" -xf -
STANDIN
      chmod 0755 /usr/bin/vma
      at=$(mktemp -d); cd "$at"
      printf 'boot: order=scsi1;net0\\nbios: ovmf\\nscsi0: x\\nscsi1: y\\n' >qemu-server.conf
      for disk in scsi0 scsi1 efidisk0; do head -c 2000000 /dev/urandom >disk-drive-$disk.raw; done
      sha256sum disk-drive-scsi1.raw | cut -d ' ' -f 1 >/run/disk-sum
      for day in 18 19; do
        tar -cf - -- * | zstd -q >${DUMP}/vzdump-qemu-300-2026_11_$day-02_00_00.vma.zst
      done
      rm -r "$at"`);
    await assertDone(apply(WITH_EXPORTS));
    await assertSilent(apply(WITH_EXPORTS));
    // A power cut would leave such a folder.
    await node.bash("install -d /var/lib/vz/scratch/hybrid-estate-export.ABCDEF");
    await succeeds(EXPORTS);
    const place = "images/web/20261119T020000Z";
    const written = aws.seen
      .filter(({ method, path }) => method === "PUT" && path.includes(place) && !path.includes("uploadId"))
      .map(({ path }) => (path.split("?")[0] ?? "").replace(/.*\//, ""));
    assert.deepEqual(written, ["scsi1.raw", "scsi0.raw", "manifest.json"]);
    const manifest = JSON.parse((await copyOf(`${place}/manifest.json`, IMAGES)).toString());
    assert.deepEqual(manifest, {
      guest: "web",
      point: "2026-11-19T02:00:00Z",
      bootMode: "uefi",
      archive: "vzdump-qemu-300-2026_11_19-02_00_00.vma.zst",
      disks: [
        { key: `${place}/scsi1.raw`, slot: "scsi1" },
        { key: `${place}/scsi0.raw`, slot: "scsi0" },
      ],
    });
    assert.equal(
      sha256(await copyOf(`${place}/scsi1.raw`, IMAGES)),
      await node.bash("cat /run/disk-sum; rm /run/disk-sum"),
    );
    assert.equal(await node.bash("ls -A /var/lib/vz/scratch"), "");
    assert.match(
      await metrics("export-web"),
      new RegExp(`\\{guest="web"\\} ${Date.UTC(2026, 10, 19, 2) / 1000}$`),
    );
    const before = await keysIn(IMAGES);
    const asked = aws.seen.length;
    await succeeds(EXPORTS);
    assert.deepEqual(
      aws.seen.slice(asked).filter(({ method }) => method !== "GET" && method !== "HEAD"),
      [],
    );
    assert.deepEqual(await keysIn(IMAGES), before);
  });

  it("stop exporting when that is no longer declared, and copy on", async () => {
    const { node } = site();
    const started = () => node.bash(`systemctl show -p ActiveEnterTimestampMonotonic ${COPIES}.timer`);
    const before = await started();
    await assertDone(apply({ ...PLAN, verify: { days: 0, gibibytes: 50 } }));
    assert.equal(
      await node.bash(`systemctl show -p LoadState --value ${EXPORTS}.timer ${EXPORTS}.service | grep . | sort -u
        ls /usr/local/lib/hybrid-estate`),
      "not-found\noffsite-copies",
    );
    assert.equal(await started(), before);
  });

  it("are gone when they are removed: no timer, no key; what was copied stays", async () => {
    const { node } = site();
    const before = await keysIn(BUCKET);
    const remove = () => node.script("offsite-copies", OFFSITE_ARGUMENTS.remove);
    await assertDone(remove());
    assert.equal(
      await node.bash(`systemctl show -p LoadState --value ${COPIES}.timer; ls -A /etc/hybrid-estate/offsite
        grep -rlF '${SECRETS.secretAccessKey}' /etc /run /var/lib/hybrid-estate /usr/local || true
        ls ${METRICS} | grep offsite || true`),
      "not-found",
    );
    assert.deepEqual(await keysIn(BUCKET), before);
    assert.notEqual(await node.bash(`ls ${DUMP} | wc -l`), "0");
    await assertSilent(remove());
  });

  after(async () => {
    await aws?.stop();
    await site().node.bash(
      `rm -rf ${DUMP} /var/lib/vz/scratch /var/lib/hybrid-estate/offsite* /etc/hybrid-estate/offsite /usr/bin/vma`,
    );
  });
});
