import { MetricServer } from "../metric-server";
import type { Site } from "./context";

export function createMetricServers({ estate, secrets, parent }: Site): void {
  for (const [name, { server, port, enabled, ...protocol }] of Object.entries(estate.metricServers)) {
    new MetricServer(
      name,
      { serverName: name, server, port, enabled, protocol, token: secrets.metricServerTokens[name] },
      { parent },
    );
  }
}
