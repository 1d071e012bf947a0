import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { scriptText } from "../../components/hosts/host-script";
import { watchdogArguments } from "../../components/hosts/watchdog";
import { HOSTILE_WORDS } from "../support/broken-input";
import { needs } from "../support/needs";
import { lackingForScratchHost, ScratchHost } from "../support/scratch-host";

const FILE = "/etc/default/pve-ha-manager";
const INSTALLED = "# select watchdog module (default is softdog)\n#WATCHDOG_MODULE=ipmi_watchdog\n";

describe("host scripts: watchdog-module", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    mkdirSync(host.path("/etc/pve"));
    host.write(FILE, INSTALLED);
  });
  afterEach(() => host.remove());

  async function succeeds(module: string): Promise<string> {
    const { code, stderr } = await host.run("watchdog-module", watchdogArguments(module));
    assert.equal(code, 0, stderr);
    return stderr;
  }

  it("chooses a module, and says that a reboot is wanted", async () => {
    assert.match(await succeeds("iTCO_wdt"), /iTCO_wdt in place of softdog from the next reboot on/);
    assert.equal(host.read(FILE), `${INSTALLED}WATCHDOG_MODULE=iTCO_wdt\n`);
  });

  it("changes nothing and says nothing the second time, nor where softdog was never changed", async () => {
    const installed = host.snapshot();
    assert.equal(await succeeds("softdog"), "");
    assert.deepEqual(host.snapshot(), installed);
    await succeeds("iTCO_wdt");
    const before = host.snapshot();
    assert.equal(await succeeds("iTCO_wdt"), "");
    assert.deepEqual(host.snapshot(), before);
  });

  it("keeps every other line, and leaves one setting of several", async () => {
    host.write(FILE, 'A=1\nWATCHDOG_MODULE=softdog\nWATCHDOG_MODULE="ipmi_watchdog"\nB=2\n');
    assert.equal(await succeeds("ipmi_watchdog"), "");
    await succeeds("iTCO_wdt");
    assert.equal(host.read(FILE), "A=1\nB=2\nWATCHDOG_MODULE=iTCO_wdt\n");
  });

  it("refuses a module that the kernel has not, and hostile words", async () => {
    const before = host.snapshot();
    const gone = await host.run("watchdog-module", watchdogArguments("wdat_wdt"));
    assert.match(gone.stderr, /no module wdat_wdt; nothing was changed/);
    for (const module of [...HOSTILE_WORDS, "a/b"]) {
      const { code, stderr } = await host.run("watchdog-module", watchdogArguments(module));
      assert.equal(code, 1);
      assert.match(stderr, /refused module/);
    }
    assert.deepEqual(Object.keys(host.snapshot()).sort(), Object.keys(before).sort());
    assert.equal(host.read(FILE), INSTALLED);
  });

  it("never reboots, restarts or loads anything", () => {
    const code = scriptText("watchdog-module").replaceAll(/^\s*#.*$/gm, "");
    assert.doesNotMatch(code, /systemctl|modprobe|shutdown|\breboot\b(?! on)/);
  });
});
