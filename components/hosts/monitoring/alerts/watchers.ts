import type { Alert } from "../rules";

/** What watches, watched. */
export function watcherAlerts(): Alert[] {
  return [
    {
      name: "ExporterDown",
      expression: "up == 0",
      lasting: "5m",
      severity: "warning",
      summary: "{{ $labels.job }} at {{ $labels.instance }} does not answer",
      description:
        "What it says about the estate is missing. On a node: systemctl status prometheus-node-exporter, and the firewall between it and the monitoring guest; otherwise the service of that name on the guest.",
    },
    {
      name: "CollectorFailed",
      expression: "hybrid_estate_collector_success == 0",
      lasting: "15m",
      severity: "warning",
      summary: "Node {{ $labels.node }} can't tell about {{ $labels.collector }} {{ $labels.of }}",
      description:
        "The script behind it fails: journalctl -u hybrid-estate-metrics on the node. For backup, a storage may be unreachable.",
    },
    {
      name: "CollectorStale",
      expression: `time() - node_textfile_mtime_seconds{file=~".*/hybrid-estate\\\\.prom"} > 1800 or node_textfile_scrape_error == 1`,
      lasting: "5m",
      severity: "warning",
      summary: "Node {{ $labels.node }} has told nothing new about ZFS, backups and quorum for half an hour",
      description: "See systemctl status hybrid-estate-metrics.timer on the node.",
    },
    {
      name: "CollectorMissing",
      expression: `up{job="node"} == 1 unless on (node) hybrid_estate_collector_success`,
      lasting: "30m",
      severity: "warning",
      summary: "Node {{ $labels.node }} tells nothing about ZFS, backups and quorum",
      description: "The timer has never run: systemctl status hybrid-estate-metrics.timer on the node.",
    },
    {
      name: "AlertsNotDelivered",
      expression:
        "increase(alertmanager_notifications_failed_total[15m]) > 0 or increase(prometheus_notifications_dropped_total[15m]) > 0",
      lasting: "5m",
      severity: "critical",
      summary: "Alerts do not get through",
      description:
        "Alertmanager can't reach a receiver, or Prometheus can't reach Alertmanager: journalctl -u prometheus-alertmanager on the monitoring guest.",
    },
    {
      name: "ConfigurationRefused",
      expression:
        "prometheus_config_last_reload_successful == 0 or alertmanager_config_last_reload_successful == 0 or blackbox_exporter_config_last_reload_successful == 0",
      lasting: "5m",
      severity: "critical",
      summary: "{{ $labels.job }} runs on an old configuration",
      description:
        "It refused the last one: see its log on the monitoring guest, then run the program again.",
    },
  ];
}
