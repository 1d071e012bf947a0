import { spawnSync } from "node:child_process";
import type { MonitoringPlan, MonitoringSecrets } from "../../components/hosts/monitoring/plan";

/** A plan that has something of everything. */
export const PLAN: MonitoringPlan = {
  cluster: "site",
  nodes: { pve1: "192.0.2.11", pve2: "192.0.2.12", pve3: "192.0.2.13" },
  retentionDays: 30,
  scrapeSeconds: 30,
  probes: {
    vpc: { type: "icmp", address: "10.42.0.10", tunnel: true, latencyMs: 50 },
    database: { type: "tcp", server: "10.42.0.20", port: 5432, tunnel: true, latencyMs: 100 },
    shop: {
      type: "http",
      url: "https://shop.example.org/health?a=b&c={{d}}#e",
      verifyCertificate: true,
      tunnel: false,
      latencyMs: 500,
    },
    lab: {
      type: "http",
      url: "https://192.0.2.50/",
      verifyCertificate: false,
      tunnel: false,
      latencyMs: 500,
    },
  },
  backups: [
    { guest: "web", vmId: 100, hours: 26 },
    { guest: "db", vmId: 101, hours: 4 },
  ],
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
    pager: { type: "webhook", severities: ["critical"] },
  },
  grafanaPort: 3000,
};

export const PLAN_SECRETS: MonitoringSecrets = {
  proxmoxToken: "monitoring@pve!prometheus=01234567-89ab-cdef-0123-456789abcdef",
  receivers: { ops: 'it\'s "a": #pass{{word}} $HOME', pager: "https://hooks.example.org/T0/B0/hush" },
  grafanaPassword: "correct-horse-battery",
};

/** Why the tools that check Prometheus' files can't run here; undefined where they can. */
export function lackingForPrometheus(): string | undefined {
  const missing = ["promtool", "amtool"].filter((tool) => spawnSync(tool, ["--version"]).error);
  return missing.length === 0
    ? undefined
    : `${missing.join(" and ")} not on PATH (Debian: prometheus, prometheus-alertmanager)`;
}
