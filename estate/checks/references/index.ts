import type { DeclaredNames } from "../../names";
import { type Finding, oneOf, problem } from "../../problems";
import type { Estate } from "../../schema";
import { awsReferences } from "./aws";
import { backupReferences } from "./backup";
import { guestReferences } from "./guest";
import { haReferences } from "./ha";
import { monitoringReferences } from "./monitoring";
import { networkReferences } from "./network";
import { replicationReferences } from "./replication";
import { sdnReferences } from "./sdn";
import { storageReferences } from "./storage";
import { tenantReferences } from "./tenant";

/** Names that refer to nothing: a guest on an unknown node, a storage on an unknown server, and so on. */
export function checkReferences(estate: Estate, names: DeclaredNames): Finding[] {
  return [
    ...networkReferences(estate),
    ...sdnReferences(estate),
    ...storageReferences(estate),
    ...tenantReferences(estate),
    ...guestReferences(estate),
    ...replicationReferences(estate),
    ...haReferences(estate),
    ...backupReferences(estate),
    ...monitoringReferences(estate),
    ...awsReferences(estate),
  ]
    .map(({ path, name, section, or }) => {
      const sections = or === undefined ? [section] : [section, or];
      return { path, name, sections, able: sections.flatMap((one) => names[one] ?? []) };
    })
    .filter(({ name, able }) => !able.includes(name))
    .map(({ path, name, sections, able }) =>
      problem(
        path,
        name,
        `one of ${sections.filter((one, index) => index === 0 || names[one]).join(" or ")}: ${oneOf(able, name)}`,
        sections.map((one) => one.split(".")),
      ),
    );
}
