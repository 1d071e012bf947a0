import { isInside } from "../facts/addresses";
import { text, UNKNOWN } from "../facts/read";
import { answer, type EstateRule, notApplicable } from "./rule";

export const migrationNetworkApart: EstateRule = {
  id: "migration-network-apart",
  title: "Migrations have a network of their own",
  description:
    "A migration fills its link: on that of the storage or of corosync it stops the disks of all guests, or makes nodes reset themselves.",
  severity: "medium",
  level: "advisory",
  url: "https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#_guest_migration",
  tags: ["cluster", "network"],
  remediation: "Set migrationCidr to a network that neither storage servers nor corosync are on.",
  scope: "estate",
  check: (topology) => {
    if (topology.clusterOptions.length === 0)
      return notApplicable("This program does not set the cluster's options");
    const servers = [...topology.storages.values()].flatMap(({ source }) =>
      source === undefined ? [] : [text(source.properties, "server")],
    );
    return topology.clusterOptions.flatMap(({ source }) => {
      const cidr = text(source.properties, "migrationCidr");
      const shared =
        typeof cidr === "string" &&
        servers.some((server) => typeof server === "string" && isInside(server, cidr));
      const wrong =
        cidr === undefined || shared ? true : cidr === UNKNOWN || servers.includes(UNKNOWN) ? UNKNOWN : false;
      return answer(source, wrong, {
        wrong:
          cidr === undefined
            ? "Migrations go over the cluster's own network: set migrationCidr."
            : `Migrations go over ${String(cidr)}, on which storage is too. Give them a network of their own.`,
        open: "Whether migrations have a network of their own is not known yet.",
      });
    });
  },
};
