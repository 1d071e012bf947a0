import { Server, type ServerArgs } from "@muhlba91/pulumi-proxmoxve/metrics";
import * as pulumi from "@pulumi/pulumi";

/** How figures travel to a metric server. */
export type MetricProtocol =
  | {
      readonly type: "influxdb";
      readonly protocol: "http" | "https" | "udp";
      readonly organization: string;
      readonly bucket: string;
      readonly verifyCertificate: boolean;
    }
  | { readonly type: "graphite"; readonly protocol: "tcp" | "udp"; readonly path: string }
  | {
      readonly type: "opentelemetry";
      readonly protocol: "http" | "https";
      readonly path: string;
      readonly compression: "gzip" | "none";
      readonly verifyCertificate: boolean;
    };

export interface MetricServerArgs {
  /** Name of the metric server in Proxmox VE, unique in the cluster. */
  readonly serverName: string;
  /** Address or DNS name. */
  readonly server: string;
  readonly port: number;
  readonly enabled: boolean;
  readonly protocol: MetricProtocol;
  /** Token for InfluxDB's HTTP API; a secret. */
  readonly token?: pulumi.Input<string>;
}

/** How long a node waits for the server, in seconds: it holds up the node's own statistics. */
const TIMEOUT = 5;
/** Proxmox VE's options of the older two protocols; it refuses them for OpenTelemetry. mtu: bytes in one datagram. */
const SENDING = { mtu: 1500, timeout: TIMEOUT };

/**
 * An external metric server: every node of the cluster sends its figures, and its guests', there. Nothing is lost
 * when it is removed or replaced but what would have been sent meanwhile, so it is not protected.
 *
 * @example
 * new MetricServer("graphite", { serverName: "graphite", server: "192.0.2.9", port: 2003, enabled: true,
 *   protocol: { type: "graphite", protocol: "tcp", path: "proxmox" } });
 */
export class MetricServer extends pulumi.ComponentResource {
  constructor(name: string, args: MetricServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:MetricServer", name, {}, opts);
    const { serverName, server, port, enabled, protocol } = args;
    new Server(
      name,
      {
        name: serverName,
        type: protocol.type,
        server,
        port,
        disable: !enabled,
        ...settings(protocol),
        ...(args.token === undefined ? {} : { influxToken: args.token }),
      },
      // One name is one server: the new one can't be there beside the old one.
      { parent: this, deleteBeforeReplace: true, additionalSecretOutputs: ["influxToken"] },
    );
    this.registerOutputs({ serverName });
  }
}

function settings(protocol: MetricProtocol): Partial<ServerArgs> {
  switch (protocol.type) {
    case "graphite":
      return { ...SENDING, graphiteProto: protocol.protocol, graphitePath: protocol.path };
    case "influxdb":
      return protocol.protocol === "udp"
        ? { ...SENDING, influxDbProto: "udp" }
        : {
            ...SENDING,
            influxDbProto: protocol.protocol,
            influxOrganization: protocol.organization,
            influxBucket: protocol.bucket,
            influxVerify: protocol.verifyCertificate,
            influxMaxBodySize: 25_000_000,
          };
    case "opentelemetry":
      return {
        opentelemetryProto: protocol.protocol,
        opentelemetryPath: protocol.path,
        opentelemetryCompression: protocol.compression,
        opentelemetryMaxBodySize: 10_000_000,
        opentelemetryTimeout: TIMEOUT,
        opentelemetryVerifySsl: protocol.verifyCertificate,
      };
  }
}
