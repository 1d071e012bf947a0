import type { Change, Properties } from "../../world";
import { type Behaviour, type ExistingOperation, hex, type Operation, Refusal } from "../behaviour";
import type { Difference } from "../diff";
import { Inputs } from "../inputs";
import { anything, flag, list, map, number, object, text } from "../schema";
import {
  findGuest,
  guestIdFor,
  patched,
  requireBridge,
  requireFile,
  requireFreeId,
  requireNode,
  requirePool,
  requireStorage,
  TYPES,
} from "./cluster";
import { withoutRules } from "./ha";
import { requireMappings } from "./hardware";
import { vmSchema } from "./vm-schema";

export const virtualMachine: Behaviour = {
  type: TYPES.vm,
  schema: vmSchema,
  autoname: { property: "name" },
  // bpg's CustomizeDiff of a VM.
  replaces: (differences, olds, news) =>
    differences.filter((one) => forcesNewVm(one, olds, news)).map(({ path }) => path),
  id: ({ inputs, world }) => guestIdFor(world, inputs),
  importId: ({ id, inputs }) => `${inputs.nodeName}/${id}`,
  outputs: vmOutputs,
  create: (operation, id) => {
    requireNode(operation.world, operation.inputs.text("nodeName"));
    requireFreeId(operation.world, "VM", id);
    requireParts(operation);
    requireImages(operation);
    return [];
  },
  update: (operation) => {
    requireNode(operation.world, operation.inputs.text("nodeName"));
    requireParts(operation);
    refuseShrinking(operation);
    return [];
  },
  remove: (operation) => destroyGuest(operation, `vm:${operation.object.id}`),
};

function forcesNewVm({ path }: Difference, olds: Inputs, news: Inputs): boolean {
  if (path === "vmId") return olds.has("vmId");
  if (path === "nodeName") return !news.flag("migrate");
  // Adding or removing one is an update; another version of one is not.
  return path === "tpmState.version" || path === "efiDisk.type";
}

/** The storages, bridges and pool of a VM, on the node that it is to run on. */
function requireParts({ world, inputs }: Operation): void {
  const node = inputs.text("nodeName");
  const drives = ["disks", "efiDisk", "tpmState", "initialization"].flatMap((name) => inputs.objects(name));
  for (const drive of drives) requireStorage(world, drive.text("datastoreId"), node, "images");
  for (const device of inputs.objects("networkDevices")) requireBridge(world, device.text("bridge"), node);
  const cdrom = inputs.object("cdrom")?.text("fileId") ?? "";
  if (!["", "cdrom", "none"].includes(cdrom)) requireFile(world, cdrom, node, "iso");
  requirePool(world, inputs.text("poolId"));
  requireMappings(world, inputs, node);
}

/** What the VM is made from: looked at once. */
function requireImages({ world, inputs }: Operation): void {
  const node = inputs.text("nodeName");
  for (const disk of inputs.objects("disks")) {
    for (const image of [disk.text("importFrom"), disk.text("fileId")]) {
      const content = /^[^:]+:iso\//.test(image) ? "iso" : "import";
      if (image !== "") requireFile(world, image, node, content);
    }
  }
  const source = inputs.object("clone");
  if (source && findGuest(world, source.text("vmId"))?.kind !== "VM") {
    const from = source.text("nodeName") || node;
    throw new Refusal(
      `received an HTTP 500 response - Reason: Configuration file 'nodes/${from}/qemu-server/${source.text("vmId")}.conf' does not exist`,
    );
  }
}

/** GiB of a disk without a size. */
const USUAL_DISK = 8;

function refuseShrinking({ inputs, olds }: ExistingOperation): void {
  const before = new Map(
    olds.objects("disks").map((disk) => [disk.text("interface"), disk.optionalNumber("size") ?? USUAL_DISK]),
  );
  for (const disk of inputs.objects("disks")) {
    const current = before.get(disk.text("interface")) ?? 0;
    const size = disk.optionalNumber("size") ?? current;
    if (size < current) {
      throw new Refusal(
        `disk resize failure: requested size (${size}G) is lower than current size (${current}G)`,
      );
    }
  }
}

function vmOutputs({ inputs }: Operation, id: string, previous?: Inputs): Properties {
  const devices = inputs.objects("networkDevices");
  const macAddresses = devices.map(
    (device, slot) => device.optionalText("macAddress") ?? macAddress(id, slot),
  );
  return {
    bootOrders: inputs.texts("bootOrders"),
    hotplug: inputs.optionalText("hotplug") ?? "network,disk,usb",
    ipv4Addresses: guestAddresses(inputs),
    ipv6Addresses: [],
    macAddresses,
    networkInterfaceNames: agentAnswers(inputs) ? ["lo", ...devices.map((_, slot) => `eth${slot}`)] : [],
    networkDevices: devices.map((device, slot) => ({ ...device.values, macAddress: macAddresses[slot] })),
    disks: inputs.objects("disks").map((disk, slot) => ({
      fileFormat: "raw",
      size: USUAL_DISK,
      ...disk.values,
      pathInDatastore: disk.optionalText("pathInDatastore") ?? `vm-${id}-disk-${slot}`,
    })),
    vga: inputs.object("vga")?.values ?? { clipboard: "", memory: 16, type: "std" },
    vmId: Number(id),
    name: inputs.optionalText("name") ?? previous?.optionalText("name") ?? "",
  };
}

function agentAnswers(inputs: Inputs): boolean {
  return inputs.object("agent")?.flag("enabled") === true && inputs.flag("started");
}

/** Only the guest agent tells addresses: the loopback's and each interface's. */
function guestAddresses(inputs: Inputs): string[][] {
  if (!agentAnswers(inputs)) return [];
  const configs = inputs.object("initialization")?.objects("ipConfigs") ?? [];
  return [
    ["127.0.0.1"],
    ...configs.map((config) => {
      const address = config.object("ipv4")?.optionalText("address") ?? "";
      return address === "" || address === "dhcp" ? [] : [address.split("/")[0] ?? ""];
    }),
  ];
}

/** An address with Proxmox's prefix, the same for a slot of a guest in every run. */
export function macAddress(id: string, slot: number): string {
  const digits = hex(`${id} ${slot}`, 6).toUpperCase();
  return `BC:24:11:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
}

/**
 * Destroys a guest. With `purge` it leaves HA, its rules, backup jobs and replication too; without, PVE refuses
 * what is still used there (PVE::API2::Qemu, destroy_vm). The provider always purges containers.
 */
export function destroyGuest({ world, olds, object }: ExistingOperation, haId: string): Change[] {
  const managed = world.find(TYPES.haResource, haId);
  const replicated = world.list(TYPES.replication).filter(({ id }) => id.startsWith(`${object.id}-`));
  if (olds.has("purgeOnDestroy") && !olds.flag("purgeOnDestroy")) {
    if (managed) {
      throw new Refusal(
        `received an HTTP 500 response - Reason: unable to remove VM ${object.id} - used in HA resources and purge parameter not set.`,
      );
    }
    if (replicated.length > 0) {
      throw new Refusal(
        `received an HTTP 500 response - Reason: There is a replication job '${replicated[0]?.id}' for guest '${object.id}' - Please remove that first.`,
      );
    }
    return [];
  }
  const jobs = world.list(TYPES.backupJob).flatMap((job): Change[] => {
    const listed = new Inputs(job.inputs).texts("vmids");
    const others = listed.filter((id) => id !== object.id);
    return others.length === listed.length ? [] : [{ put: patched(job, { vmids: others }) }];
  });
  const memberships = world
    .list(TYPES.poolMembership)
    .filter(({ inputs }) => String(inputs.vmId) === object.id);
  return [
    ...jobs,
    ...memberships.map(({ type, key }) => ({ remove: { type, key } })),
    ...replicated.map(({ type, key }) => ({ remove: { type, key } })),
    ...(managed ? withoutRules({ world }, haId) : []),
    ...(managed ? [{ remove: { type: managed.type, key: managed.key } }] : []),
  ];
}

/** The experimental resource of the new framework: few properties, and not for production. */
export const experimentalVm: Behaviour = {
  type: TYPES.experimentalVm,
  schema: {
    cdrom: map(object({ fileId: text })),
    cpu: anything,
    deleteUnreferencedDisksOnDestroy: flag.default(true),
    description: text,
    name: text.computed,
    nodeName: text.required,
    purgeOnDestroy: flag.default(true),
    resourceId: text.computed.replaces,
    rng: object({ maxBytes: number, period: number, source: text }),
    stopOnDestroy: flag.default(false),
    tags: list(text).computed,
    template: flag.replaces,
    timeouts: anything,
    vga: anything,
  },
  autoname: { property: "name" },
  id: ({ inputs, world }) => inputs.optionalText("resourceId") ?? guestIdFor(world, inputs),
  outputs: ({ inputs }, id) => ({ resourceId: id, tags: inputs.texts("tags") }),
  create: ({ world, inputs }, id) => {
    requireNode(world, inputs.text("nodeName"));
    requireFreeId(world, "VM", id);
    return [];
  },
  remove: (operation) => destroyGuest(operation, `vm:${operation.object.id}`),
};
