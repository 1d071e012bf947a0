import assert from "node:assert/strict";
import { commandLine } from "../../../components/hosts/host-script";
import { TYPES } from "../../../sandbox/doubles/proxmox/cluster";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, SCRIPTS, Site, T, testCases, testChanges } from "./site";

const BACKUP_HOST = "192.0.2.30";
const PASSWORD = "correct-horse";

const CIFS = { resourceId: "share", server: BACKUP_HOST, share: "iso", username: "pve", password: "hunter2" };
const LVM = { resourceId: "vm", volumeGroup: "fast" };
const CEPH = { nodeName: "pve1", name: "vm", size: 3, minSize: 2 };

function run(name: keyof typeof SCRIPTS, host: string, words: string, input = ""): Properties {
  return {
    connection: { host },
    stdin: `${SCRIPTS[name]}${input}`,
    create: commandLine(words.split(" ")),
  };
}

/** A backup server with a datastore, and a user for its namespace `prod`. */
function backupServer(site: Site): void {
  const jobs = "--keep daily=7 --prune daily --verify daily --garbage-collection daily";
  site.create(T.command, run("pbs-server", BACKUP_HOST, "apply"));
  site.create(
    T.command,
    run("pbs-datastore", BACKUP_HOST, `apply --name main --path /srv/b ${jobs} --namespace prod`),
  );
  site.create(
    T.command,
    run("pbs-access", BACKUP_HOST, "apply --user pve@pbs --datastore main --namespace prod", `${PASSWORD}\n`),
  );
}

/** A storage on it, with the fingerprint that its installation printed. */
function storageOn(site: Site, more: Properties = {}): Properties {
  return {
    resourceId: "pbs",
    server: BACKUP_HOST,
    datastore: "main",
    namespace: "prod",
    username: "pve@pbs",
    password: PASSWORD,
    fingerprint: String(site.world.find(TYPES.pbsServer, BACKUP_HOST)?.inputs.fingerprint),
    ...more,
  };
}

describe("storages of a backup server", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
    backupServer(site);
  });
  afterEach(() => site.close());

  it("hold backups, for all nodes, and keep password and key secret", () => {
    const key = JSON.stringify({ fingerprint: "ab:cd" });
    const made = site.create(T.pbs, storageOn(site, { encryptionKey: key }));
    assert.deepEqual(made.outputs.contents, ["backup"]);
    assert.equal(made.outputs.shared, true);
    assert.equal(made.outputs.encryptionKeyFingerprint, "ab:cd");
    for (const secret of ["password", "encryptionKey"])
      assert.ok(made.secretOutputs.includes(secret), secret);
  });

  it("are read with a fingerprint in either case", () => {
    const { fingerprint } = storageOn(site);
    assert.ok(site.create(T.pbs, storageOn(site, { fingerprint: String(fingerprint).toUpperCase() })));
  });

  const wrong = Array(32).fill("00").join(":");
  const refused: readonly [what: string, more: Properties, says: string][] = [
    ["another password", { password: "wrong-horse" }, "pbs: error fetching datastores - 401 Unauthorized"],
    ["a user that is not there", { username: "x@pbs" }, "error fetching datastores - 401 Unauthorized"],
    ["another certificate", { fingerprint: wrong }, "(certificate verify failed)"],
    ["a certificate that nobody signed", { fingerprint: undefined }, "(certificate verify failed)"],
    ["a datastore that is not there", { datastore: "other" }, "Cannot find datastore 'other'"],
    ["a namespace that the user has no part in", { namespace: "lab" }, "Cannot find datastore 'main'"],
    ["the root, to a user of a namespace", { namespace: undefined }, "Cannot find datastore 'main'"],
    ["a host that is no backup server", { server: "192.0.2.11" }, "Can't connect to 192.0.2.11:8007"],
    ["a key that is none", { encryptionKey: "secret" }, "malformed JSON string in the encryption key"],
    [
      "two keys",
      { encryptionKey: "{}", generateEncryptionKey: true },
      '"generate_encryption_key" cannot be specified',
    ],
    [
      "backups that are all kept, and counted",
      { backups: { keepAll: true, keepDaily: 7 } },
      "backups.keepDaily: when keep_all is true",
    ],
  ];
  for (const [what, more, says] of refused) {
    it(`refuse ${what}`, () => {
      const before = site.world.all();
      const inputs = storageOn(site, more);
      assertRefused(() => site.create(T.pbs, inputs), says);
      assert.deepEqual(site.world.all(), before);
      assert.throws(
        () => site.create(T.pbs, inputs),
        ({ message }: Error) => !message.includes(PASSWORD) && !message.includes("wrong-horse"),
      );
    });
  }

  it("are made anew for all but the fingerprint, the nodes and what is kept", () => {
    const olds = storageOn(site);
    const news = { ...olds, fingerprint: wrong, nodes: ["pve1"], namespace: "lab", password: "other-horse" };
    assert.deepEqual(site.plan(T.pbs, olds, news), {
      fingerprint: "update",
      nodes: "update",
      namespace: "replace",
      password: "replace",
    });
  });
});

describe("storages of more kinds", () => {
  testCases(
    (site) => {
      const group = "apply --group fast --device /dev/sdb";
      site.create(T.command, run("volume-group", "192.0.2.11", group));
      site.create(T.cephPool, CEPH);
    },
    [
      { what: "a share of a machine that is there", type: T.cifs, inputs: CIFS },
      {
        what: "a share of a machine that is not there",
        type: T.cifs,
        inputs: { ...CIFS, server: "192.0.2.99" },
        refused: "storage 'share' is not online",
      },
      {
        what: "a share without a user",
        type: T.cifs,
        inputs: { ...CIFS, username: undefined },
        refused: "username: Missing required property",
      },
      {
        what: "a share that keeps all backups, and seven",
        type: T.cifs,
        inputs: { ...CIFS, backups: { keepAll: true, keepLast: 7 } },
        refused: "backups.keepLast: when keep_all is true",
      },
      {
        what: "a share under the id of another storage",
        type: T.cifs,
        inputs: { ...CIFS, resourceId: "local" },
        refused: "storage ID 'local' already defined",
      },
      { what: "a volume group", type: T.lvm, inputs: LVM },
      { what: "the installer's volume group", type: T.lvm, inputs: { ...LVM, volumeGroup: "pve" } },
      {
        what: "a volume group that is not there",
        type: T.lvm,
        inputs: { ...LVM, volumeGroup: "slow" },
        refused: "no such volume group 'slow'",
      },
      {
        what: "a volume group of other nodes",
        type: T.lvm,
        inputs: { ...LVM, nodes: ["pve2"] },
        refused: "no such volume group 'fast'",
      },
      { what: "a pool of another name", type: T.cephPool, inputs: { ...CEPH, name: "other" } },
      {
        what: "a pool of that name, from another node",
        type: T.cephPool,
        inputs: { ...CEPH, nodeName: "pve2" },
        refused: "pool 'vm' already exists",
      },
      {
        what: "a pool that waits for more copies than it makes",
        type: T.cephPool,
        inputs: { ...CEPH, name: "other", size: 2, minSize: 3 },
        refused: "min_size must be smaller than or equal to size",
      },
      {
        what: "a pool of eight copies",
        type: T.cephPool,
        inputs: { ...CEPH, name: "other", size: 8 },
        refused: "size: ",
      },
      {
        what: "a pool from a node that is not there",
        type: T.cephPool,
        inputs: { ...CEPH, name: "other", nodeName: "pve9" },
        refused: "hostname lookup 'pve9' failed",
      },
    ],
  );

  testChanges([
    {
      what: "shares are made anew for another share or password, not for other options",
      type: T.cifs,
      olds: CIFS,
      news: { ...CIFS, share: "other", password: "hunter3", options: "vers=3.1.1" },
      does: { share: "replace", password: "replace", options: "update" },
    },
    {
      what: "LVM is made anew for another group, not for wiping",
      type: T.lvm,
      olds: LVM,
      news: { ...LVM, volumeGroup: "slow", wipeRemovedVolumes: true, shared: true },
      does: { volumeGroup: "replace", wipeRemovedVolumes: "update", shared: "update" },
    },
    {
      what: "a Ceph pool is made anew for another name, not for more copies",
      type: T.cephPool,
      olds: CEPH,
      news: { ...CEPH, name: "other", size: 4, pgAutoscaleMode: "on" },
      does: { name: "replace", size: "update", pgAutoscaleMode: "update" },
    },
  ]);

  it("a share's password is secret", () => {
    const site = new Site();
    assert.ok(site.create(T.cifs, CIFS).secretOutputs.includes("password"));
    site.close();
  });

  it("a Ceph pool has Proxmox's defaults, changes its copies, and stays while a storage is on it", () => {
    const site = new Site();
    const pool = site.create(T.cephPool, { nodeName: "pve1", name: "vm" });
    const { size, minSize, application } = pool.outputs;
    assert.deepEqual([pool.id, size, minSize, application], ["pve1/vm", 3, 2, "rbd"]);
    const grown = site.update(pool, { size: 4 });
    assert.deepEqual([grown.outputs.size, grown.outputs.minSize], [4, 2]);
    assertRefused(() => site.update(grown, { minSize: 5 }), "min_size must be smaller");
    const words = "apply --storage ceph --type rbd --set pool=vm --set content=images";
    const storage = site.create(T.command, {
      ...run("pve-storage", "192.0.2.11", words),
      delete: commandLine("remove --storage ceph --type rbd".split(" ")),
    });
    assertRefused(() => site.delete(grown), "ceph pool 'vm' still in use by storage 'ceph'");
    site.delete(storage);
    site.delete(grown);
    assert.deepEqual(site.world.list(T.cephPool), []);
    site.close();
  });
});
