import type { Estate } from "../../../estate";
import { migrationNetwork } from "../../../estate/interfaces";
import { mapValues } from "../../records";
import { Cluster, type ClusterDefaults, type ClusterMigration } from "../cluster";
import type { Site } from "./context";

export function createCluster({ estate, parent }: Site): void {
  const { name, qdevice, shutdownPolicy, scheduling, options } = estate.cluster;
  new Cluster(
    name,
    {
      clusterName: name,
      nodes: Object.keys(estate.nodes),
      ...(qdevice && { qdevice: true }),
      capacities: mapValues(estate.nodes, ({ cpus, memory }) => ({ cpus, memory })),
      shutdownPolicy,
      migration: migrationSettings(estate),
      scheduling,
      defaults: defaults(options),
    },
    { parent },
  );
}

function defaults({ httpProxy, ...options }: Estate["cluster"]["options"]): ClusterDefaults {
  return { ...options, ...(httpProxy && { httpProxy: `http://${httpProxy.host}:${httpProxy.port}/` }) };
}

function migrationSettings(estate: Estate): ClusterMigration {
  const network = migrationNetwork(estate);
  const cidr = network === undefined ? undefined : estate.networks[network]?.cidr;
  return { type: estate.cluster.migration.type, ...(cidr === undefined ? {} : { cidr }) };
}
