import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { scriptText } from "../../components/hosts/host-script";
import {
  createArguments,
  identityArguments,
  joinArguments,
  quorumArguments,
} from "../../components/proxmox/cluster-formation";
import { cutShort } from "../support/broken-input";
import { ClusterHosts, type HostRun } from "../support/cluster-hosts";
import { needs } from "../support/needs";
import { lackingForScratchHost } from "../support/scratch-host";

const NODES: Readonly<Record<string, readonly string[]>> = {
  pve1: ["192.0.2.11", "198.51.100.11"],
  pve2: ["192.0.2.12", "198.51.100.12"],
  pve3: ["192.0.2.13", "198.51.100.13"],
};
const NAMES = Object.keys(NODES);
const FIRST = "192.0.2.11";

/** What a run takes besides its host. */
type Rest = Parameters<ClusterHosts["run"]> extends [string, ...infer R] ? R : never;

/** Calls that change a cluster. */
const changes = ({ calls }: HostRun) =>
  calls.filter((call) =>
    /^(pvecm (create|add|addnode|expected|updatecerts|delnode)|systemctl re)/.test(call),
  );

/** The same arguments with a limit that a test can wait for. */
const soon = (args: readonly string[], seconds = 2) =>
  args.map((arg, index) => (args[index - 1] === "--timeout" ? String(seconds) : arg));

const links = (node: string) => NODES[node] ?? [];
const create = (node = "pve1", cluster = "tank") => soon(createArguments(cluster, node, links(node)));
const join = (node: string, cluster = "tank") => soon(joinArguments(cluster, node, links(node), FIRST));

// pvecm is a stand-in here, after its source: this machine has no Proxmox VE.
describe("host scripts: the formation of a cluster", function () {
  this.timeout(60_000);
  needs(lackingForScratchHost());

  let hosts: ClusterHosts;
  beforeEach(() => {
    hosts = new ClusterHosts(NODES);
  });
  afterEach(() => hosts.remove());

  async function succeeds(node: string, ...args: Rest) {
    const run = await hosts.run(node, ...args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refuses(says: RegExp, node: string, ...args: Rest) {
    const before = hosts.snapshot();
    const run = await hosts.run(node, ...args);
    assert.equal(run.code, 1, `${run.stdout}${run.stderr}`);
    assert.match(run.stderr, says);
    assert.deepEqual(changes(run), []);
    assert.deepEqual(hosts.snapshot(), before);
    return run;
  }

  const identity = async (node: string, cluster = "tank") =>
    (await succeeds(node, "cluster-trust", identityArguments(cluster, node, NAMES))).stdout;

  /** Has pve1 and a node know each other. */
  async function trust(node: string): Promise<void> {
    await succeeds("pve1", "cluster-trust", ["allow"], { input: await identity(node) });
    await succeeds(node, "cluster-trust", ["know", "--address", FIRST], { input: await identity("pve1") });
  }

  /** What the component has run, in its order. */
  async function form(nodes: readonly string[] = NAMES): Promise<HostRun[]> {
    const runs: HostRun[] = [];
    let identities = "";
    for (const node of nodes) {
      runs.push(await succeeds(node, "cluster-trust", identityArguments("tank", node, nodes)));
      identities += runs.at(-1)?.stdout ?? "";
    }
    runs.push(
      await succeeds("pve1", "cluster-member", createArguments("tank", "pve1", links("pve1")), {
        input: identities,
      }),
    );
    for (const node of nodes.slice(1)) {
      const input = await identity(node);
      runs.push(await succeeds("pve1", "cluster-trust", ["allow"], { input }));
      const known = { input: await identity("pve1") };
      runs.push(await succeeds(node, "cluster-trust", ["know", "--address", FIRST], known));
      runs.push(await succeeds(node, "cluster-member", joinArguments("tank", node, links(node), FIRST)));
    }
    runs.push(await succeeds("pve1", "cluster-quorum", quorumArguments("tank", nodes)));
    return runs;
  }

  it("makes one of installed nodes, on both links, with a vote each", async () => {
    const runs = await form();
    assert.deepEqual(
      runs.flatMap(changes).filter((call) => !call.includes("addnode")),
      [
        "pvecm create tank --link0 192.0.2.11 --link1 198.51.100.11 --votes 1",
        "pvecm add 192.0.2.11 --use_ssh 1 --link0 192.0.2.12 --link1 198.51.100.12 --votes 1",
        "pvecm add 192.0.2.11 --use_ssh 1 --link0 192.0.2.13 --link1 198.51.100.13 --votes 1",
      ],
    );
    const conf = hosts.read("pve3", "etc/pve/corosync.conf");
    for (const node of NAMES) {
      assert.match(
        conf,
        new RegExp(`name: ${node}\\n.*\\n +quorum_votes: 1\\n +ring0_addr: ${links(node)[0]}\\n`),
      );
      assert.equal(hosts.read(node, "etc/pve/corosync.conf"), conf);
    }
  });

  it("changes nothing and says nothing the second time: so it adopts a cluster that is there", async () => {
    await form();
    const before = hosts.snapshot();
    const runs = await form();
    assert.deepEqual(hosts.snapshot(), before);
    assert.deepEqual(runs.flatMap(changes), []);
    assert.equal(runs.map(({ stderr }) => stderr).join(""), "");
  });

  it("takes another node in later", async () => {
    await form(["pve1", "pve2"]);
    const runs = await form();
    assert.deepEqual(
      runs.flatMap(changes).filter((call) => call.startsWith("pvecm add ")),
      ["pvecm add 192.0.2.11 --use_ssh 1 --link0 192.0.2.13 --link1 198.51.100.13 --votes 1"],
    );
  });

  it("lets nobody in but the nodes, and sends no private key", async () => {
    await form(["pve1", "pve2"]);
    assert.deepEqual(hosts.read("pve1", "etc/pve/priv/authorized_keys").split("\n"), [
      "ssh-rsa AAAAoperator operator",
      "ssh-rsa AAAAuserpve2 root@pve2",
      "",
    ]);
    assert.deepEqual(hosts.read("pve2", "root/.ssh/known_hosts").split("\n"), [
      "192.0.2.11 ssh-ed25519 AAAAhostpve1",
      "192.0.2.11 ssh-rsa AAAArsapve1",
      "",
    ]);
    assert.ok(!(await identity("pve1")).includes("PRIVATE"));
    for (const script of ["cluster-trust", "cluster-member"] as const) {
      assert.doesNotMatch(
        scriptText(script),
        /StrictHostKeyChecking=(no|off|accept-new)|ssh-keyscan|delnode|rm -r/,
      );
    }
  });

  it("a cluster of one node is one too", async () => {
    await form(["pve1"]);
    assert.match(hosts.read("pve1", "etc/pve/corosync.conf"), /cluster_name: tank/);
  });

  it("takes names for addresses in an old cluster's links", async () => {
    await form(["pve1"]);
    const conf = hosts.read("pve1", "etc/pve/corosync.conf");
    hosts.write(
      "pve1",
      "etc/pve/corosync.conf",
      conf.replace("ring0_addr: 192.0.2.11", "ring0_addr: pve1 # old"),
    );
    assert.deepEqual(changes(await succeeds("pve1", "cluster-member", create())), []);
  });

  describe("refuses, and changes nothing:", () => {
    it("a node that holds guests", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "etc/pve/nodes/pve2/qemu-server/100.conf", "memory: 512\n");
      hosts.write("pve2", "etc/pve/nodes/pve2/lxc/101.conf", "arch: amd64\n");
      await refuses(/pve2 holds guests \(100\.conf 101\.conf\)/, "pve2", "cluster-member", join("pve2"));
    });

    it("a node of another cluster, be it asked, first or another", async () => {
      await form();
      const others = /is a member of another cluster, tank; nothing was changed/;
      await refuses(others, "pve2", "cluster-trust", identityArguments("lake", "pve2", NAMES));
      await refuses(others, "pve1", "cluster-member", create("pve1", "lake"));
      await refuses(others, "pve2", "cluster-member", join("pve2", "lake"));
    });

    it("to join a node whose cluster has another name, or that is in none", async () => {
      await trust("pve2");
      await refuses(/there is no cluster there/, "pve2", "cluster-member", join("pve2"));
      await form(["pve1"]);
      await refuses(
        /192\.0\.2\.11 is in the cluster tank, not in lake/,
        "pve2",
        "cluster-member",
        join("pve2", "lake"),
      );
    });

    it("a second cluster beside the one that other nodes are in", async () => {
      await form(["pve1", "pve2"]);
      const input = (await identity("pve1")) + (await identity("pve3"));
      await refuses(
        /pve1 is a member of tank already and pve3 is not.*Set cluster\.firstNode to pve1/,
        "pve3",
        "cluster-member",
        create("pve3"),
        { input },
      );
    });

    it("a node that is not let in, or does not know whom it asks", async () => {
      await form(["pve1"]);
      await refuses(
        /Host key verification failed[\s\S]*pve2 can't log in on 192\.0\.2\.11/,
        "pve2",
        "cluster-member",
        join("pve2"),
      );
      await identity("pve2");
      await succeeds("pve2", "cluster-trust", ["know", "--address", FIRST], {
        input: await identity("pve1"),
      });
      await refuses(
        /Permission denied[\s\S]*pve2 can't log in on 192\.0\.2\.11/,
        "pve2",
        "cluster-member",
        join("pve2"),
      );
    });

    it("a first node that answers with another key than it said", async () => {
      await form(["pve1"]);
      await trust("pve2");
      for (const kind of ["ed25519", "rsa"])
        hosts.write("pve1", `etc/ssh/ssh_host_${kind}_key.pub`, `ssh-${kind} AAAAother\n`);
      await refuses(/Host key verification failed/, "pve2", "cluster-member", join("pve2"));
    });

    it("addresses that are not the node's", async () => {
      const args = soon(createArguments("tank", "pve1", ["192.0.2.11", "198.51.100.99"]));
      await refuses(
        /pve1 has no address 198\.51\.100\.99, which is to be its link 1/,
        "pve1",
        "cluster-member",
        args,
      );
    });

    it("a host of another name, or that is no Proxmox VE node", async () => {
      const called = /the host that answers here is called pve1, not pve2/;
      await refuses(called, "pve1", "cluster-member", soon(createArguments("tank", "pve2", links("pve1"))));
      await refuses(called, "pve1", "cluster-trust", identityArguments("tank", "pve2", NAMES));
      rmSync(`${hosts.folder}/bin/pvecm`);
      await refuses(/there is no pvecm here/, "pve1", "cluster-member", create());
      await refuses(
        /there is no pvecm here/,
        "pve1",
        "cluster-trust",
        identityArguments("tank", "pve1", NAMES),
      );
    });

    it("another user than root", async () => {
      hosts.write("pve1", "state/user", "1000\n");
      await refuses(/wants root/, "pve1", "cluster-member", create());
      await refuses(/wants root/, "pve1", "cluster-trust", identityArguments("tank", "pve1", NAMES));
    });

    it("a node whose name is not its address", async () => {
      hosts.write("pve1", "etc/hosts", "127.0.1.1 pve1\n");
      await refuses(/pve1 resolves to 127\.0\.1\.1/, "pve1", "cluster-member", create());
      hosts.write("pve1", "etc/hosts", "192.0.2.77 pve1\n");
      await refuses(/pve1 resolves to 192\.0\.2\.77/, "pve1", "cluster-member", create());
      hosts.write("pve1", "etc/hosts", "");
      await refuses(/pve1 resolves to nothing/, "pve1", "cluster-member", create());
    });

    it("a node whose cluster file system is down, which would look like one in no cluster", async () => {
      rmSync(hosts.path("pve1", "etc/pve/.members"));
      await refuses(/the cluster file system is not mounted/, "pve1", "cluster-member", create());
      await refuses(
        /the cluster file system is not mounted/,
        "pve1",
        "cluster-trust",
        identityArguments("tank", "pve1", NAMES),
      );
    });

    it("the rest of another cluster", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "etc/corosync/authkey", "old");
      await refuses(/pve2 has \/etc\/corosync\/authkey, the rest of/, "pve2", "cluster-member", join("pve2"));
      hosts.write("pve3", "etc/corosync/corosync.conf", "totem {\n}\n");
      await refuses(/pve3 has \/etc\/corosync\/corosync\.conf/, "pve3", "cluster-member", create("pve3"));
    });

    it("a member with other links than declared", async () => {
      await form(["pve1"]);
      const other = soon(createArguments("tank", "pve1", ["198.51.100.11", "192.0.2.11"]));
      await refuses(
        /link 0 of pve1 is 192\.0\.2\.11 in its cluster, and 198\.51\.100\.11 is declared/,
        "pve1",
        "cluster-member",
        other,
      );
      const fewer = soon(createArguments("tank", "pve1", ["192.0.2.11"]));
      await refuses(
        /link 1 of pve1 is 198\.51\.100\.11 in its cluster, and none is declared/,
        "pve1",
        "cluster-member",
        fewer,
      );
    });

    it("members that are not declared, and declared ones that are none", async () => {
      await form(["pve1", "pve2"]);
      const quorum = (...names: string[]) => soon(quorumArguments("tank", names), 1);
      await refuses(
        /pve2 is a member of tank, but is not declared.*pvecm delnode/,
        "pve1",
        "cluster-quorum",
        quorum("pve1"),
      );
      await refuses(/pve3 is declared, but is no member/, "pve1", "cluster-quorum", quorum(...NAMES));
      rmSync(hosts.path("pve2", "state/corosync"));
      await refuses(
        /tank has 1 of 2 expected votes after 1 seconds; 2 are declared/,
        "pve1",
        "cluster-quorum",
        quorum("pve1", "pve2"),
      );
    });
  });

  describe("cut off and run again:", () => {
    it("runs nothing when the connection is lost before the script is there", async () => {
      for (const script of ["cluster-member", "cluster-trust", "cluster-quorum"] as const) {
        for (const text of cutShort(script)) {
          const before = hosts.snapshot();
          const run = await hosts.run("pve1", script, create(), { text });
          assert.deepEqual(run.calls, []);
          assert.deepEqual(hosts.snapshot(), before);
        }
      }
    });

    it("a join goes on when the connection is lost, and the next run waits for it", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "state/hook-listed", ": >$STATE/listed; sleep 1.5\n");
      const lost = hosts.run("pve2", "cluster-member", join("pve2"), {
        onStart: async (child) => {
          for (let wait = 0; wait < 500 && !existsSync(hosts.path("pve2", "state/listed")); wait++)
            await sleep(20);
          child.kill("SIGKILL");
        },
      });
      assert.equal((await lost).code, null);
      const again = await succeeds("pve2", "cluster-member", soon(join("pve2"), 30));
      assert.deepEqual(changes(again), []);
      assert.match(hosts.read("pve2", "etc/pve/corosync.conf"), /name: pve2/);
      assert.ok(existsSync(hosts.path("pve2", "etc/pve/nodes/pve2/pve-ssl.pem")));
    });

    it("a create that died before corosync was started", async () => {
      hosts.write("pve1", "state/hook-written", "kill -KILL $$\n");
      const run = await hosts.run("pve1", "cluster-member", create());
      assert.equal(run.code, 1);
      assert.match(run.stderr, /pvecm create failed on pve1/);
      const again = await succeeds("pve1", "cluster-member", create());
      assert.deepEqual(changes(again), ["systemctl restart corosync pve-cluster"]);
      assert.deepEqual(changes(await succeeds("pve1", "cluster-member", create())), []);
    });

    it("a join that died when the first node had listed it, which then waits for a vote that does not come", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "state/hook-listed", 'rm "$STATE/hook-listed"; kill -KILL $$\n');
      assert.match(
        (await hosts.run("pve2", "cluster-member", join("pve2"))).stderr,
        /pvecm add failed on pve2/,
      );
      const again = await succeeds("pve2", "cluster-member", join("pve2"));
      assert.match(again.stderr, /the cluster had waited for pve2/);
      assert.match(hosts.read("pve1", "etc/pve/corosync.conf"), /name: pve2/);
      await succeeds("pve1", "cluster-quorum", soon(quorumArguments("tank", ["pve1", "pve2"])));
    });

    it("never helps a cluster of more nodes to a quorum that it has not", async () => {
      await form(["pve1", "pve2"]);
      await trust("pve3");
      hosts.write("pve3", "state/hook-listed", 'rm "$STATE/hook-listed"; kill -KILL $$\n');
      await hosts.run("pve3", "cluster-member", join("pve3"));
      rmSync(hosts.path("pve2", "state/corosync"));
      const again = await hosts.run("pve3", "cluster-member", join("pve3"));
      assert.match(again.stderr, /cluster not ready - no quorum/);
      assert.ok(!existsSync(hosts.path("pve1", "state/expected")));
    });

    it("a join that died with half of the cluster's files is for a person to mend", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "state/hook-keyed", 'rm "$STATE/hook-keyed"; kill -KILL $$\n');
      await hosts.run("pve2", "cluster-member", join("pve2"));
      await refuses(
        /the rest of another cluster or of a join that was cut off/,
        "pve2",
        "cluster-member",
        join("pve2"),
      );
    });

    it("a join that died before the node had its certificate", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "state/hook-member", 'rm "$STATE/hook-member"; kill -KILL $$\n');
      await hosts.run("pve2", "cluster-member", join("pve2"));
      const again = await succeeds("pve2", "cluster-member", join("pve2"));
      assert.deepEqual(changes(again), [
        "pvecm updatecerts",
        "systemctl reload-or-restart pvedaemon pveproxy",
      ]);
    });

    it("a join that waits for ever is left alone, and said so", async () => {
      await form(["pve1"]);
      await trust("pve2");
      hosts.write("pve2", "state/hook-listed", "sleep 3\n");
      const run = await hosts.run("pve2", "cluster-member", soon(join("pve2"), 1));
      assert.match(run.stderr, /pvecm add is still at work after 1 seconds and was left running/);
      await succeeds("pve2", "cluster-member", soon(join("pve2"), 30));
    });
  });

  describe("keys", () => {
    it("an entry that was commented out is none, and one with options is", async () => {
      hosts.write(
        "pve1",
        "etc/pve/priv/authorized_keys",
        "#ssh-rsa AAAAuserpve2 root@pve2\nssh-rsa AAAAuserpve3 x\n",
      );
      await succeeds("pve1", "cluster-trust", ["allow"], {
        input: (await identity("pve2")) + (await identity("pve3")),
      });
      assert.equal(
        hosts.read("pve1", "etc/pve/priv/authorized_keys"),
        "#ssh-rsa AAAAuserpve2 root@pve2\nssh-rsa AAAAuserpve3 x\nssh-rsa AAAAuserpve2 root@pve2\n",
      );
    });

    it("a public key that is missing is made from the private one, which is never replaced", async () => {
      hosts.write("pve1", "root/.ssh/id_rsa", "PRIVATE mine\n");
      assert.match(await identity("pve1"), /^user-key ssh-rsa AAAAuserpve1 root@pve1$/m);
      assert.equal(hosts.read("pve1", "root/.ssh/id_rsa"), "PRIVATE mine\n");
    });

    const pwn = "/run/pwned";
    const inputs: readonly [what: string, input: string, says: RegExp][] = [
      ["nothing", "", /the input has no user-key/],
      ["another host's words", "host-key ssh-rsa AAAA\n", /the input has no user-key/],
      ["a command in front", `user-key command="touch${pwn}" AAAA root@x\n`, /refused key/],
      ["options", 'user-key no-pty,from="*" AAAA root@x\n', /refused key/],
      ["no key", "user-key ssh-rsa $(touch /run/pwned) root@x\n", /refused key/],
      ["a comment that goes on", "user-key ssh-rsa AAAA root@x ssh-rsa BBBB\n", /refused comment/],
    ];
    for (const [what, input, says] of inputs) {
      it(`of ${what} are refused`, async () => {
        await refuses(says, "pve1", "cluster-trust", ["allow"], { input });
        assert.equal(existsSync(hosts.path("pve1", pwn)), false);
      });
    }
  });

  it("refuses what is not what it says, and does nothing", async () => {
    const hostile = [
      "",
      "-f",
      "a b",
      "a\nb",
      "tank;x",
      "$(touch /run/pwned)",
      "a'b",
      "tänk",
      "-tank",
      "tank-",
      "a".repeat(64),
    ];
    const addresses = [
      "",
      "192.0.2",
      "192.0.2.256",
      "192.0.2.11 -x",
      "-x",
      "pve1",
      "192.0.2.11\n",
      "$(touch /run/pwned)",
    ];
    const one = { node: "pve1", cluster: "tank", link: FIRST };
    const member = ({ node, cluster, link }: typeof one) => soon(createArguments(cluster, node, [link]));
    const rows: [args: readonly string[], says: RegExp][] = [
      ...hostile.map((node): [string[], RegExp] => [member({ ...one, node }), /refused node/]),
      ...hostile.map((cluster): [string[], RegExp] => [member({ ...one, cluster }), /refused cluster/]),
      ...addresses.map((link): [string[], RegExp] => [member({ ...one, link }), /refused link/]),
      ...addresses.map((first): [string[], RegExp] => [
        soon(joinArguments("tank", "pve1", [FIRST], first)),
        /refused first/,
      ]),
      [member({ ...one, cluster: "sixteen-letters-" }), /refused cluster/],
      [member({ ...one, cluster: "sixteen-letters1" }), /15 characters/],
      [createArguments("tank", "pve1", []), /want 1 to 8 times --link/],
      [createArguments("tank", "pve1", Array(9).fill(FIRST)), /want 1 to 8 times --link/],
      [soon(create(), Number.NaN), /refused timeout/],
      [["leave", ...create().slice(1)], /want create or join, got leave/],
      [[...create(), "--force", "1"], /unknown option --force/],
      [[...create(), "--link"], /--link wants a value/],
      [[], /want create or join/],
    ];
    const before = hosts.snapshot();
    for (const [args, says] of rows) {
      const run = await hosts.run("pve1", "cluster-member", args);
      assert.equal(run.code, 1, `${JSON.stringify(args)}: ${run.stderr}`);
      assert.match(run.stderr, says, JSON.stringify(args));
      assert.deepEqual(run.calls, [], JSON.stringify(args));
    }
    for (const address of addresses) {
      const run = await hosts.run("pve1", "cluster-trust", ["know", "--address", address], {
        input: "host-key ssh-rsa AAAA\n",
      });
      assert.match(run.stderr, /refused address/);
    }
    assert.deepEqual(hosts.snapshot(), before);
    assert.equal(existsSync(hosts.path("pve1", "run/pwned")), false);
  });
});
