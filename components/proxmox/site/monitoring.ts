import * as pulumi from "@pulumi/pulumi";
import { MONITORING_USER } from "../../../estate/schema/monitoring";
import type { MonitoringSecrets } from "../../hosts/monitoring/plan";
import { MonitoringServer } from "../../hosts/monitoring-server";
import { WatchedNode } from "../../hosts/watched-node";
import { present } from "../../records";
import { MetricServer } from "../metric-server";
import { managementAddress, nodeConnection, type Site } from "./context";
import type { Guests } from "./guests";
import { backupStorages, monitoringAddress, monitoringPlan } from "./monitoring-plan";

export function createMetricServers({ estate, secrets, parent }: Site): void {
  for (const [name, { server, port, enabled, ...protocol }] of Object.entries(estate.metricServers)) {
    new MetricServer(
      name,
      { serverName: name, server, port, enabled, protocol, token: secrets.metricServerTokens[name] },
      { parent },
    );
  }
}

/** Exporters on the nodes, and the guest that asks them. */
export function createMonitoring(
  site: Site,
  guests: Guests,
  apiTokens: Readonly<Record<string, pulumi.Output<string>>>,
): void {
  const { estate, secrets, parent } = site;
  const { monitoring } = estate;
  if (monitoring === undefined) return;
  const nodes = Object.keys(estate.nodes).map(
    (node) =>
      new WatchedNode(
        node,
        {
          connection: nodeConnection(site, node),
          address: managementAddress(estate, node),
          backupStorages: backupStorages(estate, node),
        },
        { parent },
      ),
  );
  const host = monitoringAddress(estate, monitoring);
  if (!host) throw new Error(`${monitoring.guest} has no static address; validation should have refused it`);
  new MonitoringServer(
    monitoring.guest,
    {
      connection: {
        host,
        user: MONITORING_USER,
        privateKey: secrets.sshPrivateKey,
        hostKey: monitoring.sshHostKey,
      },
      plan: monitoringPlan(estate, monitoring),
      secrets: monitoringSecrets(
        site,
        monitoring.token === undefined ? secrets.monitoringTokens.proxmox : apiTokens[monitoring.token],
      ),
      grafana: monitoring.grafana,
    },
    {
      parent,
      // It reports every node that does not answer yet.
      dependsOn: present([guests[monitoring.guest]?.resource, ...nodes.map(({ command }) => command)]),
    },
  );
}

function monitoringSecrets(
  { secrets }: Site,
  token: pulumi.Output<string> | undefined,
): pulumi.Output<MonitoringSecrets> {
  if (!token) throw new Error("monitoring has no token; validation should have refused it");
  return pulumi
    .all([token, secrets.alertReceivers, secrets.grafanaPasswords])
    .apply(([proxmoxToken, receivers, passwords]) => ({
      proxmoxToken,
      receivers,
      grafanaPassword: passwords.admin,
    }));
}
