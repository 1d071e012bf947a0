import assert from "node:assert/strict";
import { commandLine, scriptText } from "../../components/hosts/host-script";
import { ClusterFormation } from "../../components/proxmox/cluster-formation";
import { valueAt } from "../../estate/paths";
import { type Declared, declare, only } from "../support/declared";
import { type Change, devDescription, GONE } from "../support/description";
import { declareEstate } from "../support/program";

const COMMAND = "command:remote:Command";

const connection = (host: string) => ({ host, user: "root", privateKey: "key" });

/** Three members, the first of which is not the first by name. */
const ARGS = {
  clusterName: "tank",
  first: "pve2",
  members: {
    pve1: { connection: connection("192.0.2.11"), links: ["192.0.2.11", "198.51.100.11"] },
    pve2: { connection: connection("192.0.2.12"), links: ["192.0.2.12", "198.51.100.12"] },
    pve3: { connection: connection("192.0.2.13"), links: ["192.0.2.13", "198.51.100.13"] },
  },
};

/** A connection is a secret as a whole; of one, the value. */
const host = ({ inputs }: Declared) => valueAt(inputs.connection, ["value", "host"]);

describe("components: ClusterFormation", () => {
  let resources: readonly Declared[];
  before(async () => {
    ({ resources } = await declare(() => new ClusterFormation("tank", ARGS)));
  });

  const command = (name: string) => only(resources, COMMAND, name);
  const waits = (name: string) =>
    command(name).options.dependsOn.map((one) => one.replace(`${COMMAND} `, ""));

  it("asks every node who it is, with the list of all, so that another list asks again", () => {
    for (const node of ["pve1", "pve2", "pve3"]) {
      const { inputs } = command(`${node}/identity`);
      const args = ["identity", "--node", node, "--cluster", "tank"];
      const members = ["--member", "pve1", "--member", "pve2", "--member", "pve3"];
      assert.equal(inputs.create, commandLine([...args, ...members]));
      assert.equal(inputs.update, inputs.create);
      assert.ok(!("delete" in inputs));
      assert.equal(inputs.stdin, scriptText("cluster-trust"));
    }
  });

  it("creates the cluster on its first member, on all links, with one vote, and never deletes it", () => {
    const { inputs } = command("pve2/create");
    const links = ["--link", "192.0.2.12", "--link", "198.51.100.12"];
    assert.equal(host(command("pve2/create")), "192.0.2.12");
    assert.equal(
      inputs.create,
      commandLine(["create", "--node", "pve2", "--cluster", "tank", ...links, "--timeout", "300"]),
    );
    assert.ok(!("delete" in inputs));
  });

  it("has each of the others join at the first one's address, from itself", () => {
    for (const [node, number] of [
      ["pve1", 11],
      ["pve3", 13],
    ] as const) {
      const join = command(`${node}/join`);
      const links = ["--link", `192.0.2.${number}`, "--link", `198.51.100.${number}`];
      const args = ["join", "--node", node, "--cluster", "tank", ...links, "--timeout", "300"];
      assert.equal(join.inputs.create, commandLine([...args, "--first", "192.0.2.12"]));
      assert.equal(host(join), `192.0.2.${number}`);
      assert.ok(!("delete" in join.inputs));
      assert.equal(host(command(`${node}/allow`)), "192.0.2.12");
      assert.equal(host(command(`${node}/know`)), `192.0.2.${number}`);
      assert.equal(command(`${node}/know`).inputs.create, commandLine(["know", "--address", "192.0.2.12"]));
    }
    assert.ok(!resources.some(({ name }) => name === "pve2/join"));
  });

  it("one after the other, once both hosts know each other", () => {
    assert.deepEqual(waits("pve1/allow"), ["pve2/create"]);
    assert.deepEqual(waits("pve1/join"), ["pve2/create", "pve1/allow", "pve1/know"]);
    assert.deepEqual(waits("pve3/allow"), ["pve1/join"]);
    assert.deepEqual(waits("pve3/join"), ["pve1/join", "pve3/allow", "pve3/know"]);
    assert.deepEqual(waits("tank/quorum"), ["pve3/join"]);
  });

  it("waits for the votes of all members in the end", () => {
    const members = ["--member", "pve1", "--member", "pve2", "--member", "pve3"];
    assert.equal(
      command("tank/quorum").inputs.create,
      commandLine(["apply", "--cluster", "tank", ...members, "--qdevice", "no", "--timeout", "300"]),
    );
  });

  it("in an estate: all of the site waits for it", async () => {
    const estate = await declareEstate(devDescription());
    const site = only(estate.resources, "hybrid-estate:proxmox:ProxmoxSite");
    assert.deepEqual(site.options.dependsOn, ["hybrid-estate:proxmox:ClusterFormation blckpink-clstr"]);
    const formation = only(estate.resources, "hybrid-estate:proxmox:ClusterFormation");
    assert.equal(formation.options.parent, "hybrid-estate:index:HybridEstate estate");
  });

  it("in an estate: on the networks for corosync, else on the declared ones, else on the management network", async () => {
    const links = async (...changes: readonly Change[]) => {
      const estate = await declareEstate(devDescription(...changes));
      const line = String(only(estate.resources, COMMAND, "blckpink01/create").inputs.create);
      return [...line.matchAll(/--link (\S+)/g)].map(([, address]) => address);
    };
    assert.deepEqual(await links(), ["192.168.137.10"]);
    assert.deepEqual(
      await links(
        [["cluster", "corosyncLinks"], GONE],
        [["networks", "storage", "purpose"], "corosync"],
        [["bridges", "vmbr1", "existing"], true],
      ),
      ["192.168.1.21"],
    );
    assert.deepEqual(
      await links(
        [
          ["cluster", "corosyncLinks"],
          ["storage", "management"],
        ],
        [["bridges", "vmbr1", "existing"], true],
      ),
      ["192.168.1.21", "192.168.137.10"],
    );
  });

  it("in an estate: the first node is the declared one", async () => {
    const estate = await declareEstate(devDescription([["cluster", "firstNode"], "blckpink03"]));
    assert.ok(only(estate.resources, COMMAND, "blckpink03/create"));
    assert.ok(only(estate.resources, COMMAND, "blckpink01/join"));
  });
});

describe("components: ClusterFormation with a QDevice", () => {
  it("lets the first member in on the host, installs what both need, and counts its vote", async () => {
    const { resources } = await declare(
      () => new ClusterFormation("tank", { ...ARGS, qdevice: connection("192.0.2.9") }),
    );
    const command = (name: string) => only(resources, COMMAND, name);
    const line = (name: string) => command(`tank/qdevice/${name}`).inputs.create;
    assert.equal(line("host"), commandLine(["host"]));
    assert.equal(line("host-keys"), commandLine(["host-keys"]));
    assert.equal(line("allow"), commandLine(["allow"]));
    assert.equal(line("know"), commandLine(["know", "--address", "192.0.2.9"]));
    assert.equal(line("setup"), commandLine(["setup", "--cluster", "tank", "--address", "192.0.2.9"]));
    for (const name of ["host", "host-keys", "allow"]) {
      assert.equal(host(command(`tank/qdevice/${name}`)), "192.0.2.9");
    }
    for (const name of ["know", "setup"]) assert.equal(host(command(`tank/qdevice/${name}`)), "192.0.2.12");
    assert.deepEqual(
      command("tank/qdevice/setup").options.dependsOn.map((one) =>
        one.replace(`${COMMAND} tank/qdevice/`, ""),
      ),
      ["host", "allow", "know", "pve1", "pve2", "pve3"],
    );
    assert.ok(command("tank/quorum").options.dependsOn.includes(`${COMMAND} tank/qdevice/setup`));
    assert.match(String(command("tank/quorum").inputs.create), /--qdevice yes/);
  });
});

describe("components: Watchdog", () => {
  it("in an estate: the cluster's module on every node, but where a node has another", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [["cluster", "watchdog"], "ipmi_watchdog"],
        [["nodes", "blckpink02", "watchdog"], "iTCO_wdt"],
      ),
    );
    const line = (node: string) => only(resources, COMMAND, `${node}/watchdog`).inputs.create;
    assert.equal(line("blckpink01"), commandLine(["apply", "--module", "ipmi_watchdog"]));
    assert.equal(line("blckpink02"), commandLine(["apply", "--module", "iTCO_wdt"]));
    assert.ok(!("delete" in only(resources, COMMAND, "blckpink02/watchdog").inputs));
  });

  it("in an estate: no module where none is declared", async () => {
    const { resources } = await declareEstate(devDescription([["cluster", "watchdog"], GONE]));
    assert.ok(!resources.some(({ name }) => name.endsWith("/watchdog")));
  });
});
