import { isContainer } from "../../estate/paths";
import type { Privilege } from "../../estate/privileges";

/** Rights at one place of Proxmox's tree of permissions. */
export type Rights = Readonly<Record<string, readonly Privilege[]>>;

/** A declared resource, as far as rights go. */
export interface DeclaredKind {
  /** Pulumi type token. */
  readonly type: string;
  readonly properties: unknown;
}

const SYSTEM: Rights = { "/": ["Sys.Audit", "Sys.Modify"] };
const NODE: Rights = { "/nodes": ["Sys.Audit", "Sys.Modify"] };
const STORAGE: Rights = { "/storage": ["Datastore.Allocate", "Datastore.Audit"] };
const HA: Rights = { "/": ["Sys.Audit", "Sys.Console"] };
const REALM: Rights = { "/access": ["Realm.Allocate"] };
const SDN: Rights = { "/sdn": ["SDN.Allocate", "SDN.Audit"] };
const MAPPING: Rights = { "/mapping": ["Mapping.Audit", "Mapping.Modify"] };

/** What VMs and containers have in common: making, changing, moving, starting them, on storages and bridges. */
const GUEST: Rights = {
  "/nodes": ["Sys.Audit"],
  "/sdn": ["SDN.Use"],
  "/storage": ["Datastore.AllocateSpace", "Datastore.Audit"],
  "/vms": [
    "VM.Allocate",
    "VM.Audit",
    "VM.Config.CPU",
    "VM.Config.Disk",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Migrate",
    "VM.PowerMgmt",
  ],
};

/**
 * The rights that the provider needs for each kind of resource, from the `permissions` of the API calls that it makes
 * (pve-manager 9.2, pve-access-control 9.1, qemu-server 9.2, pve-storage 9.1, pve-firewall, pve-ha-manager 5.2).
 * Kinds that this table lacks are refused, so that none goes without.
 */
export const RIGHTS: Readonly<Record<string, Rights>> = {
  // Settings of the cluster and its nodes.
  "proxmoxve:cluster/options:Options": SYSTEM,
  "proxmoxve:metrics/server:Server": SYSTEM,
  "proxmoxve:node/config:Config": SYSTEM,
  "proxmoxve:index/dnsLegacy:DnsLegacy": NODE,
  "proxmoxve:index/timeLegacy:TimeLegacy": NODE,
  "proxmoxve:index/hostsLegacy:HostsLegacy": { "/": ["Sys.Audit"], "/nodes": ["Sys.Audit", "Sys.Modify"] },
  "proxmoxve:apt/repository:Repository": NODE,
  "proxmoxve:apt/standard/repository:Repository": NODE,
  // Networks.
  "proxmoxve:network/linux/bond:Bond": NODE,
  "proxmoxve:network/linux/bridge:Bridge": NODE,
  "proxmoxve:network/linux/vlan:Vlan": NODE,
  "proxmoxve:sdn/applier:Applier": SDN,
  "proxmoxve:sdn/controller/evpn:Evpn": SDN,
  "proxmoxve:sdn/subnet:Subnet": SDN,
  "proxmoxve:sdn/vnet:Vnet": SDN,
  "proxmoxve:sdn/zone/evpn:Evpn": SDN,
  "proxmoxve:sdn/zone/qinq:Qinq": SDN,
  "proxmoxve:sdn/zone/simple:Simple": SDN,
  "proxmoxve:sdn/zone/vlan:Vlan": SDN,
  "proxmoxve:sdn/zone/vxlan:Vxlan": SDN,
  // Storage.
  "proxmoxve:ceph/pool:Pool": { "/": ["Sys.Audit", "Sys.Modify"], "/nodes": ["Sys.Audit", "Sys.Modify"] },
  "proxmoxve:node/disk/zfs:Zfs": SYSTEM,
  "proxmoxve:storage/cifs:Cifs": STORAGE,
  "proxmoxve:storage/directory:Directory": STORAGE,
  "proxmoxve:storage/lvm:Lvm": STORAGE,
  "proxmoxve:storage/lvmthin:Lvmthin": STORAGE,
  "proxmoxve:storage/nfs:Nfs": STORAGE,
  "proxmoxve:storage/pbs:Pbs": STORAGE,
  "proxmoxve:storage/zfspool:Zfspool": STORAGE,
  "proxmoxve:download/file:File": {
    "/nodes": ["Sys.AccessNetwork", "Sys.Audit"],
    "/storage": ["Datastore.Allocate", "Datastore.AllocateTemplate", "Datastore.Audit"],
  },
  // Guests.
  "proxmoxve:index/vmLegacy:VmLegacy": {
    ...GUEST,
    // Start order is the node's business too.
    "/": ["Sys.Modify"],
    "/mapping": ["Mapping.Use"],
    "/pool": ["Pool.Allocate", "Pool.Audit"],
    "/vms": [
      ...(GUEST["/vms"] ?? []),
      "VM.Clone",
      "VM.Config.CDROM",
      "VM.Config.Cloudinit",
      "VM.Config.HWType",
      "VM.GuestAgent.Audit",
    ],
  },
  "proxmoxve:index/containerLegacy:ContainerLegacy": {
    ...GUEST,
    "/": ["Sys.Modify"],
    "/pool": ["Pool.Allocate", "Pool.Audit"],
  },
  "proxmoxve:hardware/mapping/dir:Dir": MAPPING,
  "proxmoxve:hardware/mapping/pci:Pci": MAPPING,
  "proxmoxve:hardware/mapping/usb:Usb": MAPPING,
  "proxmoxve:index/poolLegacy:PoolLegacy": { "/pool": ["Pool.Allocate", "Pool.Audit"] },
  // Members of a pool may be added and taken out by who may change rights on them.
  "proxmoxve:pool/membership:Membership": {
    "/pool": ["Pool.Allocate", "Pool.Audit"],
    "/storage": ["Datastore.Allocate"],
    "/vms": ["VM.Allocate"],
  },
  // High availability, replication, backup.
  "proxmoxve:index/haresource:Haresource": HA,
  "proxmoxve:index/harule:Harule": HA,
  "proxmoxve:index/replication:Replication": { "/vms": ["VM.Audit", "VM.Replicate"] },
  "proxmoxve:backup/job:Job": SYSTEM,
  // Access.
  "proxmoxve:index/roleLegacy:RoleLegacy": { "/access": ["Sys.Audit", "Sys.Modify"] },
  "proxmoxve:index/groupLegacy:GroupLegacy": { "/access": ["Group.Allocate", "Sys.Audit"] },
  "proxmoxve:index/userLegacy:UserLegacy": { "/access": ["Realm.AllocateUser", "User.Modify"] },
  "proxmoxve:user/token:Token": { "/access": ["User.Modify"] },
  "proxmoxve:realm/ldap:Ldap": REALM,
  "proxmoxve:realm/openid:Openid": REALM,
  "proxmoxve:realm/sync:Sync": { "/access": ["Realm.Allocate", "Realm.AllocateUser", "User.Modify"] },
  // Firewall.
  "proxmoxve:cluster/firewallLegacy:FirewallLegacy": SYSTEM,
  "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy": SYSTEM,
  "proxmoxve:firewall/ipsetLegacy:IpsetLegacy": SYSTEM,
  "proxmoxve:node/firewall:Firewall": NODE,
  "proxmoxve:firewall/optionsLegacy:OptionsLegacy": { "/vms": ["VM.Audit", "VM.Config.Network"] },
  // Of the cluster where they name no guest.
  "proxmoxve:firewall/rulesLegacy:RulesLegacy": { ...SYSTEM, "/vms": ["VM.Audit", "VM.Config.Network"] },
};

/** Giving roles away takes Permissions.Modify at the place, whatever the role holds. */
const ACL = "proxmoxve:index/acl:Acl";

/** Thrown for a kind that the table lacks. */
export class UnknownKindError extends Error {
  override readonly name = "UnknownKindError";

  constructor(readonly types: readonly string[]) {
    super(
      `components/proxmox/rights.ts has no rights for ${types.join(", ")}: add a row with what its API calls ask for`,
    );
  }
}

/** The rows of the table, with the one that depends on the resource. */
function rightsOf({ type, properties }: DeclaredKind): Rights | undefined {
  if (type !== ACL) return Object.hasOwn(RIGHTS, type) ? RIGHTS[type] : undefined;
  const [, place = ""] = String(isContainer(properties) ? Reflect.get(properties, "path") : "").split("/");
  return { [`/${place}`]: ["Permissions.Modify"] };
}

/**
 * The rights that a program needs for what it declares: privileges by path, each once, sorted.
 *
 * @param resources what it declares; resources of other providers need no rights here
 * @throws UnknownKindError for a proxmoxve type that the table lacks
 */
export function rightsFor(resources: Iterable<DeclaredKind>): Rights {
  const merged = new Map<string, Set<Privilege>>();
  const unknown = new Set<string>();
  for (const resource of resources) {
    if (!resource.type.startsWith("proxmoxve:")) continue;
    const rights = rightsOf(resource);
    if (rights === undefined) unknown.add(resource.type);
    for (const [path, privileges] of Object.entries(rights ?? {})) {
      merged.set(path, new Set([...(merged.get(path) ?? []), ...privileges]));
    }
  }
  if (unknown.size > 0) throw new UnknownKindError([...unknown]);
  return Object.fromEntries([...merged].sort().map(([path, privileges]) => [path, [...privileges].sort()]));
}
