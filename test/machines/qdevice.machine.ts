import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  identityArguments,
  qdeviceArguments,
  quorumArguments,
} from "../../components/proxmox/cluster-formation";
import type { Machine } from "./machine";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * Two members of a cluster and the host outside whose vote they get: `nas` is both the second member and that host, as
 * there are two machines. Corosync, the QDevice and its daemon are the real ones, Debian's; `pvecm` is a stand-in that
 * takes Proxmox VE's recorded steps with them, and /etc/pve a plain folder.
 */
const CLUSTER = "pair";
const MEMBERS = ["node", "nas"];
const PVECM = readFileSync(path.join(__dirname, "stand-ins", "pvecm-qdevice"), "utf8");
let identity = "";
const QUORUM = quorumArguments(CLUSTER, MEMBERS, true);

/** The same arguments with a limit that a test can wait for. */
const soon = (args: readonly string[]) => args.map((arg, at) => (args[at - 1] === "--timeout" ? "2" : arg));
const setup = (address = site().nas.address): Promise<Result> =>
  site().node.script("cluster-qdevice", qdeviceArguments(CLUSTER, address));

async function assertDone(run: Promise<Result>, note = /^/): Promise<string> {
  const { code, stdout, stderr } = await run;
  assert.equal(code, 0, stderr);
  assert.match(stderr, note);
  return stdout;
}

async function assertSilent(run: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await run;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

/** Installed Proxmox VE nodes that are members already: corosync runs, the configuration is where PVE has it. */
function becomeMember(
  { nas, node }: { nas: Machine; node: Machine },
  machine: Machine,
  key: string,
): Promise<string> {
  const section = (id: number, { name, address }: Machine) =>
    `  node {\n    name: ${name}\n    nodeid: ${id}\n    quorum_votes: 1\n    ring0_addr: ${address}\n  }\n`;
  return machine.bash(`DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends corosync >/dev/null 2>&1
    install -d /etc/pve
    echo '{}' >/etc/pve/.members
    cat >/etc/pve/corosync.conf <<'CONF'
totem {
  cluster_name: ${CLUSTER}
  config_version: 2
  interface {
    linknumber: 0
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  version: 2
}

nodelist {
${section(1, node)}${section(2, nas)}}

quorum {
  provider: corosync_votequorum
}

logging {
  to_syslog: yes
}
CONF
    cp /etc/pve/corosync.conf /etc/corosync/corosync.conf
    base64 -d <<<'${key}' >/etc/corosync/authkey
    cat >/usr/bin/pvecm <<'PVECM'
${PVECM}
PVECM
    chmod 0755 /usr/bin/pvecm
    systemctl restart corosync`);
}

/** Waits until a member says whether there is quorum, of how many expected votes, and how many there are. */
async function untilQuorum(machine: Machine, expected: string): Promise<void> {
  let found = "";
  for (let tries = 0; tries < 60; tries++) {
    found = await machine.bash(
      "(corosync-quorumtool -s || true) 2>/dev/null | awk '/^(Quorate|Expected votes|Total votes):/ { print $NF }' | paste -sd ' '",
    );
    if (found === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  assert.equal(found, expected);
}

describe("QDevice of a real corosync cluster (pvecm itself is a stand-in)", function () {
  this.timeout(1_200_000);

  before(async () => {
    const { nas, node } = site();
    const key = await node.bash("head -c 256 /dev/urandom | base64 -w 0");
    await Promise.all([nas, node].map((machine) => becomeMember(site(), machine, key)));
    await untilQuorum(node, "Yes 2 2");
    // What the formation of another cluster may have left.
    await node.bash("rm -f /root/.ssh/known_hosts");
    await nas.bash("sed -i '/ root@node$/d' /root/.ssh/authorized_keys");
  });

  it("has two members that are lost without each other, before", async () => {
    const { nas, node } = site();
    await nas.bash("systemctl stop corosync");
    await untilQuorum(node, "No 2 1");
    await nas.bash("systemctl start corosync");
    await untilQuorum(node, "Yes 2 2");
    const { code, stderr } = await node.script("cluster-quorum", soon(QUORUM));
    assert.equal(code, 1);
    assert.match(stderr, /pair has 2 of 2 expected votes after 2 seconds; 3 are declared/);
  });

  it("gets its packages from Debian, with the daemon running, and nothing the second time", async () => {
    const { nas, node } = site();
    await Promise.all([
      assertDone(nas.script("cluster-qdevice", ["host"]), /corosync-qnetd installed/),
      assertDone(node.script("cluster-qdevice", ["node"]), /corosync-qdevice installed/),
    ]);
    assert.equal(
      await nas.bash(
        "systemctl is-active corosync-qnetd; systemctl is-enabled corosync-qnetd; ss -Hltn 'sport = :5403' | wc -l",
      ),
      "active\nenabled\n1",
    );
    await assertDone(nas.script("cluster-qdevice", ["node"]), /corosync-qdevice installed/);
    for (const machine of [node, nas]) await assertSilent(machine.script("cluster-qdevice", ["node"]));
    await assertSilent(nas.script("cluster-qdevice", ["host"]));
    await nas.bash("systemctl disable -q --now corosync-qnetd");
    await assertDone(nas.script("cluster-qdevice", ["host"]));
    assert.equal(
      await nas.bash("systemctl is-active corosync-qnetd; systemctl is-enabled corosync-qnetd"),
      "active\nenabled",
    );
  });

  it("is not set up by a member that does not know the host, nor by one that it does not let in", async () => {
    const { nas, node } = site();
    identity = await assertDone(node.script("cluster-trust", identityArguments(CLUSTER, "node", MEMBERS)));
    const conf = await node.bash("cat /etc/pve/corosync.conf");
    const unknown = await setup();
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /Host key verification failed.*pvecm qdevice setup failed, see above/s);
    const keys = await assertDone(nas.script("cluster-trust", ["host-keys"]));
    await assertDone(node.script("cluster-trust", ["know", "--address", nas.address], keys));
    const stranger = await setup();
    assert.equal(stranger.code, 1);
    assert.match(stranger.stderr, /Permission denied.*pvecm qdevice setup failed, see above/s);
    assert.equal(await node.bash("cat /etc/pve/corosync.conf"), conf);
  });

  it("gives the cluster a third vote, and a second run changes nothing", async () => {
    const { nas, node } = site();
    await assertDone(nas.script("cluster-trust", ["allow"], identity));
    await assertDone(setup(), /pair has the vote of 192\.168\.1\.10\n$/);
    await assertSilent(node.script("cluster-quorum", QUORUM));
    await untilQuorum(nas, "Yes 3 3");
    const state = () =>
      node.bash(
        "sha256sum /etc/pve/corosync.conf /etc/corosync/corosync.conf; systemctl show -p ActiveEnterTimestampMonotonic corosync corosync-qdevice",
      );
    const before = await state();
    await assertSilent(setup());
    assert.equal(await state(), before);
  });

  it("keeps the cluster quorate when one of the two members is gone", async () => {
    const { nas, node } = site();
    await nas.bash("systemctl stop corosync-qdevice corosync");
    await untilQuorum(node, "Yes 3 2");
    const { code, stderr } = await node.script("cluster-quorum", soon(QUORUM));
    assert.equal(code, 1);
    assert.match(stderr, /has 2 of 3 expected votes after 2 seconds; 3 are declared\. A member that is down/);
    await nas.bash("systemctl start corosync corosync-qdevice");
    await untilQuorum(node, "Yes 3 3");
  });

  it("is not replaced by another one, and not set up by a node of another cluster", async () => {
    const { node } = site();
    const conf = await node.bash("cat /etc/pve/corosync.conf");
    const other = await setup("192.168.1.77");
    assert.equal(other.code, 1);
    assert.match(other.stderr, /pair has the QDevice 192\.168\.1\.10 already; remove it by hand/);
    const elsewhere = await node.script("cluster-qdevice", qdeviceArguments("lab", "192.168.1.10"));
    assert.match(elsewhere.stderr, /is in the cluster pair, not in lab/);
    assert.equal(await node.bash("cat /etc/pve/corosync.conf"), conf);
  });

  after(async () => {
    await Promise.all(
      [site().nas, site().node].map((machine) =>
        machine.bash(`for unit in corosync-qdevice corosync corosync-qnetd; do systemctl disable -q --now $unit 2>/dev/null || true; done
          rm -rf /etc/pve /etc/corosync/qdevice/net/nssdb /usr/bin/pvecm`),
      ),
    );
  });
});
