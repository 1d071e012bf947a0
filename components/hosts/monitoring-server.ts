import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";
import { framed } from "./monitoring/files";
import type { MonitoringPlan, MonitoringSecrets } from "./monitoring/plan";
import { serverArguments, serverFiles } from "./monitoring/server-files";

export interface MonitoringServerArgs {
  /** The Debian 13 machine, a guest of the cluster. */
  readonly connection: Connection;
  readonly plan: MonitoringPlan;
  readonly secrets: pulumi.Input<MonitoringSecrets>;
  /** Where Grafana comes from, and the only key that may sign it; needed where the plan has a port for it. */
  readonly grafana?: { readonly aptRepository: string; readonly keyFingerprint: string };
}

/**
 * Prometheus, Alertmanager, the blackbox exporter, the exporter for Proxmox VE and, where wanted, Grafana with its
 * dashboard on one Debian machine. Every file is checked there before it replaces another one. Removing it stops the
 * services and leaves the figures that were collected.
 *
 * @example
 * new MonitoringServer("monitoring", { connection, plan, secrets: { proxmoxToken, receivers: { ops: password } } });
 */
export class MonitoringServer extends pulumi.ComponentResource {
  /** The command that configured it. */
  readonly command: remote.Command;

  constructor(name: string, args: MonitoringServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:MonitoringServer", name, {}, opts);
    const { connection, plan, secrets, grafana } = args;
    this.command = runHostScript(
      name,
      {
        connection,
        script: "monitoring",
        apply: serverArguments(grafana),
        remove: ["remove", "--role", "server"],
        input: pulumi.secret(secrets).apply((known) => framed(serverFiles(plan, known))),
      },
      { parent: this },
    );
    this.registerOutputs({ host: connection.host });
  }
}
