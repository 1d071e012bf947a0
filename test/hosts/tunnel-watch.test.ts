import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "../../components/hosts/vpn/watch.sh");

const UP = (name: string, id = 1) => `${name}: #${id}, ESTABLISHED, IKEv2, 0a_i* 0b_r
  local  '203.0.113.65' @ 192.0.2.5[4500]
  remote '198.51.100.1' @ 198.51.100.1[4500]
  AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384
  ${name}: #${id}, reqid 1, INSTALLED, TUNNEL, ESP:AES_GCM_16-256
    installed 10s ago, rekeying in 2832s, expires in 3470s
`;

describe("the watch of a VPN gateway", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hybrid-estate-watch-"));
    writeFileSync(join(folder, "tunnels"), "office-1\noffice-2\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Tunnels that it begins where the daemon says this of those that are there. */
  function begun(associations: string, daemon = true): string[] {
    writeFileSync(join(folder, "sas"), associations);
    writeFileSync(join(folder, "calls"), "");
    writeFileSync(
      join(folder, "swanctl"),
      `#!/bin/bash
if [[ $1 == --list-sas ]]; then ${daemon ? "" : "exit 2; "}exec cat "${folder}/sas"; fi
echo "$*" >>"${folder}/calls"
exit 1
`,
    );
    chmodSync(join(folder, "swanctl"), 0o755);
    const run = spawnSync("bash", [SCRIPT, join(folder, "tunnels")], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    assert.equal(run.status, 0, run.stderr);
    const calls = readFileSync(join(folder, "calls"), "utf8").split("\n").filter(Boolean);
    assert.equal(run.stdout.split("\n").filter(Boolean).length, calls.length);
    return calls.map((call) => call.replace(/^--initiate --child (\S+) --timeout 15$/, "$1"));
  }

  it("leaves what is up alone", () => {
    assert.deepEqual(begun(UP("office-1") + UP("office-2", 2)), []);
  });

  it("begins what the other end has refused again, also where that fails", () => {
    assert.deepEqual(begun(UP("office-1")), ["office-2"]);
    assert.deepEqual(begun(""), ["office-1", "office-2"]);
  });

  it("leaves what is being tried to the daemon", () => {
    assert.deepEqual(begun("office-1: #7, CONNECTING, IKEv2, 0a_i* 0_r\noffice-2: #8, CREATED, IKEv2\n"), []);
  });

  it("begins a tunnel that has lost its child, or is being taken down", () => {
    const [first = ""] = UP("office-1").split("\n");
    assert.deepEqual(begun(`${first}\n${UP("office-2", 2)}`), ["office-1"]);
    assert.deepEqual(begun(`office-1: #1, DELETING, IKEv2\n${UP("office-2", 2)}`), ["office-1"]);
  });

  it("does not take one tunnel for another whose name begins alike", () => {
    writeFileSync(join(folder, "tunnels"), "office-1\n");
    assert.deepEqual(begun(UP("office-10") + UP("x-office-1")), ["office-1"]);
  });

  it("begins nothing without the daemon, nor a name that is none", () => {
    assert.deepEqual(begun("", false), []);
    writeFileSync(join(folder, "tunnels"), "$(touch x)\n--help\n\n");
    assert.deepEqual(begun(""), []);
  });
});
