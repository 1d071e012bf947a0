import assert from "node:assert/strict";
import { checkArguments } from "../../components/hosts/nfs-check";
import { exportArguments, firewallArguments, unexportArguments } from "../../components/hosts/nfs-server";
import { site } from "./site";
import type { Result } from "./ssh";

const PATH = "/srv/nfs/guarded";
const LAN = "192.168.1.0/24";
/** A network that both machines have an address on, and that no client is declared in. */
const OUTSIDE = { nas: "192.168.7.10", node: "192.168.7.21" };
const OPTIONS = ["rw", "sync", "no_subtree_check", "no_root_squash"];

const guard = (clients: readonly string[]): Promise<Result> =>
  site().nas.script("nfs-firewall", firewallArguments(clients));

/** Whether a port of the server answers to the node, by the server's address, within some seconds. */
async function reaches(address: string, port: number, seconds = 60): Promise<boolean> {
  const answer = await site().node.bash(
    `timeout ${seconds} bash -c ': </dev/tcp/${address}/${port}' 2>/dev/null && echo yes || echo no`,
  );
  return answer === "yes";
}

/**
 * Whether a declared client reaches a port, and whether a stranger does: `true false` is what a firewall makes of it.
 * The stranger is asked second: what the server answers to the one in time it would answer to the other.
 */
const both = async (port: number): Promise<[boolean, boolean]> => [
  await reaches(site().nas.address, port),
  await reaches(OUTSIDE.nas, port, 3),
];

const stateOf = (): Promise<string> =>
  site().nas.bash(
    "nft list ruleset; stat -c '%n %i %y' /etc/hybrid-estate/* /etc/systemd/system/hybrid-estate-*",
  );

async function assertDone(run: Promise<Result>): Promise<void> {
  const { code, stderr } = await run;
  assert.equal(code, 0, stderr);
}

describe("NFS server's firewall on a real machine", function () {
  this.timeout(1_200_000);

  before(async () => {
    const { nas, node } = site();
    await nas.bash(`ip address replace ${OUTSIDE.nas}/24 dev eth1`);
    await node.bash(`ip address replace ${OUTSIDE.node}/24 dev eth1`);
    await assertDone(
      nas.script("nfs-export", exportArguments(PATH, { [LAN]: OPTIONS, "192.168.7.0/24": OPTIONS })),
    );
  });

  it("keeps strangers from NFS and nobody from SSH", async () => {
    assert.ok(await reaches(OUTSIDE.nas, 2049));
    await assertDone(guard([LAN]));
    assert.deepEqual(await both(2049), [true, false]);
    assert.deepEqual(await both(111), [true, false]);
    assert.ok(await reaches(OUTSIDE.nas, 22));
  });

  it("does not change in a second run", async () => {
    const before = await stateOf();
    const { code, stderr } = await guard([LAN]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(await stateOf(), before);
  });

  it("lets a client in that is declared later, and out again", async () => {
    await assertDone(guard([LAN, "192.168.7.0/24", `${OUTSIDE.node}/32`]));
    assert.ok(await reaches(OUTSIDE.nas, 2049));
    await assertDone(guard([LAN]));
    assert.deepEqual(await both(2049), [true, false]);
  });

  it("stands after the host's own firewall was started, reloaded and stopped", async () => {
    const { nas } = site();
    for (const action of ["start", "reload", "restart", "stop", "start"]) {
      await nas.bash(`systemctl ${action} nftables`);
      assert.deepEqual(await both(2049), [true, false], action);
    }
    const { code, stderr } = await guard([LAN]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    await nas.bash("systemctl stop nftables; nft flush ruleset");
    await assertDone(guard([LAN]));
    assert.deepEqual(await both(2049), [true, false]);
  });

  it("is back after a power cut, without any run", async () => {
    const { nas } = site();
    await nas.bash("sync");
    await nas.powerCycle();
    await nas.bash(`ip address replace ${OUTSIDE.nas}/24 dev eth1`);
    assert.deepEqual(await both(2049), [true, false]);
  });

  it("refuses hostile clients, and stays as it is", async () => {
    const before = await stateOf();
    for (const client of [
      "",
      "0.0.0.0/0 }",
      "192.168.7.0/24; flush ruleset",
      "$(id)",
      "a\nb",
      "999.0.0.0/8",
      "*",
    ]) {
      const { code, stderr } = await guard([LAN, client]);
      assert.equal(code, 1, client);
      assert.match(stderr, /^nfs-firewall: refused client /, client);
    }
    assert.equal(await stateOf(), before);
  });

  it("is checked from the node: the export mounts with the declared options and can be written, and nothing stays", async () => {
    const { nas, node } = site();
    const check = (server: string, access: "ro" | "rw", options = "vers=4.2") =>
      node.script("nfs-check", checkArguments({ server, export: PATH, options, access }));
    const { code, stderr } = await check(nas.address, "rw");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(await nas.bash(`ls -A ${PATH}`), "");
    assert.equal(
      await node.bash("ls -d /run/hybrid-estate-nfs-check.* 2>/dev/null || true; findmnt -t nfs4 -n || true"),
      "",
    );

    const shut = await check(OUTSIDE.nas, "ro");
    assert.equal(shut.code, 1);
    assert.match(shut.stderr, /can't be mounted with vers=4\.2/);

    await assertDone(nas.script("nfs-export", exportArguments(PATH, { [LAN]: ["ro", ...OPTIONS.slice(1)] })));
    assert.equal((await check(nas.address, "ro")).code, 0);
    const readOnly = await check(nas.address, "rw");
    assert.equal(readOnly.code, 1);
    assert.match(readOnly.stderr, /can't write to/);
    assert.equal(
      await node.bash("ls -d /run/hybrid-estate-nfs-check.* 2>/dev/null || true; findmnt -t nfs4 -n || true"),
      "",
    );
  });

  it("is taken away alone: the host's own rules stay, and so does the export", async () => {
    const { nas } = site();
    await nas.bash("nft add table inet own; nft add chain inet own forward");
    await assertDone(nas.script("nfs-firewall", ["remove"]));
    assert.match(await nas.bash("nft list ruleset"), /table inet own/);
    assert.ok(await reaches(OUTSIDE.nas, 2049));
    const again = await nas.script("nfs-firewall", ["remove"]);
    assert.deepEqual([again.code, again.stderr], [0, ""]);
    await nas.bash("nft delete table inet own");
  });

  after(async () => {
    const { nas, node } = site();
    await nas.script("nfs-firewall", ["remove"]);
    await nas.script("nfs-export", unexportArguments(PATH));
    await nas.bash(`ip address del ${OUTSIDE.nas}/24 dev eth1`);
    await node.bash(`ip address del ${OUTSIDE.node}/24 dev eth1`);
  });
});
