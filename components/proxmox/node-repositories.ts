import { Repository as RepositoryState } from "@muhlba91/pulumi-proxmoxve/apt";
import { Repository } from "@muhlba91/pulumi-proxmoxve/apt/standard";
import type * as pulumi from "@pulumi/pulumi";

/** Where a node's packages come from: the repositories for who has a subscription key, or those for who has none. */
export type Subscription = "enterprise" | "no-subscription";

/** What Proxmox calls its package repositories, by what they are for; Ceph's are of PVE 9's Ceph release. */
const HANDLES: Readonly<Record<Subscription, readonly string[]>> = {
  enterprise: ["enterprise", "ceph-squid-enterprise"],
  "no-subscription": ["no-subscription", "ceph-squid-no-subscription"],
};

/**
 * Proxmox VE's and Ceph's package repositories on a node: of each, exactly one of the two is enabled. The installer
 * enables both enterprise ones, on which `apt update` fails on a node without a key.
 *
 * Nothing is ever taken out of a list of sources (Proxmox's API can't), so the one that is not wanted is declared
 * too: what is there is switched off, and another choice later switches both. Destroying leaves the lists as they are.
 */
export function createRepositories(
  name: string,
  { nodeName, subscription }: { readonly nodeName: string; readonly subscription: Subscription },
  parent: pulumi.Resource,
): void {
  // One after the other: Proxmox reads, changes and writes the lists of a node without a lock.
  let previous: pulumi.Resource[] = [];
  for (const [kind, handles] of Object.entries(HANDLES)) {
    for (const handle of handles) {
      const logicalName = `${name}-${handle}`;
      // Adds the repository where it is missing, enabled; its place in the lists comes from there.
      const { filePath, index } = new Repository(
        logicalName,
        { node: nodeName, handle },
        { parent, dependsOn: previous },
      );
      previous = [
        new RepositoryState(
          logicalName,
          { node: nodeName, filePath, index, enabled: kind === subscription },
          { parent },
        ),
      ];
    }
  }
}
