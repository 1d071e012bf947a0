import type { ChangeKind } from "./change";

/** A difference between the real Terraform provider and the sandbox's double that is right, and why. */
export interface Excuse {
  /** Pulumi type token. */
  readonly type: string;
  readonly field: string;
  readonly kinds: readonly ChangeKind[];
  /** Whose doing it is: the bridge's (between Terraform provider and Pulumi) or Proxmox VE's. */
  readonly reason: string;
}

/** Every one has to be used: an excuse for what no longer differs is a failure. */
export const EXCUSES: readonly Excuse[] = [
  {
    type: "proxmoxve:node/disk/zfs:Zfs",
    field: "name",
    kinds: ["left out"],
    reason:
      "the bridge gives a resource without a name one of its own (SetAutonaming), so the provider never misses it: a new name is a new pool",
  },
];
