import { Dir } from "@muhlba91/pulumi-proxmoxve/hardware/mapping/dir";
import { Pci } from "@muhlba91/pulumi-proxmoxve/hardware/mapping/pci";
import { Usb } from "@muhlba91/pulumi-proxmoxve/hardware/mapping/usb";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";

/** A PCI device of a node. */
export interface PciDevice {
  /** Address on the node, such as `0000:01:00.0`. */
  readonly path: string;
  /** Vendor and device, such as `8086:5916`. */
  readonly id: string;
  readonly subsystemId?: string;
  readonly iommuGroup?: number;
  readonly comment?: string;
}

/** A USB device of a node. */
export interface UsbDevice {
  /** Vendor and product. */
  readonly id: string;
  /** Port on the node; any port when absent. */
  readonly path?: string;
}

export interface HardwareMappingsArgs {
  /** PCI devices by name, then by node. */
  readonly pci: Readonly<
    Record<
      string,
      {
        readonly comment?: string;
        /** Whether the devices are split into mediated ones. */
        readonly mediated: boolean;
        readonly nodes: Readonly<Record<string, readonly PciDevice[]>>;
      }
    >
  >;
  /** USB devices by name, then by node. */
  readonly usb: Readonly<
    Record<
      string,
      { readonly comment?: string; readonly nodes: Readonly<Record<string, readonly UsbDevice[]>> }
    >
  >;
  /** Folders by name, then by node. */
  readonly directories: Readonly<
    Record<string, { readonly comment?: string; readonly nodes: Readonly<Record<string, string>> }>
  >;
}

/**
 * Devices and folders of the nodes under names that guests use: a guest with a mapped device can start wherever the
 * name has one.
 *
 * @example
 * new HardwareMappings("cluster", { pci: { gpu: { mediated: false, nodes: { pve1: [{ path: "0000:01:00.0",
 *   id: "10de:2204" }] } } }, usb: {}, directories: {} });
 */
export class HardwareMappings extends pulumi.ComponentResource {
  /** The mappings by kind and name: guests that use one depend on it. */
  readonly pci: Readonly<Record<string, Pci>>;
  readonly usb: Readonly<Record<string, Usb>>;
  readonly directories: Readonly<Record<string, Dir>>;

  constructor(name: string, args: HardwareMappingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:HardwareMappings", name, {}, opts);
    this.pci = mapValues(
      args.pci,
      ({ comment, mediated, nodes }, mapping) =>
        new Pci(
          mapping,
          { name: mapping, comment, mediatedDevices: mediated, maps: devices(nodes) },
          { parent: this },
        ),
    );
    this.usb = mapValues(
      args.usb,
      ({ comment, nodes }, mapping) =>
        new Usb(mapping, { name: mapping, comment, maps: devices(nodes) }, { parent: this }),
    );
    this.directories = mapValues(
      args.directories,
      ({ comment, nodes }, mapping) =>
        new Dir(
          mapping,
          { name: mapping, comment, maps: Object.entries(nodes).map(([node, path]) => ({ node, path })) },
          { parent: this },
        ),
    );
    this.registerOutputs();
  }
}

function devices<T extends object>(nodes: Readonly<Record<string, readonly T[]>>): (T & { node: string })[] {
  return Object.entries(nodes).flatMap(([node, there]) => there.map((device) => ({ node, ...device })));
}
