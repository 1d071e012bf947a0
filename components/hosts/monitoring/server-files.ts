import { alertmanagerConfig } from "./alertmanager";
import { dashboardJson } from "./dashboard";
import type { HostFile } from "./files";
import { grafanaFiles } from "./grafana";
import type { MonitoringPlan, MonitoringSecrets } from "./plan";
import { AUTHORITY_FILE, blackboxConfig, LISTEN, prometheusConfig, pveExporterConfig } from "./prometheus";
import { rulesFile } from "./rules";

/** Where the script puts the exporter for Proxmox VE. */
const PVE_EXPORTER = "/opt/hybrid-estate/pve-exporter/bin/python -m pve_exporter";

/** The files of the monitoring guest. Those with secrets are for root and the service that reads them. */
export function serverFiles(plan: MonitoringPlan, secrets: MonitoringSecrets): HostFile[] {
  const { certificateAuthority, retentionDays, grafanaPort } = plan;
  const prometheus = { mode: "0640", group: "prometheus" } as const;
  return [
    { path: "/etc/prometheus/prometheus.yml", text: prometheusConfig(plan) },
    { path: "/etc/prometheus/rules/hybrid-estate.yml", text: rulesFile(plan) },
    { path: "/etc/prometheus/blackbox.yml", text: blackboxConfig() },
    {
      path: "/etc/prometheus/alertmanager.yml",
      text: alertmanagerConfig(plan, secrets.receivers),
      ...prometheus,
    },
    { path: "/etc/prometheus/pve.yml", text: pveExporterConfig(plan, secrets.proxmoxToken), mode: "0600" },
    ...(certificateAuthority === undefined ? [] : [{ path: AUTHORITY_FILE, text: certificateAuthority }]),
    defaults(
      "prometheus",
      `--web.listen-address=${LISTEN.prometheus}`,
      `--storage.tsdb.retention.time=${retentionDays}d`,
    ),
    // Without a cluster of its own, so that it opens no port for one.
    defaults(
      "prometheus-alertmanager",
      `--web.listen-address=${LISTEN.alertmanager}`,
      "--cluster.listen-address=",
    ),
    defaults(
      "prometheus-blackbox-exporter",
      "--config.file=/etc/prometheus/blackbox.yml",
      `--web.listen-address=${LISTEN.blackbox}`,
    ),
    { path: "/etc/systemd/system/prometheus-pve-exporter.service", text: pveExporterUnit() },
    ...(grafanaPort === undefined
      ? []
      : grafanaFiles(grafanaPort, secrets.grafanaPassword ?? "", dashboardJson(plan))),
  ];
}

function defaults(service: string, ...args: readonly string[]): HostFile {
  return { path: `/etc/default/${service}`, text: `ARGS="${args.join(" ")}"\n` };
}

/** The token is root's; systemd hands the service a copy. */
function pveExporterUnit(): string {
  return `[Unit]
Description=Exporter for Proxmox VE
After=network-online.target
Wants=network-online.target

[Service]
DynamicUser=yes
LoadCredential=pve.yml:/etc/prometheus/pve.yml
ExecStart=${PVE_EXPORTER} --config.file=\${CREDENTIALS_DIRECTORY}/pve.yml --web.listen-address=${LISTEN.pveExporter}
Restart=always
RestartSec=10
NoNewPrivileges=yes
ProtectHome=yes
ProtectSystem=strict
PrivateTmp=yes
CapabilityBoundingSet=

[Install]
WantedBy=multi-user.target
`;
}

/** What `monitoring` is told to make a guest the monitoring server. */
export function serverArguments(grafana?: {
  readonly aptRepository: string;
  readonly keyFingerprint: string;
}): string[] {
  return [
    "apply",
    "--role",
    "server",
    ...(grafana ? ["--grafana", grafana.aptRepository, "--grafana-key", grafana.keyFingerprint] : []),
  ];
}
