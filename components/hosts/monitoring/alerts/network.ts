import type { MonitoringPlan } from "../plan";
import { type Alert, OBJECTIVES, RECORDED } from "../rules";

/** The tunnel, probes, latency and certificates. */
export function networkAlerts({ objectives }: MonitoringPlan): Alert[] {
  return [
    {
      name: "TunnelDown",
      expression: `max by (tunnel) (probe_success{tunnel="yes"}) == 0`,
      lasting: "2m",
      severity: "critical",
      summary: "The tunnel to the other site is down",
      description:
        "No probe through it gets an answer. Look at the VPN gateway of the cluster and the tunnels' state in AWS; recovery at the other site does not need it, replication and failback do.",
    },
    {
      name: "ProbeFailed",
      expression: `probe_success{probe!=""} == 0`,
      lasting: "5m",
      severity: "warning",
      summary: "Probe {{ $labels.probe }} of {{ $labels.instance }} fails",
      description:
        "There is no answer, or not the right one. The blackbox exporter on the monitoring guest says why: http://127.0.0.1:9115/ there.",
    },
    {
      name: "ApiDown",
      expression: `probe_success{job="api"} == 0`,
      lasting: "5m",
      severity: "warning",
      summary: "The API of node {{ $labels.node }} does not answer",
      description:
        "The node may run well otherwise: systemctl status pveproxy pvedaemon there, and the firewall on the way. The web interface and this program work over other nodes meanwhile.",
    },
    {
      name: "LatencyHigh",
      expression: `${RECORDED.answer} > on (probe) group_left () ${OBJECTIVES.latency}`,
      lasting: "10m",
      severity: "warning",
      summary: "{{ $labels.probe }} answers after {{ $value | humanizeDuration }}",
      description:
        "That is longer than its objective, over five minutes. Look for a saturated line (replication, backups) and the way that packets take.",
    },
    {
      name: "CertificateExpiring",
      expression: `probe_ssl_earliest_cert_expiry - time() < ${objectives.certificateDays * 86_400}`,
      lasting: "1h",
      severity: "warning",
      summary: "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}",
      description:
        "Proxmox VE renews its own and ACME certificates by itself (pve-daily-update): see its log. Others have to be renewed by hand.",
    },
  ];
}
