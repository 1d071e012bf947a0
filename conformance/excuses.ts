import type { ChangeKind } from "./change";
import type { Action } from "./verdict";

/**
 * A difference between the real Terraform provider and the sandbox's double that is right, or a field of which the
 * provider takes no other value where it is declared; and why.
 */
export interface Excuse {
  /** Pulumi type token. */
  readonly type: string;
  readonly field: string;
  readonly kinds: readonly ChangeKind[];
  /** What the real provider says. */
  readonly real: Action;
  /** What the sandbox's double says. */
  readonly double: Action;
  /** Whose doing it is: the bridge's (between Terraform provider and Pulumi) or Proxmox VE's. */
  readonly reason: string;
}

/** The bridge gives a resource without a name one of its own (SetAutonaming), so the provider never misses it. */
const AUTONAMED =
  "the bridge gives a resource without a name one of its own, so the provider never misses it";

/** Every one has to be used: an excuse for what no longer differs is a failure. */
export const EXCUSES: readonly Excuse[] = [
  ...[
    "proxmoxve:firewall/ipsetLegacy:IpsetLegacy",
    "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy",
  ].map(
    (type): Excuse => ({
      type,
      field: "name",
      kinds: ["left out"],
      real: "refused",
      double: "update",
      reason:
        "the bridge gives a resource without a name one of its own (SetAutonaming), and renames it in place",
    }),
  ),
  {
    type: "proxmoxve:ceph/pool:Pool",
    field: "name",
    kinds: ["left out"],
    real: "refused",
    double: "replace",
    reason:
      "the bridge gives a resource without a name one of its own (SetAutonaming), so the provider never misses it: a new name is a new pool",
  },
  {
    type: "proxmoxve:metrics/server:Server",
    field: "name",
    kinds: ["left out"],
    real: "refused",
    double: "replace",
    reason:
      "the bridge gives a resource without a name one of its own (SetAutonaming), so the provider never misses it: a new name is a new server",
  },
  {
    type: "proxmoxve:index/harule:Harule",
    field: "type",
    kinds: ["other"],
    real: "refused",
    double: "refused",
    reason:
      "a rule of the other type has other fields (nodes or affinity), which the provider checks together: no value changes alone",
  },
  {
    type: "proxmoxve:network/linux/vlan:Vlan",
    field: "name",
    kinds: ["left out"],
    real: "refused",
    double: "replace",
    reason:
      "the bridge gives a resource without a name one of its own (SetAutonaming), so the provider never misses it: a new name is a new interface",
  },
  {
    type: "proxmoxve:sdn/zone/simple:Simple",
    field: "dhcp",
    kinds: ["other"],
    real: "refused",
    double: "refused",
    reason: "there is one DHCP server to choose, dnsmasq: no other value is taken",
  },
  {
    type: "proxmoxve:storage/nfs:Nfs",
    field: "backups.keepAll",
    kinds: ["other"],
    real: "refused",
    double: "refused",
    reason: "everything is kept or some is: neither value goes beside the declared counts alone",
  },
  {
    type: "proxmoxve:index/replication:Replication",
    field: "type",
    kinds: ["other"],
    real: "refused",
    double: "refused",
    reason: "there is one type, local: no other value is taken",
  },
  ...["pci:Pci", "usb:Usb", "dir:Dir"].map(
    (type): Excuse => ({
      type: `proxmoxve:hardware/mapping/${type}`,
      field: "name",
      kinds: ["left out"],
      real: "refused",
      double: "update",
      reason: AUTONAMED,
    }),
  ),
];
