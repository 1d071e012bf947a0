import type { World } from "../../world";
import { type Behaviour, Refusal } from "../behaviour";
import { Inputs } from "../inputs";
import { flag, number, object, type Schema, set, text } from "../schema";
import { requireNode, TYPES } from "./cluster";

const deviceId = text.matching(/^[0-9a-f]{4}:[0-9a-f]{4}$/i, "a valid hardware mapping device ID");
const mapComment = text.matching(/^[^,=]*$/, "text without commas and equals signs");

/** `proxmox_hardware_mapping_pci`, `_usb` and `_dir` of bpg v0.112.0. */
function mapping(type: string, entry: Schema, more: Schema = {}): Behaviour {
  return {
    type,
    schema: { name: text.required, comment: text, maps: set(object(entry)).required.atLeast(1), ...more },
    autoname: { property: "name" },
    id: ({ inputs }) => inputs.text("name"),
    taken: (_, id) => `mapping '${id}' already exists`,
    create: ({ world, inputs }) => {
      for (const one of inputs.objects("maps")) requireNode(world, one.text("node"));
      return [];
    },
    update: ({ world, inputs, object: { id } }) => {
      if (inputs.text("name") !== id) throw new Refusal(`mapping '${inputs.text("name")}' does not exist`);
      for (const one of inputs.objects("maps")) requireNode(world, one.text("node"));
      return [];
    },
  };
}

export const hardwareMappings: readonly Behaviour[] = [
  mapping(
    TYPES.pciMapping,
    {
      comment: mapComment,
      id: deviceId.required,
      iommuGroup: number,
      node: text.required,
      path: text.required.matching(/^[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(\.[a-f0-9])?$/, "a PCI address"),
      subsystemId: deviceId,
    },
    { mediatedDevices: flag.default(false) },
  ),
  mapping(TYPES.usbMapping, {
    comment: mapComment,
    id: deviceId.required,
    node: text.required,
    path: text.matching(/^\d+-(\d+)(\.\d+)*$/, "a USB port"),
  }),
  mapping(TYPES.directoryMapping, {
    node: text.required,
    path: text.required.matching(/^\/.+$/, "a folder"),
  }),
];

const KINDS = [
  { property: "hostpcis", type: TYPES.pciMapping, what: "PCI device mapping" },
  { property: "usbs", type: TYPES.usbMapping, what: "USB device mapping" },
  { property: "virtiofs", type: TYPES.directoryMapping, what: "Directory mapping" },
] as const;

/** @throws Refusal when a VM's mapped device is not there on the node that it is to start on */
export function requireMappings(world: World, inputs: Inputs, node: string): void {
  for (const { property, type, what } of KINDS) {
    for (const device of inputs.objects(property)) {
      const name = device.optionalText("mapping") ?? "";
      if (name === "") continue;
      const found = world.find(type, name);
      const maps = found ? new Inputs(found.inputs).objects("maps") : [];
      if (!maps.some((one) => one.text("node") === node))
        throw new Refusal(`${what} not found for '${name}'`);
    }
  }
}
