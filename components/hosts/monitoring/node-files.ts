import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { HostFile } from "./files";
import { NODE_EXPORTER_PORT } from "./prometheus";

/** What a node is to tell, and where. */
export interface NodeWatch {
  /** Address that the exporter listens on: the management network's. */
  readonly address: string;
  /** Certificate that the exporter answers with. */
  readonly certificate: string;
  readonly key: string;
  /** Storages of the node that hold backups. */
  readonly backupStorages: readonly string[];
}

/** The certificate that the cluster's authority gave each node, and that Proxmox VE renews. */
export const NODE_CERTIFICATE = {
  certificate: "/etc/pve/local/pve-ssl.pem",
  key: "/etc/pve/local/pve-ssl.key",
} as const;

const METRICS = "/usr/local/lib/hybrid-estate/metrics";
const WEB_CONFIG = "/etc/prometheus/node-exporter-web.yml";
/** Where systemd puts what LoadCredential names. */
const CREDENTIALS = "/run/credentials/prometheus-node-exporter.service";

/** The files of a node: the exporter over TLS on the management network, and what it does not know, every minute. */
export function nodeFiles({ address, certificate, key, backupStorages }: NodeWatch): HostFile[] {
  const options = [
    ...backupStorages.flatMap((storage) => ["--backup-storage", storage]),
    "--certificate",
    certificate,
  ];
  return [
    {
      path: "/etc/default/prometheus-node-exporter",
      text: `ARGS="--web.listen-address=${address}:${NODE_EXPORTER_PORT} --web.config.file=${WEB_CONFIG} --collector.textfile.directory=/var/lib/prometheus/node-exporter"\n`,
    },
    {
      path: WEB_CONFIG,
      text: stringify({
        tls_server_config: {
          cert_file: `${CREDENTIALS}/certificate`,
          key_file: `${CREDENTIALS}/key`,
          min_version: "TLS12",
        },
      }),
    },
    {
      // The exporter may not read the node's key: systemd hands it a copy. /etc/pve comes up after the boot.
      path: "/etc/systemd/system/prometheus-node-exporter.service.d/hybrid-estate.conf",
      text: `[Unit]
After=pve-cluster.service network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
LoadCredential=certificate:${certificate}
LoadCredential=key:${key}
Restart=always
RestartSec=15
`,
    },
    { path: METRICS, text: readFileSync(join(__dirname, "metrics.sh"), "utf8"), mode: "0755" },
    {
      path: "/etc/systemd/system/hybrid-estate-metrics.service",
      text: `[Unit]
Description=What node_exporter does not know of this node
After=pve-cluster.service

[Service]
Type=oneshot
ExecStart=${METRICS} ${options.join(" ")}
TimeoutStartSec=15min
Nice=10
IOSchedulingClass=idle
`,
    },
    {
      path: "/etc/systemd/system/hybrid-estate-metrics.timer",
      text: `[Unit]
Description=What node_exporter does not know of this node, every minute

[Timer]
OnBootSec=1min
OnActiveSec=5s
OnUnitInactiveSec=1min
AccuracySec=5s

[Install]
WantedBy=timers.target
`,
    },
  ];
}

/** What `monitoring` is told to make a node one that can be asked. */
export function nodeArguments({ certificate, key }: Pick<NodeWatch, "certificate" | "key">): string[] {
  return ["apply", "--role", "node", "--certificate", certificate, "--key", key];
}
