import type { DeclaredNames } from "../../names";
import { type Finding, oneOf, problem } from "../../problems";
import type { Estate } from "../../schema";
import { awsReferences } from "./aws";
import { backupReferences } from "./backup";
import { guestReferences } from "./guest";
import { haReferences } from "./ha";
import { networkReferences } from "./network";
import { storageReferences } from "./storage";
import { tenantReferences } from "./tenant";

/** Names that refer to nothing: a guest on an unknown node, a storage on an unknown server, and so on. */
export function checkReferences(estate: Estate, names: DeclaredNames): Finding[] {
  return [
    ...networkReferences(estate),
    ...storageReferences(estate),
    ...tenantReferences(estate),
    ...guestReferences(estate),
    ...haReferences(estate),
    ...backupReferences(estate),
    ...awsReferences(estate),
  ]
    .filter(({ name, section }) => !(names[section] ?? []).includes(name))
    .map(({ path, name, section }) =>
      problem(path, name, `one of ${section}: ${oneOf(names[section] ?? [], name)}`, [section.split(".")]),
    );
}
