import type { input } from "@muhlba91/pulumi-proxmoxve/types";
import type {
  DiskLimits,
  VirtualMachineArgs,
  VirtualMachineDisk,
  VirtualMachineNic,
} from "./virtual-machine";

/** The disks, interfaces and other devices of a VM, as its resource takes them. */
export function devices(args: VirtualMachineArgs) {
  const { disks, nics, pci, usb, directories, cdrom, serialPort, display } = args;
  return {
    disks: Object.entries(disks).map(([slot, disk]) => diskInput(slot, disk)),
    cdrom: cdrom && { fileId: cdrom.volumeId, interface: cdrom.slot },
    bootOrders: args.bootOrder.length === 0 ? undefined : [...args.bootOrder],
    networkDevices: Object.values(nics).map(networkDevice),
    hostpcis: Object.entries(pci).map(([device, { mapping, pcie, primaryGpu }]) => ({
      device,
      mapping,
      pcie,
      rombar: true,
      xvga: primaryGpu,
    })),
    usbs: usb.map(({ mapping, usb3 }) => ({ mapping, usb3 })),
    virtiofs: directories.map((mapping) => ({ mapping })),
    serialDevices: serialPort ? [{ device: "socket" }] : [],
    vga: { type: display, memory: VGA_MEMORY, clipboard: "" },
  };
}

/** MiB; Proxmox's own. */
const VGA_MEMORY = 16;

/** Defaults are written out: an absent one is a change at every preview (pulumi-proxmoxve #664). */
function diskInput(slot: string, disk: VirtualMachineDisk): input.VmLegacyDisk {
  return {
    interface: slot,
    datastoreId: disk.storageId,
    size: disk.size,
    fileFormat: disk.fileFormat,
    importFrom: disk.importFrom,
    backup: disk.backup,
    replicate: disk.replicate,
    aio: disk.aio,
    cache: disk.cache,
    discard: disk.discard ? "on" : "ignore",
    iothread: disk.iothread,
    ssd: disk.ssd,
    speed: speed(disk.limits),
  };
}

/** Proxmox's 0 is no limit. */
const UNLIMITED = 0;

function speed(limits: DiskLimits): input.VmLegacyDiskSpeed {
  return {
    read: limits.read ?? UNLIMITED,
    readBurstable: limits.readBurst ?? UNLIMITED,
    write: limits.write ?? UNLIMITED,
    writeBurstable: limits.writeBurst ?? UNLIMITED,
    iopsRead: limits.iopsRead ?? UNLIMITED,
    iopsReadBurstable: limits.iopsReadBurst ?? UNLIMITED,
    iopsWrite: limits.iopsWrite ?? UNLIMITED,
    iopsWriteBurstable: limits.iopsWriteBurst ?? UNLIMITED,
  };
}

function networkDevice(nic: VirtualMachineNic): input.VmLegacyNetworkDevice {
  const { bridge, vlanId, firewall, model, macAddress, mtu = AUTOMATIC, queues = AUTOMATIC, rateLimit } = nic;
  return {
    bridge,
    vlanId,
    firewall,
    model,
    macAddress,
    mtu,
    queues,
    rateLimit: rateLimit ?? UNLIMITED,
    disconnected: false,
  };
}

/** Proxmox's 0 for an MTU that is the bridge's, and for a single queue. */
const AUTOMATIC = 0;
