import { type DeclaredResource, sourcesOf, wholeOrAnswered } from "./declared";
import { containerLoad, type Load, vmLoad } from "./load";
import { type Objectives, readObjectives } from "./objectives";
import { flag, get, items, type Known, text, UNKNOWN, type Unknown, type Value } from "./read";

/** Upstream's stable VM resource: the only one whose volumes can be declared in full. */
export const VM_TYPE = "proxmoxve:index/vmLegacy:VmLegacy";
/** LXC containers. */
export const CONTAINER_TYPE = "proxmoxve:index/containerLegacy:ContainerLegacy";

/** VMs and containers. */
export const GUEST_TYPES: readonly string[] = [VM_TYPE, CONTAINER_TYPE];

/** What a volume is to its guest; recovery treats them differently. */
export type VolumeRole = "disk" | "efi" | "tpm" | "cloud-init" | "cdrom" | "rootfs" | "mount";

/** Where a volume lies: on a storage, or at a path of the host itself. */
export type VolumePlace =
  | { readonly storage: string }
  | { readonly hostPath: string; readonly shared: Known<boolean> }
  | Unknown;

/** A volume that the guest needs to start. */
export interface Volume {
  /** Proxmox's name of the slot: scsi0, efidisk0, tpmstate0, ide2, rootfs, mp0. */
  readonly slot: string;
  readonly role: VolumeRole;
  readonly place: VolumePlace;
  /** Whether a replication job takes it along. */
  readonly replicated: Known<boolean>;
  /** URNs of the resources that the place was computed from. */
  readonly sources: readonly string[];
}

/** A network device, by the bridge that it hangs on. */
export interface Nic {
  /** Proxmox's name of the slot: net0. */
  readonly slot: string;
  readonly bridge: Known<string>;
}

/** What one resource says about a guest. */
export interface DeclaredGuest {
  readonly source: DeclaredResource;
  readonly kind: "vm" | "lxc";
  readonly vmId: Known<number>;
  readonly node: Known<string>;
  /** The name that Proxmox shows, or the logical name. */
  readonly name: string;
  readonly template: Known<boolean>;
  readonly volumes: readonly Volume[];
  readonly nics: readonly Nic[];
  readonly pool: Value<string>;
  readonly objectives: Objectives;
  readonly load: Load;
  /** Whether it starts with its node. */
  readonly onBoot: Known<boolean>;
}

/** Reads a VM; storages that are left out are the provider's defaults. */
export function readVm(resource: DeclaredResource): DeclaredGuest {
  const { properties } = resource;
  const disks = items(properties, "disks");
  return {
    ...identity(resource, "vm", text(properties, "name")),
    load: vmLoad(properties),
    onBoot: flag(properties, "onBoot") ?? true,
    volumes: [
      ...disks.map((disk) => diskVolume(resource, disk)),
      ...clonedDisk(resource, disks.length === 0),
      ...single(resource, "efiDisk", "efidisk0", "efi"),
      ...single(resource, "tpmState", "tpmstate0", "tpm"),
      ...cloudInit(resource),
      ...cdrom(resource),
    ],
    nics: readNics(items(properties, "networkDevices")),
  };
}

/** Reads a container; storages that are left out are the provider's defaults. */
export function readContainer(resource: DeclaredResource): DeclaredGuest {
  const { properties } = resource;
  return {
    ...identity(resource, "lxc", text(get(properties, "initialization"), "hostname")),
    load: containerLoad(properties),
    onBoot: flag(properties, "startOnBoot") ?? true,
    volumes: [
      rootVolume(resource),
      ...items(properties, "mountPoints").map((mount, index) => mountVolume(resource, mount, index)),
    ],
    nics: readNics(items(properties, "networkInterfaces")),
  };
}

/** "VM 100 (alpine)", "container 101 (Ubuntu)": how messages name a guest. */
export function label(guest: DeclaredGuest): string {
  const kind = guest.kind === "vm" ? "VM" : "container";
  return guest.vmId === UNKNOWN ? `${kind} ${guest.name}` : `${kind} ${guest.vmId} (${guest.name})`;
}

function identity(
  resource: DeclaredResource,
  kind: "vm" | "lxc",
  name: Value<string>,
): Omit<DeclaredGuest, "load" | "nics" | "onBoot" | "volumes"> {
  const { properties } = resource;
  return {
    source: resource,
    kind,
    vmId: wholeOrAnswered(resource, "vmId"),
    node: text(properties, "nodeName") ?? UNKNOWN,
    name: typeof name === "string" && name !== "" ? name : resource.name,
    template: flag(properties, "template") ?? false,
    pool: text(properties, "poolId"),
    objectives: readObjectives(properties),
  };
}

function diskVolume(resource: DeclaredResource, disk: unknown): Volume {
  const slot = text(disk, "interface");
  return {
    slot: typeof slot === "string" ? slot : "a disk",
    role: "disk",
    place: onStorage(disk, "local-lvm", "pathInDatastore"),
    replicated: flag(disk, "replicate") ?? true,
    sources: sourcesOf(resource, "disks"),
  };
}

/** A clone without disks of its own has its template's, on `clone.datastoreId` if that is given. */
function clonedDisk(resource: DeclaredResource, inherits: boolean): Volume[] {
  const clone = get(resource.properties, "clone");
  if (clone === undefined || !inherits) {
    return [];
  }
  const storage = text(clone, "datastoreId");
  return [
    {
      slot: "the cloned disk",
      role: "disk",
      place: typeof storage === "string" && storage !== "" ? { storage } : UNKNOWN,
      replicated: true,
      sources: sourcesOf(resource, "clone"),
    },
  ];
}

function single(resource: DeclaredResource, property: string, slot: string, role: VolumeRole): Volume[] {
  const value = get(resource.properties, property);
  return value === undefined
    ? []
    : [
        {
          slot,
          role,
          place: onStorage(value, "local-lvm"),
          replicated: true,
          sources: sourcesOf(resource, property),
        },
      ];
}

function cloudInit(resource: DeclaredResource): Volume[] {
  const value = get(resource.properties, "initialization");
  if (value === undefined) {
    return [];
  }
  const slot = text(value, "interface");
  return [
    {
      slot: typeof slot === "string" ? slot : "ide2",
      role: "cloud-init",
      place: onStorage(value, "local-lvm"),
      replicated: true,
      sources: sourcesOf(resource, "initialization"),
    },
  ];
}

/** An ISO in the drive; an empty drive or the host's own is no volume. */
function cdrom(resource: DeclaredResource): Volume[] {
  const value = get(resource.properties, "cdrom");
  const file = text(value, "fileId");
  if (value === undefined || file === undefined || file === "" || file === "none" || file === "cdrom") {
    return [];
  }
  const slot = text(value, "interface");
  return [
    {
      slot: typeof slot === "string" ? slot : "ide3",
      role: "cdrom",
      place: file === UNKNOWN ? UNKNOWN : volumeId(file, false),
      replicated: false,
      sources: sourcesOf(resource, "cdrom"),
    },
  ];
}

function rootVolume(resource: DeclaredResource): Volume {
  const disk = get(resource.properties, "disk");
  const clone = get(resource.properties, "clone");
  const inherited = disk === undefined && clone !== undefined;
  const source = inherited ? text(clone, "datastoreId") : UNKNOWN;
  return {
    slot: "rootfs",
    role: "rootfs",
    place: !inherited ? onStorage(disk, "local") : typeof source === "string" ? { storage: source } : UNKNOWN,
    replicated: flag(disk, "replicate") ?? true,
    sources: [...sourcesOf(resource, "disk"), ...sourcesOf(resource, "clone")],
  };
}

function mountVolume(resource: DeclaredResource, mount: unknown, index: number): Volume {
  const volume = text(mount, "volume");
  return {
    slot: `mp${index}`,
    role: "mount",
    place: typeof volume === "string" ? volumeId(volume, flag(mount, "shared") ?? false) : UNKNOWN,
    replicated: flag(mount, "replicate") ?? true,
    sources: sourcesOf(resource, "mountPoints"),
  };
}

/** `STORAGE`, `STORAGE:volume` or a path of the host. */
function volumeId(id: string, shared: Known<boolean>): VolumePlace {
  return id.startsWith("/") ? { hostPath: id, shared } : { storage: id.split(":")[0] ?? id };
}

/** An empty `datastoreId` means that the path is one of the host (provider: "as root only"). */
function onStorage(from: unknown, otherwise: string, path?: string): VolumePlace {
  const storage = text(from, "datastoreId") ?? otherwise;
  if (storage !== "") {
    return storage === UNKNOWN ? UNKNOWN : { storage };
  }
  const hostPath = path === undefined ? undefined : text(from, path);
  return typeof hostPath === "string" ? { hostPath, shared: false } : UNKNOWN;
}

function readNics(devices: readonly unknown[]): Nic[] {
  return devices.flatMap((device, index) =>
    flag(device, "enabled") === false
      ? []
      : [{ slot: `net${index}`, bridge: text(device, "bridge") ?? "vmbr0" }],
  );
}
