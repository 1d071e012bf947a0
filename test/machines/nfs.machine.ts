import assert from "node:assert/strict";
import { exportArguments, unexportArguments } from "../../components/hosts/nfs-server";
import { site } from "./site";
import type { Result } from "./ssh";

const PATH = "/srv/nfs/proxmox";
const LAN = "192.168.1.0/24";
const DECLARED = { [LAN]: ["rw", "sync", "no_subtree_check", "no_root_squash"] };

type Clients = Readonly<Record<string, readonly string[]>>;

const declare = (path: string, clients: Clients): Promise<Result> =>
  site().nas.script("nfs-export", exportArguments(path, clients));
const withdraw = (path: string): Promise<Result> => site().nas.script("nfs-export", unexportArguments(path));

/** Mounts a folder of the server on the node, runs lines of bash in it, and unmounts. */
function mounted(path: string, lines: string): Promise<string> {
  const { nas, node } = site();
  return node.bash(`mount -t nfs -o vers=4.2,soft,timeo=50,retrans=1,retry=0 ${nas.address}:${path} /mnt
    trap 'umount -fl /mnt' EXIT
    cd /mnt
    ${lines}
    cd /`);
}

/** The files that decide what is exported, with inode and time, and what the kernel exports. */
function stateOf(): Promise<string> {
  return site().nas.bash(
    "stat -c '%n %i %y' /etc/exports.d /etc/exports.d/*; cat /etc/exports.d/*; exportfs -s",
  );
}

async function assertDone(run: Promise<Result>): Promise<void> {
  const { code, stderr } = await run;
  assert.equal(code, 0, stderr);
}

describe("NFS export on a real machine, mounted by another", () => {
  it("installs the server where there is none, starts it now and at boot, and exports the folder", async () => {
    const { nas } = site();
    assert.equal(
      await nas.bash("if command -v exportfs; then exit 1; fi; dpkg -l | grep -c nfs-kernel || true"),
      "0",
    );
    await assertDone(declare(PATH, DECLARED));
    assert.equal(
      await nas.bash("systemctl is-enabled nfs-server; systemctl is-active nfs-server"),
      "enabled\nactive",
    );
    const [exported] = (await nas.bash("exportfs -s")).split("\n");
    assert.match(
      exported ?? "",
      new RegExp(`^${PATH}\\s+${LAN}\\(sync,.*no_subtree_check,.*rw,.*no_root_squash`),
    );
  });

  it("lets the other machine's root write as root", async () => {
    assert.equal(await mounted(PATH, "echo content >by-root; stat -c %u by-root"), "0");
    assert.equal(await site().nas.bash(`stat -c %u ${PATH}/by-root; cat ${PATH}/by-root`), "0\ncontent");
  });

  it("does not change in a second run", async () => {
    const before = await stateOf();
    const result = await declare(PATH, DECLARED);
    assert.equal(result.code, 0);
    assert.match(result.stderr, /no change/);
    assert.equal(await stateOf(), before);
  });

  it("takes changed options to a mounted client: root squashed, then read-only", async () => {
    const { nas } = site();
    await nas.bash(`chmod 1777 ${PATH}`);
    await assertDone(declare(PATH, { [LAN]: ["rw", "sync", "no_subtree_check", "root_squash"] }));
    assert.equal(await mounted(PATH, "echo content >by-nobody; stat -c %u by-nobody"), "65534");
    assert.equal(await nas.bash(`stat -c %u ${PATH}/by-nobody`), "65534");
    await assertDone(declare(PATH, { [LAN]: ["ro", "sync", "no_subtree_check", "no_root_squash"] }));
    const attempt = "touch denied 2>&1 && exit 1; cat by-root";
    assert.match(await mounted(PATH, attempt), /Read-only file system\ncontent$/);
  });

  it("gives each client its own options, and nothing to others", async () => {
    const { node } = site();
    const options = ["sync", "no_subtree_check", "no_root_squash"];
    await assertDone(
      declare(PATH, { [`${node.address}/32`]: ["rw", ...options], [LAN]: ["ro", ...options] }),
    );
    assert.equal(await mounted(PATH, "touch allowed; echo written"), "written");
    await assertDone(declare(PATH, { "192.168.7.0/24": ["rw", ...options] }));
    await assert.rejects(mounted(PATH, "true"), /access denied|No such file|not permitted/i);
    await assertDone(declare(PATH, DECLARED));
  });

  it("keeps paths apart whose names differ by a hyphen and a slash, declared at the same time", async () => {
    await Promise.all(
      ["/srv/nfs4/backups", "/srv/nfs4-backups"].map((path) => assertDone(declare(path, DECLARED))),
    );
    const exported = await site().nas.bash("exportfs -s | awk '{ print $1 }' | sort");
    assert.deepEqual(exported.split("\n"), ["/srv/nfs/proxmox", "/srv/nfs4-backups", "/srv/nfs4/backups"]);
    await assertDone(withdraw("/srv/nfs4-backups"));
    assert.doesNotMatch(await site().nas.bash("exportfs -s"), /nfs4-backups/);
    assert.match(await site().nas.bash("exportfs -s"), /nfs4\/backups/);
  });

  it("refuses a folder that another file exports already", async () => {
    const { nas } = site();
    await nas.bash(
      `install -d /srv/foreign; echo '/srv/foreign ${LAN}(ro,sync,no_subtree_check)' >>/etc/exports; exportfs -ra`,
    );
    const before = await stateOf();
    const result = await declare("/srv/foreign", DECLARED);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /already exported by \/etc\/exports/);
    assert.equal(await stateOf(), before);
    await nas.bash("sed -i /foreign/d /etc/exports; exportfs -ra");
  });

  it("starts a server again that was switched off", async () => {
    const { nas } = site();
    await nas.bash("systemctl disable -q --now nfs-server");
    await assertDone(declare(PATH, DECLARED));
    assert.equal(
      await nas.bash(
        "systemctl is-enabled nfs-server; systemctl is-active nfs-server; exportfs -s | grep -c proxmox",
      ),
      "enabled\nactive\n1",
    );
  });

  it("is back after a power cut, without any run", async () => {
    const { nas } = site();
    await nas.bash("sync");
    await nas.powerCycle();
    assert.match(await nas.bash("exportfs -s"), new RegExp(`^${PATH}\\s`, "m"));
    assert.equal(await mounted(PATH, "cat by-root"), "content");
    const result = await declare(PATH, DECLARED);
    assert.match(result.stderr, /no change/);
  });

  it("is taken off the network with its data left, and a second removal changes nothing", async () => {
    const { nas } = site();
    const data = () =>
      nas.bash(`cd ${PATH}; find . -type f -printf '%p %i %T@ %U %m\\n' -exec sha256sum {} + | sort`);
    const before = await data();
    await assertDone(withdraw(PATH));
    assert.doesNotMatch(await nas.bash("exportfs -s"), new RegExp(`^${PATH}\\s`, "m"));
    await assert.rejects(mounted(PATH, "true"), /access denied|No such file/i);
    const again = await withdraw(PATH);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /no change/);
    assert.equal(await data(), before);
  });
});
