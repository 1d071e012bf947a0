import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  accessArguments,
  type Datastore,
  datastoreArguments,
  revokeArguments,
} from "../../components/hosts/backup-server";
import { byId, contentOf, NAS_DISKS, site } from "./site";
import type { Result } from "./ssh";

/**
 * A Proxmox Backup Server on `nas`. Its packages are in none of Debian's archives: `proxmox-backup-manager` and
 * `proxmox-backup-debug` are the stand-ins of the host tests, which keep what they are told as JSON. The disk, its file
 * system and mount, the password's hash, systemd, jq and perl are real.
 */
const KEPT = "/var/lib/pbs-stand-in";
const tool = (name: string) => readFileSync(path.join(__dirname, "..", "support", "pbs-tools", name), "utf8");
const STORE: Datastore = {
  path: "/srv/backup",
  device: byId(NAS_DISKS.store[0]),
  namespaces: ["prod/web", "test"],
  prune: { schedule: "daily", retention: { daily: 7, weekly: 4 } },
  garbageCollection: "sat 03:00",
  verify: { schedule: "sun 05:00", outdatedAfterDays: 30 },
};
const USER = "cluster@pbs";
const LOGIN = { datastore: "main", namespace: "prod/web" };
const PASSWORDS = ['it\'s "a" $HOME\\pass word', "another-password"] as const;

const datastore = (store: Datastore, name = "main"): Promise<Result> =>
  site().nas.script("pbs-datastore", datastoreArguments(name, store));
const login = (password: string, to: { datastore: string; namespace?: string } = LOGIN): Promise<Result> =>
  site().nas.script("pbs-access", accessArguments(USER, { ...to, password }), `${password}\n`);

function assertNoChange({ code, stderr }: Result): void {
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
}

function assertRefused({ code, stderr }: Result, reason: RegExp): void {
  assert.equal(code, 1, stderr);
  assert.match(stderr, reason);
}

/** What the server was told, with inodes, and what is on and in the datastore's disk. */
const stateOf = (): Promise<string> =>
  site().nas.bash(`stat -c '%n %i %y' ${KEPT}/pbs/* /etc/proxmox-backup/shadow.json /etc/systemd/system/*.mount 2>/dev/null || true
    findmnt /srv/backup -no SOURCE,UUID,OPTIONS || true; find /srv/backup -ls`);

/** What the server was told of a kind: `user`, `acl`, `prune-job`, ... */
const kept = async (what: string) => JSON.parse(await site().nas.bash(`cat ${KEPT}/pbs/${what}.json`));

/** Whether a password is the user's, as the server finds out. */
async function isPassword(password: string): Promise<boolean> {
  const hash = await site().nas.bash("jq -r .cluster /etc/proxmox-backup/shadow.json");
  const answer = await site().nas.start(
    "perl -e 'chomp(my ($p, $h) = <STDIN>); print crypt($p, $h) eq $h ? 1 : 0'",
    `${password}\n${hash}\n`,
  ).result;
  return answer.stdout === "1";
}

describe("Proxmox Backup Server on a real machine (the server itself is a stand-in)", function () {
  this.timeout(1_200_000);

  it("says so when its packages can't be had, and trusts no key that it has not", async () => {
    const { nas } = site();
    await nas.bash("echo '127.0.0.1 enterprise.proxmox.com download.proxmox.com' >>/etc/hosts");
    const result = await nas.script("pbs-server", ["apply"]);
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /enterprise\.proxmox\.com/);
    assert.equal(
      await nas.bash("ls /etc/apt/keyrings /etc/apt/sources.list.d | grep -c proxmox || true"),
      "0",
    );
  });

  it("is enabled and running, and tells its certificate's fingerprint", async () => {
    const { nas } = site();
    // perl comes with the server, as jq comes with the script.
    await nas.bash(`sed -i '/download.proxmox.com/d' /etc/hosts
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends jq perl >/dev/null 2>&1
      install -d /etc/proxmox-backup ${KEPT}
${["manager", "debug"]
  .map(
    (name) => `cat >/usr/lib/proxmox-backup-${name} <<'STANDIN'
${tool(`proxmox-backup-${name}`)}
STANDIN
      printf '#!/bin/sh\\nSTATE=${KEPT} exec bash /usr/lib/proxmox-backup-${name} "$@"\\n' >/usr/sbin/proxmox-backup-${name}
      chmod 0755 /usr/sbin/proxmox-backup-${name}`,
  )
  .join("\n")}
      for unit in proxmox-backup proxmox-backup-proxy; do
        printf '%s\\n' '[Service]' Type=oneshot RemainAfterExit=yes ExecStart=/bin/true '[Install]' WantedBy=multi-user.target \\
          >/etc/systemd/system/$unit.service
      done
      systemctl daemon-reload`);
    const result = await nas.script("pbs-server", ["apply"]);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^([0-9a-f]{2}:){31}[0-9a-f]{2}\n$/);
    assert.equal(
      await nas.bash(
        "systemctl is-active proxmox-backup proxmox-backup-proxy; systemctl is-enabled proxmox-backup-proxy",
      ),
      "active\nactive\nenabled",
    );
    assertNoChange(await nas.script("pbs-server", ["apply"]));
  });

  it("has a datastore on a disk of its own with its jobs, and a second run changes nothing", async () => {
    const { nas } = site();
    const result = await datastore(STORE);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(
      await nas.bash("findmnt -no SOURCE /srv/backup"),
      await nas.bash(`readlink -f ${STORE.device}`),
    );
    assert.equal(await nas.bash("stat -c '%U %a' /srv/backup"), "backup 750");
    assert.deepEqual(await kept("datastore"), [
      { name: "main", path: "/srv/backup", "gc-schedule": "sat 03:00" },
    ]);
    const [prune] = await kept("prune-job");
    assert.deepEqual([prune.store, prune["keep-daily"], prune["keep-weekly"]], ["main", 7, 4]);
    const [verify] = await kept("verify-job");
    assert.deepEqual([verify.store, verify["outdated-after"]], ["main", 30]);
    assert.equal(await nas.bash(`sort ${KEPT}/pbs/namespaces-main`), "prod\nprod/web\ntest");
    await nas.bash("echo kept >/srv/backup/.chunks/file");
    const before = await stateOf();
    assertNoChange(await datastore(STORE));
    assert.equal(await stateOf(), before);
  });

  it("refuses a disk with something on it, one with another datastore, and a folder with files, untouched", async () => {
    const { nas } = site();
    const [other] = NAS_DISKS.other;
    await nas.bash(`mkfs.ext4 -q ${byId(other)}; install -d /srv/files; echo mine >/srv/files/letter`);
    const before = [await stateOf(), await contentOf([other], nas)];
    const elsewhere = { ...STORE, path: "/srv/second" };
    assertRefused(
      await datastore({ ...elsewhere, device: byId(other) }, "second"),
      /refused \S+other1: .*nothing was changed/,
    );
    assertRefused(await datastore(elsewhere, "second"), /refused \S+store1: .*nothing was changed/);
    assertRefused(
      await datastore({ ...STORE, device: undefined, path: "/srv/files" }, "files"),
      /no datastore; nothing was changed/,
    );
    assertRefused(
      await datastore({ ...STORE, path: "/srv/moved", device: undefined }),
      /already, at \/srv\/backup/,
    );
    assert.deepEqual([await stateOf(), await contentOf([other], nas)], before);
  });

  it("is mounted after a power cut without any run, and adopted with its backups by a server set up anew", async () => {
    const { nas } = site();
    await nas.bash("sync");
    await nas.powerCycle();
    assert.equal(await nas.bash("cat /srv/backup/.chunks/file"), "kept");
    assertNoChange(await datastore(STORE));
    await nas.bash(`unit=$(systemd-escape --path --suffix=mount /srv/backup)
      systemctl disable -q --now $unit; rm -r /etc/systemd/system/$unit ${KEPT}/pbs; systemctl daemon-reload`);
    const result = await datastore(STORE);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /adopted as the datastore main, with the backups in it/);
    assert.equal(await nas.bash("cat /srv/backup/.chunks/file"), "kept");
  });

  it("lets its user in with the declared password and no more rights than declared", async () => {
    const { nas } = site();
    const result = await login(PASSWORDS[0]);
    assert.equal(result.code, 0, result.stderr);
    assert.ok(await isPassword(PASSWORDS[0]));
    assert.equal(await nas.bash("stat -c %a /etc/proxmox-backup/shadow.json"), "600");
    const granted = async () =>
      (await kept("acl")).map((one: Record<string, string>) => `${one.ugid} ${one.roleid} ${one.path}`);
    const grant = ["cluster@pbs DatastoreBackup /datastore/main/prod/web"];
    assert.deepEqual(await granted(), grant);
    await nas.bash("proxmox-backup-manager acl update /datastore Admin --auth-id cluster@pbs");
    assert.match((await login(PASSWORDS[0])).stderr, /Admin on \/datastore taken from cluster@pbs/);
    assert.deepEqual(await granted(), grant);
    const before = await stateOf();
    assertNoChange(await login(PASSWORDS[0]));
    assert.equal(await stateOf(), before);
  });

  it("takes another password, and shows neither", async () => {
    const { stderr } = await login(PASSWORDS[1]);
    assert.match(stderr, /password of cluster@pbs set/);
    for (const password of PASSWORDS) assert.ok(!stderr.includes(password));
    assert.deepEqual([await isPassword(PASSWORDS[0]), await isPassword(PASSWORDS[1])], [false, true]);
  });

  it("refuses a user that something else made, and takes its own away with the backups left", async () => {
    const { nas } = site();
    await nas.bash("proxmox-backup-manager user create person@pbs --comment mine");
    const before = await stateOf();
    assertRefused(
      await nas.script("pbs-access", revokeArguments("person@pbs")),
      /already that is not ours; nothing was changed/,
    );
    assert.equal(await stateOf(), before);
    const result = await nas.script("pbs-access", revokeArguments(USER));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(
      (await kept("user")).map(({ userid }: { userid: string }) => userid),
      ["person@pbs"],
    );
    assert.equal(await nas.bash("cat /srv/backup/.chunks/file"), "kept");
  });

  it("refuses hostile names, and runs none of them", async () => {
    const { nas } = site();
    const before = await stateOf();
    for (const text of [
      "",
      "-f",
      "a b",
      "$(touch /run/pwned)",
      "`touch /run/pwned`",
      "x;touch /run/pwned",
      "a\nb",
      "../x",
    ]) {
      assertRefused(await datastore(STORE, text), /^pbs-datastore: refused name/);
      assertRefused(await datastore({ ...STORE, path: text }), /^pbs-datastore: refused path/);
      assertRefused(await datastore({ ...STORE, namespaces: [text] }), /^pbs-datastore: refused namespace/);
      assertRefused(await login(PASSWORDS[0], { datastore: text }), /^pbs-access: refused datastore/);
      assertRefused(await nas.script("pbs-access", revokeArguments(text)), /^pbs-access: refused user/);
    }
    assertRefused(await login("short"), /refused the password: want 8 to 64 letters/);
    assert.equal(await stateOf(), before);
    assert.equal(await nas.bash("ls /run/pwned 2>/dev/null || true"), "");
  });

  after(() =>
    site().nas.bash(`unit=$(systemd-escape --path --suffix=mount /srv/backup)
      systemctl disable -q --now "$unit" proxmox-backup proxmox-backup-proxy || true
      rm -rf "/etc/systemd/system/$unit" /etc/systemd/system/proxmox-backup* /usr/{s,}bin/proxmox-backup-* /usr/lib/proxmox-backup-* ${KEPT} /etc/proxmox-backup /srv/files
      systemctl daemon-reload`),
  );
});
