import type { Estate, Lxc, Nic, Vm } from "../../../estate";
import { networkOf } from "../../../estate/checks/addresses";
import { keepsFiles } from "../../../estate/storage";
import type { ContainerArgs } from "../container";
import type { VirtualMachineArgs, VirtualMachineNic } from "../virtual-machine";

/** What a guest's declaration needs to know besides the guest. */
export interface GuestContext {
  readonly estate: Estate;
  /** Volume ids of images by name. */
  readonly volumeIds: Readonly<Record<string, string>>;
}

/** The arguments of a virtual machine from its description. */
export function virtualMachineArgs(
  { estate, volumeIds }: GuestContext,
  name: string,
  vm: Vm,
): VirtualMachineArgs {
  return {
    ...common(vm, name),
    vmName: name,
    cpuType: vm.cpuType,
    os: vm.os,
    firmware: vm.firmware,
    efiStorageId: vm.efiStorage,
    tpmStorageId: vm.tpmStorage,
    disks: Object.fromEntries(
      bySlot(vm.disks).map(([slot, { storage, size, image, backup }]) => [
        slot,
        {
          storageId: storage,
          size,
          backup,
          fileFormat: keepsFiles(estate.storages[storage]) ? "qcow2" : "raw",
          importFrom: image === undefined ? undefined : volumeIds[image],
        },
      ]),
    ),
    nics: nics(estate, vm.nics),
    cloudInit:
      vm.cloudInitStorage === undefined
        ? undefined
        : { storageId: vm.cloudInitStorage, dns: estate.cluster.dns, user: vm.user, sshKeys: vm.sshKeys },
    agent: vm.agent,
    highlyAvailable: vm.ha !== undefined,
  };
}

/** The arguments of a container from its description. */
export function containerArgs({ estate, volumeIds }: GuestContext, name: string, lxc: Lxc): ContainerArgs {
  return {
    ...common(lxc, name),
    hostname: name,
    swap: lxc.swap ?? 0,
    template: volumeIds[lxc.template] ?? "",
    os: lxc.os,
    rootDisk: { storageId: lxc.rootDisk.storage, size: lxc.rootDisk.size },
    nics: nics(estate, lxc.nics),
    dns: estate.cluster.dns,
    sshKeys: lxc.sshKeys,
    unprivileged: lxc.unprivileged,
    nesting: lxc.nesting,
  };
}

function common(guest: Lxc | Vm, name: string) {
  const { id, node, description, tags, cores, memory, startOnBoot, protect } = guest;
  return {
    vmId: id,
    nodeName: node,
    description: description ?? `${name}, declared by hybrid-estate`,
    tags,
    cores,
    memory,
    startOnBoot,
    protect,
  };
}

function nics(estate: Estate, declared: Readonly<Record<string, Nic>>): Record<string, VirtualMachineNic> {
  return Object.fromEntries(
    bySlot(declared).map(([slot, nic]) => [
      slot,
      { ...nic, vlanId: nic.vlan, gateway: gateway(estate, nic) },
    ]),
  );
}

/** Entries in the order of their slots, so that the order in the file never swaps two disks or interfaces. */
function bySlot<T>(slots: Readonly<Record<string, T>>): [slot: string, value: T][] {
  return Object.entries(slots).sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));
}

/** A static address gets its network's gateway; DHCP brings its own. */
function gateway(estate: Estate, nic: Nic): string | undefined {
  return nic.address === "dhcp" ? undefined : networkOf(estate, nic)?.gateway;
}
