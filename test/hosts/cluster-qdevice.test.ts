import assert from "node:assert/strict";
import { scriptText } from "../../components/hosts/host-script";
import {
  createArguments,
  identityArguments,
  joinArguments,
  qdeviceArguments,
  quorumArguments,
} from "../../components/proxmox/cluster-formation";
import { cutShort } from "../support/broken-input";
import { ClusterHosts, type HostRun } from "../support/cluster-hosts";
import { needs } from "../support/needs";
import { lackingForScratchHost } from "../support/scratch-host";

const NODES: Readonly<Record<string, readonly string[]>> = {
  pve1: ["192.0.2.11"],
  pve2: ["192.0.2.12"],
  pve3: ["192.0.2.13"],
};
const WITNESS = "192.0.2.9";
const CONF = "etc/pve/corosync.conf";
const SETUP = qdeviceArguments("tank", WITNESS);

const links = (node: string) => NODES[node] ?? [];
const changes = ({ calls }: HostRun) =>
  calls.filter((call) => !/^(systemctl is-|pvecm (status|apiver)|dpkg-query)/.test(call));

// pvecm is a stand-in here, after its source: this machine has no Proxmox VE.
describe("host scripts: cluster-qdevice", function () {
  this.timeout(60_000);
  needs(lackingForScratchHost());

  let hosts: ClusterHosts;
  beforeEach(() => {
    hosts = new ClusterHosts(NODES);
    hosts.addOutsider("witness", WITNESS);
  });
  afterEach(() => hosts.remove());

  async function succeeds(
    node: string,
    ...args: Parameters<ClusterHosts["run"]> extends [string, ...infer R] ? R : never
  ) {
    const run = await hosts.run(node, ...args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refuses(node: string, args: readonly string[], says: RegExp): Promise<HostRun> {
    const before = hosts.snapshot();
    const run = await hosts.run(node, "cluster-qdevice", args);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, says);
    assert.deepEqual(hosts.snapshot(), before);
    return run;
  }

  /** A cluster of these nodes, as the component makes it. */
  async function form(nodes: readonly string[]): Promise<void> {
    const identity = async (node: string) =>
      (await succeeds(node, "cluster-trust", identityArguments("tank", node, nodes))).stdout;
    const input = (await Promise.all(nodes.map(identity))).join("");
    await succeeds("pve1", "cluster-member", createArguments("tank", "pve1", links("pve1")), { input });
    for (const node of nodes.slice(1)) {
      await succeeds("pve1", "cluster-trust", ["allow"], { input: await identity(node) });
      await succeeds(node, "cluster-trust", ["know", "--address", "192.0.2.11"], {
        input: await identity("pve1"),
      });
      await succeeds(node, "cluster-member", joinArguments("tank", node, links(node), "192.0.2.11"));
    }
  }

  /** The host and the members are ready, and pve1 may log in on the host and knows it. */
  async function prepare(
    nodes: readonly string[],
    steps: readonly string[] = ["allow", "know"],
  ): Promise<HostRun[]> {
    const runs = [await succeeds("witness", "cluster-qdevice", ["host"])];
    for (const node of nodes) runs.push(await succeeds(node, "cluster-qdevice", ["node"]));
    if (steps.includes("allow")) {
      const { stdout } = await succeeds("pve1", "cluster-trust", identityArguments("tank", "pve1", nodes));
      runs.push(await succeeds("witness", "cluster-trust", ["allow"], { input: stdout }));
    }
    if (steps.includes("know")) {
      const { stdout } = await succeeds("witness", "cluster-trust", ["host-keys"]);
      runs.push(await succeeds("pve1", "cluster-trust", ["know", "--address", WITNESS], { input: stdout }));
    }
    return runs;
  }

  const pair = ["pve1", "pve2"];

  it("gives two nodes the vote of a host outside: three in all, on every node", async () => {
    await form(pair);
    await prepare(pair);
    const run = await succeeds("pve1", "cluster-qdevice", SETUP);
    assert.deepEqual(changes(run), [`pvecm qdevice setup ${WITNESS}`]);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /cluster-qdevice: tank has the vote of 192\.0\.2\.9\n$/);
    for (const node of pair) {
      assert.match(
        hosts.read(node, CONF),
        /device \{\n.*model: net\n.*net \{\n.*ffsplit\n +host: 192\.0\.2\.9\n/,
      );
    }
    await succeeds("pve1", "cluster-quorum", quorumArguments("tank", pair, true));
    const without = quorumArguments("tank", pair).map((word) => (word === "300" ? "1" : word));
    const counted = await hosts.run("pve1", "cluster-quorum", without);
    assert.match(counted.stderr, /has 3 of 3 expected votes after 1 seconds; 2 are declared/);
  });

  it("changes nothing and says nothing the second time, on the host, the members and in the setup", async () => {
    await form(pair);
    await prepare(pair);
    await succeeds("pve1", "cluster-qdevice", SETUP);
    const before = hosts.snapshot();
    const runs = [...(await prepare(pair)), await succeeds("pve1", "cluster-qdevice", SETUP)];
    assert.deepEqual(runs.flatMap(changes), []);
    assert.equal(runs.map(({ stderr }) => stderr).join(""), "");
    assert.deepEqual(hosts.snapshot(), before);
  });

  it("installs one package where it is needed, and starts the daemon that somebody stopped", async () => {
    await form(["pve1"]);
    const host = await succeeds("witness", "cluster-qdevice", ["host"]);
    assert.deepEqual(changes(host), ["apt-get -qq update", "apt-get -qq install -y corosync-qnetd"]);
    assert.deepEqual([host.stdout, host.stderr], ["", "cluster-qdevice: corosync-qnetd installed\n"]);
    const node = await succeeds("pve1", "cluster-qdevice", ["node"]);
    assert.deepEqual(changes(node), ["apt-get -qq update", "apt-get -qq install -y corosync-qdevice"]);
    for (const state of ["active", "enabled"]) hosts.write("witness", `state/${state}-corosync-qnetd`, "");
    hosts.forget("witness", "state/active-corosync-qnetd");
    hosts.forget("witness", "state/enabled-corosync-qnetd");
    assert.deepEqual(changes(await succeeds("witness", "cluster-qdevice", ["host"])), [
      "systemctl enable --quiet corosync-qnetd",
      "systemctl start corosync-qnetd",
    ]);
  });

  it("says so where the package can't be had", async () => {
    hosts.write("witness", "state/no-mirror", "");
    const run = await hosts.run("witness", "cluster-qdevice", ["host"]);
    assert.equal(run.code, 100);
    assert.match(run.stderr, /Unable to locate package corosync-qnetd/);
    assert.doesNotMatch(run.stderr, /installed/);
  });

  it("leaves an adopted QDevice alone, in whatever layout its section is", async () => {
    await form(pair);
    const conf = hosts.read("pve1", CONF);
    const device = `quorum {\n\tdevice {\n\t\tmodel: net\n\t\tvotes: 1\n\t\tnet {\n\t\t\ttls: on\n\t\t\thost: ${WITNESS}\n\t\t}\n\t}\n}\n`;
    hosts.write("pve1", CONF, conf + device);
    const run = await succeeds("pve1", "cluster-qdevice", SETUP);
    assert.deepEqual([changes(run), run.stderr], [[], ""]);
  });

  describe("refuses, and changes nothing:", () => {
    it("another QDevice than the declared one, with what a person is to do", async () => {
      await form(pair);
      await prepare(pair);
      await succeeds("pve1", "cluster-qdevice", SETUP);
      const other = qdeviceArguments("tank", "192.0.2.8");
      const run = await refuses(
        "pve1",
        other,
        /tank has the QDevice 192\.0\.2\.9 already; remove it by hand \(pvecm qdevice remove\)/,
      );
      assert.deepEqual(changes(run), []);
    });

    it("a node of no cluster, or of another one", async () => {
      await refuses("pve1", ["node"], /this node is in no cluster/);
      await refuses("pve1", SETUP, /this node is in no cluster/);
      await form(pair);
      await refuses("pve1", qdeviceArguments("lake", WITNESS), /is in the cluster tank, not in lake/);
    });

    it("an odd number of nodes, and a cluster with a node down, as pvecm does", async () => {
      await form(["pve1", "pve2", "pve3"]);
      await prepare(["pve1", "pve2", "pve3"]);
      await refuses(
        "pve1",
        SETUP,
        /odd node count are not officially supported!\ncluster-qdevice: pvecm qdevice setup failed/,
      );
      hosts.forget("pve2", "state/corosync");
      await refuses(
        "pve1",
        SETUP,
        /Node pve2 is offline, aborting\.\ncluster-qdevice: pvecm qdevice setup failed/,
      );
    });

    it("a host that it does not know, or that does not let it in", async () => {
      await form(pair);
      await prepare(pair, ["allow"]);
      await refuses("pve1", SETUP, /Host key verification failed/);
      await prepare(pair, ["know"]);
      assert.equal((await succeeds("pve1", "cluster-qdevice", SETUP)).code, 0);
    });

    it("a host without the daemon, and a member without its package", async () => {
      await form(pair);
      await prepare(pair);
      hosts.forget("witness", "state/active-corosync-qnetd");
      await refuses("pve1", SETUP, /corosync-qnetd-certutil -i' failed/);
      await succeeds("witness", "cluster-qdevice", ["host"]);
      hosts.forget("pve2", "state/packages/corosync-qdevice");
      const run = await hosts.run("pve1", "cluster-qdevice", SETUP);
      assert.match(run.stderr, /pve2: corosync-qdevice-net-certutil: command not found/);
    });

    it("what is not what it says", async () => {
      await form(["pve1"]);
      for (const text of [
        "",
        "-f",
        "a b",
        "$(reboot)",
        "`id`",
        "a;b",
        "a\nb",
        "é",
        "*",
        "-tank",
        "x".repeat(16),
      ]) {
        await refuses("pve1", qdeviceArguments(text, WITNESS), /^cluster-qdevice: refused cluster /);
        await refuses("pve1", qdeviceArguments("tank", text), /^cluster-qdevice: refused address /);
      }
      for (const address of ["192.0.2.256", "192.0.2.9/32", "192.0.2", "2001:db8::1", "192.0.2.9 --force"]) {
        await refuses("pve1", qdeviceArguments("tank", address), /^cluster-qdevice: refused address /);
      }
      await refuses("pve1", [], /want host, node or setup, got ''/);
      await refuses("pve1", ["remove"], /want host, node or setup, got remove/);
      await refuses("pve1", ["setup", "--cluster"], /--cluster wants a value/);
      await refuses("pve1", ["setup", "--force", "1"], /unknown option --force/);
    });
  });

  it("tells a person what to do where a setup was cut off in the middle", async () => {
    await form(pair);
    await prepare(pair);
    hosts.write("pve1", "state/hook-certificates", "kill -9 $PPID $$");
    assert.notEqual((await hosts.run("pve1", "cluster-qdevice", SETUP)).code, 0);
    hosts.forget("pve1", "state/hook-certificates");
    assert.doesNotMatch(hosts.read("pve1", CONF), /device/);
    const run = await hosts.run("pve1", "cluster-qdevice", SETUP);
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /an earlier run was cut off: move \/etc\/corosync\/qdevice\/net\/nssdb away on every member/,
    );
    for (const node of pair) hosts.forget(node, "etc/corosync/qdevice");
    await succeeds("pve1", "cluster-qdevice", SETUP);
  });

  it("runs nothing when the connection is lost before the script is there, and never removes one", async () => {
    await form(["pve1"]);
    for (const text of cutShort("cluster-qdevice")) {
      const run = await hosts.run("pve1", "cluster-qdevice", SETUP, { text });
      assert.deepEqual(run.calls, []);
    }
    const code = scriptText("cluster-qdevice").replaceAll(/^\s*#.*$|"[^"]*remove it by hand[^"]*"/gm, "");
    assert.doesNotMatch(code, /qdevice remove|--force|rm -r/);
  });
});
