import { ContainerLegacy } from "@muhlba91/pulumi-proxmoxve/containerLegacy";
import * as pulumi from "@pulumi/pulumi";
import type { VirtualMachineNic } from "./virtual-machine";

export interface ContainerArgs {
  readonly vmId: pulumi.Input<number>;
  readonly hostname: pulumi.Input<string>;
  /** Node that it lives on. A container cannot move without being replaced (bpg #1665). */
  readonly nodeName: pulumi.Input<string>;
  readonly description?: pulumi.Input<string>;
  readonly tags: pulumi.Input<pulumi.Input<string>[]>;
  readonly cores: pulumi.Input<number>;
  /** Memory in MiB. */
  readonly memory: pulumi.Input<number>;
  /** Swap in MiB. */
  readonly swap: pulumi.Input<number>;
  /** Volume id of the template, such as `local:vztmpl/ubuntu.tar.zst`. */
  readonly template: pulumi.Input<string>;
  readonly os: pulumi.Input<string>;
  /** Root disk, size in GiB. */
  readonly rootDisk: { readonly storageId: pulumi.Input<string>; readonly size: pulumi.Input<number> };
  /** Interfaces by name (`eth0`). */
  readonly nics: Readonly<Record<string, VirtualMachineNic>>;
  readonly dns: {
    readonly domain: pulumi.Input<string>;
    readonly servers: pulumi.Input<pulumi.Input<string>[]>;
  };
  readonly sshKeys: pulumi.Input<pulumi.Input<string>[]>;
  readonly unprivileged: pulumi.Input<boolean>;
  readonly nesting: pulumi.Input<boolean>;
  readonly startOnBoot: pulumi.Input<boolean>;
  /** Whether destroying or replacing it is refused. */
  readonly protect: boolean;
}

/**
 * An LXC container. It has no HA of its own: after an HA move its state reads as blank and its id as taken
 * (bpg #1665, #658), so a service that must survive a node belongs into a virtual machine.
 *
 * @example
 * new Container("Ubuntu", { vmId: 101, hostname: "Ubuntu", nodeName: "pve1", template: "nas:vztmpl/ubuntu.tar.zst",
 *   os: "ubuntu", rootDisk: { storageId: "local-lvm", size: 8 }, … });
 */
export class Container extends pulumi.ComponentResource {
  /** The container. */
  readonly resource: ContainerLegacy;

  constructor(name: string, args: ContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Container", name, {}, opts);
    this.resource = new ContainerLegacy(
      name,
      {
        vmId: args.vmId,
        nodeName: args.nodeName,
        description: args.description,
        tags: args.tags,
        cpu: { cores: args.cores, architecture: "amd64", units: 1024 },
        memory: { dedicated: args.memory, swap: args.swap },
        disk: { datastoreId: args.rootDisk.storageId, size: args.rootDisk.size },
        operatingSystem: { templateFileId: args.template, type: args.os },
        networkInterfaces: Object.entries(args.nics).map(([nic, { bridge, vlanId, firewall }]) => ({
          name: nic,
          bridge,
          vlanId,
          firewall,
          enabled: true,
        })),
        initialization: {
          hostname: args.hostname,
          dns: args.dns,
          ipConfigs: Object.values(args.nics).map(({ address, gateway }) => ({ ipv4: { address, gateway } })),
          userAccount: { keys: args.sshKeys },
        },
        unprivileged: args.unprivileged,
        features: { nesting: args.nesting },
        startOnBoot: args.startOnBoot,
        started: true,
      },
      {
        parent: this,
        protect: args.protect,
        deleteBeforeReplace: true,
        // The template only matters when the container is made; a newer one must not rebuild it.
        ignoreChanges: ["operatingSystem.templateFileId"],
      },
    );
    this.registerOutputs({ vmId: args.vmId });
  }
}
