import { Provider as HostsProvider } from "@pulumi/command/provider";
import { corosyncLinks, firstNode } from "../../../estate/corosync";
import { mapValues } from "../../records";
import { ClusterFormation } from "../cluster-formation";
import { nodeConnection, type Site } from "./context";

/** The cluster itself. Everything else of the site needs it: the API of one node speaks for its members only. */
export function createFormation(site: Site): ClusterFormation {
  const { estate, parent } = site;
  const links = corosyncLinks(estate);
  const { qdevice } = estate.cluster;
  return new ClusterFormation(
    estate.cluster.name,
    {
      clusterName: estate.cluster.name,
      first: firstNode(estate),
      ...(qdevice && {
        qdevice: {
          host: qdevice.address,
          user: qdevice.sshUser,
          privateKey: site.secrets.sshPrivateKey,
          hostKey: qdevice.sshHostKey,
        },
      }),
      members: mapValues(estate.nodes, ({ addresses }, node) => ({
        connection: nodeConnection(site, node),
        links: links.map((network) => addresses[network] ?? unchecked(node, network)),
      })),
    },
    // A provider of its own: the site's comes after the cluster, with all of the site.
    { parent, providers: { command: new HostsProvider("formation", {}, { parent }) } },
  );
}

function unchecked(node: string, network: string): never {
  throw new Error(`node ${node} has no address in ${network}; validation should have refused it`);
}
