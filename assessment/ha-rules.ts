import type { AffinityRule } from "../placement";
import { UNKNOWN } from "../policy/facts/read";
import type { Topology } from "../policy/facts/topology";
import type { Note } from "./model";

/** Guests as HA names them, by VM id. */
function idsOf({ guests }: Topology): ReadonlyMap<number, string> {
  return new Map(
    guests.flatMap(({ vmId, kind }) =>
      vmId === UNKNOWN ? [] : [[vmId, `${kind === "vm" ? "vm" : "ct"}:${vmId}`] as const],
    ),
  );
}

/** The rules that are on and known as far as their guests are; what is not known of them is noted. */
export function haRules(topology: Topology, notes: Note[]): AffinityRule[] {
  const ids = idsOf(topology);
  const byUrn = new Map(topology.guests.map((guest) => [guest.source.urn, guest]));
  return topology.haRules.flatMap((rule): AffinityRule[] => {
    if (rule.disabled === true) return [];
    const members = rule.members.flatMap(({ vmId, sources }) =>
      vmId === UNKNOWN ? sources.map((urn) => byUrn.get(urn)?.vmId ?? UNKNOWN) : [vmId],
    );
    const guests = [...new Set(members.flatMap((vmId) => (vmId === UNKNOWN ? [] : (ids.get(vmId) ?? []))))];
    const { type, strict, nodes, affinity } = rule;
    const common = { id: rule.name, guests };
    if (guests.length > 0 && type === "node-affinity" && nodes !== UNKNOWN && nodes !== undefined) {
      const priorities = [...rule.priorities].map(([node, priority]): [string, number] => [
        node,
        priority === UNKNOWN ? 0 : priority,
      ]);
      if (strict !== UNKNOWN && [...rule.priorities.values()].every((priority) => priority !== UNKNOWN)) {
        return [{ ...common, type, nodes: new Map(priorities), strict }];
      }
    }
    if (
      guests.length > 0 &&
      type === "resource-affinity" &&
      (affinity === "positive" || affinity === "negative")
    ) {
      return [{ ...common, type, affinity }];
    }
    notes.push(`The HA rule ${rule.name} is not known in full, and is left out.`);
    return [];
  });
}
