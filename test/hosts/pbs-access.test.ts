import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { accessArguments, revokeArguments } from "../../components/hosts/backup-server";
import { needs } from "../support/needs";
import { changes, PbsHost } from "../support/pbs-host";
import { lackingForScratchHost, type Run } from "../support/scratch-host";

const USER = "pbs-prod@pbs";
const PASSWORD = "correct horse $(touch /srv/pwned) 'battery'";
const COMMENT = "hybrid-estate: a storage of the cluster";
const SHADOW = "/etc/proxmox-backup/shadow.json";

describe("host scripts: pbs-access", function () {
  this.timeout(60_000);
  needs(lackingForScratchHost());
  let host: PbsHost;
  beforeEach(() => {
    host = new PbsHost();
    host.write("pbs/datastore.json", JSON.stringify([{ name: "main", path: "/srv/backup" }]));
  });
  afterEach(() => host.remove());

  const allow = (namespace = "prod", password = PASSWORD) =>
    host.access(accessArguments(USER, { datastore: "main", namespace, password }), password);

  async function succeeds(running: Promise<Run>): Promise<Run> {
    const run = await running;
    assert.equal(run.code, 0, run.stderr);
    return run;
  }
  const grants = () => host.kept("acl") as { path: string; roleid: string; ugid: string }[];

  it("makes a user that may back up into its namespace, and nothing else", async () => {
    await succeeds(allow());
    assert.deepEqual(host.kept("user"), [{ userid: USER, comment: COMMENT }]);
    assert.deepEqual(
      grants().map(({ path, roleid, ugid }) => [path, roleid, ugid]),
      [["/datastore/main/prod", "DatastoreBackup", USER]],
    );
    assert.match(host.read(SHADOW), /"pbs-prod": "\$5\$/);
    assert.equal(statSync(host.path(SHADOW)).mode & 0o777, 0o600);
  });

  it("never has the password in a call, in its output or in a file", async () => {
    const run = await succeeds(allow());
    const seen = [run.stdout, run.stderr, ...run.calls, host.read(SHADOW)].join("\n");
    assert.doesNotMatch(seen, /horse|battery/);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
  });

  it("changes nothing the second time, also once the server has hashed the password its own way", async () => {
    await succeeds(allow());
    const before = host.snapshot();
    const run = await succeeds(allow());
    assert.deepEqual(changes(run), []);
    assert.equal(run.stderr, "");
    assert.deepEqual(host.snapshot(), before);
  });

  it("sets another password, and leaves those of other users", async () => {
    host.write(SHADOW, '{ "admin": "$y$j9T$abc$def" }');
    await succeeds(allow());
    const first = host.read(SHADOW);
    const run = await succeeds(allow("prod", "another password"));
    assert.match(run.stderr, /password of pbs-prod@pbs set/);
    assert.notEqual(host.read(SHADOW), first);
    assert.match(host.read(SHADOW), /"admin": "\$y\$j9T\$abc\$def"/);
  });

  it("takes back what the user was granted elsewhere", async () => {
    await succeeds(allow());
    const elsewhere = { path: "/", roleid: "Admin", ugid: USER, propagate: true };
    const other = { path: "/", roleid: "Admin", ugid: "root@pam", propagate: true };
    host.write("pbs/acl.json", JSON.stringify([...grants(), elsewhere, other]));
    const everywhere = accessArguments(USER, { datastore: "main", password: PASSWORD });
    await succeeds(host.access(everywhere, PASSWORD));
    assert.deepEqual(
      grants().map(({ path, roleid, ugid }) => `${path} ${roleid} ${ugid}`),
      ["/ Admin root@pam", `/datastore/main DatastoreBackup ${USER}`],
    );
  });

  it("refuses a user that something else made, also to remove it", async () => {
    host.write("pbs/user.json", JSON.stringify([{ userid: USER, comment: "the boss" }]));
    const before = host.snapshot();
    for (const run of [await allow(), await host.access(revokeArguments(USER), "")]) {
      assert.equal(run.code, 1);
      assert.match(run.stderr, /there is a user pbs-prod@pbs already that is not ours; nothing was changed/);
    }
    assert.deepEqual(host.snapshot(), before);
  });

  it("removes a user with its grants, and then there is nothing to do", async () => {
    await succeeds(allow());
    await succeeds(host.access(revokeArguments(USER), ""));
    assert.deepEqual([host.kept("user"), host.kept("acl")], [[], []]);
    const again = await succeeds(host.access(revokeArguments(USER), ""));
    assert.deepEqual(changes(again), []);
  });

  it("refuses a password that the server would not take, and a datastore that is not there", async () => {
    const before = host.snapshot();
    for (const password of ["short", "x".repeat(65), "tab\there and there"]) {
      const run = await allow("prod", password);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /^pbs-access: refused the password: want /);
      assert.ok(!run.stderr.includes(password));
    }
    const run = await host.access(accessArguments(USER, { datastore: "gone", password: PASSWORD }), PASSWORD);
    assert.match(run.stderr, /there is no datastore gone on this host/);
    assert.deepEqual(host.snapshot(), before);
  });

  it("refuses what is not what it says", async () => {
    for (const [option, value] of [
      ["--user", "root@pam"],
      ["--user", "a@pbs!token"],
      ["--user", "$(touch /srv/pwned)@pbs"],
      ["--datastore", "../x"],
      ["--namespace", "a//b"],
    ] as const) {
      const args = accessArguments(USER, { datastore: "main", password: "" });
      const run = await host.access([...args, option, value], PASSWORD);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /^pbs-access: refused /);
      assert.deepEqual(run.calls, []);
    }
  });
});
