import assert from "node:assert/strict";
import {
  type OffsitePlan,
  offsiteFiles,
  offsiteProgram,
  settings,
} from "../../components/hosts/offsite/files";
import { OffsiteCopies } from "../../components/hosts/offsite-copies";
import { declare, only } from "../support/declared";

const PLAN: OffsitePlan = {
  cluster: "example",
  region: "eu-west-1",
  buckets: [
    { bucket: "one", keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" },
    { bucket: "two", keyArn: "arn:aws:kms:eu-west-1:123456789012:key/2" },
  ],
  copies: [
    { name: "nas", folder: "/mnt/pve/nas/dump", shared: true, bucket: "two", expireDays: 90 },
    { name: "local", folder: "/var/lib/vz/dump", shared: false, bucket: "one" },
  ],
  schedule: "*:20",
  bandwidth: 20,
  window: { from: "22:00", to: "06:00" },
  verify: { days: 30, gibibytes: 50 },
};
const SECRETS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "very/secret" };
const file = (name: string, plan = PLAN) =>
  offsiteFiles(plan, SECRETS).find(({ path }) => path.endsWith(`/${name}`));

describe("components: OffsiteCopies", () => {
  it("tells the program what to copy, where to, when and how fast", () => {
    assert.equal(
      settings(PLAN),
      `cluster example
region eu-west-1
bandwidth 20M
window 22:00 06:00
verify 30 50
copy nas shared bucket2 two dump/nas 90 /mnt/pve/nas/dump
copy local own bucket1 one dump/local 0 /var/lib/vz/dump
`,
    );
    assert.match(file("hybrid-estate-copies.timer")?.text ?? "", /^OnCalendar=\*:20$/m);
  });

  it("puts each program there in one piece", () => {
    for (const job of ["copies", "exports"] as const) {
      const text = offsiteProgram(job);
      assert.match(text, /^is_first\(\) \{$/m);
      assert.doesNotMatch(text, /^\s*(source|\.) /m);
    }
    assert.equal(file("offsite-copies")?.text, offsiteProgram("copies"));
  });

  it("keeps keys in files for root alone, and nowhere else", () => {
    for (const { path, mode, text } of offsiteFiles(PLAN, SECRETS)) {
      const secret = text.includes(SECRETS.secretAccessKey);
      assert.equal(secret, /\/(rclone|curl)\.conf$/.test(path), path);
      if (secret) assert.equal(mode, "0600");
    }
  });

  it("has each bucket's objects encrypted with the bucket's own key", () => {
    const text = file("rclone.conf")?.text ?? "";
    assert.match(text, /\[bucket1\][^[]*sse_kms_key_id = arn:aws:kms:eu-west-1:123456789012:key\/1\n/);
    assert.match(text, /\[bucket2\][^[]*sse_kms_key_id = arn:aws:kms:eu-west-1:123456789012:key\/2\n/);
    assert.match(text, /server_side_encryption = aws:kms/);
  });

  it("exports disks only where that is asked for", () => {
    assert.equal(file("offsite-exports"), undefined);
    const exports = {
      guests: [{ guest: "web", vmId: 100 }],
      bucket: "two",
      scratch: "/var/tmp",
      schedule: "05:30",
    };
    assert.equal(file("offsite-exports", { ...PLAN, exports })?.mode, "0755");
    assert.match(settings({ ...PLAN, exports }), /scratch \/var\/tmp\ntarget bucket2 two\nexport web 100\n$/);
  });

  it("hands everything over on standard input, as a secret", async () => {
    const { resources } = await declare(
      () =>
        new OffsiteCopies("pve1", {
          connection: { host: "192.0.2.11", user: "root", privateKey: "key" },
          plan: PLAN,
          timers: { storages: ["nas"], schedule: "*:20" },
          secrets: SECRETS,
        }),
    );
    assert.deepEqual(only(resources, "hybrid-estate:hosts:OffsiteCopies", "pve1").inputs, {
      storages: ["nas"],
      schedule: "*:20",
    });
    const { inputs } = only(resources, "command:remote:Command", "pve1-offsite");
    assert.equal(inputs.create, "bash -s -- apply");
    assert.equal(inputs.delete, "bash -s -- remove");
    assert.doesNotMatch(String(inputs.create) + String(inputs.delete), /secret/);
    assert.match(JSON.stringify(inputs.stdin), /offsite-copies/);
  });

  it("refuses a plan that copies to a bucket that it does not have", () => {
    assert.throws(() => settings({ ...PLAN, buckets: [] }), /no bucket two to copy to/);
  });
});
