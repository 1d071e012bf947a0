import { entry } from "./paths";
import type { Estate } from "./schema";

/** Something that is made on whole disks of nodes: a ZFS pool or a volume group. */
export interface OnDisks {
  readonly nodes?: readonly string[];
  readonly devices: readonly string[];
  readonly nodeDevices: Readonly<Record<string, readonly string[]>>;
}

/** The nodes that have it, each with the disks that it is made of there. */
export function disksByNode(estate: Estate, { nodes, devices, nodeDevices }: OnDisks) {
  const names = nodes ?? Object.keys(estate.nodes);
  return Object.fromEntries(
    names.map((node): [string, readonly string[]] => [node, entry(nodeDevices, node) ?? devices]),
  );
}

/** The nodes that may use something: every node where none are named. */
export function nodesOf(estate: Estate, { nodes }: { readonly nodes?: readonly string[] }): string[] {
  return [...(nodes ?? Object.keys(estate.nodes))];
}
