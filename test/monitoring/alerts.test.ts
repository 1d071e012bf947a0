import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { alerts, rulesFile } from "../../components/hosts/monitoring/rules";
import { needs } from "../support/needs";
import { lackingForPrometheus, PLAN } from "./plan";

/** Series by what Prometheus' test format calls them, each with its values, one a minute. */
type SeriesValues = Readonly<Record<string, string>>;

interface Row {
  /** What is given when the alert has to fire, at `at`, with those labels. */
  readonly fires: SeriesValues;
  readonly at: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What is given when it must not, although it is close. */
  readonly quiet: readonly SeriesValues[];
  /**
   * How often rules are looked at, where every minute of a day is too slow a test. What an alert follows from may be
   * recorded after it was looked at: the value before has to count still, which it does for 5 minutes.
   */
  readonly every?: string;
}

/** The same value for three days. */
const always = (value: number) => `${value}x4400`;
/** One value for some minutes, then another one. */
const then = (first: number, minutes: number, second: number) =>
  `${first}x${minutes} ${second}x${4400 - minutes}`;

const up = (id: string, node = "pve1") => `pve_up{job="pve", node="${node}", id="${id}"}`;
const quorum = (name: string, node = "pve1") => `hybrid_estate_quorum_${name}{job="node", node="${node}"}`;
const disk = (what: string) => `pve_disk_${what}_bytes{id="storage/pve1/nas", node="pve2"}`;
const newest = (vmid: number, storage = "pbs", node = "pve1") =>
  `hybrid_estate_backup_newest_timestamp_seconds{vmid="${vmid}", storage="${storage}", node="${node}"}`;
const collected = (collector: string, node = "pve1") =>
  `hybrid_estate_collector_success{collector="${collector}", node="${node}"}`;
const probe = (name: string, job: string, tunnel: string) =>
  `{probe="${name}", job="${job}", tunnel="${tunnel}", instance="i-${name}"}`;
const rtt = (phase = "rtt") =>
  `probe_icmp_duration_seconds{phase="${phase}", probe="vpc", job="probe-icmp", tunnel="yes", instance="i-vpc"}`;
const ha = (id: string, state: string) => `pve_ha_state{id="${id}", state="${state}", node="pve1"}`;

const ROWS: Readonly<Record<string, Row>> = {
  NodeDown: {
    // A dead node's own exporter says nothing; the others say that it is offline.
    fires: { [up("node/pve3", "pve1")]: always(0), [up("node/pve3", "pve2")]: always(0) },
    at: "5m",
    labels: { node: "pve3" },
    quiet: [
      { [up("node/pve3")]: always(1) },
      // Alone it is offline for the others, and still there for itself.
      { [up("node/pve3", "pve1")]: always(0), [up("node/pve3", "pve3")]: always(1) },
      { [up("qemu/100")]: always(0) },
      { [up("node/pve3")]: then(0, 1, 1) },
    ],
  },
  ClusterSilent: {
    fires: { 'up{job="pve", node="pve1"}': always(0), 'up{job="pve", node="pve2"}': always(0) },
    at: "5m",
    labels: {},
    quiet: [{ 'up{job="pve", node="pve1"}': always(0), 'up{job="pve", node="pve2"}': always(1) }],
  },
  QuorumLost: {
    fires: { [quorum("quorate")]: always(0) },
    at: "3m",
    labels: { node: "pve1" },
    quiet: [{ [quorum("quorate")]: always(1) }],
  },
  QuorumAtRisk: {
    fires: {
      [quorum("quorate")]: always(1),
      [quorum("votes")]: always(2),
      [quorum("votes_needed")]: always(2),
    },
    at: "10m",
    labels: {},
    quiet: [
      { [quorum("quorate")]: always(1), [quorum("votes")]: always(3), [quorum("votes_needed")]: always(2) },
      // That is QuorumLost.
      { [quorum("quorate")]: always(0), [quorum("votes")]: always(1), [quorum("votes_needed")]: always(2) },
    ],
  },
  HaError: {
    fires: { [ha("qemu/100", "error")]: always(1) },
    at: "3m",
    labels: { id: "qemu/100" },
    quiet: [{ [ha("qemu/100", "error")]: always(0), [ha("qemu/100", "started")]: always(1) }],
  },
  HaStuck: {
    fires: { [ha("qemu/100", "recovery")]: always(1) },
    at: "15m",
    labels: { id: "qemu/100", state: "recovery" },
    quiet: [{ [ha("qemu/100", "recovery")]: then(1, 5, 0) }, { [ha("node/pve2", "fence")]: always(1) }],
  },
  GuestDown: {
    fires: {
      [up("lxc/101")]: always(0),
      'pve_onboot_status{id="lxc/101", node="pve1", type="lxc"}': always(1),
    },
    at: "10m",
    labels: { id: "lxc/101" },
    quiet: [
      { [up("lxc/101")]: always(0), 'pve_onboot_status{id="lxc/101", node="pve1"}': always(0) },
      { [up("lxc/101")]: always(1), 'pve_onboot_status{id="lxc/101", node="pve1"}': always(1) },
    ],
  },
  ZfsDegraded: {
    fires: { 'hybrid_estate_zfs_pool_healthy{node="pve1", pool="tank"}': always(0) },
    at: "3m",
    labels: { node: "pve1", pool: "tank" },
    quiet: [{ 'hybrid_estate_zfs_pool_healthy{node="pve1", pool="tank"}': always(1) }],
  },
  ZfsErrors: {
    fires: { 'hybrid_estate_zfs_pool_devices_with_errors{node="pve1", pool="tank"}': always(1) },
    at: "3m",
    labels: { node: "pve1", pool: "tank" },
    quiet: [{ 'hybrid_estate_zfs_pool_devices_with_errors{node="pve1", pool="tank"}': always(0) }],
  },
  StorageNearlyFull: {
    fires: { [disk("usage")]: always(81), [disk("size")]: always(100) },
    at: "20m",
    labels: { node: "pve1", storage: "nas" },
    quiet: [
      { [disk("usage")]: always(80), [disk("size")]: always(100) },
      // A storage that is offline has no size.
      { [disk("usage")]: always(0), [disk("size")]: always(0) },
      // A guest's disk is not a storage.
      {
        'pve_disk_usage_bytes{id="lxc/101"}': always(99),
        'pve_disk_size_bytes{id="lxc/101"}': always(100),
      },
    ],
  },
  StorageFull: {
    fires: { [disk("usage")]: always(91), [disk("size")]: always(100) },
    at: "10m",
    labels: { node: "pve1", storage: "nas" },
    quiet: [{ [disk("usage")]: always(90), [disk("size")]: always(100) }],
  },
  StorageUnavailable: {
    fires: { [up("storage/pve2/nas")]: always(0) },
    at: "10m",
    labels: { node: "pve2", storage: "nas" },
    quiet: [{ [up("storage/pve2/nas")]: always(1) }, { [up("node/pve2")]: always(0) }],
  },
  RootFileSystemNearlyFull: {
    fires: {
      'node_filesystem_avail_bytes{job="node", node="pve1", mountpoint="/"}': always(19),
      'node_filesystem_size_bytes{job="node", node="pve1", mountpoint="/"}': always(100),
    },
    at: "20m",
    labels: { node: "pve1" },
    quiet: [
      {
        'node_filesystem_avail_bytes{job="node", node="pve1", mountpoint="/"}': always(20),
        'node_filesystem_size_bytes{job="node", node="pve1", mountpoint="/"}': always(100),
      },
      {
        'node_filesystem_avail_bytes{job="node", node="pve1", mountpoint="/mnt/x"}': always(1),
        'node_filesystem_size_bytes{job="node", node="pve1", mountpoint="/mnt/x"}': always(100),
      },
    ],
  },
  BackupTooOld: {
    fires: { [newest(100)]: always(0), [newest(100, "local", "pve2")]: always(-3600) },
    at: "26h40m",
    every: "4m",
    labels: { guest: "web", vmid: "100" },
    quiet: [
      // One storage has a newer one.
      { [newest(100)]: always(0), [newest(100, "local", "pve2")]: always(3600) },
      // No job saves it: it has no objective.
      { [newest(999)]: always(0) },
    ],
  },
  BackupMissing: {
    fires: { [collected("backup")]: always(1), [newest(101)]: always(100_000) },
    at: "26h40m",
    every: "4m",
    labels: { guest: "web", vmid: "100" },
    quiet: [
      { [collected("backup")]: always(1), [newest(100)]: always(0), [newest(101)]: always(0) },
      // One of the storages could not be asked.
      { [collected("backup")]: always(1), [collected("backup", "pve2")]: always(0) },
    ],
  },
  ReplicationFailed: {
    fires: { 'pve_replication_failed_syncs{id="100-0", node="pve1"}': always(2) },
    at: "15m",
    labels: { id: "100-0" },
    quiet: [{ 'pve_replication_failed_syncs{id="100-0", node="pve1"}': always(0) }],
  },
  ReplicationLagging: {
    fires: { 'pve_replication_last_sync_timestamp_seconds{id="100-0", node="pve1"}': always(0) },
    at: "37m",
    labels: { id: "100-0" },
    quiet: [
      { 'pve_replication_last_sync_timestamp_seconds{id="100-0", node="pve1"}': always(600) },
      { 'pve_replication_last_sync_timestamp_seconds{id="100-0", node="pve1"}': "0+60x4400" },
    ],
  },
  TunnelDown: {
    fires: {
      [`probe_success${probe("vpc", "probe-icmp", "yes")}`]: always(0),
      [`probe_success${probe("database", "probe-tcp", "yes")}`]: always(0),
      [`probe_success${probe("shop", "probe-http", "no")}`]: always(1),
    },
    at: "5m",
    labels: { tunnel: "yes" },
    quiet: [
      // What is behind it answers in part: it is not the tunnel.
      {
        [`probe_success${probe("vpc", "probe-icmp", "yes")}`]: always(0),
        [`probe_success${probe("database", "probe-tcp", "yes")}`]: always(1),
      },
      { [`probe_success${probe("shop", "probe-http", "no")}`]: always(0) },
    ],
  },
  ProbeFailed: {
    fires: { [`probe_success${probe("shop", "probe-http", "no")}`]: always(0) },
    at: "8m",
    labels: { probe: "shop", instance: "i-shop" },
    quiet: [
      { [`probe_success${probe("shop", "probe-http", "no")}`]: always(1) },
      { 'probe_success{job="ping", node="pve1"}': always(0) },
    ],
  },
  ApiDown: {
    fires: { 'probe_success{job="api", node="pve1", instance="https://192.0.2.11:8006/"}': always(0) },
    at: "8m",
    labels: { node: "pve1" },
    quiet: [{ 'probe_success{job="api", node="pve1"}': always(1) }],
  },
  LatencyHigh: {
    fires: { [rtt()]: always(0.06) },
    at: "20m",
    labels: { probe: "vpc", instance: "i-vpc" },
    quiet: [
      { [rtt()]: always(0.04) },
      // Resolving a name is not the way there.
      { [rtt("resolve")]: always(3) },
      { [`probe_duration_seconds${probe("database", "probe-tcp", "yes")}`]: always(0.09) },
      // The whole of an ICMP probe is longer than the answer took.
      {
        [rtt()]: always(0.04),
        [`probe_duration_seconds${probe("vpc", "probe-icmp", "yes")}`]: always(1),
      },
    ],
  },
  CertificateExpiring: {
    fires: {
      'probe_ssl_earliest_cert_expiry{job="api", instance="https://192.0.2.11:8006/"}': always(1_209_600),
    },
    at: "70m",
    labels: { instance: "https://192.0.2.11:8006/" },
    quiet: [{ 'probe_ssl_earliest_cert_expiry{job="api", instance="x"}': always(1_300_000) }],
  },
  ExporterDown: {
    fires: { 'up{job="node", instance="192.0.2.11:9100", node="pve1"}': always(0) },
    at: "8m",
    labels: { job: "node", node: "pve1" },
    quiet: [{ 'up{job="node", instance="192.0.2.11:9100", node="pve1"}': always(1) }],
  },
  CollectorFailed: {
    fires: { [collected("zfs")]: always(0) },
    at: "20m",
    labels: { node: "pve1", collector: "zfs" },
    quiet: [{ [collected("zfs")]: always(1) }],
  },
  CollectorStale: {
    fires: {
      'node_textfile_mtime_seconds{node="pve1", file="/var/lib/prometheus/node-exporter/hybrid-estate.prom"}':
        always(0),
    },
    at: "40m",
    labels: { node: "pve1" },
    quiet: [
      {
        'node_textfile_mtime_seconds{node="pve1", file="/var/lib/prometheus/node-exporter/hybrid-estate.prom"}':
          "0+60x4400",
      },
      // Another package's file is not ours to watch.
      {
        'node_textfile_mtime_seconds{node="pve1", file="/var/lib/prometheus/node-exporter/apt.prom"}':
          always(0),
      },
    ],
  },
  CollectorMissing: {
    fires: { 'up{job="node", node="pve1"}': always(1), [collected("zfs", "pve2")]: always(1) },
    at: "40m",
    labels: { node: "pve1" },
    quiet: [{ 'up{job="node", node="pve1"}': always(1), [collected("zfs")]: always(1) }],
  },
  AlertsNotDelivered: {
    fires: { 'alertmanager_notifications_failed_total{integration="email"}': "0+1x4400" },
    at: "15m",
    labels: {},
    quiet: [{ 'alertmanager_notifications_failed_total{integration="email"}': always(7) }],
  },
  ConfigurationRefused: {
    fires: { 'alertmanager_config_last_reload_successful{job="alertmanager"}': always(0) },
    at: "8m",
    labels: { job: "alertmanager" },
    quiet: [{ 'alertmanager_config_last_reload_successful{job="alertmanager"}': always(1) }],
  },
};

describe("monitoring: alerts", () => {
  it("every one has a test, and says what is wrong and what to do", () => {
    const all = alerts(PLAN);
    assert.deepEqual(all.map(({ name }) => name).sort(), Object.keys(ROWS).sort());
    for (const { name, summary, description } of all) {
      assert.ok(summary.length > 10 && !summary.includes("\n"), name);
      assert.ok(description.length > 40, name);
    }
  });

  describe("with promtool", () => {
    needs(lackingForPrometheus());
    const folder = mkdtempSync(join(tmpdir(), "hybrid-estate-alerts-"));
    before(() => writeFileSync(join(folder, "rules.yml"), rulesFile(PLAN)));
    after(() => rmSync(folder, { recursive: true }));

    function promtool(...args: string[]): { status: number | null; out: string } {
      const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
      return { status, out: stdout + stderr };
    }

    function test(alert: string, series: SeriesValues, at: string, labels?: Row["labels"]) {
      const names = Object.keys(labels ?? {});
      const text = names.map((name) => `${name}=${JSON.stringify(labels?.[name])}`).join(", ");
      return {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `max by (${names.join(", ")}) (ALERTS{alertname="${alert}", alertstate="firing"})`,
            eval_time: at,
            exp_samples: labels ? [{ labels: `{${text}}`, value: 1 }] : [],
          },
        ],
      };
    }

    it("the rules are sound", () => {
      const { status, out } = promtool("check", "rules", "rules.yml");
      assert.equal(status, 0, out);
    });

    for (const [alert, { fires, at, labels, quiet, every = "1m" }] of Object.entries(ROWS)) {
      it(`${alert} fires, and not without reason`, function () {
        this.timeout(20_000);
        const file = `${alert}.yml`;
        const tests = [
          test(alert, fires, at, labels),
          ...quiet.map((series) => test(alert, series, at)),
          // Nothing to see, nothing to say.
          test(alert, {}, at),
        ];
        writeFileSync(
          join(folder, file),
          stringify({ rule_files: ["rules.yml"], evaluation_interval: every, tests }),
        );
        const { status, out } = promtool("test", "rules", file);
        assert.equal(status, 0, out);
      });
    }

    it("an alert's text names what it is about, whatever that is called", () => {
      const hostile = '\\"{{ .Labels }}$HOME\\n<b>';
      const tests = [
        {
          interval: "1m",
          input_series: [
            { series: `hybrid_estate_zfs_pool_healthy{node="pve1", pool="${hostile}"}`, values: always(0) },
          ],
          alert_rule_test: [
            {
              eval_time: "5m",
              alertname: "ZfsDegraded",
              exp_alerts: [
                {
                  exp_labels: { severity: "critical", node: "pve1", pool: '"{{ .Labels }}$HOME\n<b>' },
                  exp_annotations: {
                    summary: 'ZFS pool "{{ .Labels }}$HOME\n<b> on pve1 is not healthy',
                    description: alerts(PLAN).find(({ name }) => name === "ZfsDegraded")?.description,
                  },
                },
              ],
            },
          ],
        },
      ];
      writeFileSync(join(folder, "hostile.yml"), stringify({ rule_files: ["rules.yml"], tests }));
      const { status, out } = promtool("test", "rules", "hostile.yml");
      assert.equal(status, 0, out);
    });
  });
});
