import { stringify } from "yaml";
import type { MonitoringPlan, MonitoringSecrets, Receiver } from "./plan";

/** Alerts that say nothing new while another one fires. */
const INHIBITIONS = [
  {
    // What a dead node takes with it is not another alarm.
    source_matchers: ['alertname="NodeDown"', 'node!=""'],
    target_matchers: ['alertname!="NodeDown"', 'node!=""'],
    equal: ["node"],
  },
  { source_matchers: ['alertname="QuorumLost"'], target_matchers: ['alertname="QuorumAtRisk"'] },
  {
    source_matchers: ['alertname="TunnelDown"'],
    target_matchers: ['alertname=~"ProbeFailed|LatencyHigh"', 'tunnel="yes"'],
  },
  {
    source_matchers: ['alertname="StorageFull"'],
    target_matchers: ['alertname="StorageNearlyFull"'],
    equal: ["node", "storage"],
  },
];

/** alertmanager.yml: who hears of what. It holds the receivers' secrets. */
export function alertmanagerConfig(plan: MonitoringPlan, secrets: MonitoringSecrets["receivers"]): string {
  const receivers = Object.entries(plan.receivers);
  return stringify({
    route: {
      // Where no receiver wants an alert, it can still be seen in Prometheus.
      receiver: "nobody",
      group_by: ["alertname", "node", "storage", "guest", "probe"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: receivers.map(([receiver, { severities }]) => ({
        receiver,
        matchers: [`severity=~"${severities.join("|")}"`],
        continue: true,
      })),
    },
    inhibit_rules: INHIBITIONS,
    receivers: [
      { name: "nobody" },
      ...receivers.map(([name, receiver]) => ({ name, ...notifier(receiver, secrets[name] ?? "") })),
    ],
  });
}

function notifier(receiver: Receiver, secret: string): object {
  if (receiver.type === "webhook") return { webhook_configs: [{ url: secret, send_resolved: true }] };
  return {
    email_configs: [
      {
        to: receiver.to,
        from: receiver.from,
        smarthost: `${receiver.smtpServer}:${receiver.smtpPort}`,
        auth_username: receiver.user,
        auth_password: secret,
        // On port 465 TLS comes first, and Alertmanager would miss STARTTLS.
        require_tls: receiver.smtpPort !== 465,
        send_resolved: true,
      },
    ],
  };
}
