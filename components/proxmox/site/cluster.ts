import type { Estate } from "../../../estate";
import { corosyncLinks } from "../../../estate/corosync";
import { carrierOf, migrationNetwork } from "../../../estate/interfaces";
import { mapValues } from "../../records";
import { Cluster, type ClusterDefaults, type ClusterMigration, type ClusterNetwork } from "../cluster";
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
      networks: networks(estate),
      corosyncLinks: corosyncLinks(estate),
      endpoint: estate.cluster.endpoint,
      shutdownPolicy,
      migration: migrationSettings(estate),
      scheduling,
      defaults: defaults(options),
    },
    { parent },
  );
}

function networks(estate: Estate): Record<string, ClusterNetwork> {
  return mapValues(estate.networks, (network, name) => {
    const carrier = carrierOf(network);
    return {
      purpose: network.purpose,
      cidr: network.cidr,
      ...(carrier === undefined ? {} : { carrier }),
      addresses: Object.fromEntries(
        Object.entries(estate.nodes).flatMap(([node, { addresses }]) => {
          const address = addresses[name];
          return address === undefined ? [] : [[node, address]];
        }),
      ),
    };
  });
}

function defaults({ httpProxy, ...options }: Estate["cluster"]["options"]): ClusterDefaults {
  return { ...options, ...(httpProxy && { httpProxy: `http://${httpProxy.host}:${httpProxy.port}/` }) };
}

function migrationSettings(estate: Estate): ClusterMigration {
  const network = migrationNetwork(estate);
  const cidr = network === undefined ? undefined : estate.networks[network]?.cidr;
  return { type: estate.cluster.migration.type, ...(cidr === undefined ? {} : { cidr }) };
}
