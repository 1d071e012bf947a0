import assert from "node:assert/strict";
import { framed, type HostFile } from "../../components/hosts/monitoring/files";
import { nodeArguments, nodeFiles } from "../../components/hosts/monitoring/node-files";
import type { MonitoringPlan, MonitoringSecrets } from "../../components/hosts/monitoring/plan";
import { serverArguments, serverFiles } from "../../components/hosts/monitoring/server-files";
import type { Machine } from "./machine";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * `nas` watches, `node` is watched. There is no Proxmox VE, so the exporter for it runs and has nobody to ask, and no
 * Grafana, which is in none of Debian's archives.
 */
const SERVICES = [
  "prometheus",
  "prometheus-alertmanager",
  "prometheus-blackbox-exporter",
  "prometheus-pve-exporter",
];
const CERTIFICATE = { certificate: "/etc/pve/local/pve-ssl.pem", key: "/etc/pve/local/pve-ssl.key" };
const SECRETS: MonitoringSecrets = {
  proxmoxToken: "monitoring@pve!prometheus=01234567-89ab-cdef-0123-456789abcdef",
  receivers: { ops: 'it\'s "a": #pass{{word}} $HOME' },
};

let plan: MonitoringPlan;
/** The first run on the server, which has the most to install: meanwhile the node gets what it needs. */
let installed: Promise<Result>;

const watch = (of: MonitoringPlan, secrets = SECRETS): Promise<Result> => send(serverFiles(of, secrets));
const send = (files: readonly HostFile[]): Promise<Result> =>
  site().nas.script("monitoring", serverArguments(), framed(files));

/** The files of a run with one text changed. */
function changed(path: string, text: string): HostFile[] {
  return serverFiles(plan, SECRETS).map((file) => (file.path === path ? { ...file, text } : file));
}

function beWatched(): Promise<Result> {
  const { node } = site();
  const files = nodeFiles({ address: node.address, backupStorages: [], ...CERTIFICATE });
  return node.script("monitoring", nodeArguments(CERTIFICATE), framed(files));
}

/** Files that a run may write with inode and time, and when each service was last started. */
function stateOf(machine: Machine, services: readonly string[]): Promise<string> {
  return machine.bash(`find /etc/prometheus /etc/default/prometheus* /etc/systemd/system -type f -printf '%p %i %T@ %m %g\\n' | sort
    systemctl show -p Id,ActiveState,ActiveEnterTimestampMonotonic ${services.join(" ")}`);
}

/** What Prometheus answers to an expression: value by the labels `job`, and `node` or `probe` where it has one. */
async function ask(expression: string): Promise<Record<string, string>> {
  const answer = await site().nas.bash(`python3 - <<'END'
import json, urllib.parse, urllib.request
url = "http://127.0.0.1:9090/api/v1/query?query=" + urllib.parse.quote(${JSON.stringify(expression)})
for one in json.load(urllib.request.urlopen(url))["data"]["result"]:
    label = one["metric"]
    print(label.get("job", ""), label.get("node", label.get("probe", "")), one["value"][1], sep="/")
END`);
  return Object.fromEntries(
    answer
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.lastIndexOf("/")), line.slice(line.lastIndexOf("/") + 1)]),
  );
}

/** Asks until the answer is the expected one: figures come every few seconds. */
async function untilAnswered(expression: string, expected: Record<string, string>): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await ask(expression);
    if (Object.entries(expected).every(([label, value]) => answer[label] === value)) return;
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  assert.deepEqual(await ask(expression), expected);
}

function assertNoChange({ code, stdout, stderr }: Result): void {
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

describe("Monitoring on real machines", function () {
  // An emulated processor unpacks a hundred megabytes of packages.
  this.timeout(1_200_000);

  before(async () => {
    const { nas, node } = site();
    // An authority and the node's certificate, where Proxmox VE has them.
    await node.bash(`install -d /etc/pve/local; cd /etc/pve/local
      ec='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
      openssl req -x509 $ec -days 30 -subj '/CN=Cluster Authority' -keyout ca.key -out ca.pem 2>/dev/null
      openssl req $ec -subj /CN=node -keyout pve-ssl.key -out node.csr 2>/dev/null
      printf 'subjectAltName=IP:${node.address}\\n' >node.ext
      openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile node.ext -out pve-ssl.pem 2>/dev/null`);
    plan = {
      cluster: "lab",
      nodes: { node: node.address },
      certificateAuthority: `${await node.bash("cat /etc/pve/local/ca.pem")}\n`,
      retentionDays: 30,
      scrapeSeconds: 5,
      probes: {
        storage: { type: "tcp", server: nas.address, port: 22, tunnel: false, latencyMs: 500 },
        gone: { type: "tcp", server: node.address, port: 9, tunnel: true, latencyMs: 500 },
      },
      backups: [{ guest: "web", vmId: 100, hours: 26 }],
      objectives: { replicationLagMinutes: 30, storageFullPercent: 80, certificateDays: 14 },
      receivers: {
        ops: {
          type: "email",
          to: "ops@example.org",
          from: "prometheus@example.org",
          smtpServer: "mail.example.org",
          smtpPort: 587,
          user: "prometheus",
          severities: ["critical", "warning"],
        },
      },
    };
    installed = watch(plan);
  });

  it("installs and starts the exporter of a node, over TLS on the declared address alone", async () => {
    const { node } = site();
    const { code, stderr } = await beWatched();
    assert.equal(code, 0, stderr);
    assert.equal(
      await node.bash("systemctl is-active prometheus-node-exporter hybrid-estate-metrics.timer"),
      "active\nactive",
    );
    assert.equal(await node.bash("ss -Hltn 'sport = :9100' | awk '{ print $4 }'"), `${node.address}:9100`);
    const before = await stateOf(node, ["prometheus-node-exporter"]);
    assertNoChange(await beWatched());
    assert.equal(await stateOf(node, ["prometheus-node-exporter"]), before);
  });

  it("installs and starts the server, with files that promtool and amtool accept and secrets that few can read", async () => {
    const { nas } = site();
    const { code, stderr } = await installed;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /01234567|pass\{\{word/);
    assert.equal(
      await nas.bash(
        `systemctl is-active ${SERVICES.join(" ")} | sort -u; systemctl is-enabled ${SERVICES.join(" ")} | sort -u`,
      ),
      "active\nenabled",
    );
    assert.match(
      await nas.bash("promtool check config /etc/prometheus/prometheus.yml 2>&1"),
      /SUCCESS: [1-9]\d* rules/,
    );
    assert.match(await nas.bash("amtool check-config /etc/prometheus/alertmanager.yml"), /SUCCESS/);
    assert.equal(
      await nas.bash("stat -c '%a %G' /etc/prometheus/alertmanager.yml /etc/prometheus/pve.yml"),
      "640 prometheus\n600 root",
    );
    assert.equal(
      await nas.bash(
        "ss -Hltn | awk '{ print $4 }' | grep -E ':(90|91|92)[0-9][0-9]$' | grep -vc ^127.0.0.1 || true",
      ),
      "0",
    );
  });

  it("asks everything that is declared: what is there is up, and what is not is down", async () => {
    await untilAnswered("up", {
      "prometheus/": "1",
      "alertmanager/": "1",
      "blackbox/": "1",
      "pve-exporter/": "1",
      "node/node": "1",
      "ping/node": "1",
      "probe-tcp/storage": "1",
      "probe-tcp/gone": "1",
      "pve/node": "0",
    });
    await untilAnswered("probe_success", {
      "ping/node": "1",
      "probe-tcp/storage": "1",
      "probe-tcp/gone": "0",
    });
    await untilAnswered('hybrid_estate_collector_success{collector="zfs"}', { "node/node": "1" });
  });

  it("does not change in a second run", async () => {
    const { nas } = site();
    const before = await stateOf(nas, SERVICES);
    assertNoChange(await watch(plan));
    assert.equal(await stateOf(nas, SERVICES), before);
  });

  const broken: Record<string, [string, string, RegExp]> = {
    "a Prometheus configuration": ["/etc/prometheus/prometheus.yml", "scrape_configs: {", /promtool refuses/],
    "an alert rule": [
      "/etc/prometheus/rules/hybrid-estate.yml",
      "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up ==\n",
      /promtool refuses/,
    ],
    "an Alertmanager configuration": ["/etc/prometheus/alertmanager.yml", "route: {}\n", /amtool refuses/],
    "a probe's module": [
      "/etc/prometheus/blackbox.yml",
      "modules: { a: { prober: none, x: 1 } }\n",
      /blackbox-exporter refuses/,
    ],
  };
  for (const [what, [path, text, reason]] of Object.entries(broken)) {
    it(`says what is wrong with ${what}, and stays as it is`, async () => {
      const { nas } = site();
      const before = await stateOf(nas, SERVICES);
      const { code, stderr } = await send(changed(path, text));
      assert.equal(code, 1, stderr);
      assert.match(stderr, reason);
      assert.match(stderr, /the old one stays/);
      assert.equal(await stateOf(nas, SERVICES), before);
    });
  }

  it("writes nothing when the connection breaks off in the middle of the files, or one of them is not its own", async () => {
    const { nas } = site();
    const before = await stateOf(nas, SERVICES);
    const input = framed(serverFiles({ ...plan, retentionDays: 7 }, SECRETS));
    const half = await nas.script("monitoring", serverArguments(), input.slice(0, input.length / 2));
    assert.equal(half.code, 1);
    assert.match(half.stderr, /nothing was changed/);
    const other = await send([{ path: "/etc/passwd", text: "" }]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /refused file \/etc\/passwd/);
    assert.equal(await stateOf(nas, SERVICES), before);
  });

  it("takes a change to the service that it is for, and to no other", async () => {
    const { nas } = site();
    const others = SERVICES.filter((service) => service !== "prometheus");
    const started = () => nas.bash(`systemctl show -p ActiveEnterTimestampMonotonic ${others.join(" ")}`);
    const before = await started();
    const { code, stderr } = await watch({ ...plan, retentionDays: 7 });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /prometheus started/);
    assert.match(await nas.bash("tr '\\0' ' ' </proc/$(pidof prometheus)/cmdline"), /retention\.time=7d/);
    assert.equal(await started(), before);
  });

  it("is back after a power cut, without any run", async () => {
    const { nas } = site();
    await nas.bash("sync");
    await nas.powerCycle();
    assert.equal(await nas.bash(`systemctl is-active ${SERVICES.join(" ")} | sort -u`), "active");
    await untilAnswered('up{job="node"}', { "node/node": "1" });
  });

  it("is stopped when it is removed, and its figures stay", async () => {
    const { nas, node } = site();
    const gone = await nas.script("monitoring", ["remove", "--role", "server"]);
    assert.equal(gone.code, 0, gone.stderr);
    assert.equal(
      await nas.bash(`systemctl is-active ${SERVICES.join(" ")} | sort -u`).catch(() => "inactive"),
      "inactive",
    );
    assert.notEqual(await nas.bash("ls /var/lib/prometheus/metrics2 | wc -l"), "0");
    const unwatched = await node.script("monitoring", ["remove", "--role", "node"]);
    assert.equal(unwatched.code, 0, unwatched.stderr);
    assert.equal(await node.bash("ss -Hltn 'sport = :9100'"), "");
    assertNoChange(await nas.script("monitoring", ["remove", "--role", "server"]));
    assertNoChange(await node.script("monitoring", ["remove", "--role", "node"]));
  });
});
