import { z } from "zod";
import { absolutePath, configId } from "./values";

const deviceId = z
  .string()
  .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, {
    error: "vendor and device as lspci -nn or lsusb show them, such as 8086:5916",
  })
  .meta({ examples: ["8086:5916"] });

const comment = z
  .string()
  .regex(/^[^,=]*$/, { error: "text without commas and equals signs, which separate Proxmox's settings" })
  .optional();

const pciDeviceSchema = z.strictObject({
  path: z
    .string()
    .regex(/^[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(\.[a-f0-9])?$/, {
      error: "a PCI address such as 0000:01:00.0",
    })
    .meta({ description: "Address on the node", examples: ["0000:01:00.0"] }),
  id: deviceId.describe("Vendor and device; Proxmox refuses to start a guest with another one there"),
  subsystemId: deviceId.optional().describe("Vendor and device of the subsystem"),
  iommuGroup: z.int().min(0).optional().describe("IOMMU group on the node"),
  comment,
});

const usbDeviceSchema = z.strictObject({
  id: deviceId.describe("Vendor and product"),
  path: z
    .string()
    .regex(/^\d+-(\d+)(\.\d+)*$/, { error: "a port such as 1-8.2" })
    .optional()
    .describe("Port on the node; any port when absent"),
});

function onNodes<T extends z.ZodType>(device: T) {
  return z
    .record(z.string(), z.array(device).min(1))
    .refine((nodes) => Object.keys(nodes).length > 0, { error: "at least one node with its devices" })
    .meta({ description: "Devices by node; a guest takes one that is free", examples: [{}] });
}

/** Devices of the nodes under names that guests use: Proxmox's resource mappings. */
const hardwareSchema = z.strictObject({
  pci: z
    .record(
      configId,
      z.strictObject({
        comment,
        mediated: z.boolean().default(false).describe("The devices are split into mediated ones (vGPU)"),
        nodes: onNodes(pciDeviceSchema),
      }),
    )
    .default({})
    .describe("PCI devices by name"),
  usb: z
    .record(configId, z.strictObject({ comment, nodes: onNodes(usbDeviceSchema) }))
    .default({})
    .describe("USB devices by name"),
  directories: z
    .record(
      configId,
      z.strictObject({
        comment,
        nodes: z
          .record(z.string(), absolutePath)
          .refine((nodes) => Object.keys(nodes).length > 0, { error: "at least one node with its folder" })
          .meta({ description: "Folder by node", examples: [{}] }),
      }),
    )
    .default({})
    .describe("Folders of the nodes for virtiofs, by name"),
});

export const hardwareSections = {
  hardware: hardwareSchema.prefault({}).describe("Devices of the nodes that guests may have, by name"),
};
