import { type Behaviour, Refusal } from "../behaviour";
import type { Inputs } from "../inputs";
import { list, number, object, text } from "../schema";
import { findGuest, guests, requirePool, storages, TYPES } from "./cluster";

export const resourcePool: Behaviour = {
  type: TYPES.pool,
  schema: {
    poolId: text.required.replaces,
    comment: text.default(""),
    members: list(object({ datastoreId: text, id: text, nodeName: text, type: text, vmId: number })).output,
  },
  id: ({ inputs }) => inputs.text("poolId"),
  taken: (_, id) => `pool '${id}' already exists`,
  outputs: () => ({ members: [] }),
  remove: ({ world, object: { id } }) => {
    const members = [...guests(world).map(({ object: guest }) => guest), ...world.list(TYPES.poolMembership)];
    if (members.some(({ inputs }) => inputs.poolId === id)) throw new Refusal(`pool '${id}' is not empty`);
    return [];
  },
};

/** A guest or storage in a pool. Proxmox takes a guest out of another pool for it (allow-move). */
export const poolMembership: Behaviour = {
  type: TYPES.poolMembership,
  schema: {
    poolId: text.required.replaces,
    storageId: text.replaces,
    vmId: number.replaces,
    type: text.output,
  },
  check: (inputs) =>
    inputs.has("vmId") === inputs.has("storageId")
      ? [{ property: "vmId", reason: "exactly one of vm_id and storage_id must be given" }]
      : [],
  id: ({ inputs }) =>
    `${inputs.text("poolId")}/${kindOf(inputs)}/${inputs.optionalText("vmId") ?? inputs.text("storageId")}`,
  taken: ({ inputs }) =>
    `${inputs.has("vmId") ? `VM ${inputs.text("vmId")}` : `Storage '${inputs.text("storageId")}'`} is already a pool member`,
  outputs: ({ inputs }) => ({ type: kindOf(inputs) }),
  create: ({ world, inputs }) => {
    requirePool(world, inputs.text("poolId"));
    const [guest, storage] = [inputs.optionalText("vmId"), inputs.optionalText("storageId")];
    if (guest !== undefined && !findGuest(world, guest)) throw new Refusal(`VM ${guest} does not exist`);
    if (storage !== undefined && !storages(world).some(({ id }) => id === storage)) {
      throw new Refusal(`storage '${storage}' does not exist`);
    }
    if (guest === undefined) return [];
    return world
      .list(TYPES.poolMembership)
      .filter(({ inputs: other }) => String(other.vmId) === guest)
      .map(({ type, key }) => ({ remove: { type, key } }));
  },
};

function kindOf(inputs: Inputs): string {
  return inputs.has("vmId") ? "vm" : "storage";
}
