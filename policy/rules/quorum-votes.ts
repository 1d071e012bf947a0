import type { Cluster } from "../facts/cluster";
import { UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { type EstateRule, type Finding, listed, notApplicable, undecided, violated } from "./rule";

/** HA needs at least three votes to know a dead node from a cut network (pve-docs ha-manager, requirements). */
const VOTES_NEEDED = 3;

const REMEDY = "Add nodes, or a QDevice that gives the third vote.";

export const quorumVotes: EstateRule = {
  id: "quorum-votes",
  title: "The cluster has at least three votes",
  description:
    "With fewer than three votes the loss of one node takes the quorum away: the rest can neither start guests nor " +
    "change anything, and HA recovers nothing.",
  severity: "critical",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvecm.html#_quorum",
  tags: ["ha", "cluster"],
  remediation: "Run the cluster with three or more nodes, or give a cluster of two a QDevice.",
  scope: "estate",
  check: (topology) =>
    topology.clusters.length > 0 ? topology.clusters.flatMap(checkCluster) : checkNamedNodes(topology),
};

function checkCluster(cluster: Cluster): Finding[] {
  if (cluster.votes === UNKNOWN) {
    return [undecided(cluster.source, `Cluster ${cluster.name}: the number of its votes is not known yet.`)];
  }
  return cluster.votes >= VOTES_NEEDED
    ? []
    : [
        violated(
          cluster.source,
          `Cluster ${cluster.name} has ${cluster.votes} of the ${VOTES_NEEDED} votes that it needs to survive the ` +
            `loss of a node. ${REMEDY}`,
        ),
      ];
}

/** Without our component the nodes are those that the program configures; one node alone is no cluster. */
function checkNamedNodes(topology: Topology) {
  const clustered = topology.haResources.length + topology.haRules.length + topology.replications.length > 0;
  if (!topology.describesNodes || !clustered) {
    return notApplicable(
      "This program does not say how many nodes the cluster has, or uses nothing of a cluster",
    );
  }
  const nodes = [...topology.nodes].sort();
  return nodes.length >= VOTES_NEEDED
    ? []
    : [
        violated(
          topology.haResources[0]?.source,
          `This program uses HA or replication, but its cluster has ${nodes.length} (${listed(nodes)}) of the ` +
            `${VOTES_NEEDED} votes that it needs to survive the loss of a node. ${REMEDY}`,
        ),
      ];
}
