import type { Properties } from "../../world";
import { type Behaviour, type Operation, Refusal } from "../behaviour";
import type { Inputs } from "../inputs";
import { flag, list, map, number, object, type Schema, text } from "../schema";
import {
  guestIdFor,
  requireBridge,
  requireFile,
  requireFreeId,
  requireNode,
  requirePool,
  requireStorage,
  TYPES,
} from "./cluster";
import { fileId, guestId, hostName, ipAddress, MOST_MEMORY } from "./rules";
import { destroyGuest, macAddress } from "./vm";

const address = object({ address: text.default(""), gateway: text.default("") });

/** `proxmox_virtual_environment_container` of bpg v0.112.0. */
const schema: Schema = {
  clone: object({
    datastoreId: text.replaces.default(""),
    full: flag.replaces.default(true),
    nodeName: text.replaces.default(""),
    vmId: number.required.replaces,
  }),
  console: object({
    enabled: flag.default(true),
    ttyCount: number.default(2).between(0, 6),
    type: text.default("tty").oneOf("console", "shell", "tty"),
  }),
  cpu: object({
    architecture: text.default("amd64").oneOf("amd64", "arm64", "armhf", "i386"),
    cores: number.default(1).between(1, 128),
    limit: number.default(0).between(0, 8192),
    units: number.computed.between(1, 500000),
  }),
  description: text.default(""),
  devicePassthroughs: list(
    object({ denyWrite: flag, gid: number, mode: text, path: text.required, uid: number }),
  ),
  disk: object({
    acl: flag.default(false),
    datastoreId: text.replaces.default("local"),
    mountOptions: list(text),
    pathInDatastore: text.computed,
    quota: flag.default(false),
    replicate: flag.default(false),
    size: number.default(4).between(0, Number.MAX_SAFE_INTEGER),
  }),
  environmentVariables: map(text),
  features: object({
    fuse: flag.default(false),
    keyctl: flag.default(false),
    mknod: flag.default(false),
    mounts: list(text),
    nesting: flag.default(false),
  }),
  hookScriptFileId: text.default(""),
  idmaps: list(
    object({
      containerId: number.required,
      hostId: number.required,
      size: number.required,
      type: text.required,
    }),
  ),
  initialization: object({
    dns: object({ domain: text.default(""), server: text.default(""), servers: list(ipAddress).atLeast(1) }),
    entrypoint: text.default(""),
    hostname: hostName.default(""),
    ipConfigs: list(object({ ipv4: address, ipv6: address })),
    userAccount: object({ keys: list(text).replaces, password: text.replaces.secret.default("") })
      .replacesWhole,
  }),
  memory: object({
    dedicated: number.default(512).between(16, MOST_MEMORY),
    swap: number.default(0).between(0, MOST_MEMORY),
  }),
  mountPoints: list(
    object({
      acl: flag.default(false),
      backup: flag.default(false),
      mountOptions: list(text),
      path: text.required,
      pathInDatastore: text.computed,
      quota: flag.default(false),
      readOnly: flag.default(false),
      replicate: flag.default(true),
      shared: flag.default(false),
      size: text.replaces.default("").matching(/^$|^\d+(\.\d+)?[KMGT]?$/i, "a valid file size (100, 1M, 1G)"),
      volume: text.required.replaces,
    }),
  ).replacesWhole,
  networkInterfaces: list(
    object({
      bridge: text.default("vmbr0"),
      enabled: flag.default(true),
      firewall: flag.default(false),
      hostManaged: flag.default(false),
      macAddress: text.computed,
      mtu: number.default(0),
      name: text.required,
      rateLimit: number.default(0),
      vlanId: number.default(0),
    }),
  ),
  nodeName: text.required.replaces,
  operatingSystem: object({
    templateFileId: fileId.required.replaces,
    type: text
      .default("unmanaged")
      .oneOf(
        "alpine",
        "archlinux",
        "centos",
        "debian",
        "devuan",
        "fedora",
        "gentoo",
        "nixos",
        "opensuse",
        "ubuntu",
        "unmanaged",
      ),
  }).replacesWhole,
  poolId: text.replaces.default(""),
  protection: flag.default(false),
  startOnBoot: flag.default(true),
  started: flag.default(true),
  startup: object({
    downDelay: number.default(-1),
    order: number.default(-1),
    upDelay: number.default(-1),
  }),
  tags: list(text),
  template: flag.replaces.default(false),
  timeoutClone: number.default(1800),
  timeoutCreate: number.default(1800),
  timeoutDelete: number.default(60),
  timeoutStart: number.default(300),
  timeoutUpdate: number.default(1800),
  unprivileged: flag.replaces.default(false),
  vmId: guestId.computed,
  waitForIp: object({ ipv4: flag.default(false), ipv6: flag.default(false) }),
  ipv4: map(text).output,
  ipv6: map(text).output,
};

export const container: Behaviour = {
  type: TYPES.container,
  schema,
  // bpg's CustomizeDiff of a container. It wants a smaller disk to force replacement too, in vain: the plan says
  // update, and the API refuses that.
  replaces: (differences, olds) =>
    differences.filter(({ path }) => path === "vmId" && olds.has("vmId")).map(({ path }) => path),
  id: ({ inputs, world }) => guestIdFor(world, inputs),
  importId: ({ id, inputs }) => `${inputs.nodeName}/${id}`,
  outputs: containerOutputs,
  create: (operation, id) => {
    const { world, inputs } = operation;
    const node = inputs.text("nodeName");
    requireNode(world, node);
    requireFreeId(world, "CT", id);
    requireParts(operation);
    const template = inputs.object("operatingSystem")?.text("templateFileId");
    if (template !== undefined) requireFile(world, template, node, "vztmpl");
    return [];
  },
  update: (operation) => {
    if (diskSize(operation.inputs) < diskSize(operation.olds)) {
      throw new Refusal("received an HTTP 500 response - Reason: unable to shrink disk size");
    }
    requireParts(operation);
    return [];
  },
  remove: (operation) => destroyGuest(operation, `ct:${operation.object.id}`),
};

function diskSize(inputs: Inputs): number {
  return inputs.object("disk")?.optionalNumber("size") ?? 4;
}

/** Only root@pam may set these, and an API token is never that (PVE::LXC, check_ct_modify_config_perm). */
function refuseRootsOwn(inputs: Inputs): void {
  const features = inputs.object("features");
  const others =
    ["fuse", "keyctl", "mknod"].some((name) => features?.flag(name)) || features?.texts("mounts").length;
  if (others) {
    throw new Refusal(
      "Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)",
    );
  }
  if (features?.flag("nesting") && !inputs.flag("unprivileged")) {
    throw new Refusal(
      "Permission check failed (changing feature flags for privileged container is only allowed for root@pam)",
    );
  }
  if (inputs.objects("mountPoints").some((one) => one.text("volume").startsWith("/"))) {
    throw new Refusal("Permission check failed (mount point type bind is only allowed for root@pam)");
  }
}

function requireParts({ world, inputs }: Operation): void {
  refuseRootsOwn(inputs);
  const node = inputs.text("nodeName");
  const rootDisk = inputs.object("disk")?.text("datastoreId") ?? "local";
  requireStorage(world, rootDisk, node, "rootdir");
  for (const mountPoint of inputs.objects("mountPoints")) {
    const volume = mountPoint.text("volume");
    // A bare name is a storage that a new volume is made on.
    requireStorage(world, volume.split(":")[0] ?? "", node, "rootdir");
  }
  for (const nic of inputs.objects("networkInterfaces")) requireBridge(world, nic.text("bridge"), node);
  requirePool(world, inputs.text("poolId"));
}

function containerOutputs({ inputs }: Operation, id: string): Properties {
  const nics = inputs.objects("networkInterfaces");
  const configs = inputs.object("initialization")?.objects("ipConfigs") ?? [];
  const addresses = nics.flatMap((nic, slot) => {
    const address = configs[slot]?.object("ipv4")?.optionalText("address") ?? "";
    return address.includes("/") ? [[nic.text("name"), address.split("/")[0]]] : [];
  });
  return {
    ipv4: inputs.flag("started") ? Object.fromEntries(addresses) : {},
    ipv6: {},
    networkInterfaces: nics.map((nic, slot) => ({ macAddress: macAddress(id, slot), ...nic.values })),
    vmId: Number(id),
  };
}
