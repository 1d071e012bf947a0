import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  createArguments,
  identityArguments,
  joinArguments,
  quorumArguments,
} from "../../components/proxmox/cluster-formation";
import type { Machine } from "./machine";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * A cluster of the two machines. What needs Proxmox VE itself is a stand-in with recorded behaviour: `pvecm`, its
 * services, /etc/pve as a plain folder. SSH between the nodes, keys and files are real.
 */
const CLUSTER = "lab";
const MEMBERS = ["node", "nas"];
const PVECM = readFileSync(path.join(__dirname, "stand-ins", "pvecm"), "utf8");

/** Makes a machine look like an installed Proxmox VE node. */
function becomeNode(machine: Machine): Promise<string> {
  const { name, address } = machine;
  return machine.bash(`install -d /etc/pve/nodes/${name}/qemu-server /etc/pve/nodes/${name}/lxc /etc/pve/priv
    echo '{}' >/etc/pve/.members
    touch /etc/pve/nodes/${name}/pve-ssl.pem
    printf '127.0.0.1 localhost\\n${address} ${name}\\n' >/etc/hosts
    for unit in corosync pve-cluster pvedaemon pveproxy; do
      printf '%s\\n' '[Service]' Type=oneshot RemainAfterExit=yes ExecStart=/bin/true ExecReload=/bin/true \\
        >/etc/systemd/system/$unit.service
    done
    systemctl daemon-reload
    systemctl start pve-cluster
    cat >/usr/bin/pvecm <<'PVECM'
${PVECM}
PVECM
    chmod 0755 /usr/bin/pvecm`);
}

/** Everything that a run may write: keys, the cluster's files, and when each was last written. */
function stateOf(machine: Machine): Promise<string> {
  return machine.bash(`for folder in /root/.ssh /etc/pve /etc/corosync; do
      if [[ -d $folder ]]; then find $folder -type f -exec stat -c '%n %i %y %a' {} + -exec sha256sum {} +; fi
    done | sort`);
}

const { create, join } = {
  create: () => createArguments(CLUSTER, "node", [site().node.address]),
  join: () => joinArguments(CLUSTER, "nas", [site().nas.address], site().node.address),
};
const identify = (machine: Machine): Promise<Result> =>
  machine.script("cluster-trust", identityArguments(CLUSTER, machine.name, MEMBERS));

/** What a node says of itself: another one's input. */
async function identityOf(machine: Machine): Promise<string> {
  const { code, stdout, stderr } = await identify(machine);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function assertSilent(run: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await run;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

async function assertDone(run: Promise<Result>, note: RegExp): Promise<void> {
  const { code, stderr } = await run;
  assert.equal(code, 0, stderr);
  assert.match(stderr, note);
}

async function assertRefused(machine: Machine, args: readonly string[], reason: RegExp): Promise<void> {
  const before = await stateOf(machine);
  const { code, stderr } = await machine.script("cluster-member", args);
  assert.equal(code, 1, stderr);
  assert.match(stderr, reason);
  assert.equal(await stateOf(machine), before);
}

describe("Cluster of two machines, over SSH between them (pvecm itself is a stand-in)", () => {
  before(async () => {
    const { nas, node } = site();
    await assert.rejects(node.bash("command -v pvecm"));
    await Promise.all([nas, node].map(becomeNode));
  });

  it("starts with who each node is: its keys, and no private one", async () => {
    const { nas, node } = site();
    const [ofNode, ofNas] = await Promise.all([identityOf(node), identityOf(nas)]);
    assert.match(ofNode, /^node node -\nuser-key ssh-rsa \S+ root@node\nhost-key ssh-ed25519 /);
    assert.match(ofNas, /^node nas -\n/);
    const keyOf = (text: string) => /host-key ssh-ed25519 \S+/.exec(text)?.[0];
    assert.notEqual(keyOf(ofNode), keyOf(ofNas));
    assert.doesNotMatch(ofNode + ofNas, /PRIVATE/);
    const before = await Promise.all([stateOf(node), stateOf(nas)]);
    const again = await identify(node);
    assert.deepEqual([again.stdout, again.stderr], [ofNode, ""]);
    assert.deepEqual(await Promise.all([stateOf(node), stateOf(nas)]), before);
  });

  it("refuses a host that is not the node it is taken for", async () => {
    const { code, stderr } = await site().nas.script(
      "cluster-trust",
      identityArguments(CLUSTER, "node", MEMBERS),
    );
    assert.equal(code, 1);
    assert.match(stderr, /the host that answers here is called nas, not node/);
  });

  it("is created on the first node, and a second run changes nothing", async () => {
    const { nas, node } = site();
    const input = (await identityOf(node)) + (await identityOf(nas));
    await assertDone(node.script("cluster-member", create(), input), /lab created on node/);
    assert.match(await node.bash("pvecm status"), /^Quorate: +Yes$/m);
    const before = await stateOf(node);
    await assertSilent(node.script("cluster-member", create(), input));
    assert.equal(await stateOf(node), before);
  });

  it("is not joined by a node that does not know the first one, nor by one that it does not let in", async () => {
    const { nas, node } = site();
    await assertRefused(nas, join(), /can't log in on 192\.168\.1\.21 as root/);
    const know = ["know", "--address", node.address];
    await assertDone(
      nas.script("cluster-trust", know, await identityOf(node)),
      /is known by its ssh-ed25519 key/,
    );
    const before = await stateOf(nas);
    await assertSilent(nas.script("cluster-trust", know, await identityOf(node)));
    assert.equal(await stateOf(nas), before);
    await assertRefused(nas, join(), /can't log in on 192\.168\.1\.21 as root/);
  });

  it("lets the other node log in, and nobody twice", async () => {
    const { nas, node } = site();
    const input = await identityOf(nas);
    await assertDone(node.script("cluster-trust", ["allow"], input), /root@nas may log in/);
    const before = await stateOf(node);
    await assertSilent(node.script("cluster-trust", ["allow"], input));
    assert.equal(await stateOf(node), before);
    assert.equal(await nas.bash(`ssh -o BatchMode=yes root@${node.address} uname -n </dev/null`), "node");
  });

  it("is not joined through a host that answers with another key", async () => {
    const { nas, node } = site();
    await nas.bash("cp -a /root/.ssh/known_hosts /run/known");
    const other = (await identityOf(nas)).match(/host-key ssh-ed25519 (\S+)/)?.[1];
    await nas.bash(
      `sed -i 's#^\\(${node.address} ssh-ed25519\\) .*#\\1 ${other}#; /ecdsa/d' /root/.ssh/known_hosts`,
    );
    await assertRefused(nas, join(), /can't log in on 192\.168\.1\.21 as root/);
    await nas.bash("mv -f /run/known /root/.ssh/known_hosts");
  });

  it("refuses a node that holds guests, has the rest of a cluster, or another address than declared", async () => {
    const { nas, node } = site();
    await nas.bash("echo 'memory: 512' >/etc/pve/nodes/nas/qemu-server/100.conf");
    await assertRefused(nas, join(), /nas holds guests \(100\.conf\)/);
    await nas.bash(
      "rm /etc/pve/nodes/nas/qemu-server/100.conf; install -d /etc/corosync; touch /etc/corosync/authkey",
    );
    await assertRefused(nas, join(), /has \/etc\/corosync\/authkey, the rest of another cluster/);
    await nas.bash("rm -r /etc/corosync");
    const elsewhere = joinArguments(CLUSTER, "nas", ["192.168.1.77"], node.address);
    await assertRefused(nas, elsewhere, /nas has no address 192\.168\.1\.77/);
    const other = joinArguments("other", "nas", [nas.address], node.address);
    await assertRefused(nas, other, /is in the cluster lab, not in other/);
  });

  it("is joined once, although the connection is lost in the middle of it", async () => {
    const { nas, node } = site();
    await nas.bash(`touch /run/hold; mv /usr/bin/pvecm /usr/bin/pvecm.held
      printf '%s\\n' '#!/bin/bash' 'if [[ $1 == add ]]; then echo "$$" >>/run/reached' \\
        'while [[ -e /run/hold ]]; do sleep 0.1; done; fi' 'exec /usr/bin/pvecm.held "$@"' >/usr/bin/pvecm
      chmod 0755 /usr/bin/pvecm`);
    const lost = nas.startScript("cluster-member", join());
    await nas.bash("timeout 600 bash -c 'until [[ -e /run/reached ]]; do sleep 0.1; done'");
    lost.client.kill("SIGKILL");
    await lost.result;
    const second = nas.startScript("cluster-member", join());
    await nas.bash(
      "timeout 600 bash -c 'until pgrep -f \"^flock \" >/dev/null; do sleep 0.1; done'; rm /run/hold",
    );
    const { code, stderr } = await second.result;
    assert.equal(code, 0, stderr);
    assert.equal(await nas.bash("grep -c . /run/reached; mv -f /usr/bin/pvecm.held /usr/bin/pvecm"), "1");
    for (const machine of [nas, node]) {
      assert.equal(await machine.bash("grep -c nodeid: /etc/pve/corosync.conf"), "2");
    }
    assert.match(await nas.bash("pvecm status"), /^Total votes: +2$/m);
  });

  it("does not change in a second run of everything", async () => {
    const { nas, node } = site();
    const [ofNode, ofNas] = [await identityOf(node), await identityOf(nas)];
    assert.match(ofNas, /^node nas lab\n/);
    const before = await Promise.all([stateOf(node), stateOf(nas)]);
    await assertSilent(node.script("cluster-member", create(), ofNode + ofNas));
    await assertSilent(node.script("cluster-trust", ["allow"], ofNas));
    await assertSilent(nas.script("cluster-trust", ["know", "--address", node.address], ofNode));
    await assertSilent(nas.script("cluster-member", join()));
    await assertSilent(node.script("cluster-quorum", quorumArguments(CLUSTER, MEMBERS)));
    assert.deepEqual(await Promise.all([stateOf(node), stateOf(nas)]), before);
  });

  it("names a member that is not declared, and one that is not there", async () => {
    const { node } = site();
    const fewer = await node.script("cluster-quorum", quorumArguments(CLUSTER, ["node"]));
    assert.equal(fewer.code, 1);
    assert.match(fewer.stderr, /nas is a member of lab, but is not declared/);
    const more = await node.script("cluster-quorum", quorumArguments(CLUSTER, [...MEMBERS, "third"]));
    assert.equal(more.code, 1);
    assert.match(more.stderr, /third is declared, but is no member of lab/);
  });

  after(async () => {
    await Promise.all(
      [site().nas, site().node].map((machine) =>
        machine.bash(`cp /root/.ssh/authorized_keys /root/.ssh/own
          mv -f /root/.ssh/own /root/.ssh/authorized_keys
          rm -rf /etc/pve /etc/corosync /usr/bin/pvecm /run/hold /run/reached
          for unit in corosync pve-cluster pvedaemon pveproxy; do
            systemctl stop $unit; rm -f /etc/systemd/system/$unit.service
          done
          systemctl daemon-reload`),
      ),
    );
  });
});
