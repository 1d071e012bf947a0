import type * as pulumi from "@pulumi/pulumi";
import { present } from "../../records";
import type { Sdn } from "../sdn";
import { bridgesOf, type Nodes } from "./nodes";

/** What guests are plugged into. */
export interface NetworkParts {
  readonly nodes: Nodes;
  /** Absent where the site has no virtual networks. */
  readonly sdn: Sdn | undefined;
}

/** What has to be there before a guest is plugged into bridges or virtual networks of those names. */
export function pluggedInto({ nodes, sdn }: NetworkParts, names: readonly string[]): pulumi.Resource[] {
  const virtual = names.some((name) => !Object.values(nodes).some(({ bridges }) => name in bridges));
  return present([...bridgesOf(nodes, names), virtual ? sdn?.applied : undefined]);
}
