import assert from "node:assert/strict";
import { commandLine, type ScriptName, scriptText } from "../../components/hosts/host-script";
import { exportArguments, unexportArguments } from "../../components/hosts/nfs-server";
import { datasetArguments } from "../../components/hosts/zfs-dataset";
import { poolArguments } from "../../components/hosts/zfs-pool";
import type { Machine } from "./machine";
import { byId, DISKS, site } from "./site";
import type { Running } from "./ssh";

const EXPORT = exportArguments("/srv/cut", { "192.168.1.0/24": ["rw", "sync", "no_subtree_check"] });
const POOL = poolArguments({
  pool: "cut",
  raidlevel: "mirror",
  ashift: 12,
  compression: "lz4",
  devices: DISKS.interrupted.map(byId),
});
const DATASET = datasetArguments({
  pool: "cut",
  dataset: "data",
  properties: { recordsize: "64K", quota: "32M" },
});

/** Puts a stand-in before a program that holds a call with that first argument until the machine is told to go on. */
function hold(machine: Machine, program: string, argument: string): Promise<string> {
  return machine.bash(`touch /run/hold; rm -f /run/reached
    cat >/usr/local/sbin/${program} <<'END'
#!/bin/bash
if [[ \${1:-} == '${argument}' ]]; then
  touch /run/reached
  while [[ -e /run/hold ]]; do sleep 0.1; done
fi
exec /usr/sbin/${program} "$@"
END
    chmod 0755 /usr/local/sbin/${program}`);
}

function untilReached(machine: Machine): Promise<string> {
  return machine.bash("timeout 600 bash -c 'until [[ -e /run/reached ]]; do sleep 0.1; done'");
}

/** Lets a held call go on, and removes the stand-ins. */
function release(machine: Machine): Promise<string> {
  return machine.bash("rm -f /run/hold /usr/local/sbin/*");
}

/** The way of a broken cable: the client is gone, and the machine goes on by itself for as long as it can. */
async function loseClient({ client, result }: Running): Promise<void> {
  client.kill("SIGKILL");
  await result;
}

/** Ends everything that belongs to the scripts' connections on the machine, without a chance to clean up. */
async function loseSession(machine: Machine, { result }: Running): Promise<void> {
  await machine.bash(`for script in $(pgrep -f '^bash -s -- '); do
      session=$(ps -o sid= -p "$script")
      sshd=$(ps -o ppid= -p "$script")
      pkill -KILL -s $session
      kill -KILL $sshd
    done
    rm -f /run/hold /usr/local/sbin/*`);
  assert.notEqual((await result).code, 0);
}

async function runsToCompletion(
  machine: Machine,
  script: ScriptName,
  args: readonly string[],
): Promise<void> {
  const { code, stderr } = await machine.script(script, args);
  assert.equal(code, 0, stderr);
}

describe("SSH lost while the script is on its way", () => {
  const text = scriptText("nfs-export");
  const lastLine = text.trimEnd().lastIndexOf("\n") + 1;
  const cuts = {
    "in a function": text.indexOf("mv -f"),
    "before the last line": lastLine,
    "in the last line": lastLine + 4,
  };

  for (const [where, length] of Object.entries(cuts)) {
    it(`runs nothing when it breaks off ${where}`, async () => {
      const { nas } = site();
      const before = await nas.bash("find /etc/exports* /srv -ls; exportfs -s");
      const run = nas.start(commandLine(EXPORT), text.slice(0, length), "left open");
      await nas.bash(
        "timeout 600 bash -c 'until pgrep -f \"^bash -s -- apply\" >/dev/null; do sleep 0.1; done'",
      );
      await loseClient(run);
      await nas.bash(
        "timeout 600 bash -c 'while pgrep -f \"^bash -s -- apply\" >/dev/null; do sleep 0.1; done'",
      );
      assert.equal(await nas.bash("find /etc/exports* /srv -ls; exportfs -s"), before);
    });
  }
});

describe("SSH lost in the middle of a run, then run again", () => {
  it("export: killed between the file and the kernel's table", async () => {
    const { nas } = site();
    await hold(nas, "exportfs", "-ra");
    const run = nas.startScript("nfs-export", EXPORT);
    await untilReached(nas);
    await loseSession(nas, run);
    assert.doesNotMatch(await nas.bash("exportfs -s"), /cut/);
    await runsToCompletion(nas, "nfs-export", EXPORT);
    assert.match(await nas.bash("exportfs -s"), /^\/srv\/cut\s/m);
  });

  it("export removed: killed between the file and the kernel's table", async () => {
    const { nas } = site();
    await hold(nas, "exportfs", "-ra");
    const run = nas.startScript("nfs-export", unexportArguments("/srv/cut"));
    await untilReached(nas);
    await loseSession(nas, run);
    assert.match(await nas.bash("exportfs -s"), /^\/srv\/cut\s/m);
    await runsToCompletion(nas, "nfs-export", unexportArguments("/srv/cut"));
    assert.doesNotMatch(await nas.bash("exportfs -s"), /cut/);
  });

  it("pool: killed before it is made", async () => {
    const { node } = site();
    await hold(node, "zpool", "create");
    const run = node.startScript("zfs-pool", POOL);
    await untilReached(node);
    await loseSession(node, run);
    await runsToCompletion(node, "zfs-pool", POOL);
    assert.equal(await node.bash("zpool list -H -o health cut; zpool destroy cut"), "ONLINE");
    await node.bash(
      DISKS.interrupted.map((disk) => `wipefs -qa ${byId(disk)}-part1 ${byId(disk)}`).join("\n"),
    );
  });

  it("pool: the second run waits for the first, which goes on without its connection, and finds the pool", async () => {
    const { node } = site();
    await hold(node, "zpool", "create");
    const lost = node.startScript("zfs-pool", POOL);
    await untilReached(node);
    await loseClient(lost);
    const second = node.startScript("zfs-pool", POOL);
    await node.bash("timeout 600 bash -c 'until pgrep -f \"^flock \" >/dev/null; do sleep 0.1; done'");
    await release(node);
    const { code, stderr } = await second.result;
    assert.equal(code, 0, stderr);
    const history = await node.bash("zpool history cut");
    assert.equal(history.match(/zpool create/g)?.length, 1, history);
  });

  it("dataset: killed between its creation and its properties", async () => {
    const { node } = site();
    await hold(node, "zfs", "set");
    const run = node.startScript("zfs-dataset", DATASET);
    await untilReached(node);
    await loseSession(node, run);
    assert.equal(await node.bash("zfs get -H -o value quota cut/data"), "none");
    await runsToCompletion(node, "zfs-dataset", DATASET);
    assert.equal(await node.bash("zfs get -H -o value recordsize,quota cut/data"), "64K\n32M");
  });

  after(async () => {
    await Promise.all([release(site().nas), release(site().node)]);
  });
});
