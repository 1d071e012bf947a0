import { texts, UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const corosyncLinksRedundant: EstateRule = {
  id: "corosync-links-redundant",
  title: "Corosync has two links",
  description:
    "With one link, a switch that restarts takes the quorum from every node at once, and HA resets them all.",
  severity: "high",
  level: "advisory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvecm.html#pvecm_redundancy",
  tags: ["ha", "cluster", "network"],
  remediation: "Give corosync a second network with its own switch.",
  scope: "estate",
  check: (topology) =>
    topology.clusters.length === 0
      ? notApplicable("This program does not say what corosync talks over")
      : topology.clusters.flatMap(({ source, name }) => {
          const links = texts(source.properties, "corosyncLinks");
          if (links === undefined) return [];
          return answer(source, links === UNKNOWN ? UNKNOWN : links.length < 2, {
            wrong: `Cluster ${name} has one corosync link: when it is gone, so is the quorum on every node.`,
            open: `How many links corosync has in cluster ${name} is not known yet.`,
          });
        }),
};
