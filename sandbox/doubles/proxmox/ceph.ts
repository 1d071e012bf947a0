import { type Behaviour, Refusal } from "../behaviour";
import type { Inputs } from "../inputs";
import { flag, number, text } from "../schema";
import { requireNode, storages, TYPES } from "./cluster";

/** A pool of the Ceph cluster on the nodes, which is there: monitors and OSDs are made with `pveceph`. */
export const cephPool: Behaviour = {
  type: TYPES.cephPool,
  schema: {
    nodeName: text.required.replaces,
    name: text.replaces,
    addStorages: flag.replaces,
    application: text.computed.oneOf("cephfs", "rbd", "rgw"),
    crushRule: text.computed,
    erasureCoding: text.replaces,
    forceDestroy: flag.default(false),
    minSize: number.computed.between(1, 7),
    pgAutoscaleMode: text.computed.oneOf("off", "on", "warn"),
    pgNum: number.computed.between(1, 32768),
    pgNumMin: number.computed,
    removeEcprofile: flag.default(true),
    removeStorages: flag.default(false),
    size: number.computed.between(1, 7),
    targetSize: text,
    targetSizeRatio: number,
  },
  autoname: { property: "name" },
  id: ({ inputs }) => `${inputs.text("nodeName")}/${inputs.text("name")}`,
  taken: ({ inputs }) => `pool '${inputs.text("name")}' already exists`,
  outputs: ({ inputs }) => ({
    application: "rbd",
    crushRule: "replicated_rule",
    minSize: 2,
    pgAutoscaleMode: "warn",
    pgNum: 128,
    pgNumMin: 0,
    size: 3,
    ...inputs.values,
  }),
  create: ({ world, inputs }) => {
    requireNode(world, inputs.text("nodeName"));
    const name = inputs.text("name");
    if (world.list(TYPES.cephPool).some((pool) => pool.inputs.name === name)) {
      throw new Refusal(`pool '${name}' already exists`);
    }
    refuseCopies(inputs);
    return [];
  },
  update: ({ inputs }) => {
    refuseCopies(inputs);
    return [];
  },
  remove: ({ world, object, inputs }) => {
    const user = storages(world).find(
      (storage) => storage.inputs.optionalText("pool") === object.inputs.name && !inputs.flag("forceDestroy"),
    );
    if (user) throw new Refusal(`ceph pool '${object.inputs.name}' still in use by storage '${user.id}'`);
    return [];
  },
};

/** Guests could not write to a pool that waits for more copies than it makes; Proxmox's defaults are 2 of 3. */
function refuseCopies(inputs: Inputs): void {
  if ((inputs.optionalNumber("minSize") ?? 2) > (inputs.optionalNumber("size") ?? 3)) {
    throw new Refusal("min_size must be smaller than or equal to size");
  }
}
