import { ContainerLegacy } from "@muhlba91/pulumi-proxmoxve/containerLegacy";
import type { input } from "@muhlba91/pulumi-proxmoxve/types";
import * as pulumi from "@pulumi/pulumi";
import { type GuestArgs, type GuestDns, type GuestNic, sortedTags, startupInput } from "./guest";

/** A volume besides the root disk. */
export interface ContainerMountPoint {
  readonly storageId: pulumi.Input<string>;
  /** Size in GiB. */
  readonly size: number;
  /** Where it is mounted in the container. */
  readonly path: pulumi.Input<string>;
  readonly backup: pulumi.Input<boolean>;
  readonly replicate: pulumi.Input<boolean>;
  readonly readOnly: pulumi.Input<boolean>;
}

export interface ContainerArgs extends GuestArgs {
  readonly hostname: pulumi.Input<string>;
  /** Node that it lives on. A container cannot move without being replaced (bpg #1665). */
  readonly nodeName: pulumi.Input<string>;
  /** Swap in MiB. */
  readonly swap: pulumi.Input<number>;
  /** Volume id of the template, such as `local:vztmpl/ubuntu.tar.zst`. */
  readonly template: pulumi.Input<string>;
  readonly os: pulumi.Input<string>;
  /** Root disk, size in GiB. */
  readonly rootDisk: {
    readonly storageId: pulumi.Input<string>;
    readonly size: pulumi.Input<number>;
    readonly replicate: pulumi.Input<boolean>;
  };
  /** Volumes by slot (`mp0`), without gaps. Only read when the container is made. */
  readonly mountPoints: Readonly<Record<string, ContainerMountPoint>>;
  /** Interfaces by name (`eth0`). */
  readonly nics: Readonly<Record<string, GuestNic>>;
  readonly dns: GuestDns;
  /** Keys that may log in as root. Only read when the container is made. */
  readonly sshKeys: pulumi.Input<pulumi.Input<string>[]>;
  readonly unprivileged: pulumi.Input<boolean>;
  readonly nesting: pulumi.Input<boolean>;
  readonly console: pulumi.Input<"console" | "shell" | "tty">;
}

/**
 * What the provider only uses when it makes a container, and replaces the container for when it changes: the
 * template, root's keys, and the list of volumes. None of that is worth a container with its data, so a change is
 * ignored: Proxmox itself can add a volume (`pct set`), and keys are a matter of the running container.
 */
const ONLY_AT_CREATION = ["operatingSystem.templateFileId", "initialization.userAccount", "mountPoints"];

/**
 * An LXC container. It has no HA of its own: after an HA move its state reads as blank and its id as taken
 * (bpg #1665, #658), so a service that must survive a node belongs into a virtual machine. Another id, node, root
 * disk storage or privilege is another container: that replaces it, which `protect` refuses.
 *
 * @example
 * new Container("Ubuntu", { vmId: 101, hostname: "Ubuntu", nodeName: "pve1", template: "nas:vztmpl/ubuntu.tar.zst",
 *   os: "ubuntu", rootDisk: { storageId: "local-lvm", size: 8, replicate: true }, … });
 */
export class Container extends pulumi.ComponentResource {
  /** The container. */
  readonly resource: ContainerLegacy;

  constructor(name: string, args: ContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Container", name, {}, opts);
    const { storageId, size, replicate } = args.rootDisk;
    this.resource = new ContainerLegacy(
      name,
      {
        vmId: args.vmId,
        nodeName: args.nodeName,
        description: args.description,
        tags: sortedTags(args.tags),
        cpu: { cores: args.cores, architecture: "amd64", limit: args.cpuLimit, units: args.cpuUnits },
        memory: { dedicated: args.memory, swap: args.swap },
        disk: { datastoreId: storageId, size, replicate },
        mountPoints: Object.values(args.mountPoints).map(mountPoint),
        operatingSystem: { templateFileId: args.template, type: args.os },
        networkInterfaces: Object.entries(args.nics).map(([nic, settings]) =>
          networkInterface(nic, settings),
        ),
        initialization: {
          hostname: args.hostname,
          dns: args.dns,
          ipConfigs: Object.values(args.nics).map(({ address, gateway }) => ({ ipv4: { address, gateway } })),
          userAccount: { keys: args.sshKeys },
        },
        console: { enabled: true, ttyCount: 2, type: args.console },
        unprivileged: args.unprivileged,
        features: { nesting: args.nesting },
        startOnBoot: args.startOnBoot,
        startup: startupInput(args.startup),
        protection: args.protection,
        started: true,
      },
      {
        parent: this,
        protect: args.protect,
        deleteBeforeReplace: true,
        ignoreChanges: ONLY_AT_CREATION,
      },
    );
    this.registerOutputs({ vmId: args.vmId });
  }
}

function mountPoint({ storageId, size, ...settings }: ContainerMountPoint): input.ContainerLegacyMountPoint {
  return { volume: storageId, size: `${size}G`, ...settings };
}

function networkInterface(name: string, nic: GuestNic): input.ContainerLegacyNetworkInterface {
  const { bridge, vlanId, firewall, macAddress, mtu = 0, rateLimit = 0 } = nic;
  // 0 is the bridge's MTU, and no limit.
  return { name, bridge, vlanId, firewall, macAddress, mtu, rateLimit, enabled: true };
}
