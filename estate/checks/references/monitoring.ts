import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function monitoringReferences({ monitoring }: Estate): Reference[] {
  if (monitoring === undefined) return [];
  const { guest, objectives } = monitoring;
  const at = (key: "backupAgeOfGuests" | "backupAgeOfJobs", section: string) =>
    Object.keys(objectives[key]).map((name) => ({
      path: ["monitoring", "objectives", key, name],
      name,
      section,
    }));
  return [
    { path: ["monitoring", "guest"], name: guest, section: "guests" },
    ...at("backupAgeOfGuests", "guests"),
    ...at("backupAgeOfJobs", "backupJobs"),
  ];
}
