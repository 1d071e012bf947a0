import type { Step } from "../../problems";

/** A name that stands for an entry of another section. */
export interface Reference {
  readonly path: readonly Step[];
  readonly name: string;
  readonly section: string;
  /** Another section that may have it as well. */
  readonly or?: string;
}

/** References in a list of nodes, where there is one. */
export function nodeList(path: readonly Step[], nodes: readonly string[] | undefined): Reference[] {
  return (nodes ?? []).map((name, index) => ({ path: [...path, "nodes", index], name, section: "nodes" }));
}

/** A reference that need not be there. */
export function optional(path: readonly Step[], name: string | undefined, section: string): Reference[] {
  return name === undefined ? [] : [{ path, name, section }];
}
