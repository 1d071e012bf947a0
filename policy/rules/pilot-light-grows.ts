import type { DeclaredResource } from "../facts/declared";
import { memoryOf } from "../facts/instance-types";
import type { Guest } from "../facts/links";
import { items, text, UNKNOWN, whole } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { CAPACITY } from "./frameworks";
import { answer, type EstateRule, type Finding, notApplicable } from "./rule";

export const pilotLightGrows: EstateRule = {
  id: "pilot-light-grows",
  title: "Pilot lights can grow to what they must hold",
  description:
    "A failover raises the group to its largest size and onto its disks: what does not fit then does not come back.",
  severity: "high",
  level: "mandatory",
  framework: CAPACITY,
  url: "https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html",
  tags: ["aws", "recovery"],
  remediation:
    "Raise maxSize to 1 or more, and choose an instance type and volumes no smaller than the guest.",
  scope: "estate",
  check: (topology) => {
    const groups = resourcesOf(topology, "aws:autoscaling/group:Group");
    if (groups.length === 0) return notApplicable("This program declares no Auto Scaling group");
    const templates = resourcesOf(topology, "aws:ec2/launchTemplate:LaunchTemplate");
    const guests = new Map(topology.guests.map((guest) => [guest.name, guest]));
    return groups.flatMap((group) => {
      const most = whole(group.properties, "maxSize") ?? UNKNOWN;
      const guest = guests.get(guestOf(group) ?? "");
      const template = templates.find(
        ({ urn }) => urn !== undefined && (group.propertyDependencies?.launchTemplate ?? []).includes(urn),
      );
      return [
        ...answer(group, most === UNKNOWN ? UNKNOWN : most < 1, {
          wrong: `Auto Scaling group ${group.name} can't grow: its maxSize is 0.`,
          open: `How far Auto Scaling group ${group.name} can grow is not known yet.`,
        }),
        ...(guest === undefined || template === undefined ? [] : tooSmall(group, guest, template)),
      ];
    });
  },
};

/** Our pilot lights say by a tag which guest they bring back. */
function guestOf(group: DeclaredResource): string | undefined {
  const tag = items(group.properties, "tags").find(
    (each) => each !== UNKNOWN && text(each, "key") === "hybrid-estate:guest",
  );
  const name = tag === undefined ? undefined : text(tag, "value");
  return typeof name === "string" ? name : undefined;
}

function tooSmall(group: DeclaredResource, guest: Guest, template: DeclaredResource): Finding[] {
  const type = text(template.properties, "instanceType");
  const memory = typeof type === "string" ? memoryOf(type) : undefined;
  const needed = guest.load.memory;
  const wrong = memory === undefined || typeof needed !== "number" ? false : memory < needed;
  return answer(group, wrong, {
    wrong:
      `Auto Scaling group ${group.name} starts instances of ${String(memory)} MiB for ${guest.name}, which has ` +
      `${String(needed)} MiB. Choose a larger instance type.`,
    open: "",
  });
}
