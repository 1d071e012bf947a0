import assert from "node:assert/strict";
import { type MetricProtocol, MetricServer } from "../../components/proxmox/metric-server";
import { declare, only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate, secretsFor } from "../support/program";

const SERVER = "proxmoxve:metrics/server:Server";

describe("components: MetricServer", () => {
  const rows: [protocol: MetricProtocol, inputs: object][] = [
    [
      { type: "graphite", protocol: "tcp", path: "proxmox.site" },
      { mtu: 1500, timeout: 5, graphiteProto: "tcp", graphitePath: "proxmox.site" },
    ],
    [
      { type: "influxdb", protocol: "udp", organization: "o", bucket: "b", verifyCertificate: true },
      { mtu: 1500, timeout: 5, influxDbProto: "udp" },
    ],
    [
      { type: "influxdb", protocol: "https", organization: "o", bucket: "b", verifyCertificate: false },
      {
        mtu: 1500,
        timeout: 5,
        influxDbProto: "https",
        influxOrganization: "o",
        influxBucket: "b",
        influxVerify: false,
        influxMaxBodySize: 25_000_000,
      },
    ],
    [
      {
        type: "opentelemetry",
        protocol: "https",
        path: "/v1/metrics",
        compression: "gzip",
        verifyCertificate: true,
      },
      {
        opentelemetryProto: "https",
        opentelemetryPath: "/v1/metrics",
        opentelemetryCompression: "gzip",
        opentelemetryMaxBodySize: 10_000_000,
        opentelemetryTimeout: 5,
        opentelemetryVerifySsl: true,
      },
    ],
  ];
  for (const [protocol, inputs] of rows) {
    it(`declares ${protocol.type} over ${protocol.protocol} with that type's settings only`, async () => {
      const { resources } = await declare(
        () =>
          new MetricServer("m", { serverName: "m", server: "192.0.2.9", port: 9, enabled: true, protocol }),
      );
      const server = only(resources, SERVER);
      assert.deepEqual(server.inputs, {
        name: "m",
        type: protocol.type,
        server: "192.0.2.9",
        port: 9,
        disable: false,
        ...inputs,
      });
      assert.equal(server.options.parent, "hybrid-estate:proxmox:MetricServer m");
      assert.equal(server.options.deleteBeforeReplace, true);
    });
  }

  it("in an estate: the token is the secret of that name, and stays one", async () => {
    const description = devDescription([
      ["metricServers"],
      {
        influx: { type: "influxdb", server: "metrics.example.org" },
        off: { type: "graphite", server: "192.0.2.9", enabled: false },
      },
    ]);
    const secrets = { ...secretsFor(description), metricServerTokens: { influx: "hush-hush" } };
    const { resources } = await declareEstate(description, secrets);
    const { inputs, options } = only(resources, SERVER, "influx");
    assert.deepEqual(inputs.influxToken, {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "hush-hush",
    });
    assert.ok(options.additionalSecretOutputs.includes("influxToken"));
    assert.equal(only(resources, SERVER, "off").inputs.disable, true);
    assert.ok(!("influxToken" in only(resources, SERVER, "off").inputs));
  });
});
