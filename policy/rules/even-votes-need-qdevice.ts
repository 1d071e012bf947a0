import { flag, UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const evenVotesNeedQdevice: EstateRule = {
  id: "even-votes-need-qdevice",
  title: "Votes are odd in number",
  description:
    "Cut in two halves, a cluster with an even number of votes has no majority on either side; with an odd number of nodes a QDevice only adds a risk.",
  severity: "medium",
  level: "advisory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvecm.html#_corosync_external_vote_support",
  tags: ["ha", "cluster"],
  remediation: "Add a QDevice to an even number of nodes, and take it from an odd one.",
  scope: "estate",
  check: (topology) => {
    const clusters = topology.clusters;
    if (clusters.length === 0)
      return notApplicable("This program does not say how many votes the cluster has");
    return clusters.flatMap(({ source, name, votes, nodes }) => {
      const qdevice = flag(source.properties, "qdevice") ?? false;
      const members = nodes === undefined || nodes === UNKNOWN ? UNKNOWN : nodes.length;
      const odd = qdevice === true && members !== UNKNOWN && members % 2 === 1;
      const wrong = odd || (votes === UNKNOWN ? UNKNOWN : votes % 2 === 0);
      return answer(source, wrong, {
        wrong: odd
          ? `Cluster ${name} has a QDevice beside ${String(members)} nodes: without it every other node may fail, with it none may that it needs.`
          : `Cluster ${name} has ${String(votes)} votes, an even number: cut in halves, none has a majority. Add a QDevice.`,
        open: `Whether the votes of cluster ${name} are odd in number is not known yet.`,
      });
    });
  },
};
