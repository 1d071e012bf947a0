import assert from "node:assert/strict";
import { scriptText } from "../../components/hosts/host-script";
import { needs } from "../support/needs";
import { changes, PbsHost } from "../support/pbs-host";
import { lackingForScratchHost } from "../support/scratch-host";

const FINGERPRINT = /^([0-9a-f]{2}:){31}[0-9a-f]{2}\n$/;

describe("host scripts: pbs-server", function () {
  this.timeout(30_000);
  needs(lackingForScratchHost());
  let host: PbsHost;
  beforeEach(() => {
    host = new PbsHost({ installed: false });
  });
  afterEach(() => host.remove());

  it("installs the server from Proxmox's repository, and prints the fingerprint and nothing else", async () => {
    const run = await host.run("pbs-server", ["apply"]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, FINGERPRINT);
    const source = host.read("/etc/apt/sources.list.d/proxmox-backup.sources");
    assert.match(source, /^Components: pbs-no-subscription$/m);
    assert.match(source, /^Signed-By: \/etc\/apt\/keyrings\/hybrid-estate-proxmox-trixie\.gpg$/m);
    assert.equal(host.read("/etc/apt/keyrings/hybrid-estate-proxmox-trixie.gpg"), "the keyring");
    assert.match(host.read("/etc/apt/sources.list.d/pbs-enterprise.sources"), /^Enabled: false$/m);
    assert.ok(run.calls.includes("systemctl start proxmox-backup-proxy"));
  });

  it("changes nothing the second time, and prints the same", async () => {
    const first = await host.run("pbs-server", ["apply"]);
    const before = host.snapshot();
    const second = await host.run("pbs-server", ["apply"]);
    assert.equal(second.stdout, first.stdout);
    assert.equal(second.stderr, "");
    assert.deepEqual(changes(second), []);
    assert.deepEqual(host.snapshot(), before);
  });

  it("trusts no other keyring, downloaded or there already", async () => {
    host.write("download", "another keyring");
    const downloaded = await host.run("pbs-server", ["apply"]);
    assert.equal(downloaded.code, 1);
    assert.match(downloaded.stderr, /has another checksum than the published one; nothing was changed/);
    assert.equal(host.read("/etc/apt/sources.list.d/proxmox-backup.sources"), "");
    host.write("/etc/apt/keyrings/hybrid-estate-proxmox-trixie.gpg", "foreign");
    const there = await host.run("pbs-server", ["apply"]);
    assert.match(there.stderr, /is not Proxmox's keyring for trixie; nothing was changed/);
    assert.deepEqual(changes(there), []);
  });

  it("refuses another Debian, and a node of a cluster", async () => {
    host.write("/etc/os-release", "VERSION_CODENAME=bookworm\n");
    assert.match((await host.run("pbs-server", ["apply"])).stderr, /has Debian bookworm; .* wants trixie/);
    host.write("/etc/os-release", "VERSION_CODENAME=trixie\n");
    host.write("/etc/pve/storage.cfg", "");
    const run = await host.run("pbs-server", ["apply"]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /a node of a Proxmox VE cluster/);
    assert.deepEqual(changes(run), []);
  });

  it("has no way to remove the server", async () => {
    assert.match((await host.run("pbs-server", ["remove"])).stderr, /want apply, got remove/);
    assert.match((await host.run("pbs-server", ["apply", "--force", "1"])).stderr, /unknown option --force/);
    assert.doesNotMatch(scriptText("pbs-server"), /apt-get[^\n]* (remove|purge)/);
  });
});
