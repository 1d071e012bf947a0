import assert from "node:assert/strict";
import { standInKey } from "../../estate/encryption-key";
import { BACKUP_SERVER } from "../support/backup-server";
import { only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const COMMAND = "command:remote:Command";
const PBS = "proxmoxve:storage/pbs:Pbs";
const FINGERPRINT = Array(32).fill("ab").join(":");

/** A secret as the engine is handed it: what has this mark is encrypted in the state, and hidden in logs. */
const secret = (value: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const estate = async (...changes: Change[]) =>
  (await declareEstate(devDescription(...BACKUP_SERVER, ...changes))).resources;

describe("components: backup servers in an estate", () => {
  it("set up the VM once it is there, then datastores, then the storage's user", async () => {
    const resources = await estate();
    const server = only(resources, COMMAND, "pbs1");
    assert.equal(server.inputs.create, "bash -s -- apply");
    assert.equal(server.inputs.delete, undefined);
    assert.deepEqual(only(resources, "hybrid-estate:hosts:BackupServer").options.dependsOn, [
      "proxmoxve:index/vmLegacy:VmLegacy pbs1",
    ]);
    const store = only(resources, COMMAND, "pbs1/main");
    assert.equal(
      store.inputs.create,
      "bash -s -- apply --name main --path /srv/backup --device /dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi1 " +
        "--garbage-collection daily --prune daily --keep daily\\=7 --verify 'sat 12:00' --outdated-after 30 --namespace prod",
    );
    assert.equal(store.inputs.delete, undefined);
    assert.deepEqual(store.options.dependsOn, [`${COMMAND} pbs1`]);
    const user = only(resources, COMMAND, "pbs1/pbs@pbs");
    assert.deepEqual(user.options.dependsOn, [`${COMMAND} pbs1/main`]);
    assert.equal(user.inputs.delete, "bash -s -- remove --user pbs\\@pbs");
    assert.doesNotMatch(String(user.inputs.create), /stand-in/);
    const { stdin } = user.inputs;
    const text = typeof stdin === "object" && stdin !== null && "value" in stdin ? String(stdin.value) : "";
    assert.match(text, /\nmain "\$@"; exit\nstand-in-password\n$/);
    assert.deepEqual(stdin, secret(text));
  });

  it("declare the storage: protected, encrypted, as a user of its own, after that user", async () => {
    const resources = await estate();
    const storage = only(resources, PBS, "pbs");
    const { fingerprint, ...inputs } = storage.inputs;
    assert.deepEqual(inputs, {
      resourceId: "pbs",
      contents: ["backup"],
      disable: false,
      server: "192.168.137.40",
      datastore: "main",
      namespace: "prod",
      username: "pbs@pbs",
      password: secret("stand-in-password"),
      encryptionKey: secret(standInKey()),
    });
    assert.equal(storage.options.protect, true);
    assert.deepEqual(only(resources, "hybrid-estate:proxmox:BackupServerStorage").options.dependsOn, [
      `${COMMAND} pbs1/pbs@pbs`,
    ]);
  });

  it("leave someone else's alone: no script runs, the fingerprint is the declared one", async () => {
    const foreign = { kind: "foreign", address: "backup.example.org", fingerprint: FINGERPRINT };
    const resources = await estate(
      [["backupServers", "pbs1"], foreign],
      [["storages", "pbs", "encrypted"], false],
      [["storages", "pbs", "username"], "cluster@pbs!estate"],
    );
    const { inputs } = only(resources, PBS, "pbs");
    assert.equal(inputs.server, "backup.example.org");
    assert.equal(inputs.fingerprint, FINGERPRINT);
    assert.equal(inputs.username, "cluster@pbs!estate");
    assert.equal(inputs.encryptionKey, undefined);
    assert.deepEqual(
      resources.filter(({ type, name }) => type === COMMAND && name.startsWith("pbs")),
      [],
    );
  });

  it("get jobs that neither compress nor prune", async () => {
    const resources = await estate([
      ["backupJobs", "off"],
      { schedule: "03:00", storage: "pbs", guests: { allExcept: ["pbs1"] } },
    ]);
    const { inputs } = only(resources, "proxmoxve:backup/job:Job", "off");
    assert.equal(inputs.compress, "0");
    assert.deepEqual(inputs.pruneBackups, { "keep-all": "1" });
    assert.deepEqual(inputs.excludes, ["170"]);
  });
});
