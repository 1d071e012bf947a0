import { type Behaviour, Refusal } from "../behaviour";
import { list, number, object, text } from "../schema";
import { guests, TYPES } from "./cluster";

export const resourcePool: Behaviour = {
  type: TYPES.pool,
  schema: {
    poolId: text.required.replaces,
    comment: text,
    members: list(object({ datastoreId: text, id: text, nodeName: text, type: text, vmId: number })).output,
  },
  id: ({ inputs }) => inputs.text("poolId"),
  taken: (_, id) => `pool '${id}' already exists`,
  outputs: () => ({ members: [] }),
  remove: ({ world, object: { id } }) => {
    const member = guests(world).some(({ object: guest }) => guest.inputs.poolId === id);
    if (member) throw new Refusal(`pool '${id}' is not empty`);
    return [];
  },
};
