import { get, keys, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { BACKUP } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

export const backupVerified: EstateRule = {
  id: "backup-verified",
  title: "Backups on a backup server are verified",
  description: "A chunk that has rotted is noticed at the restore, unless somebody reads it before.",
  severity: "medium",
  level: "advisory",
  framework: BACKUP,
  url: "https://pbs.proxmox.com/docs/maintenance.html#verification",
  tags: ["backup"],
  remediation: "Declare a verification job for the datastore.",
  scope: "estate",
  check: (topology) => {
    const servers = resourcesOf(topology, "hybrid-estate:hosts:BackupServer");
    if (servers.length === 0) return notApplicable("This program sets up no backup server");
    return servers.flatMap((server) => {
      const stores = get(server.properties, "datastores");
      const names = keys(server.properties, "datastores");
      const unverified =
        names === UNKNOWN
          ? []
          : (names ?? []).filter((name) => get(get(stores, name), "verify") === undefined);
      return answer(server, unverified.length > 0 ? true : names === UNKNOWN ? UNKNOWN : false, {
        wrong: `Backup server ${server.name} verifies nothing in ${listed(unverified)}.`,
        open: `What backup server ${server.name} verifies is not known yet.`,
      });
    });
  },
};
