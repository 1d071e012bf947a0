import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, number, type Schema, text } from "../schema";
import { TYPES } from "./cluster";

/** Fields by the type of server that Proxmox VE takes them for (its section config refuses the others). */
const FIELDS: Readonly<Record<string, Schema>> = {
  shared: { mtu: number.between(512, 65_536), timeout: number },
  influxdb: {
    influxApiPathPrefix: text,
    influxBucket: text,
    influxDbProto: text.oneOf("udp", "http", "https"),
    influxMaxBodySize: number,
    influxOrganization: text,
    influxToken: text.secret,
    influxTokenWo: text.secret,
    influxTokenWoVersion: number,
    influxVerify: flag,
  },
  graphite: { graphitePath: text, graphiteProto: text.oneOf("udp", "tcp") },
  opentelemetry: {
    opentelemetryCompression: text.oneOf("none", "gzip"),
    opentelemetryHeaders: text.secret.where((value) => String(value).length <= 1024, "at most 1024 letters"),
    opentelemetryMaxBodySize: number.where((value) => Number(value) >= 1024, "1024 or more"),
    opentelemetryPath: text,
    opentelemetryProto: text.oneOf("http", "https"),
    opentelemetryResourceAttributes: text.where(
      (value) => String(value).length <= 1024,
      "at most 1024 letters",
    ),
    opentelemetryTimeout: number.between(1, 10),
    opentelemetryVerifySsl: flag,
  },
};

export const metricServer: Behaviour = {
  type: TYPES.metricServer,
  schema: {
    name: text.required.replaces,
    type: text.required.replaces.oneOf("graphite", "influxdb", "opentelemetry"),
    server: text.required,
    port: number.required.between(1, 65_536),
    disable: flag.default(false),
    ...Object.assign({}, ...Object.values(FIELDS)),
  },
  autoname: { property: "name" },
  check: (inputs) => [
    ...(inputs.has("influxToken") && inputs.has("influxTokenWo")
      ? [
          {
            property: "influxToken",
            reason: "these attributes cannot be configured together: [influxToken,influxTokenWo]",
          },
        ]
      : []),
    ...(inputs.has("influxTokenWoVersion") && !inputs.has("influxTokenWo")
      ? [{ property: "influxTokenWoVersion", reason: "influxTokenWo must be specified with it" }]
      : []),
  ],
  id: ({ inputs }) => inputs.text("name"),
  taken: (_, id) => `Metric server '${id}' already exists`,
  create: refuse,
  update: refuse,
};

function refuse({ inputs }: Operation): [] {
  const type = inputs.text("type");
  const foreign = Object.entries(FIELDS)
    .filter(([owner]) => owner !== type && (owner !== "shared" || type === "opentelemetry"))
    .flatMap(([, fields]) => Object.keys(fields))
    .find((field) => inputs.has(field));
  if (foreign !== undefined) {
    throw new Refusal(`received an HTTP 400 response - Reason: unexpected property '${foreign}'`);
  }
  if (inputs.number("port") > 65_535) {
    throw new Refusal("received an HTTP 400 response - Reason: Parameter verification failed. (port)");
  }
  return [];
}
