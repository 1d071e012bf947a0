import { stringify } from "yaml";
import type { MonitoringPlan, Probe } from "./plan";

/** Where things listen on the guest; only Grafana answers to others. */
export const LISTEN = {
  prometheus: "127.0.0.1:9090",
  alertmanager: "127.0.0.1:9093",
  blackbox: "127.0.0.1:9115",
  pveExporter: "127.0.0.1:9221",
} as const;

/** Port of the exporter on each node. */
export const NODE_EXPORTER_PORT = 9100;

/** File of the cluster's certificate authority, beside prometheus.yml. */
const AUTHORITY = "cluster-ca.pem";
export const AUTHORITY_FILE = `/etc/prometheus/${AUTHORITY}`;

/** The API answers in its own time: it asks every node, and storages that may be slow. */
const API_SECONDS = 60;

/** prometheus.yml: what is scraped and probed. Labels `node` and `probe` say what a figure is about. */
export function prometheusConfig(plan: MonitoringPlan): string {
  const { cluster, nodes, scrapeSeconds } = plan;
  const nodeTargets = (target: (address: string) => string) =>
    Object.entries(nodes).map(([node, address]) => ({ targets: [target(address)], labels: { node } }));
  return stringify({
    global: {
      scrape_interval: `${scrapeSeconds}s`,
      scrape_timeout: `${Math.min(scrapeSeconds, 10)}s`,
      evaluation_interval: `${scrapeSeconds}s`,
      external_labels: { cluster },
    },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [LISTEN.alertmanager] }] }] },
    rule_files: ["rules/hybrid-estate.yml"],
    scrape_configs: [
      ...Object.entries({
        prometheus: LISTEN.prometheus,
        alertmanager: LISTEN.alertmanager,
        blackbox: LISTEN.blackbox,
        "pve-exporter": LISTEN.pveExporter,
      }).map(([job, target]) => ({ job_name: job, static_configs: [{ targets: [target] }] })),
      {
        job_name: "node",
        scheme: "https",
        tls_config: tls(plan),
        static_configs: nodeTargets((address) => `${address}:${NODE_EXPORTER_PORT}`),
      },
      {
        // Every node is asked: one of them may be down, and each alone knows its own replication jobs.
        job_name: "pve",
        metrics_path: "/pve",
        scrape_interval: `${Math.max(scrapeSeconds, API_SECONDS)}s`,
        scrape_timeout: `${API_SECONDS / 2}s`,
        params: { module: ["default"], cluster: ["1"], node: ["1"] },
        static_configs: nodeTargets((address) => address),
        relabel_configs: through(LISTEN.pveExporter),
      },
      probeJob(
        "ping",
        "icmp",
        nodeTargets((address) => address),
      ),
      probeJob(
        "api",
        "http_any_certificate",
        nodeTargets((address) => `https://${address}:8006/`),
      ),
      ...probeJobs(plan),
    ],
  });
}

function tls({ certificateAuthority }: MonitoringPlan): object {
  return certificateAuthority === undefined ? { insecure_skip_verify: true } : { ca_file: AUTHORITY };
}

function probeJobs({ probes }: MonitoringPlan): object[] {
  const modules = new Map<string, object[]>();
  for (const [probe, description] of Object.entries(probes)) {
    const labels = { probe, tunnel: description.tunnel ? "yes" : "no" };
    const module = moduleOf(description);
    modules.set(module, [...(modules.get(module) ?? []), { targets: [targetOf(description)], labels }]);
  }
  return [...modules].map(([module, targets]) => probeJob(`probe-${module}`, module, targets));
}

function moduleOf(probe: Probe): string {
  if (probe.type !== "http") return probe.type;
  return probe.verifyCertificate ? "http" : "http_any_certificate";
}

function targetOf(probe: Probe): string {
  switch (probe.type) {
    case "icmp":
      return probe.address;
    case "tcp":
      return `${probe.server}:${probe.port}`;
    case "http":
      return probe.url;
  }
}

function probeJob(job: string, module: string, targets: object[]): object {
  return {
    job_name: job,
    metrics_path: "/probe",
    params: { module: [module] },
    static_configs: targets,
    relabel_configs: through(LISTEN.blackbox),
  };
}

/** Asks an exporter about a target, whose name stays the instance. */
function through(exporter: string): object[] {
  return [
    { source_labels: ["__address__"], target_label: "__param_target" },
    { source_labels: ["__param_target"], target_label: "instance" },
    { target_label: "__address__", replacement: exporter },
  ];
}

/** blackbox.yml: the kinds of probes. */
export function blackboxConfig(): string {
  const ip = { preferred_ip_protocol: "ip4", ip_protocol_fallback: false };
  return stringify({
    modules: {
      icmp: { prober: "icmp", timeout: "5s", icmp: ip },
      tcp: { prober: "tcp", timeout: "5s", tcp: ip },
      http: { prober: "http", timeout: "8s", http: ip },
      http_any_certificate: {
        prober: "http",
        timeout: "8s",
        http: { ...ip, tls_config: { insecure_skip_verify: true } },
      },
    },
  });
}

/** pve.yml: how the exporter logs in to the cluster's API. */
export function pveExporterConfig({ certificateAuthority }: MonitoringPlan, token: string): string {
  const [, user = "", name = "", value = ""] = /^(.+)!(.+)=(.+)$/.exec(token) ?? [];
  return stringify({
    default: {
      user,
      token_name: name,
      token_value: value,
      verify_ssl: certificateAuthority === undefined ? false : AUTHORITY_FILE,
    },
  });
}
