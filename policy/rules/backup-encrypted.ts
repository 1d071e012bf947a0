import { flag, get, texts, UNKNOWN } from "../facts/read";
import { AT_REST } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const backupEncrypted: ResourceRule = {
  id: "backup-encrypted",
  title: "Backups on a backup server are encrypted",
  description:
    "A backup server's disks, and what it copies off site, can be read by whoever gets hold of them.",
  severity: "high",
  level: "mandatory",
  framework: AT_REST,
  url: "https://pbs.proxmox.com/docs/backup-client.html#encryption",
  tags: ["backup", "security"],
  remediation: "Give the storage an encryption key, and keep a copy of it off site.",
  scope: "resource",
  types: ["proxmoxve:storage/pbs:Pbs", "proxmoxve:storage/pbsLegacy:PbsLegacy"],
  check: (resource) => {
    const key = get(resource.properties, "encryptionKey");
    const generated = flag(resource.properties, "generateEncryptionKey") ?? false;
    const keeps = texts(resource.properties, "contents");
    const has = key !== undefined || generated;
    return answer(
      resource,
      has === true
        ? false
        : has === UNKNOWN
          ? UNKNOWN
          : keeps === UNKNOWN || keeps === undefined || keeps.includes("backup"),
      {
        wrong: `Storage ${resource.name} keeps backups on a backup server without a key of its own. Give it one.`,
        open: `Whether backups in storage ${resource.name} are encrypted is not known yet.`,
      },
    );
  },
};
