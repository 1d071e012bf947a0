import type { input } from "@muhlba91/pulumi-proxmoxve/types";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import * as pulumi from "@pulumi/pulumi";

/** A disk in its slot. */
export interface VirtualMachineDisk {
  readonly storageId: pulumi.Input<string>;
  /** Size in GiB. */
  readonly size: pulumi.Input<number>;
  /** qcow2 on file storages (snapshots), raw on block storages. */
  readonly fileFormat: pulumi.Input<"qcow2" | "raw">;
  /** Volume id of the image that it starts from; empty when absent. */
  readonly importFrom?: pulumi.Input<string>;
  readonly backup: pulumi.Input<boolean>;
}

/** A network interface in its slot. */
export interface VirtualMachineNic {
  readonly bridge: pulumi.Input<string>;
  readonly vlanId?: pulumi.Input<number>;
  readonly firewall: pulumi.Input<boolean>;
  /** Address with prefix length, or dhcp. */
  readonly address: pulumi.Input<string>;
  readonly gateway?: pulumi.Input<string>;
}

export interface VirtualMachineArgs {
  readonly vmId: pulumi.Input<number>;
  /** Host name of the guest. */
  readonly vmName: pulumi.Input<string>;
  /** Node that it is created on. Where it runs later is HA's business when `highlyAvailable`. */
  readonly nodeName: pulumi.Input<string>;
  readonly description?: pulumi.Input<string>;
  readonly tags: pulumi.Input<pulumi.Input<string>[]>;
  readonly cores: pulumi.Input<number>;
  readonly cpuType: pulumi.Input<string>;
  /** Memory in MiB. */
  readonly memory: pulumi.Input<number>;
  readonly os: pulumi.Input<string>;
  readonly firmware: "ovmf" | "seabios";
  readonly efiStorageId?: pulumi.Input<string>;
  readonly tpmStorageId?: pulumi.Input<string>;
  /** Disks by slot (`scsi0`). */
  readonly disks: Readonly<Record<string, VirtualMachineDisk>>;
  /** Interfaces by slot (`net0`), without gaps. */
  readonly nics: Readonly<Record<string, VirtualMachineNic>>;
  readonly cloudInit?: {
    readonly storageId: pulumi.Input<string>;
    readonly dns: {
      readonly domain: pulumi.Input<string>;
      readonly servers: pulumi.Input<pulumi.Input<string>[]>;
    };
    readonly user?: pulumi.Input<string>;
    readonly sshKeys: pulumi.Input<pulumi.Input<string>[]>;
  };
  /** Whether the guest runs the QEMU guest agent; claiming one that is not there makes every read wait (bpg #669). */
  readonly agent: pulumi.Input<boolean>;
  readonly startOnBoot: pulumi.Input<boolean>;
  /** Whether Proxmox HA places, starts and stops the VM. */
  readonly highlyAvailable: boolean;
  /** Whether destroying or replacing it is refused. */
  readonly protect: boolean;
}

/**
 * A KVM virtual machine. Nothing that an environment file can change replaces it silently: an HA guest's node is
 * left to HA, a move is a migration, and the disks of a destroyed guest stay where no state knows them.
 *
 * @example
 * new VirtualMachine("web", { vmId: 110, vmName: "web", nodeName: "pve1", cores: 2, memory: 2048, highlyAvailable: true,
 *   disks: { scsi0: { storageId: "nas", size: 16, fileFormat: "qcow2", backup: true } }, … });
 */
export class VirtualMachine extends pulumi.ComponentResource {
  /** The VM: HA resources and backup jobs of single guests depend on it. */
  readonly resource: VmLegacy;

  constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:VirtualMachine", name, {}, opts);
    this.resource = new VmLegacy(
      name,
      {
        vmId: args.vmId,
        name: args.vmName,
        nodeName: args.nodeName,
        // Never replaced for being on another node than declared (bpg #391, #1411).
        migrate: true,
        description: args.description,
        tags: args.tags,
        ...hardware(args),
        ...firmware(args),
        disks: Object.entries(args.disks).map(([slot, disk]) => diskInput(slot, disk)),
        networkDevices: Object.values(args.nics).map(networkDevice),
        initialization: initialization(args),
        agent: { enabled: args.agent, timeout: "2m", trim: args.agent },
        onBoot: args.startOnBoot,
        started: true,
        stopOnDestroy: false,
        // bpg's default destroys disks that only look unreferenced (#1763).
        deleteUnreferencedDisksOnDestroy: false,
        purgeOnDestroy: true,
      },
      {
        parent: this,
        protect: args.protect,
        // A VM id and its static address exist once: the old guest must go before a new one comes.
        deleteBeforeReplace: true,
        ignoreChanges: args.highlyAvailable ? ["nodeName", "started"] : [],
      },
    );
    this.registerOutputs({ vmId: args.vmId });
  }
}

function hardware(args: VirtualMachineArgs) {
  return {
    cpu: { cores: args.cores, sockets: 1, type: args.cpuType },
    memory: { dedicated: args.memory, floating: 0 },
    operatingSystem: { type: args.os },
    scsiHardware: "virtio-scsi-single",
  };
}

function firmware({ firmware: bios, efiStorageId, tpmStorageId }: VirtualMachineArgs) {
  return {
    bios,
    machine: "q35",
    efiDisk:
      efiStorageId === undefined
        ? undefined
        : { datastoreId: efiStorageId, type: "4m", preEnrolledKeys: false },
    tpmState: tpmStorageId === undefined ? undefined : { datastoreId: tpmStorageId, version: "v2.0" },
  };
}

function diskInput(slot: string, disk: VirtualMachineDisk): input.VmLegacyDisk {
  return {
    interface: slot,
    datastoreId: disk.storageId,
    size: disk.size,
    fileFormat: disk.fileFormat,
    importFrom: disk.importFrom,
    backup: disk.backup,
    // Written out although they are defaults: an absent one is a change at every preview (pulumi-proxmoxve #664).
    aio: "io_uring",
    cache: "none",
    discard: "on",
    iothread: slot.startsWith("scsi") || slot.startsWith("virtio"),
    replicate: true,
    ssd: false,
  };
}

function networkDevice({
  bridge,
  vlanId,
  firewall: filtered,
}: VirtualMachineNic): input.VmLegacyNetworkDevice {
  return { bridge, vlanId, firewall: filtered, model: "virtio", disconnected: false };
}

function initialization({ cloudInit, nics }: VirtualMachineArgs): input.VmLegacyInitialization | undefined {
  if (cloudInit === undefined) return undefined;
  return {
    datastoreId: cloudInit.storageId,
    interface: "ide2",
    type: "nocloud",
    dns: cloudInit.dns,
    ipConfigs: Object.values(nics).map(({ address, gateway }) => ({ ipv4: { address, gateway } })),
    userAccount: { username: cloudInit.user, keys: cloudInit.sshKeys },
  };
}
