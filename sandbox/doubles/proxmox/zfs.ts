import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, list, number, object, text } from "../schema";
import { requireNode, TYPES } from "./cluster";

/** Fewest disks of a level (PVE::API2::Disks::ZFS). */
const FEWEST_DISKS: Readonly<Record<string, number>> = {
  single: 1,
  mirror: 2,
  raid10: 4,
  raidz: 3,
  raidz2: 4,
  raidz3: 5,
  draid: 3,
  draid2: 4,
  draid3: 5,
};

export const zfsPool: Behaviour = {
  type: TYPES.zfsPool,
  schema: {
    nodeName: text.required.replaces,
    name: text.replaces,
    raidlevel: text.required.replaces.oneOf(...Object.keys(FEWEST_DISKS)),
    devices: list(text).required.replaces,
    ashift: number.replaces.between(9, 16),
    compression: text.replaces.oneOf("on", "off", "gzip", "lz4", "lzjb", "zle", "zstd"),
    draidConfig: object({ data: number.required, spares: number.required }).replaces,
    addStorage: flag.replaces,
    cleanupConfig: flag.default(false),
    cleanupDisks: flag.default(false),
    state: text.output,
    errors: text.output,
  },
  autoname: { property: "name" },
  id: ({ inputs }) => `${inputs.text("nodeName")}/${inputs.text("name")}`,
  taken: ({ inputs }) => `pool '${inputs.text("name")}' already exists on node '${inputs.text("nodeName")}'`,
  outputs: () => ({ state: "ONLINE", errors: "No known data errors" }),
  create: (operation) => {
    requireNode(operation.world, operation.inputs.text("nodeName"));
    refuseDisks(operation);
    return [];
  },
  // The pool's datasets go with it; the disks stay as they are.
  remove: ({ world, object: pool }) =>
    world
      .list(TYPES.zfsDataset)
      .filter(({ key }) => key.startsWith(`${pool.inputs.nodeName}:${pool.inputs.name}/`))
      .map(({ type, key }) => ({ remove: { type, key } })),
};

function refuseDisks({ world, inputs }: Operation): void {
  const [node, level, devices] = [inputs.text("nodeName"), inputs.text("raidlevel"), inputs.texts("devices")];
  const fewest = FEWEST_DISKS[level] ?? 1;
  if (devices.length < fewest) throw new Refusal(`'${level}' needs at least ${fewest} disks`);
  if (level === "single" && devices.length > 1) {
    throw new Refusal("please give only one disk for single disk mode");
  }
  if (level === "raid10" && devices.length % 2 !== 0)
    throw new Refusal("raid10 needs an even number of disks");
  const disks = world.installed.nodes.find(({ name }) => name === node)?.disks ?? [];
  const used = world
    .list(TYPES.zfsPool)
    .filter((pool) => pool.inputs.nodeName === node)
    .flatMap((pool) => (Array.isArray(pool.inputs.devices) ? pool.inputs.devices : []));
  for (const device of devices) {
    if (!disks.includes(device)) throw new Refusal(`'${device}' is not a valid block device path`);
    if (used.includes(device)) throw new Refusal(`device '${device}' is already in use`);
  }
}
