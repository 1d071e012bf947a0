import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { scriptText } from "../../components/hosts/host-script";
import { MonitoringServer } from "../../components/hosts/monitoring-server";
import { WatchedNode } from "../../components/hosts/watched-node";
import { PLAN, PLAN_SECRETS } from "../monitoring/plan";
import { type Declared, declare, only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate, secretsFor } from "../support/program";

const COMMAND = "command:remote:Command";
const connection = { host: "192.0.2.21", user: "root", privateKey: pulumi.secret("-----BEGIN KEY") };

/** The text of a secret, which it must be. */
function secretText(value: unknown): string {
  assert.ok(typeof value === "object" && value !== null && "value" in value, "it is in the open");
  return String(value.value);
}

/** Files that a command hands to the script, by path. */
function files(stdin: string): Record<string, { mode: string; group: string; text: string }> {
  assert.ok(stdin.startsWith(scriptText("monitoring")));
  const lines = stdin.slice(scriptText("monitoring").length).trimEnd().split("\n");
  assert.equal(lines.at(-1), `end ${lines.length - 1}`);
  return Object.fromEntries(
    lines.slice(0, -1).map((line) => {
      const [, mode = "", group = "", path = "", data = ""] = line.split(" ");
      return [path, { mode, group, text: Buffer.from(data, "base64").toString("utf8") }];
    }),
  );
}

describe("components: MonitoringServer", () => {
  async function server(): Promise<Declared> {
    const { resources } = await declare(
      () =>
        new MonitoringServer("watch", {
          connection,
          plan: PLAN,
          secrets: PLAN_SECRETS,
          grafana: { aptRepository: "https://apt.grafana.com", keyFingerprint: "AB".repeat(20) },
        }),
    );
    return only(resources, COMMAND, "watch");
  }

  it("runs the script with the files as a secret, and stops the services when it is removed", async () => {
    const { inputs, options } = await server();
    const apply = `bash -s -- apply --role server --grafana https\\://apt.grafana.com --grafana-key ${"AB".repeat(20)}`;
    assert.equal(inputs.create, apply);
    assert.equal(inputs.update, apply);
    assert.equal(inputs.delete, "bash -s -- remove --role server");
    assert.equal(options.parent, "hybrid-estate:hosts:MonitoringServer watch");
    assert.deepEqual(Object.keys(files(secretText(inputs.stdin))).sort(), [
      "/etc/default/prometheus",
      "/etc/default/prometheus-alertmanager",
      "/etc/default/prometheus-blackbox-exporter",
      "/etc/grafana/hybrid-estate-dashboards/cluster.json",
      "/etc/grafana/hybrid-estate-password",
      "/etc/grafana/provisioning/dashboards/hybrid-estate.yml",
      "/etc/grafana/provisioning/datasources/hybrid-estate.yml",
      "/etc/prometheus/alertmanager.yml",
      "/etc/prometheus/blackbox.yml",
      "/etc/prometheus/prometheus.yml",
      "/etc/prometheus/pve.yml",
      "/etc/prometheus/rules/hybrid-estate.yml",
      "/etc/systemd/system/grafana-server.service.d/hybrid-estate.conf",
      "/etc/systemd/system/prometheus-pve-exporter.service",
    ]);
  });

  it("lets nobody read the secrets but root and the service that needs them", async () => {
    const { inputs } = await server();
    const { value } = inputs.stdin as { value: string };
    const secrets = [
      PLAN_SECRETS.proxmoxToken.split("=")[1] ?? "",
      PLAN_SECRETS.grafanaPassword ?? "",
      "hooks.example.org",
      "#pass{{word}}",
    ];
    const found = secrets.map((secret) =>
      Object.entries(files(value))
        .filter(([, { text }]) => text.includes(secret))
        .map(([path, { mode, group }]) => `${path} ${mode} ${group}`),
    );
    assert.deepEqual(found, [
      ["/etc/prometheus/pve.yml 0600 root"],
      ["/etc/grafana/hybrid-estate-password 0640 grafana"],
      ["/etc/prometheus/alertmanager.yml 0640 prometheus"],
      ["/etc/prometheus/alertmanager.yml 0640 prometheus"],
    ]);
    const { stdin, ...others } = inputs;
    for (const secret of secrets) assert.ok(!JSON.stringify(others).includes(secret));
  });
});

describe("components: WatchedNode", () => {
  it("gives the exporter one address, TLS, and what else to tell", async () => {
    const { resources } = await declare(
      () => new WatchedNode("pve1", { connection, address: "192.0.2.11", backupStorages: ["pbs", "nas"] }),
    );
    const { inputs, options } = only(resources, COMMAND, "pve1-metrics");
    assert.equal(
      inputs.create,
      "bash -s -- apply --role node --certificate /etc/pve/local/pve-ssl.pem --key /etc/pve/local/pve-ssl.key",
    );
    assert.equal(inputs.delete, "bash -s -- remove --role node");
    assert.equal(options.parent, "hybrid-estate:hosts:WatchedNode pve1");
    const written = files(String(inputs.stdin));
    assert.match(
      written["/etc/default/prometheus-node-exporter"]?.text ?? "",
      /listen-address=192\.0\.2\.11:9100 /,
    );
    assert.match(
      written["/etc/systemd/system/hybrid-estate-metrics.service"]?.text ?? "",
      /metrics --backup-storage pbs --backup-storage nas --certificate \/etc\/pve\/local\/pve-ssl\.pem\n/,
    );
    assert.equal(written["/usr/local/lib/hybrid-estate/metrics"]?.mode, "0755");
  });
});

describe("components: monitoring in an estate", () => {
  it("asks every node, from a guest that is there, once they answer", async () => {
    const description = devDescription();
    const secrets = {
      ...secretsFor(description),
      alertReceivers: { operators: "https://hooks.example.org/hush" },
    };
    const { resources } = await declareEstate(description, secrets);
    const waits = only(resources, "hybrid-estate:hosts:MonitoringServer").options.dependsOn;
    assert.deepEqual(waits, [
      "proxmoxve:index/containerLegacy:ContainerLegacy monitoring",
      "command:remote:Command blckpink01-metrics",
      "command:remote:Command blckpink02-metrics",
      "command:remote:Command blckpink03-metrics",
    ]);
    const { inputs } = only(resources, COMMAND, "monitoring");
    assert.match(secretText(inputs.connection), /object/);
    const written = files(secretText(inputs.stdin));
    assert.match(written["/etc/prometheus/prometheus.yml"]?.text ?? "", /192\.168\.137\.12:9100/);
    assert.match(
      written["/etc/prometheus/alertmanager.yml"]?.text ?? "",
      /url: https:\/\/hooks\.example\.org\/hush/,
    );
    assert.match(written["/etc/prometheus/rules/hybrid-estate.yml"]?.text ?? "", /guest: Ubuntu/);
    const node = only(resources, COMMAND, "blckpink02-metrics").inputs;
    assert.match(
      files(String(node.stdin))["/etc/systemd/system/hybrid-estate-metrics.service"]?.text ?? "",
      /--backup-storage Backup-pool /,
    );
  });
});
