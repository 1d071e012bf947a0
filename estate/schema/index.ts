import { z } from "zod";
import { accessSections } from "./access";
import { awsSections } from "./aws";
import { backupSections } from "./backup";
import { backupServerSections } from "./backup-server";
import { cephSections } from "./ceph";
import { clusterSections } from "./cluster";
import { diskSections } from "./disks";
import { firewallSections } from "./firewall";
import { guestSections, type Lxc, type Vm } from "./guest";
import { haSections } from "./ha";
import { hardwareSections } from "./hardware";
import { hostNetworksSections } from "./host-networks";
import { monitoringSections } from "./monitoring";
import { networkSections } from "./network";
import { offeringSections } from "./offering";
import { replicationSections } from "./replication";
import { sdnSections } from "./sdn";
import { storageSections } from "./storage";
import { tenantSections } from "./tenant";

/** The environment description: the one source of the types, the validation and the editors' JSON Schema. */
export const estateSchema = z.strictObject({
  ...clusterSections,
  ...networkSections,
  ...hostNetworksSections,
  ...sdnSections,
  ...diskSections,
  ...cephSections,
  ...storageSections,
  ...offeringSections,
  ...tenantSections,
  ...hardwareSections,
  ...guestSections,
  ...replicationSections,
  ...haSections,
  ...backupSections,
  ...backupServerSections,
  ...monitoringSections,
  ...accessSections,
  ...firewallSections,
  ...awsSections,
});

/** An estate whose form is right; what its guests take from offerings and tenants is not filled in yet. */
export type WrittenEstate = z.output<typeof estateSchema>;
/** A validated estate: defaults filled in, sizes as numbers (memory in MiB, disks in GiB). */
export type Estate = Omit<WrittenEstate, "guests"> & { readonly guests: Readonly<Record<string, Guest>> };
/** An estate as an environment file writes it. */
export type EstateDescription = z.input<typeof estateSchema>;

export type Cluster = Estate["cluster"];
export type Network = Estate["networks"][string];
export type Bond = Estate["bonds"][string];
export type Bridge = Estate["bridges"][string];
export type SdnZone = Estate["sdnZones"][string];
export type Vnet = Estate["vnets"][string];
export type Subnet = Vnet["subnets"][string];
export type Node = Estate["nodes"][string];
export type VolumeGroup = Estate["volumeGroups"][string];
export type CephPool = Estate["cephPools"][string];
export type ZfsPool = Estate["zfsPools"][string];
export type NfsServer = Estate["nfsServers"][string];
export type Storage = Estate["storages"][string];
export type Image = Estate["images"][string];
export type { Lxc, Vm, VmDisk, WrittenGuest } from "./guest";
export type Guest = Lxc | Vm;
export type Nic = Lxc["nics"][string];
export type Offering = Estate["offerings"][string];
export type Tenant = Estate["tenants"][string];
export type HaRule = Estate["haRules"][string];
export type BackupJob = Estate["backupJobs"][string];
export type BackupServer = Estate["backupServers"][string];
/** One that this program sets up. */
export type ManagedBackupServer = Exclude<BackupServer, { kind: "foreign" }>;
export type BackupStorage = Extract<Storage, { type: "pbs" }>;
export type MetricServer = Estate["metricServers"][string];
export type Monitoring = NonNullable<Estate["monitoring"]>;
export type Access = Estate["access"];
export type Firewall = NonNullable<Estate["firewall"]>;
export type FirewallRule = Firewall["nodes"]["rules"][number];
export type Realm = Access["realms"][string];
export type Vpn = NonNullable<Aws["vpn"]>;
export type Aws = NonNullable<Estate["aws"]>;
export type Recovery = Aws["recovery"][string];
export type Traffic = Aws["traffic"][string];
