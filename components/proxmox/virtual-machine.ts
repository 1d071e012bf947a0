import type { input } from "@muhlba91/pulumi-proxmoxve/types";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import * as pulumi from "@pulumi/pulumi";
import { type GuestArgs, type GuestDns, type GuestNic, sortedTags, startupInput } from "./guest";
import { devices } from "./virtual-machine-devices";

/** A disk in its slot. */
export interface VirtualMachineDisk {
  readonly storageId: pulumi.Input<string>;
  /** Size in GiB. */
  readonly size: pulumi.Input<number>;
  /** qcow2 on file storages (snapshots), raw on block storages. */
  readonly fileFormat: pulumi.Input<"qcow2" | "raw">;
  /** Volume id of the image that it starts from; empty when absent. Only read when the disk is made. */
  readonly importFrom?: pulumi.Input<string>;
  readonly backup: pulumi.Input<boolean>;
  /** Whether storage replication takes it along. */
  readonly replicate: pulumi.Input<boolean>;
  /** Most that it may do in a second; what is left out is not limited. */
  readonly limits: DiskLimits;
  readonly cache: pulumi.Input<"directsync" | "none" | "writeback" | "writethrough">;
  readonly aio: pulumi.Input<"io_uring" | "native" | "threads">;
  /** Whether freed blocks are given back to the storage. */
  readonly discard: boolean;
  readonly ssd: pulumi.Input<boolean>;
  readonly iothread: pulumi.Input<boolean>;
}

/** Limits in MB/s and in operations a second, and what may be done for one second. */
export interface DiskLimits {
  readonly read?: number;
  readonly readBurst?: number;
  readonly write?: number;
  readonly writeBurst?: number;
  readonly iopsRead?: number;
  readonly iopsReadBurst?: number;
  readonly iopsWrite?: number;
  readonly iopsWriteBurst?: number;
}

/** A network interface in its slot. */
export interface VirtualMachineNic extends GuestNic {
  readonly model: pulumi.Input<"e1000" | "e1000e" | "rtl8139" | "virtio" | "vmxnet3">;
  /** Packet queues; one when absent. */
  readonly queues?: pulumi.Input<number>;
}

/** A PCI device by its resource mapping. */
export interface MappedPciDevice {
  readonly mapping: pulumi.Input<string>;
  readonly pcie: pulumi.Input<boolean>;
  readonly primaryGpu: pulumi.Input<boolean>;
}

/** A USB device by its resource mapping. */
export interface MappedUsbDevice {
  readonly mapping: pulumi.Input<string>;
  readonly usb3: pulumi.Input<boolean>;
}

export interface VirtualMachineArgs extends GuestArgs {
  /** Host name of the guest. */
  readonly vmName: pulumi.Input<string>;
  /** Node that it is created on. Where it runs later is HA's business when `highlyAvailable`. */
  readonly nodeName: pulumi.Input<string>;
  readonly sockets: pulumi.Input<number>;
  readonly cpuType: pulumi.Input<string>;
  /** Whether an up may restart it for a change that it can't take while it runs; without, such a change fails or waits. */
  readonly rebootAfterUpdate: pulumi.Input<boolean>;
  readonly numa: pulumi.Input<boolean>;
  /** Memory in MiB that it keeps when its node is short of it; no ballooning when absent. */
  readonly balloonMinimum?: pulumi.Input<number>;
  /** What can be changed while it runs. */
  readonly hotplug: readonly string[];
  readonly os: pulumi.Input<string>;
  readonly firmware: "ovmf" | "seabios";
  readonly efiStorageId?: pulumi.Input<string>;
  /** Whether Microsoft's and the distributions' keys are enrolled. Only read when the EFI disk is made. */
  readonly secureBoot: pulumi.Input<boolean>;
  readonly tpmStorageId?: pulumi.Input<string>;
  /** Machine type, such as `q35` or one version of it, `pc-q35-9.2+pve1`. */
  readonly machine: pulumi.Input<string>;
  /** Disks by slot (`scsi0`). */
  readonly disks: Readonly<Record<string, VirtualMachineDisk>>;
  /** An ISO image in a CD-ROM drive. */
  readonly cdrom?: { readonly slot: string; readonly volumeId: pulumi.Input<string> };
  /** Slots in the order that it tries to boot from. */
  readonly bootOrder: readonly string[];
  /** Interfaces by slot (`net0`), without gaps. */
  readonly nics: Readonly<Record<string, VirtualMachineNic>>;
  /** PCI devices by slot (`hostpci0`). */
  readonly pci: Readonly<Record<string, MappedPciDevice>>;
  readonly usb: readonly MappedUsbDevice[];
  /** Directory mappings that it mounts through virtiofs. */
  readonly directories: readonly string[];
  /** Whether it has a serial port, where cloud images write their console to. */
  readonly serialPort: boolean;
  readonly display: pulumi.Input<"none" | "qxl" | "serial0" | "std" | "virtio">;
  readonly cloudInit?: {
    readonly storageId: pulumi.Input<string>;
    readonly dns: GuestDns;
    readonly user?: pulumi.Input<string>;
    readonly sshKeys: pulumi.Input<pulumi.Input<string>[]>;
  };
  /** Whether the guest runs the QEMU guest agent; claiming one that is not there makes every read wait (bpg #669). */
  readonly agent: pulumi.Input<boolean>;
  /** Whether Proxmox HA places, starts and stops the VM. */
  readonly highlyAvailable: boolean;
}

/**
 * A KVM virtual machine. Nothing that an environment file can change replaces it silently: an HA guest's node is
 * left to HA, a move is a migration, and the disks of a destroyed guest stay where no state knows them.
 *
 * @example
 * new VirtualMachine("web", { vmId: 110, vmName: "web", nodeName: "pve1", cores: 2, memory: 2048, highlyAvailable: true,
 *   disks: { scsi0: { storageId: "nas", size: 16, fileFormat: "qcow2", … } }, … });
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
        tags: sortedTags(args.tags),
        ...hardware(args),
        ...firmware(args),
        ...devices(args),
        initialization: initialization(args),
        agent: { enabled: args.agent, timeout: AGENT_TIMEOUT, trim: args.agent },
        onBoot: args.startOnBoot,
        startup: startupInput(args.startup),
        protection: args.protection,
        started: true,
        rebootAfterUpdate: args.rebootAfterUpdate,
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

/** Long enough for an agent that is there; the provider's own is 15 minutes, at every read (bpg #2091). */
const AGENT_TIMEOUT = "2m";

function hardware(args: VirtualMachineArgs) {
  return {
    cpu: {
      cores: args.cores,
      sockets: args.sockets,
      type: args.cpuType,
      limit: args.cpuLimit,
      units: args.cpuUnits,
      numa: args.numa,
    },
    memory: { dedicated: args.memory, floating: args.balloonMinimum ?? NO_BALLOONING },
    hotplug: args.hotplug.length === 0 ? "0" : args.hotplug.join(","),
    operatingSystem: { type: args.os },
    scsiHardware: "virtio-scsi-single",
  };
}

const NO_BALLOONING = 0;

function firmware({ firmware: bios, machine, efiStorageId, secureBoot, tpmStorageId }: VirtualMachineArgs) {
  return {
    bios,
    machine,
    efiDisk:
      efiStorageId === undefined
        ? undefined
        : { datastoreId: efiStorageId, type: "4m", preEnrolledKeys: secureBoot },
    tpmState: tpmStorageId === undefined ? undefined : { datastoreId: tpmStorageId, version: "v2.0" },
  };
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
