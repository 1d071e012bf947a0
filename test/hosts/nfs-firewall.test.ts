import assert from "node:assert/strict";
import { chmodSync, existsSync, renameSync } from "node:fs";
import { firewallArguments } from "../../components/hosts/nfs-server";
import { cutShort } from "../support/broken-input";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const RULES = "/etc/hybrid-estate/nfs-firewall.nft";
const UNIT = "/etc/systemd/system/hybrid-estate-nfs-firewall.service";
const DROP_IN = "/etc/systemd/system/nftables.service.d/hybrid-estate-nfs.conf";
const TABLE = "tables/hybrid_estate_nfs";
const CLIENTS = ["192.0.2.0/24", "198.51.100.7/32"];

/** Calls that change something. */
const changes = ({ calls }: Run) =>
  calls.filter((call) => !/^(systemctl is-|nft (-c|list)|ufw status)/.test(call));

describe("host scripts: nfs-firewall", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
  });
  afterEach(() => host.remove());

  async function succeeds(...args: string[]): Promise<Run> {
    const run = await host.run("nfs-firewall", args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  const apply = (...clients: string[]) => succeeds(...firewallArguments(clients));

  it("drops only what strangers send to NFS and its port mapper", async () => {
    const run = await apply(...CLIENTS);
    assert.equal(run.stderr, "nfs-firewall: only 192.0.2.0/24 198.51.100.7/32 may reach the NFS server\n");
    const rules = host.read(TABLE);
    assert.match(rules, /elements = \{ 192\.0\.2\.0\/24, 198\.51\.100\.7\/32 \}/);
    assert.match(rules, /policy accept;/);
    // Whatever is dropped names the two ports: no rule can reach SSH.
    const drops = rules.split("\n").filter((line) => line.includes("drop"));
    assert.deepEqual(
      drops.map((line) => line.trim()),
      ["tcp dport { 111, 2049 } drop", "udp dport { 111, 2049 } drop"],
    );
    assert.doesNotMatch(host.read(RULES), /flush ruleset|policy drop/);
    assert.match(host.read(UNIT), /^After=nftables\.service/m);
    for (const moment of ["StartPost", "Reload", "StopPost"]) {
      assert.match(host.read(DROP_IN), new RegExp(`^Exec${moment}=-\\S*nft -f ${RULES}$`, "m"));
    }
    assert.ok(existsSync(host.path("enabled-hybrid-estate-nfs-firewall.service")));
  });

  it("changes nothing the second time, in whatever order the clients come", async () => {
    await apply(...CLIENTS);
    const before = host.snapshot();
    const run = await apply(...[...CLIENTS].reverse(), "192.0.2.0/24");
    assert.deepEqual([changes(run), run.stderr], [[], ""]);
    assert.deepEqual(host.snapshot(), before);
  });

  it("lets others in and keeps former clients out when they change", async () => {
    await apply(...CLIENTS);
    const run = await apply("203.0.113.0/24");
    assert.deepEqual(changes(run), [
      "systemctl daemon-reload",
      "systemctl restart hybrid-estate-nfs-firewall.service",
      `nft -f ${RULES}`,
    ]);
    assert.match(host.read(TABLE), /elements = \{ 203\.0\.113\.0\/24 \}/);
  });

  it("brings its table back where somebody flushed it", async () => {
    await apply(...CLIENTS);
    await host.run("nfs-firewall", ["remove"]);
    await apply(...CLIENTS);
    assert.ok(host.read(TABLE));
  });

  it("loads what a run wrote that was cut off before it loaded it", async () => {
    await apply("203.0.113.0/24");
    for (const call of ["systemctl daemon-reload", "systemctl restart hybrid-estate-nfs-firewall.service"]) {
      const systemctl = host.path("/bin/systemctl");
      renameSync(systemctl, `${systemctl}.whole`);
      host.write(
        "/bin/systemctl",
        `#!/bin/bash\n[[ "$*" != "${call.slice(10)}" ]] || kill -9 $PPID\nexec $0.whole "$@"\n`,
      );
      chmodSync(systemctl, 0o755);
      const clients = call.includes("restart") ? CLIENTS : ["192.0.2.0/24"];
      assert.notEqual((await host.run("nfs-firewall", firewallArguments(clients))).code, 0);
      renameSync(`${systemctl}.whole`, systemctl);
      await apply(...clients);
      assert.ok(host.read(TABLE).includes(`{ ${clients.join(", ")} }`));
      assert.deepEqual(changes(await apply(...clients)), []);
    }
  });

  it("installs nftables where it is missing", async () => {
    host.remove();
    host = new ScratchHost(["nft"]);
    const run = await host.run("nfs-firewall", firewallArguments(CLIENTS));
    assert.ok(run.calls.some((call) => call.endsWith("install -y nftables")));
  });

  it("where ufw is on, it lets the clients in too, and keeps other rules", async () => {
    const other =
      "22/tcp                     ALLOW       Anywhere\n2049/tcp                   ALLOW       10.0.0.0/8\n";
    host.write("ufw", other);
    await apply(...CLIENTS);
    assert.deepEqual(changes(await apply(...CLIENTS)), []);
    const run = await apply("192.0.2.0/24");
    assert.ok(
      changes(run).includes(
        "ufw delete allow proto tcp from 198.51.100.7/32 to any port 2049 comment hybrid-estate nfs",
      ),
    );
    assert.equal(host.read("ufw").split("\n").length, 4);
    await succeeds("remove");
    assert.equal(host.read("ufw"), other);
  });

  it("takes away only what is ours, and nothing the second time", async () => {
    host.write("/etc/nftables.conf", "flush ruleset\n");
    await apply(...CLIENTS);
    await succeeds("remove");
    assert.deepEqual(
      [RULES, UNIT, DROP_IN, TABLE, "enabled-hybrid-estate-nfs-firewall.service"].map((path) =>
        existsSync(host.path(path)),
      ),
      [false, false, false, false, false],
    );
    assert.equal(host.read("/etc/nftables.conf"), "flush ruleset\n");
    assert.deepEqual(changes(await succeeds("remove")), []);
  });

  it("refuses what is no network, and does nothing", async function () {
    this.timeout(60_000);
    const before = host.snapshot();
    const hostile = [
      "",
      "192.0.2.0",
      "0.0.0.0/33",
      "any",
      "*",
      "192.0.2.0/24; drop",
      "$(touch /srv/pwned)",
      "a\nb",
      "::/0",
    ];
    for (const client of hostile) {
      const run = await host.run("nfs-firewall", ["apply", "--client", "192.0.2.0/24", "--client", client]);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /^nfs-firewall: refused client /, client);
      assert.deepEqual(run.calls, []);
    }
    assert.match((await host.run("nfs-firewall", ["apply"])).stderr, /at least one --client/);
    assert.match((await host.run("nfs-firewall", ["flush"])).stderr, /want apply or remove, got flush/);
    assert.deepEqual(host.snapshot(), before);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const text of cutShort("nfs-firewall")) {
      const run = await host.run("nfs-firewall", firewallArguments(CLIENTS), text);
      assert.deepEqual(run.calls, []);
    }
  });
});
