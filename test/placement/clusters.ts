import {
  type AffinityRule,
  type Capacity,
  HA_DEFAULTS,
  type HaCluster,
  type HaSettings,
  type PlacedGuest,
} from "../../placement";

/** `node-affinity NAME strict: vm:101 vm:102 -> node1:2 node2`, `positive NAME: vm:101 vm:102`, `negative ...`. */
export function rule(text: string): AffinityRule {
  const [head = "", body = ""] = text.split(": ", 2);
  const [type, id = "", strict] = head.split(" ");
  const [guests = "", nodes = ""] = body.split(" -> ");
  const names = guests.trim().split(" ");
  if (type === "positive" || type === "negative") {
    return { type: "resource-affinity", id, guests: names, affinity: type };
  }
  return {
    type: "node-affinity",
    id,
    guests: names,
    strict: strict === "strict",
    nodes: new Map(
      nodes.split(" ").map((one) => {
        const [node = "", priority = "0"] = one.split(":");
        return [node, Number(priority)];
      }),
    ),
  };
}

/** A guest under HA: one virtual CPU and 1 GiB unless told otherwise. */
export function guest(
  id: string,
  node: string,
  ha: Partial<HaSettings> = {},
  load = { cpus: 1, memory: 1024 },
): PlacedGuest {
  return { id, node, load, running: true, ha: { ...HA_DEFAULTS, ...ha } };
}

/** `node1: vm:101 vm:102` and so on: guests under HA by node. */
export function guests(...lines: readonly string[]): PlacedGuest[] {
  return lines.flatMap((line) => {
    const [node = "", names = ""] = line.split(": ", 2);
    return names.split(" ").map((name) => guest(name, node));
  });
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node${index + 1}`);
}

export function cluster(
  nodes: readonly string[] | Readonly<Record<string, Capacity>>,
  placed: readonly PlacedGuest[],
  rules: readonly string[] = [],
  options: Partial<Pick<HaCluster, "rebalanceOnStart" | "scheduling">> = {},
): HaCluster {
  return {
    nodes: new Map(
      Array.isArray(nodes)
        ? nodes.map((node): [string, undefined] => [node, undefined])
        : Object.entries(nodes),
    ),
    guests: placed,
    rules: rules.map(rule),
    scheduling: "basic",
    rebalanceOnStart: false,
    ...options,
  };
}
