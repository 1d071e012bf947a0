import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/sandbox-cli";

/** What a preview of one changed setting comes to. */
export type Outcome = "anew" | "nothing" | "refused" | "updated";

const HEADINGS: Readonly<Record<string, Outcome>> = {
  "Refused while it is protected": "refused",
  "Made anew": "anew",
  "Without effect on what is there": "nothing",
};

/** The exceptions that docs/settings.md documents, by pattern. */
export function documented(): Map<string, Outcome> {
  const page = readFileSync(path.join(ROOT, "docs", "settings.md"), "utf8");
  const found = new Map<string, Outcome>();
  let outcome: Outcome | undefined;
  for (const line of page.split("\n")) {
    if (line.startsWith("#")) outcome = HEADINGS[line.replace(/^#+ /, "")];
    const [, cell = ""] = line.split("|");
    if (outcome === undefined) continue;
    for (const [, pattern = ""] of cell.matchAll(/`([^`]+)`/g)) found.set(pattern, outcome);
  }
  return found;
}
