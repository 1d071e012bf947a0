import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { scriptText } from "../../components/hosts/host-script";
import { framed, type HostFile } from "../../components/hosts/monitoring/files";
import { NODE_CERTIFICATE, nodeArguments, nodeFiles } from "../../components/hosts/monitoring/node-files";
import { serverArguments, serverFiles } from "../../components/hosts/monitoring/server-files";
import { PLAN, PLAN_SECRETS } from "../monitoring/plan";
import { expecting } from "../support/host-expectations";
import { changes, MonitoringHost } from "../support/monitoring-host";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run } from "../support/scratch-host";

const KEY = "AB".repeat(20);
const SERVER = serverArguments({ aptRepository: "https://apt.grafana.com", keyFingerprint: KEY });
const FILES = serverFiles(PLAN, PLAN_SECRETS);
const NODE = nodeArguments(NODE_CERTIFICATE);
const NODE_FILES = nodeFiles({ ...NODE_CERTIFICATE, address: "192.0.2.11", backupStorages: ["local"] });
const SERVICES = [
  "prometheus-blackbox-exporter",
  "prometheus-pve-exporter",
  "prometheus-alertmanager",
  "prometheus",
  "grafana-server",
];

/** The files with more text at the end of one of them. */
function edited(files: readonly HostFile[], path: string, more: string): HostFile[] {
  assert.ok(files.some((file) => file.path === path));
  return files.map((file) => (file.path === path ? { ...file, text: file.text + more } : file));
}

describe("host scripts: monitoring", function () {
  this.timeout(180_000);
  needs(lackingForScratchHost());
  let host: MonitoringHost;
  beforeEach(() => {
    host = new MonitoringHost();
    host.write("download", `${KEY}\n`);
    host.write(NODE_CERTIFICATE.certificate, "certificate");
    host.write(NODE_CERTIFICATE.key, "key");
  });
  afterEach(() => host.remove());

  const { succeeds, refuses } = expecting(
    (args, files) => host.monitoring(args, files),
    (run) => {
      tellsNothing(run);
      assert.deepEqual(host.left(), []);
    },
  );

  /** No secret is in what the script says, nor on a command line. */
  function tellsNothing({ stdout, stderr, calls }: Run): void {
    const { proxmoxToken, receivers, grafanaPassword = "" } = PLAN_SECRETS;
    for (const secret of [proxmoxToken.split("=")[1] ?? "", grafanaPassword, ...Object.values(receivers)]) {
      assert.ok(![stdout, stderr, ...calls].some((text) => text.includes(secret)), secret);
    }
  }

  const active = () => SERVICES.filter((service) => existsSync(host.path(`active-${service}`)));

  describe("a server", () => {
    it("has every file as declared, and its services run with them", async () => {
      const run = await succeeds(SERVER, FILES);
      for (const { path, text, mode = "0644", group = "root" } of FILES) {
        assert.equal(host.read(path), text, path);
        const stat = statSync(host.path(path));
        assert.equal(`0${(stat.mode & 0o7777).toString(8)}`, mode, path);
        assert.deepEqual(
          [stat.uid, stat.gid],
          [0, { root: 0, prometheus: 101, grafana: 102, frr: undefined }[group]],
          path,
        );
      }
      assert.deepEqual(active(), SERVICES);
      for (const service of SERVICES) {
        assert.ok(existsSync(host.path(`enabled-${service}`)), service);
        const reads = host.read(`read/${service}`);
        const of = FILES.filter(({ text }) => reads.includes(text)).map(({ path }) => path);
        assert.ok(of.length >= 2, `${service} reads ${of}`);
      }
      assert.equal(host.read("capability"), "cap_net_raw=ep\n", "or it could not ping");
      assert.match(host.read("read/grafana-server"), /GF_SERVER_PROTOCOL=https/);
      assert.equal(host.read("/var/lib/grafana/grafana.db"), PLAN_SECRETS.grafanaPassword);
      assert.equal(statSync(host.path("/etc/grafana/hybrid-estate.key")).mode & 0o7777, 0o640);
      assert.ok(!run.calls.some((call) => call.startsWith("grafana-cli")), "the first start sets it");
    });

    it("changes nothing and says nothing the second time", async () => {
      await succeeds(SERVER, FILES);
      const before = host.snapshot();
      const run = await succeeds(SERVER, FILES);
      assert.equal(run.stdout + run.stderr, "");
      assert.deepEqual(changes(run), []);
      assert.deepEqual(host.snapshot(), before);
    });

    it("needs no Grafana", async () => {
      const { grafanaPort: _, ...plan } = PLAN;
      const run = await succeeds(serverArguments(), serverFiles(plan, PLAN_SECRETS));
      assert.ok(!run.calls.some((call) => /grafana|curl/.test(call)));
      assert.deepEqual(active(), SERVICES.slice(0, 4));
    });

    const told: [path: string, calls: string[]][] = [
      ["/etc/prometheus/prometheus.yml", ["systemctl reload prometheus"]],
      ["/etc/prometheus/rules/hybrid-estate.yml", ["systemctl reload prometheus"]],
      ["/etc/prometheus/alertmanager.yml", ["systemctl reload prometheus-alertmanager"]],
      ["/etc/prometheus/blackbox.yml", ["systemctl reload prometheus-blackbox-exporter"]],
      ["/etc/prometheus/pve.yml", ["systemctl restart prometheus-pve-exporter"]],
      ["/etc/default/prometheus", ["systemctl restart prometheus"]],
      [
        "/etc/systemd/system/prometheus-pve-exporter.service",
        ["systemctl daemon-reload", "systemctl restart prometheus-pve-exporter"],
      ],
      [
        "/etc/systemd/system/grafana-server.service.d/hybrid-estate.conf",
        ["systemctl daemon-reload", "systemctl restart grafana-server"],
      ],
      // Grafana looks at that folder by itself.
      ["/etc/grafana/hybrid-estate-dashboards/cluster.json", []],
    ];
    it("tells only the service whose file changed", async () => {
      await succeeds(SERVER, FILES);
      for (const [path, calls] of told) {
        const run = await succeeds(SERVER, edited(FILES, path, "\n"));
        assert.deepEqual(changes(run), calls, path);
        assert.match(run.stderr, new RegExp(`^monitoring: ${path} written\n`));
        await succeeds(SERVER, FILES);
      }
    });

    it("mends what somebody changed by hand: content, mode, a link, a stopped service", async () => {
      await succeeds(SERVER, FILES);
      const end = host.end();
      host.write("/etc/prometheus/prometheus.yml", "edited");
      host.write("elsewhere", "mine");
      const { calls } = await succeeds(SERVER, FILES);
      assert.ok(!calls.includes("systemctl restart prometheus"), "its process never read that");
      const file = host.path("/etc/prometheus/pve.yml");

      chmodSync(file, 0o644);
      rmSync(host.path("/etc/prometheus/blackbox.yml"));
      symlinkSync(host.path("elsewhere"), host.path("/etc/prometheus/blackbox.yml"));
      rmSync(host.path("active-prometheus-alertmanager"));
      const run = await succeeds(SERVER, FILES);
      assert.deepEqual(changes(run), ["systemctl restart prometheus-alertmanager"]);
      assert.equal(host.read("elsewhere"), "mine");
      rmSync(host.path("elsewhere"));
      assert.deepEqual(host.end(), end);
    });

    it("lets a blackbox exporter ping that was installed without", async () => {
      await succeeds(SERVER, FILES);
      host.write("capability", "=\n");
      const run = await succeeds(SERVER, FILES);
      assert.deepEqual(changes(run), [
        "debconf-set-selections ",
        "setcap cap_net_raw=ep /usr/bin/prometheus-blackbox-exporter",
        "systemctl restart prometheus-blackbox-exporter",
      ]);
      assert.equal(host.read("capability"), "cap_net_raw=ep\n");
      assert.deepEqual(changes(await succeeds(SERVER, FILES)), []);
    });

    it("says so where a folder is in a file's place", async () => {
      mkdirSync(host.path("/etc/prometheus/prometheus.yml"), { recursive: true });
      const run = await host.monitoring(SERVER, FILES);
      assert.notEqual(run.code, 0);
      assert.match(run.stderr, /prometheus\.yml/);
      assert.ok(!existsSync(host.path("/etc/prometheus/prometheus.yml/prometheus.yml.new")));
    });

    const checked: [path: string, says: RegExp][] = [
      [
        "/etc/prometheus/prometheus.yml",
        /promtool refuses the new configuration; the old one stays: .*FAILED/,
      ],
      ["/etc/prometheus/rules/hybrid-estate.yml", /promtool refuses/],
      ["/etc/prometheus/alertmanager.yml", /amtool refuses .* alertmanager.yml is not sound/],
      ["/etc/prometheus/blackbox.yml", /prometheus-blackbox-exporter refuses/],
      ["/etc/prometheus/pve.yml", /pve-exporter refuses .* pve.yml is not sound/],
      ["/etc/grafana/hybrid-estate-dashboards/cluster.json", /python3 refuses .* the dashboard is no JSON/],
    ];
    it("keeps the old files where one of the new ones is refused", async () => {
      await succeeds(SERVER, FILES);
      const before = host.snapshot();
      for (const [path, says] of checked) {
        const bad = edited(edited(FILES, path, "\nREFUSED {"), "/etc/default/prometheus", "# new\n");
        const run = await refuses(SERVER, bad, says);
        assert.deepEqual(changes(run), [], path);
        assert.deepEqual(host.snapshot(), before, path);
      }
    });

    it("writes nothing on a fresh machine either where one is refused", async () => {
      await refuses(SERVER, edited(FILES, "/etc/prometheus/prometheus.yml", "REFUSED"), /promtool refuses/);
      assert.deepEqual(
        FILES.filter(({ path, text }) => host.read(path) === text),
        [],
      );
    });

    it("says which service does not stay up, and starts it again the next time", async () => {
      host.write("dies-prometheus", "");
      await refuses(SERVER, FILES, /prometheus does not stay up after 1 s: see journalctl -u prometheus\n/);

      rmSync(host.path("dies-prometheus"));
      const run = await succeeds(SERVER, FILES);
      assert.equal(run.calls.filter((call) => call === "systemctl restart prometheus").length, 1);
    });

    it("sets Grafana's password where it changed", async () => {
      await succeeds(SERVER, FILES);
      const files = serverFiles(PLAN, { ...PLAN_SECRETS, grafanaPassword: "another" });
      const run = await succeeds(SERVER, files);
      assert.equal(host.read("/var/lib/grafana/grafana.db"), "another");
      assert.match(run.stderr, /Grafana's password set\n$/);
      assert.equal((await succeeds(SERVER, files)).stderr, "");
    });

    it("trusts no other key than the declared one, and runs the rest", async () => {
      const other = "CD".repeat(20);
      for (const found of [other, `${KEY}\n${other}`, `${other}\n${KEY}`, ""]) {
        host.write("download", `${found}\n`);
        await refuses(SERVER, FILES, /the key at https:\/\/apt.grafana.com\/gpg.key is .*, not ABAB/);
        assert.equal(host.read("/etc/apt/sources.list.d/hybrid-estate-grafana.list"), "");
      }
      assert.deepEqual(active(), SERVICES.slice(0, 4));
      host.write("download", `${KEY}\n`);
      await succeeds(SERVER, FILES);
      assert.deepEqual(active(), SERVICES);
    });

    it("follows a declared key that changed", async () => {
      await succeeds(SERVER, FILES);
      const key = "CD".repeat(20);
      const args = serverArguments({ aptRepository: "https://apt.grafana.com", keyFingerprint: key });
      await refuses(args, FILES, /is ABAB\w*, not CDCD/);
      host.write("download", `${key}\n`);
      await succeeds(args, FILES);
      assert.equal(host.read("/etc/apt/keyrings/hybrid-estate-grafana.asc"), `${key}\n`);
      assert.equal((await succeeds(args, FILES)).stderr, "");
    });

    it("stops all of it when removed, keeps figures, and comes up again", async () => {
      await succeeds(SERVER, FILES);
      host.write("/var/lib/prometheus/metrics2/wal", "figures");
      const run = await succeeds(["remove", "--role", "server"], "");
      assert.deepEqual(active(), []);
      assert.equal(changes(run).length, SERVICES.length);
      assert.equal(host.read("/var/lib/prometheus/metrics2/wal"), "figures");
      const again = await succeeds(["remove", "--role", "server"], "");
      assert.equal(again.stderr, "");
      assert.deepEqual(changes(again), []);
      await succeeds(SERVER, FILES);
      assert.deepEqual(active(), SERVICES);
    });
  });

  describe("a node", () => {
    it("answers over TLS, and writes its own figures every minute", async () => {
      await succeeds(NODE, NODE_FILES);
      assert.equal(host.read("read/hybrid-estate-metrics.timer").includes("OnUnitInactiveSec=1min"), true);
      assert.match(host.read("read/prometheus-node-exporter"), /LoadCredential=key:/);
      assert.equal(statSync(host.path("/usr/local/lib/hybrid-estate/metrics")).mode & 0o7777, 0o755);
      const before = host.snapshot();
      const run = await succeeds(NODE, NODE_FILES);
      assert.equal(run.stdout + run.stderr, "");
      assert.deepEqual(changes(run), []);
      assert.deepEqual(host.snapshot(), before);
    });

    it("is left alone where it has no certificate", async () => {
      const args = nodeArguments({ ...NODE_CERTIFICATE, key: "/etc/pve/local/none.key" });
      const run = await refuses(args, NODE_FILES, /there is no certificate at .*; nothing was changed\n$/);
      assert.deepEqual(changes(run), []);
    });

    it("has nothing of ours left running when it is removed", async () => {
      await succeeds(NODE, NODE_FILES);
      host.write("/var/lib/prometheus/node-exporter/hybrid-estate.prom", "stale 1\n");
      await succeeds(["remove", "--role", "node"], "");
      const left = Object.keys(host.end()).filter((path) => !path.startsWith("/state/read/"));
      assert.deepEqual(
        left.filter((path) => /active-|enabled-|metrics|hybrid-estate\.(prom|conf)/.test(path)),
        [],
      );
      const again = await succeeds(["remove", "--role", "node"], "");
      assert.equal(again.stderr, "");
      assert.deepEqual(changes(again), []);
      await succeeds(NODE, NODE_FILES);
      assert.ok(existsSync(host.path("active-hybrid-estate-metrics.timer")));
    });
  });

  describe("cut off", () => {
    /** Cuts the run off at every `step`th call, runs it again, and compares with one that was never cut off. */
    async function survives(
      args: readonly string[],
      files: readonly HostFile[],
      step: number,
    ): Promise<void> {
      const whole = await succeeds(args, files);
      const end = host.end();
      const calls = changes(whole).length;
      for (let call = 1; call <= calls; call += step) {
        host.remove();
        host = new MonitoringHost();
        host.write("download", `${KEY}\n`);
        host.write(NODE_CERTIFICATE.certificate, "certificate");
        host.write(NODE_CERTIFICATE.key, "key");
        host.cutAt(call);
        const cut = await host.monitoring(args, files);
        assert.notEqual(cut.code, 0, `${call}: ${cut.stderr}`);
        assert.ok(existsSync(host.path("lost")), `call ${call} was not reached`);
        await succeeds(args, files);
        assert.deepEqual(host.end(), end, `cut off at call ${call}: ${cut.calls.at(-1)}`);
        assert.equal((await succeeds(args, files)).stderr, "");
      }
    }

    it("a node is finished by the next run, wherever it was", () => survives(NODE, NODE_FILES, 1));
    it("a server is finished by the next run", () => survives(SERVER, FILES, 3));

    it("a change is finished by the next run", async () => {
      const news = edited(
        edited(FILES, "/etc/prometheus/rules/hybrid-estate.yml", "\n"),
        "/etc/systemd/system/prometheus-pve-exporter.service",
        "\n",
      );
      await succeeds(SERVER, FILES);
      const whole = changes(await succeeds(SERVER, news));
      const end = host.end();
      for (let call = 1; call <= whole.length; call++) {
        await succeeds(SERVER, FILES);
        host.cutAt(call);
        assert.notEqual((await host.monitoring(SERVER, news)).code, 0);
        await succeeds(SERVER, news);
        assert.deepEqual(host.end(), end, whole[call - 1]);
      }
    });

    it("before the script is there, nothing runs", async () => {
      const text = scriptText("monitoring").trimEnd();
      for (const share of [0.2, 0.5, 0.8, 0.99]) {
        const run = await host.run("monitoring", NODE, text.slice(0, Math.floor(text.length * share)));
        assert.deepEqual(run.calls, []);
      }
    });
  });

  describe("what is on standard input", () => {
    const text = Buffer.from("x").toString("base64");
    const line = (path: string, mode = "0644", group = "root", data = text) =>
      `file ${mode} ${group} ${path} ${data}`;
    const PROMETHEUS = "/etc/prometheus/prometheus.yml";
    const rows: [what: string, input: string, says: RegExp][] = [
      ...[
        "/etc/passwd",
        "/etc/prometheus/../passwd",
        `${PROMETHEUS}/../../passwd`,
        "/etc/prometheus/./prometheus.yml",
        "//etc/prometheus/prometheus.yml",
        "etc/prometheus/prometheus.yml",
        "/etc/prometheus/*",
        "/etc/prometheus/prometheus.yml;touch",
        "$(touch/srv/pwned)",
        "`touch`",
        "\\057etc/passwd",
        "/etc/default/prometheus-node-exporter",
        "/usr/local/lib/hybrid-estate/metrics",
        "-rf",
        "..",
      ].map((path): [string, string, RegExp] => [path, `${line(path)}\nend 1\n`, /refused file .* server's/]),
      ...["644", "0777", "4755", "0666", "06440", "u+s", "0644;"].map((mode): [string, string, RegExp] => [
        `mode ${mode}`,
        `${line(PROMETHEUS, mode)}\nend 1\n`,
        /refused mode/,
      ]),
      ...["wheel", "0", "root:root", "-"].map((group): [string, string, RegExp] => [
        `group ${group}`,
        `${line(PROMETHEUS, "0644", group)}\nend 1\n`,
        /refused group/,
      ]),
      ["a path with a space", `${line("/etc/prometheus/x y")}\nend 1\n`, /damaged/],
      ["a path with a newline", `${line("/etc/prometheus/prometheus.yml\n/etc/passwd")}\nend 1\n`, /damaged/],
      ["more words", `${line(PROMETHEUS)} more\nend 1\n`, /damaged/],
      ["another kind of line", `link 0644 root ${PROMETHEUS} ${text}\nend 1\n`, /damaged/],
      ["no base64", `${line(PROMETHEUS, "0644", "root", "!!!")}\nend 1\n`, /content of .* is damaged/],
      ["half a base64", `${line(PROMETHEUS, "0644", "root", "eHh4e")}\nend 1\n`, /content of .* is damaged/],
      ["a file twice", `${line(PROMETHEUS)}\n${line(PROMETHEUS)}\nend 2\n`, /is there twice/],
      ["no file", "end 0\n", /not complete/],
      ["too few", `${line(PROMETHEUS)}\nend 2\n`, /not complete/],
      ["too many", `${line(PROMETHEUS)}\nend 0\n`, /not complete/],
      ["a number that is none", `${line(PROMETHEUS)}\nend paths[0]\n`, /not complete/],
      ["a good one before a bad one", `${line(PROMETHEUS)}\n${line("/etc/shadow")}\nend 2\n`, /refused file/],
    ];

    it(`is refused before anything is done: ${rows.length} cases`, async () => {
      const before = host.snapshot();
      for (const [what, input, says] of rows) {
        const run = await refuses(serverArguments(), input, says);
        assert.match(run.stderr, /nothing was changed\n$/, what);
        assert.deepEqual(run.calls, [], what);
        assert.deepEqual(host.snapshot(), before, what);
      }
      assert.ok(!existsSync(host.path("/srv/pwned")));
    });

    it("a node takes no file of a server, nor may it name a file that a shell would read otherwise", async () => {
      await refuses(NODE, `${line(PROMETHEUS)}\nend 1\n`, /refused file .*: not one of a node's/);
      await refuses(NODE, `${line("/etc/ssh/sshd_config")}\nend 1\n`, /refused file/);
    });

    it("changes nothing where it stops early, wherever that is", async () => {
      const before = host.snapshot();
      const all = framed(FILES);
      const lines = [...all.matchAll(/\n/g)].map(({ index }) => index);
      const stops = [0, 1, 60, ...lines, ...lines.map((at) => at + 1), ...lines.map((at) => at - 2)];
      for (const stop of stops.filter((at) => at < all.length)) {
        const run = await refuses(SERVER, all.slice(0, stop), /nothing was changed\n$/);
        assert.deepEqual(run.calls, [], String(stop));
      }
      assert.deepEqual(host.snapshot(), before);
    });
  });

  it("refuses arguments that are not what they say", async () => {
    const good = ["--grafana", "https://apt.grafana.com", "--grafana-key", KEY];
    const rows: [args: string[], says: RegExp][] = [
      [[], /want apply or remove/],
      [["purge", "--role", "server"], /want apply or remove, got purge/],
      [["apply"], /refused role/],
      [["apply", "--role", "server node"], /refused role/],
      [["apply", "--role"], /--role wants a value/],
      [["remove", "--role", ".."], /refused role/],
      [["apply", "--role", "server", "--port", "1"], /unknown option --port/],
      [["apply", "--role", "node", "--certificate", "/a/../b", "--key", "/k"], /it has \. or \.\. in it/],
      [["apply", "--role", "node", "--certificate", "/a", "--key", "$(touch /srv/pwned)"], /refused path/],
      [["apply", "--role", "node", "--certificate", "/a\n/b", "--key", "/k"], /refused path/],
      [["apply", "--role", "node"], /refused path/],
      ...[
        "http://apt.grafana.com",
        "https://x y",
        "https://x\ndeb",
        "https://",
        "https://x] http://y",
        "file:///x",
      ].map((url): [string[], RegExp] => [
        ["apply", "--role", "server", "--grafana", url, "--grafana-key", KEY],
        /refused repository/,
      ]),
      ...["", "ab".repeat(20), KEY.slice(1), `${KEY}0`, `${KEY}\n`].map((key): [string[], RegExp] => [
        ["apply", "--role", "server", "--grafana", good[1] ?? "", "--grafana-key", key],
        /refused key/,
      ]),
    ];
    for (const [args, says] of rows) {
      const run = await refuses(args, FILES, says);
      assert.deepEqual(run.calls, [], args.join(" "));
    }
    assert.ok(!existsSync(host.path("/srv/pwned")));
  });
});
