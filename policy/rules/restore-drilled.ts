import type { DeclaredResource } from "../facts/declared";
import { text, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { CONTINGENCY_TEST } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

export const restoreDrilled: EstateRule = {
  id: "restore-drilled",
  title: "Critical guests are restored for practice",
  description:
    "A backup that nobody has restored is a hope; the first restore shows what is missing, and should not be the real one.",
  severity: "medium",
  level: "advisory",
  framework: CONTINGENCY_TEST,
  url: "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/test-disaster-recovery-implementation-to-validate-the-implementation.html",
  tags: ["backup", "recovery"],
  remediation: "Declare a schedule for drills, which restore the newest recoverable point and probe it.",
  scope: "estate",
  check: (topology) => {
    const critical = topology.guests.filter((guest) => guest.objectives.critical === true);
    if (critical.length === 0) return notApplicable("No guest of this program is critical");
    const schedules = resourcesOf(topology, "aws:scheduler/schedule:Schedule");
    const states = schedules.filter(isDrill).map(({ properties }) => text(properties, "state") ?? "ENABLED");
    return answer(
      critical[0]?.source,
      states.includes("ENABLED") ? false : states.includes(UNKNOWN) ? UNKNOWN : true,
      {
        wrong: `${critical.length} critical guests (${listed(
          critical.map(({ name }) => name),
          3,
        )}) are never restored for practice: no schedule starts a drill.`,
        open: "Whether drills are scheduled is not known yet.",
      },
    );
  },
};

/** By its description or name: a schedule's target is known after up only. */
function isDrill({ name, properties }: DeclaredResource): boolean {
  const description = text(properties, "description");
  return /drill/i.test(typeof description === "string" ? `${name} ${description}` : name);
}
