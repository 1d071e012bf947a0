import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { watchdogArguments } from "../../components/hosts/watchdog";
import { storageArguments } from "../../components/proxmox/storage-script";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * Scripts that speak to Proxmox VE's own tools on a node. These are stand-ins with recorded behaviour (`pvesh`, `pveum`,
 * `pvesm`, the unit of watchdog-mux); the shell, awk, perl, systemd, the kernel's modules and SSH are real.
 */
const standIn = (...folders: string[]) => readFileSync(path.join(__dirname, ...folders), "utf8");
const PVESH = standIn("stand-ins", "pvesh");
const PVESM = standIn("..", "support", "host-tools", "pvesm");

const on = (script: Parameters<ReturnType<typeof site>["node"]["script"]>[0], args: readonly string[]) =>
  site().node.script(script, args);

async function assertDone(run: Promise<Result>, note: RegExp): Promise<void> {
  const { code, stderr } = await run;
  assert.equal(code, 0, stderr);
  assert.match(stderr, note);
}

async function assertSilent(run: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await run;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

async function assertRefused(run: Promise<Result>, reason: RegExp): Promise<void> {
  const { code, stderr } = await run;
  assert.equal(code, 1, stderr);
  assert.match(stderr, reason);
}

/** Puts an object of the API where the stand-in finds it. */
const put = (object: Record<string, unknown>): Promise<string> =>
  site().node.bash(`cat >/run/objects <<'JSON'
${JSON.stringify(object)}
JSON
    perl -MJSON::PP -e '
      my ($state, @all) = "/var/lib/pvesh-stand-in.json";
      for ($state, "/run/objects") { local $/; open(my $f, "<", $_) or next; push @all, %{ decode_json(<$f>) } }
      open(my $f, ">", $state); print $f encode_json({@all});'`);

const get = (object: string): Promise<string> => site().node.bash(`pvesh get ${object} --output-format json`);

describe("Scripts for Proxmox VE's own tools on a real machine (the tools are stand-ins)", function () {
  this.timeout(1_200_000);

  before(async () => {
    // perl's modules and modinfo are on every node.
    await site().node.bash(`DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends perl >/dev/null 2>&1
      install -d -m 0755 /etc/pve/priv /var/lib/pvesm-stand-in
      cat >/usr/bin/pvesh <<'STANDIN'
${PVESH}
STANDIN
      cat >/usr/lib/pvesm-stand-in <<'STANDIN'
${PVESM}
STANDIN
      printf '#!/bin/sh\\nSTATE=/var/lib/pvesm-stand-in exec bash /usr/lib/pvesm-stand-in "$@"\\n' >/usr/sbin/pvesm
      ln -s pvesh /usr/bin/pveum
      cat >/usr/sbin/pve-firewall <<'STANDIN'
#!/bin/sh
[ -e /run/firewall-settled ] || changes=' (pending changes)'
echo "Status: enabled/running$changes"
STANDIN
      chmod 0755 /usr/bin/pvesh /usr/sbin/pvesm /usr/sbin/pve-firewall`);
  });

  describe("cluster-firewall", () => {
    const OPTIONS = "/cluster/firewall/options";
    const TIMER = "hybrid-estate-firewall-off";
    const arm = (...networks: string[]) =>
      on("cluster-firewall", [
        "arm",
        ...networks.flatMap((one) => ["--allow", one]),
        "--revision",
        "0a1b2c3d4e5f",
      ]);
    const timer = () =>
      site().node.bash(
        `systemctl is-active ${TIMER}.timer || true; systemctl show -p Unit --value ${TIMER}.timer`,
      );
    const isOn = async () => JSON.parse(await get(OPTIONS)).enable === 1;
    const turnOn = () => site().node.bash(`pvesh set ${OPTIONS} --enable 1`);

    before(() => put({ [OPTIONS]: { enable: 0, policy_in: "DROP", digest: "0a" } }));

    it("is not armed by a caller that the management networks do not hold: the address is the connection's own", async () => {
      await assertRefused(
        arm("192.168.1.0/24", "10.0.2.3/32"),
        /this program comes from 10\.0\.2\.2, which none of the management sets holds/,
      );
      assert.match(await timer(), /^inactive/);
    });

    it("turns itself off in ten minutes: systemd has a timer for it, which does so", async () => {
      const { node } = site();
      await assertDone(arm("192.168.1.0/24", "10.0.2.0/24"), /turns itself off in ten minutes/);
      assert.equal(await timer(), `active\n${TIMER}.service`);
      const seconds = Number(
        await node.bash(`next=$(systemctl list-timers --output json ${TIMER}.timer | perl -MJSON::PP -0777 -e 'print int(decode_json(<STDIN>)->[0]{next} / 1e6)')
          echo $((next - $(date +%s)))`),
      );
      assert.ok(seconds > 400 && seconds <= 600, `${seconds} s`);
      await turnOn();
      assert.equal(await isOn(), true);
      // What the timer does when its time has come.
      await node.bash(`systemctl start --wait ${TIMER}.service`);
      assert.equal(await isOn(), false);
    });

    it("is armed anew while it is armed, and after a time when turning it off failed", async () => {
      const { node } = site();
      const known = () =>
        node.bash(`systemctl show -p LoadState,ActiveState --value ${TIMER}.service | paste -sd ' '`);
      await assertDone(arm("10.0.2.2/32"), /in ten minutes/);
      await assertDone(arm("10.0.2.2/32"), /in ten minutes/);
      await node.bash(
        `touch /run/pvesh-fails; systemctl start --wait ${TIMER}.service || true; rm /run/pvesh-fails`,
      );
      await assertDone(arm("10.0.2.2/32"), /in ten minutes/);
      assert.match(await timer(), /^active/);
      // What an older version of this script, or a person, left behind: a run that failed and stays known for that.
      await node.bash(`systemctl stop ${TIMER}.timer
        systemd-run -q --unit=${TIMER} --wait false || true`);
      assert.equal(await known(), "loaded failed");
      await assertDone(arm("10.0.2.2/32"), /in ten minutes/);
      assert.match(await timer(), /^active/);
      // And one that is at work this very moment.
      await node.bash(`systemctl stop ${TIMER}.timer
        until [[ $(systemctl show -p LoadState --value ${TIMER}.service) != loaded ]]; do sleep 0.1; done
        systemd-run -q --unit=${TIMER} sleep 600`);
      await assertDone(arm("10.0.2.2/32"), /in ten minutes/);
      assert.match(await timer(), /^active/);
    });

    const confirm = (expect = "on") =>
      on("cluster-firewall", ["confirm", "--expect", expect, "--revision", "0a1b2c3d4e5f"]);

    it("has settled once the node's daemon has no pending changes", async () => {
      const { node } = site();
      await node.bash(
        "rm -f /run/firewall-settled; (sleep 3; touch /run/firewall-settled) >/dev/null 2>&1 &",
      );
      await assertSilent(on("cluster-firewall", ["settle", "--revision", "0a1b2c3d4e5f"]));
      await node.bash("test -e /run/firewall-settled");
    });

    it("is not confirmed after it has turned itself off: it is on for ten more minutes, and the next run confirms it", async () => {
      const { node } = site();
      await turnOn();
      await node.bash(`systemctl start --wait ${TIMER}.service`);
      assert.equal(await isOn(), false);
      await assertRefused(confirm(), /the firewall was off: it turned itself off before it was confirmed/);
      assert.equal(await isOn(), true);
      assert.equal(await timer(), `active\n${TIMER}.service`);
      await assertSilent(confirm());
      assert.match(await timer(), /^inactive/);
      assert.equal(await isOn(), true);
    });

    it("stays on once it is confirmed, and arming it again changes nothing", async () => {
      await turnOn();
      await assertSilent(confirm());
      await assertSilent(confirm());
      assert.match(await timer(), /^inactive/);
      await assertSilent(arm("10.0.2.2/32"));
      assert.match(await timer(), /^inactive/);
      assert.equal(await isOn(), true);
    });

    it("is turned off before its rules go, once", async () => {
      await assertDone(on("cluster-firewall", ["off"]), /turned off, as its rules are about to go/);
      assert.equal(await isOn(), false);
      await assertSilent(on("cluster-firewall", ["off"]));
    });
  });

  describe("pve-storage", () => {
    const INSTALLED =
      "dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\nlvmthin: local-lvm\n\tvgname pve\n\tthinpool data\n\n";
    const connection = { host: "192.168.1.21", user: "root", privateKey: "" };
    const san = (target = "iqn.2003-01.org.example:san.vm", nodes?: string[]) =>
      on(
        "pve-storage",
        storageArguments(
          { storageId: "san", content: [], ...(nodes ? { nodes } : {}) },
          { type: "iscsi", portal: "192.0.2.1:3260", target, connection },
        ),
      );
    const rbd = (krbd: boolean) =>
      on(
        "pve-storage",
        storageArguments(
          { storageId: "ceph", content: ["rootdir", "images"] },
          { type: "rbd", pool: "vm", krbd, connection },
        ),
      );
    const config = () => site().node.bash("cat /etc/pve/storage.cfg; stat -c '%i %y' /etc/pve/storage.cfg");
    const calls = () =>
      site().node.bash("cat /var/lib/pvesm-stand-in/calls; : >/var/lib/pvesm-stand-in/calls");

    before(() =>
      site().node.bash(`printf '%b' '${JSON.stringify(INSTALLED).slice(1, -1)}' >/etc/pve/storage.cfg`),
    );

    it("adds an entry, adopts it in a second run, and sets what changed alone", async () => {
      await assertDone(san(), /san added/);
      await assertDone(rbd(false), /ceph added/);
      await calls();
      const before = await config();
      await assertSilent(san());
      await assertSilent(rbd(false));
      assert.equal(await config(), before);
      await assertDone(rbd(true), /ceph: krbd 0 becomes 1/);
      await assertDone(san(undefined, ["pve1", "pve2"]), /san: nodes \(none\) becomes pve1,pve2/);
      await assertSilent(san(undefined, ["pve2", "pve1"]));
      await assertDone(san(), /san: nodes pve2,pve1 becomes the default/);
      assert.equal(
        await calls(),
        "pvesm set ceph --krbd 1\npvesm set san --nodes pve1,pve2\npvesm set san --delete nodes",
      );
    });

    it("refuses an entry that is another storage, and stays as it is", async () => {
      const before = await config();
      await assertRefused(
        san("iqn.2003-01.org.example:other"),
        /with target iqn\.2003-01\.org\.example:san\.vm, declared is .*other; nothing was changed/,
      );
      await assertRefused(
        on("pve-storage", ["remove", "--storage", "local", "--type", "rbd"]),
        /there is a storage local already, of type dir; nothing was changed/,
      );
      assert.equal(await config(), before);
      assert.equal(await calls(), "");
    });

    it("takes its entries away and no other, once", async () => {
      for (const [id, type] of [
        ["san", "iscsi"],
        ["ceph", "rbd"],
      ] as const) {
        const remove = ["remove", "--storage", id, "--type", type];
        await assertDone(on("pve-storage", remove), new RegExp(`${id} removed; the data is left as it is`));
        await assertSilent(on("pve-storage", remove));
      }
      assert.equal(`${await site().node.bash("cat /etc/pve/storage.cfg")}\n\n`, INSTALLED);
    });
  });

  describe("realm-two-factor", () => {
    const KEY = "JBSWY3DPEHPK3PXP";
    const REALM = "/access/domains/pve";
    const apply = () => on("realm-two-factor", ["apply", "--realm", "pve"]);
    const people = (...users: object[]) =>
      put({
        "/access/users": [
          { userid: "root@pam", enable: 1, "realm-type": "pam" },
          { userid: "alice@pve", enable: 1, keys: "x", "realm-type": "pve" },
          { userid: "robot@pve", enable: 1, "realm-type": "pve" },
          ...users,
        ],
      });

    before(async () => {
      await site().node.bash("printf 'alice:$5$salt$hash:\\nbob:$5$salt$hash:\\n' >/etc/pve/priv/shadow.cfg");
      await put({
        [REALM]: { type: "pve", comment: "Proxmox VE authentication server", digest: "0a" },
        "/access/tfa": [{ userid: "alice@pve", entries: [{ type: "totp", id: "totp:1", description: "é" }] }],
      });
    });

    it("locks nobody out, and shows no key", async () => {
      await people({ userid: "bob@pve", enable: 1, "realm-type": "pve" });
      await assertRefused(apply(), /would lock out bob@pve: no TOTP key\. .*nothing was changed/);
      assert.doesNotMatch(await get(REALM), /tfa/);
      await people({ userid: "bob@pve", enable: 1, keys: KEY, "realm-type": "pve" });
      const { code, stderr } = await apply();
      assert.deepEqual([code, stderr], [0, "realm-two-factor: realm pve asks for a second factor\n"]);
      assert.equal(JSON.parse(await get(REALM)).tfa, "type=oath");
    });

    it("changes nothing in a second run, and stops asking when it is removed, once", async () => {
      const before = await get(REALM);
      await assertSilent(apply());
      assert.equal(await get(REALM), before);
      const remove = () => on("realm-two-factor", ["remove", "--realm", "pve"]);
      await assertDone(remove(), /realm pve asks for no second factor any more/);
      assert.doesNotMatch(await get(REALM), /tfa/);
      await assertSilent(remove());
    });

    it("changes nothing where the cluster does not answer", async () => {
      const { node } = site();
      await node.bash("touch /run/pvesh-fails");
      const { code, stdout } = await apply();
      await node.bash("rm /run/pvesh-fails");
      assert.notEqual(code, 0);
      assert.equal(stdout, "");
      assert.doesNotMatch(await get(REALM), /tfa/);
    });
  });

  describe("watchdog-module", () => {
    const FILE = "/etc/default/pve-ha-manager";
    const choose = (module: string) => on("watchdog-module", watchdogArguments(module));
    /** What watchdog-mux does with the file when the node boots; then what the kernel says that its watchdog is. */
    const boot = () =>
      site().node.bash(`modprobe -qr i6300esb softdog || true
        systemctl restart watchdog-mux
        cat /sys/class/watchdog/watchdog0/identity`);

    before(() =>
      site().node.bash(`printf '# select watchdog module (default is softdog)\\n#WATCHDOG_MODULE=ipmi_watchdog\\n' >${FILE}
        printf '%s\\n' '[Service]' Type=oneshot Environment=WATCHDOG_MODULE=softdog EnvironmentFile=-${FILE} \\
          'ExecStart=/sbin/modprobe \${WATCHDOG_MODULE}' >/etc/systemd/system/watchdog-mux.service
        systemctl daemon-reload`),
    );

    it("leaves a node alone that has the default, and takes a module that its kernel has", async () => {
      await assertSilent(choose("softdog"));
      assert.equal(await boot(), "Software Watchdog");
      await assertDone(
        choose("i6300esb"),
        /i6300esb in place of softdog from the next reboot on; the node was not rebooted/,
      );
      // Nothing is loaded by the script: under a running HA stack that would reset the node.
      assert.equal(await site().node.bash("cat /sys/class/watchdog/watchdog0/identity"), "Software Watchdog");
      const before = await site().node.bash(`stat -c '%i %y %a' ${FILE}`);
      await assertSilent(choose("i6300esb"));
      assert.equal(await site().node.bash(`stat -c '%i %y %a' ${FILE}`), before);
      assert.equal(await boot(), "i6300ESB timer");
    });

    it("refuses a module that this kernel has not", async () => {
      const before = await site().node.bash(`cat ${FILE}`);
      await assertRefused(
        choose("ipmi_watchdog_x"),
        /the kernel of this node has no module ipmi_watchdog_x; nothing was changed/,
      );
      await assertRefused(choose("$(reboot)"), /refused module/);
      assert.equal(await site().node.bash(`cat ${FILE}`), before);
    });

    it("goes back to the default, and keeps what else is in the file", async () => {
      await site().node.bash(`echo 'OTHER=1' >>${FILE}`);
      await assertDone(choose("softdog"), /softdog in place of i6300esb/);
      assert.match(
        await site().node.bash(`cat ${FILE}`),
        /^# select[^\n]*\n#WATCHDOG_MODULE=ipmi_watchdog\nOTHER=1\nWATCHDOG_MODULE=softdog$/,
      );
      assert.equal(await boot(), "Software Watchdog");
    });

    after(() =>
      site().node.bash(`modprobe -qr i6300esb softdog || true
        rm -f ${FILE} /etc/systemd/system/watchdog-mux.service; systemctl daemon-reload`),
    );
  });

  after(() =>
    site().node.bash(
      "rm -rf /etc/pve /usr/bin/pvesh /usr/bin/pveum /usr/sbin/pvesm /usr/lib/pvesm-stand-in /var/lib/pvesm-stand-in /var/lib/pvesh-stand-in.json",
    ),
  );
});
