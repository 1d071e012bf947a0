import type { Estate, Guest, Lxc, Nic, Vm, VmDisk } from "../../../estate";
import { networkOf } from "../../../estate/checks/addresses";
import { bySlot, CDROM_SLOT } from "../../../estate/slots";
import { keepsFiles } from "../../../estate/storage";
import type { ContainerArgs } from "../container";
import { type GuestDns, type GuestStartup, recoveryTags } from "../guest";
import type { VirtualMachineArgs, VirtualMachineDisk } from "../virtual-machine";

/** What a guest's declaration needs to know besides the guest. */
export interface GuestContext {
  readonly estate: Estate;
  /** Volume ids of images by name. */
  readonly volumeIds: Readonly<Record<string, string>>;
  /** Startup orders by guest. */
  readonly orders: ReadonlyMap<string, number>;
}

/** The arguments of a virtual machine from its description. */
export function virtualMachineArgs(context: GuestContext, name: string, vm: Vm): VirtualMachineArgs {
  const { estate, volumeIds } = context;
  const { cpuType, sockets, numa, balloonMinimum, hotplug, os, firmware, secureBoot, machine, display } = vm;
  return {
    ...common(name, vm),
    vmName: name,
    ...{ cpuType, sockets, numa, balloonMinimum, hotplug, os, firmware, secureBoot, machine, display },
    rebootAfterUpdate: vm.rebootAfterUpdate,
    efiStorageId: vm.efiStorage,
    tpmStorageId: vm.tpmStorage,
    disks: Object.fromEntries(bySlot(vm.disks).map(([slot, disk]) => [slot, diskArgs(context, slot, disk)])),
    cdrom: vm.cdrom === undefined ? undefined : { slot: CDROM_SLOT, volumeId: volumeIds[vm.cdrom] ?? "" },
    bootOrder: vm.bootOrder ?? bootOrder(vm),
    nics: nics(estate, vm.nics),
    pci: Object.fromEntries(bySlot(vm.pci)),
    usb: vm.usb,
    directories: vm.directories,
    serialPort: vm.serialPort ?? (vm.display === "serial0" || fromImage(vm)),
    cloudInit:
      vm.cloudInitStorage === undefined
        ? undefined
        : { storageId: vm.cloudInitStorage, dns: dns(estate, vm), user: vm.user, sshKeys: vm.sshKeys },
    agent: vm.agent,
    highlyAvailable: vm.ha !== undefined,
    // HA starts its guests itself, in no order.
    startup: vm.ha === undefined ? startup(context, name, vm) : undefined,
  };
}

/** The arguments of a container from its description. */
export function containerArgs(context: GuestContext, name: string, lxc: Lxc): ContainerArgs {
  const { estate, volumeIds } = context;
  const { swap, os, sshKeys, unprivileged, nesting, console, rootDisk } = lxc;
  return {
    ...common(name, lxc),
    hostname: name,
    ...{ swap, os, sshKeys, unprivileged, nesting, console },
    template: volumeIds[lxc.template] ?? "",
    rootDisk: { storageId: rootDisk.storage, size: rootDisk.size, replicate: rootDisk.replicate },
    mountPoints: Object.fromEntries(
      bySlot(lxc.mountPoints).map(([slot, { storage, ...settings }]) => [
        slot,
        { storageId: storage, ...settings },
      ]),
    ),
    nics: nics(estate, lxc.nics),
    dns: dns(estate, lxc),
    startup: startup(context, name, lxc),
  };
}

/** Proxmox's own weight of a guest (cgroup v2). */
const USUAL_CPU_UNITS = 100;
const UNLIMITED = 0;

function common(name: string, guest: Guest) {
  const { id, node, description, cores, cpuLimit, cpuUnits, memory, startOnBoot, protection, protect } =
    guest;
  return {
    vmId: id,
    nodeName: node,
    description: description ?? `${name}, declared by hybrid-estate`,
    cpuLimit: cpuLimit ?? UNLIMITED,
    cpuUnits: cpuUnits ?? USUAL_CPU_UNITS,
    tags: [...guest.tags, ...recoveryTags(guest)],
    ...{ cores, memory, startOnBoot, protection, protect },
  };
}

function startup({ orders }: GuestContext, name: string, { startup: own }: Guest): GuestStartup | undefined {
  const order = orders.get(name);
  return own === undefined && order === undefined ? undefined : { ...own, order };
}

function dns({ cluster }: Estate, { dns: { domain, servers } }: Guest): GuestDns {
  return { domain: domain ?? cluster.dns.domain, servers: servers ?? cluster.dns.servers };
}

function diskArgs({ estate, volumeIds }: GuestContext, slot: string, disk: VmDisk): VirtualMachineDisk {
  const { storage, size, image, backup, replicate, limits = {}, cache, aio, discard, ssd, iothread } = disk;
  return {
    storageId: storage,
    fileFormat: keepsFiles(estate.storages[storage]) ? "qcow2" : "raw",
    importFrom: image === undefined ? undefined : volumeIds[image],
    iothread: iothread ?? (slot.startsWith("scsi") || slot.startsWith("virtio")),
    ...{ size, backup, replicate, limits, cache, aio, discard, ssd },
  };
}

/** The first disk, then the CD-ROM: an empty disk is passed over for the installer. */
function bootOrder({ disks, cdrom }: Vm): string[] {
  const [first] = bySlot(disks).map(([slot]) => slot);
  return [...(first === undefined ? [] : [first]), ...(cdrom === undefined ? [] : [CDROM_SLOT])];
}

/** Cloud images write their console to the first serial port, and some do not start without one. */
function fromImage({ disks }: Vm): boolean {
  return Object.values(disks).some(({ image }) => image !== undefined);
}

function nics<T extends Nic>(estate: Estate, declared: Readonly<Record<string, T>>) {
  return Object.fromEntries(
    bySlot(declared).map(([slot, { vlan, mac, rate, ...nic }]) => [
      slot,
      {
        ...nic,
        vlanId: vlan,
        macAddress: mac,
        rateLimit: rate,
        gateway: gateway(estate, { ...nic, vlan }),
      },
    ]),
  );
}

/** A static address gets its network's gateway; DHCP brings its own. */
function gateway(estate: Estate, nic: Pick<Nic, "address" | "bridge" | "vlan">): string | undefined {
  return nic.address === "dhcp" ? undefined : networkOf(estate, nic)?.gateway;
}
