import { anything, flag, list, number, object, type Schema, set, text } from "../schema";
import { CPU_TYPES } from "./cpu-types";
import { duration, fileId, guestId, hostName, ipAddress, MOST_MEMORY } from "./rules";

/** i440fx and q35, with versions, and ARM's virt. */
const MACHINE =
  /^$|^(pc|pc(-i440fx)?-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|q35(,viommu=(intel|virtio))?|pc-q35-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|virt(?:-\d+(\.\d+)+)?(\+pve\d+)?)$/;

const DISPLAYS = [
  "cirrus",
  "none",
  "qxl",
  "qxl2",
  "qxl3",
  "qxl4",
  "serial0",
  "serial1",
  "serial2",
  "serial3",
  "std",
  "virtio",
  "virtio-gl",
  "vmware",
];

const disk = object({
  interface: text.required,
  aio: text.default("io_uring").oneOf("io_uring", "native", "threads"),
  backup: flag.default(true),
  cache: text.default("none").oneOf("none", "writethrough", "writeback", "unsafe", "directsync"),
  datastoreId: text.default("local-lvm"),
  discard: text.default("ignore"),
  fileFormat: text.computed.oneOf("qcow2", "raw", "vmdk"),
  fileId: fileId.replaces.default(""),
  importFrom: fileId.default(""),
  iothread: flag.default(false),
  pathInDatastore: text.computed.ignored,
  queues: number.default(0),
  replicate: flag.default(true),
  serial: text.default(""),
  // Computed too: left out, it stays as it is.
  size: number.computed.between(1, Number.MAX_SAFE_INTEGER),
  speed: object({
    iopsRead: number.default(0),
    iopsReadBurstable: number.default(0),
    iopsWrite: number.default(0),
    iopsWriteBurstable: number.default(0),
    read: number.default(0),
    readBurstable: number.default(0),
    write: number.default(0),
    writeBurstable: number.default(0),
  }),
  ssd: flag.default(false),
});

const networkDevice = object({
  bridge: text.default("vmbr0"),
  disconnected: flag.default(false),
  enabled: flag.default(true),
  firewall: flag.default(false),
  macAddress: text.computed.matching(
    /^$|^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i,
    "a MAC address (A0:B1:C2:D3:E4:F5)",
  ),
  model: text.default("virtio").oneOf("e1000", "e1000e", "rtl8139", "virtio", "vmxnet3"),
  mtu: number.default(0),
  queues: number.default(0).between(0, 64),
  rateLimit: number.default(0),
  trunks: text.default(""),
  vlanId: number.default(0),
});

const address = object({ address: text.default(""), gateway: text.default("") });

const initialization = object({
  datastoreId: text.default("local-lvm"),
  dns: object({ domain: text.default(""), servers: list(ipAddress) }),
  fileFormat: text.computed.oneOf("qcow2", "raw", "vmdk"),
  interface: text.computed.matching(
    /^$|^ide[0-3]|sata[0-5]|scsi(?:30|[12][0-9]|[0-9])$/,
    "one of ide0..3|sata0..5|scsi0..30",
  ),
  ipConfigs: list(object({ ipv4: address, ipv6: address })),
  metaDataFileId: fileId.replaces.default(""),
  networkDataFileId: fileId.replaces.default(""),
  type: text.replaces.computed.oneOf("configdrive2", "nocloud"),
  upgrade: flag.computed,
  userAccount: object({ keys: list(text), password: text.secret.default(""), username: text }),
  userDataFileId: fileId.replaces.default(""),
  vendorDataFileId: fileId.replaces.default(""),
});

const hardware: Schema = {
  acpi: flag.default(true),
  amdSev: object({
    allowSmt: flag.default(true),
    kernelHashes: flag.default(false),
    noDebug: flag.default(false),
    noKeySharing: flag.default(false),
    type: text.default("std"),
  }).replacesWhole,
  audioDevice: object({ device: text, driver: text, enabled: flag }),
  bios: text.default("seabios").oneOf("ovmf", "seabios"),
  bootOrders: list(text).computed,
  cdrom: object({
    enabled: flag.default(false),
    fileId: text
      .default("")
      .matching(/^$|^none$|^cdrom$|^[a-z\d\-_.]+:([a-z\d\-_]+\/)?.+$/i, "none, cdrom or a file"),
    interface: text
      .default("ide3")
      .matching(/^(ide[0-3]|sata[0-5]|scsi([0-9]|1[0-3]))$/, "one of ide[0-3], sata[0-5], scsi[0-13]"),
  }),
  cpu: object({
    affinity: text.default(""),
    architecture: text.default(""),
    cores: number.default(1).between(1, 2304),
    flags: list(text),
    hotplugged: number.default(0).between(0, 2304),
    limit: number.default(0).between(0, 128),
    numa: flag.default(false),
    sockets: number.default(1).between(1, 16),
    type: text
      .default("qemu64")
      .where(
        (value) => String(value).startsWith("custom-") || CPU_TYPES.includes(String(value)),
        "a CPU type of QEMU",
      ),
    units: number.computed.between(1, 262144),
  }),
  disks: list(disk).keyedBy("interface"),
  efiDisk: object({
    datastoreId: text.default("local-lvm"),
    fileFormat: text.computed,
    preEnrolledKeys: flag.default(false),
    type: text.default("2m").oneOf("2m", "4m"),
  }),
  hostpcis: list(
    object({
      device: text.required,
      id: text,
      mapping: text,
      mdev: text,
      pcie: flag.default(false),
      romFile: text,
      rombar: flag.default(false),
      xvga: flag.default(false),
    }),
  ),
  hotplug: text.computed.matching(
    /^([01]|(cpu|disk|memory|network|usb)(,(cpu|disk|memory|network|usb))*)$/,
    "hotplug features (cpu, disk, memory, network, usb), 0, or 1",
  ),
  keyboardLayout: text.default("en-us"),
  kvmArguments: text.default(""),
  machine: text.default("").matching(MACHINE, "a valid machine type"),
  memory: object({
    dedicated: number.default(512).between(64, MOST_MEMORY),
    floating: number.default(0).between(0, MOST_MEMORY),
    hugepages: text.default(""),
    keepHugepages: flag.default(false),
    shared: number.default(0).between(0, MOST_MEMORY),
  }),
  networkDevices: list(networkDevice).computed,
  numas: list(anything),
  operatingSystem: object({
    type: text
      .default("other")
      .oneOf(
        "l24",
        "l26",
        "other",
        "solaris",
        "w2k",
        "w2k3",
        "w2k8",
        "win7",
        "win8",
        "win10",
        "win11",
        "wvista",
        "wxp",
      ),
  }),
  rngs: list(object({ maxBytes: number, period: number, source: text.required })),
  scsiHardware: text
    .default("virtio-scsi-pci")
    .oneOf("lsi", "lsi53c810", "megasas", "pvscsi", "virtio-scsi-pci", "virtio-scsi-single"),
  serialDevices: list(
    object({ device: text.default("socket").matching(/^(socket|\/dev\/.+)$/, "/dev/* or socket") }),
  ),
  smbios: anything,
  tabletDevice: flag.default(true),
  tpmState: object({
    datastoreId: text.default("local-lvm"),
    version: text.default("v2.0").oneOf("v1.2", "v2.0"),
  }),
  usbs: list(object({ host: text, mapping: text, usb3: flag })),
  vga: object({
    clipboard: text.default("").oneOf("", "vnc"),
    memory: number.default(16).between(4, 512),
    type: text.default("std").oneOf(...DISPLAYS),
  }).computed,
  virtiofs: list(
    object({
      cache: text.default("auto").oneOf("auto", "always", "metadata", "never"),
      directIo: flag.default(false),
      exposeAcl: flag.default(false),
      exposeXattr: flag.default(false),
      mapping: text.required,
    }),
  ),
  watchdog: object({ action: text.default("none"), enabled: flag, model: text.default("i6300esb") }),
};

const lifecycle: Schema = {
  deleteUnreferencedDisksOnDestroy: flag.default(true),
  migrate: flag.default(false),
  onBoot: flag.default(true),
  protection: flag.default(false),
  purgeOnDestroy: flag.default(true),
  reboot: flag.default(false),
  rebootAfterUpdate: flag.default(true),
  started: flag.default(true),
  startup: object({
    downDelay: number.default(-1),
    order: number.default(-1),
    upDelay: number.default(-1),
  }),
  stopOnDestroy: flag.default(false),
  template: flag.default(false),
  timeoutClone: number.default(1800),
  timeoutCreate: number.default(1800),
  timeoutMigrate: number.default(1800),
  timeoutMoveDisk: number.default(1800),
  timeoutReboot: number.default(1800),
  timeoutShutdownVm: number.default(1800),
  timeoutStartVm: number.default(1800),
  timeoutStopVm: number.default(300),
};

/** `proxmox_virtual_environment_vm` of bpg v0.112.0, with the defaults of its `dv…` constants. */
export const vmSchema: Schema = {
  ...hardware,
  ...lifecycle,
  agent: object({
    enabled: flag.default(false),
    timeout: duration.default("15m"),
    trim: flag.default(false),
    type: text.default("virtio").oneOf("isa", "virtio"),
    waitForIp: object({ disabled: flag, ipv4: flag, ipv6: flag }),
  }),
  clone: object({
    datastoreId: text.replaces.default(""),
    full: flag.replaces.default(true),
    nodeName: text.replaces.default(""),
    retries: number.replaces.default(1),
    vmId: guestId.required.replaces,
  }),
  description: text.default(""),
  hookScriptFileId: text.default(""),
  initialization,
  macAddresses: list(text).computed,
  name: hostName.computed,
  nodeName: text.required,
  poolId: text.default(""),
  tags: set(text).computed,
  vmId: guestId.computed,
  ipv4Addresses: list(list(text)).output,
  ipv6Addresses: list(list(text)).output,
  networkInterfaceNames: list(text).output,
};
