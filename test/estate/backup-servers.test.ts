import assert from "node:assert/strict";
import { isEncryptionKey, keyFingerprint, standInKey } from "../../estate/encryption-key";
import { readSecrets, standInSecrets } from "../../estate/secrets";
import { BACKUP_SERVER } from "../support/backup-server";
import { type Change, devEstate, type Expected, GONE, refusesEach } from "../support/description";

const row = (what: string, changes: readonly Change[], ...mistakes: Expected[]) => ({
  what,
  changes: [...BACKUP_SERVER, ...changes],
  mistakes,
});
const STORE = ["backupServers", "pbs1", "datastores", "main"];
const JOB = { schedule: "03:00", storage: "pbs", guests: ["alpine"] };

describe("estate: backup servers", () => {
  refusesEach([
    row(
      "a server on a container",
      [[["backupServers", "pbs1", "guest"], "Ubuntu"]],
      ["backupServers.pbs1.guest", "a VM, and no group of them"],
    ),
    row(
      "a server on nothing",
      [[["backupServers", "pbs1", "guest"], "pbs9"]],
      ["backupServers.pbs1.guest", "one of guests"],
    ),
    row(
      "a VM that nobody can log in to",
      [
        [["guests", "pbs1", "user"], GONE],
        [["guests", "pbs1", "sshKeys"], []],
      ],
      ["guests.pbs1.user", "root, as backup server pbs1 runs on it"],
      ["guests.pbs1.sshKeys", "the public key that belongs to secrets.sshPrivateKey"],
    ),
    row(
      "a disk with an image on it",
      [[[...STORE, "disk"], "scsi0"]],
      ["backupServers.pbs1.datastores.main.disk", "a SCSI slot of pbs1 without image: scsi1"],
    ),
    row(
      "a namespace that the datastore has not",
      [[["storages", "pbs", "namespace"], "prd"]],
      ["storages.pbs.namespace", "a namespace of main: prod"],
    ),
    row(
      "a datastore that the server has not",
      [[["storages", "pbs", "datastore"], "mian"]],
      ["storages.pbs.datastore", "a datastore of pbs1: main"],
    ),
    row(
      "a storage of no server",
      [[["storages", "pbs", "server"], "pbs2"]],
      ["storages.pbs.server", "one of backupServers"],
    ),
    row(
      "a key that only the cluster would have",
      [[["storages", "pbs", "encrypted"], "autogen"]],
      ["storages.pbs.encrypted", "would be lost with the cluster"],
    ),
    row(
      "two storages as one user",
      [[["storages", "pbs-2"], { type: "pbs", server: "pbs1", datastore: "main", username: "pbs@pbs" }]],
      ["storages.pbs-2.username", "a user that no other storage of pbs1 has (pbs has it)"],
    ),
    row(
      "a job that saves the server onto itself",
      [[["backupJobs", "off"], { ...JOB, guests: "all" }]],
      ["backupJobs.off.guests", "guests without pbs1, which pbs itself is on"],
    ),
    row(
      "what a backup server decides by itself",
      [
        [
          ["backupJobs", "off"],
          { ...JOB, retention: { daily: 7 }, compress: "zstd", changeDetection: "metadata" },
        ],
      ],
      ["backupJobs.off.retention", "the user of pbs may not remove backups"],
      ["backupJobs.off.compress", "compresses by itself"],
      ["backupJobs.off.changeDetection", "it is for containers"],
    ),
    row(
      "a pool that is none",
      [[["backupJobs", "off"], { ...JOB, guests: { pool: "gold" } }]],
      ["backupJobs.off.guests.pool", "a pool, or that of a tenant"],
    ),
  ]);

  it("want a password and a key for each storage, and never show them", () => {
    const estate = devEstate(...BACKUP_SERVER);
    const secrets = standInSecrets(estate);
    assert.deepEqual(Object.keys(secrets.storageEncryptionKeys), ["pbs"]);
    assert.ok(readSecrets(secrets, estate).ok);
    const reading = readSecrets({ ...secrets, storageEncryptionKeys: { pbs: "swordfish" } }, estate);
    assert.ok(!reading.ok);
    assert.equal(reading.problems[0]?.path, "secrets.storageEncryptionKeys.pbs");
    assert.match(String(reading.problems[0]?.message), /proxmox-backup-client key create --kdf none/);
    assert.doesNotMatch(JSON.stringify(reading.problems), /swordfish/);
  });

  it("take a key only whole, without passphrase, and with its own fingerprint", () => {
    const key = JSON.parse(standInKey());
    const accepted = (changes: object) => isEncryptionKey(JSON.stringify({ ...key, ...changes }));
    assert.ok(accepted({}));
    assert.ok(accepted({ fingerprint: undefined }), "old keys have none");
    const other = Buffer.alloc(32, 1);
    assert.ok(accepted({ data: other.toString("base64"), fingerprint: keyFingerprint(other) }));
    assert.ok(!accepted({ data: other.toString("base64") }), "the fingerprint of another key");
    assert.ok(!accepted({ data: Buffer.alloc(31).toString("base64"), fingerprint: undefined }));
    assert.ok(!accepted({ kdf: { Scrypt: { n: 65536 } } }));
    assert.ok(!accepted({ created: "yesterday" }));
    for (const text of ["", "autogen", "{}", "null", "[]", standInKey().slice(0, -5)]) {
      assert.ok(!isEncryptionKey(text), text);
    }
  });
});
