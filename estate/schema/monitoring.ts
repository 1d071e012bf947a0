import { z } from "zod";
import { address, configId, hostName, sshHostKey } from "./values";

const SERVER = "an IPv4 address or a DNS name";

/** An address or DNS name, as it can stand in a URL and a configuration file without quoting. */
const serverName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    {
      error: SERVER,
    },
  )
  .meta({ description: "IPv4 address or DNS name", examples: ["192.0.2.10"] });

const port = z.int().min(1).max(65_535);

const urlPath = (example: string) =>
  z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]*$/, { error: "a path such as /v1/metrics" })
    .meta({ examples: [example] });

const common = {
  server: serverName,
  enabled: z.boolean().default(true).describe("Whether the nodes send to it"),
};

const verifyCertificate = z.boolean().default(true).describe("Whether its certificate has to be sound");

/** An external metric server: what every node sends its own and its guests' figures to. */
export const metricServerSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("influxdb"),
    ...common,
    port: port.default(8086).describe("TCP or UDP port"),
    protocol: z
      .enum(["https", "http", "udp"])
      .default("https")
      .describe("http and https need a token (secrets.metricServerTokens); udp knows none"),
    organization: z.string().min(1).default("proxmox").describe("InfluxDB organization (HTTP)"),
    bucket: z.string().min(1).default("proxmox").describe("InfluxDB bucket (HTTP)"),
    verifyCertificate,
  }),
  z.strictObject({
    type: z.literal("graphite"),
    ...common,
    port: port.default(2003).describe("TCP or UDP port"),
    protocol: z.enum(["udp", "tcp"]).default("tcp"),
    path: z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, { error: "a path such as proxmox.cluster" })
      .default("proxmox")
      .describe("Root of the metrics' names"),
  }),
  z.strictObject({
    type: z.literal("opentelemetry"),
    ...common,
    port: port.default(4318).describe("TCP port"),
    protocol: z.enum(["https", "http"]).default("https"),
    path: urlPath("/v1/metrics").default("/v1/metrics").describe("Path of the OTLP endpoint"),
    compression: z.enum(["gzip", "none"]).default("gzip"),
    verifyCertificate,
  }),
]);

const probeCommon = {
  tunnel: z
    .boolean()
    .default(false)
    .describe(
      "Whether the way leads through the tunnel to the other site: if every such probe fails, it is down",
    ),
  latencyMs: z
    .int()
    .min(1)
    .max(60_000)
    .optional()
    .describe("Longest answer in ms that is not reported; the objectives' latencyMs when absent"),
};

/** Something that Prometheus asks for an answer from its guest: the other site, a service, a URL. */
export const probeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("icmp"), address, ...probeCommon }),
  z.strictObject({ type: z.literal("tcp"), server: serverName, port, ...probeCommon }),
  z.strictObject({
    type: z.literal("http"),
    url: z
      .url({ protocol: /^https?$/, error: "an http(s) URL" })
      .refine((url) => !/^[a-z]+:\/\/[^/]*@/.test(url), { error: "an http(s) URL without a password in it" })
      .meta({ examples: ["https://example.org/health"] }),
    verifyCertificate: z.boolean().default(true).describe("Whether its certificate has to be sound"),
    ...probeCommon,
  }),
]);

const hours = z.int().min(1).max(8760);

const objectivesSchema = z.strictObject({
  backupAgeHours: hours
    .default(26)
    .describe(
      "Oldest that a saved guest's newest backup may be, in hours; 26 is a day and two hours for the job",
    ),
  backupAgeOfJobs: z
    .record(z.string(), hours)
    .default({})
    .describe("Other ages by backup job; of several jobs of a guest, the shortest counts"),
  backupAgeOfGuests: z
    .record(z.string(), hours)
    .default({})
    .describe("Other ages by guest; they go before those of jobs"),
  replicationLagMinutes: z
    .int()
    .min(1)
    .max(20_160)
    .default(60)
    .describe("Longest time since a replication job's last success, in minutes"),
  storageFullPercent: z
    .int()
    .min(1)
    .max(98)
    .default(85)
    .describe(
      "How full a storage, pool or root file system may be, in percent; half way from there to 100 is critical",
    ),
  latencyMs: z.int().min(1).max(60_000).default(100).describe("Longest answer of a probe, in ms"),
  certificateDays: z
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe("Days before its end at which a certificate is reported"),
});

const MAIL = "a mail address such as ops@example.org";
const mailAddress = z
  .string()
  .regex(/^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, { error: MAIL })
  .meta({ examples: ["ops@example.org"] });

const severities = {
  severities: z
    .array(z.enum(["critical", "warning"]))
    .min(1)
    .default(["critical", "warning"])
    .describe("Which alerts it gets"),
};

/** Who hears of alerts. Its password or URL is a secret: secrets.alertReceivers.NAME. */
export const receiverSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("email"),
    to: mailAddress.describe("Where mail goes"),
    from: mailAddress.describe("Who it comes from"),
    smtpServer: serverName,
    smtpPort: port.default(587).describe("Port with STARTTLS, or 465 with TLS; never without"),
    user: z.string().min(1).describe("User of the mail server; the password is a secret"),
    ...severities,
  }),
  z.strictObject({ type: z.literal("webhook"), ...severities }),
]);

/** Grafana's signing key since August 2023 (apt.grafana.com). */
const GRAFANA_KEY = "B53AE77BADB630A683046005963FA27710458545";

const grafanaSchema = z.strictObject({
  port: port.default(3000).describe("HTTPS port"),
  aptRepository: z
    .url({ protocol: /^https$/, error: "an https URL" })
    .refine((url) => /^[A-Za-z0-9:/._~-]+$/.test(url), { error: "an https URL without query and blanks" })
    .default("https://apt.grafana.com")
    .describe("Where Grafana comes from, as Debian has none; a mirror of it has the same layout"),
  keyFingerprint: z
    .string()
    .regex(/^[0-9A-F]{40}$/, { error: "40 hex digits in capitals" })
    .default(GRAFANA_KEY)
    .describe("Fingerprint of the only key that may sign that repository"),
});

/** User of the guest that the script logs in as: it installs packages and services. */
export const MONITORING_USER = "root";

/** Prometheus with its exporters, alerts and dashboard on a guest of the cluster, and exporters on the nodes. */
export const monitoringSchema = z.strictObject({
  guest: z
    .string()
    .describe(
      "Guest that it runs on: Debian 13, with a static address, where root takes the key of the host scripts",
    ),
  sshHostKey,
  token: z
    .string()
    .optional()
    .describe(
      "Token of access.users that the exporter reads the cluster with, such as monitoring@pve!prometheus; secrets.monitoringTokens.proxmox when absent",
    ),
  retentionDays: z.int().min(1).max(3650).default(30).describe("Days that figures are kept"),
  scrapeSeconds: z.int().min(10).max(120).default(30).describe("Seconds between two looks at everything"),
  certificateAuthority: z
    .string()
    .regex(/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?$/, {
      error: "a certificate in PEM form (/etc/pve/pve-root-ca.pem of a node)",
    })
    .optional()
    .describe(
      "The cluster's own authority (/etc/pve/pve-root-ca.pem); without it, connections to the nodes are encrypted, but whoever answers is trusted",
    ),
  probes: z.record(configId, probeSchema).default({}).describe("Probes by name"),
  objectives: objectivesSchema.prefault({}).describe("What is reported, and from where on"),
  receivers: z.record(configId, receiverSchema).default({}).describe("Who hears of alerts, by name"),
  grafana: grafanaSchema.optional().describe("Grafana with the dashboard; none when absent"),
});

export const monitoringSections = {
  metricServers: z
    .record(hostName, metricServerSchema)
    .default({})
    .describe("External metric servers that Proxmox VE itself sends to, by name"),
  monitoring: monitoringSchema.optional().describe("Prometheus on a guest of the cluster; none when absent"),
};
