import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, list, map, number, object, text } from "../schema";
import { findGuest, requireNode, requirePool, requireStorage, storages, TYPES } from "./cluster";

/** Pairs that the provider refuses by presence: also `all: false` beside a list. */
const CONFLICTS = [
  ["all", "vmids"],
  ["all", "pool"],
  ["vmids", "pool"],
  ["vmids", "excludes"],
] as const;

export const backupJob: Behaviour = {
  type: TYPES.backupJob,
  schema: {
    resourceId: text.required.replaces,
    schedule: text.required,
    storage: text.required,
    all: flag.computed,
    bwlimit: number.computed,
    compress: text.computed.oneOf("0", "1", "gzip", "lzo", "zstd"),
    enabled: flag.computed,
    excludePaths: list(text),
    excludes: list(text),
    fleecing: object({ enabled: flag.computed, storage: text }),
    ionice: number.between(0, 8).computed,
    lockwait: number,
    mailnotification: text.computed.oneOf("always", "failure"),
    mailtos: list(text),
    maxfiles: number,
    mode: text.computed.oneOf("snapshot", "stop", "suspend"),
    node: text,
    notesTemplate: text,
    pbsChangeDetectionMode: text.oneOf("data", "legacy", "metadata"),
    performance: object({ maxWorkers: number, pbsEntriesMax: number }),
    pigz: number,
    pool: text,
    protected: flag.computed,
    pruneBackups: map(text).computed,
    remove: flag.computed,
    repeatMissed: flag.computed,
    script: text,
    starttime: text,
    stdexcludes: flag.computed,
    stopwait: number,
    tmpdir: text,
    vmids: list(text),
    zstd: number,
  },
  check: (inputs) =>
    CONFLICTS.filter((pair) => pair.every((name) => inputs.has(name))).map(([one, other]) => ({
      property: one,
      reason: `these attributes cannot be configured together: [${one},${other}]`,
    })),
  id: ({ inputs }) => inputs.text("resourceId"),
  taken: (_, id) => `Job '${id}' already exists`,
  outputs: ({ inputs }) => ({
    all: false,
    bwlimit: 0,
    compress: "0",
    enabled: true,
    ionice: 7,
    mailnotification: "always",
    mode: "snapshot",
    protected: false,
    pruneBackups: {},
    remove: true,
    repeatMissed: false,
    stdexcludes: true,
    ...inputs.values,
  }),
  create: refuse,
  update: refuse,
};

function refuse({ world, inputs }: Operation): [] {
  const node = inputs.optionalText("node");
  if (node !== undefined) requireNode(world, node);
  const storage = inputs.text("storage");
  requireStorage(world, storage, node ?? memberOf(world, storage), "backup");
  requirePool(world, inputs.optionalText("pool") ?? "");
  // PVE finds this out when the job runs; here it is found out before.
  const fleecing = inputs.object("fleecing")?.optionalText("storage");
  if (fleecing !== undefined) requireStorage(world, fleecing, node ?? memberOf(world, fleecing), "images");
  return [];
}

/** Some node that has a storage. */
function memberOf(world: Operation["world"], storage: string): string {
  const [member = ""] = storages(world).find(({ id }) => id === storage)?.nodes ?? [];
  return member;
}

export const replication: Behaviour = {
  type: TYPES.replication,
  schema: {
    resourceId: text.required.replaces,
    target: text.required.replaces,
    type: text.required.replaces.oneOf("local"),
    comment: text,
    disable: flag.default(false),
    rate: number,
    schedule: text.computed,
    guest: number.output,
    jobnum: number.output,
    source: text.output,
  },
  check: (inputs) =>
    /^\d+-\d+$/.test(inputs.optionalText("resourceId") ?? "100-0")
      ? []
      : [{ property: "resourceId", reason: "id must be <GUEST>-<JOBNUM>" }],
  id: ({ inputs }) => inputs.text("resourceId"),
  taken: (_, id) => `replication job '${id}' already exists`,
  outputs: ({ world, inputs }, id) => {
    const [guest = "", jobnum = ""] = id.split("-");
    return {
      guest: Number(guest),
      jobnum: Number(jobnum),
      schedule: inputs.optionalText("schedule") ?? "*/15",
      source: findGuest(world, guest)?.node ?? "",
    };
  },
  create: ({ world, inputs }, id) => {
    const [guestId = ""] = id.split("-");
    const guest = findGuest(world, guestId);
    const target = inputs.text("target");
    if (!guest) throw new Refusal(`guest '${guestId}' does not exist`);
    requireNode(world, target);
    if (guest.node === target) throw new Refusal("source and target node are identical");
    for (const storage of diskStorages(guest.object.inputs)) {
      const { type } = requireStorage(world, storage, guest.node, guest.kind === "VM" ? "images" : "rootdir");
      if (type !== TYPES.zfspool) {
        throw new Refusal(`missing replicate feature on volume '${storage}:vm-${guestId}-disk-0'`);
      }
      requireStorage(world, storage, target, guest.kind === "VM" ? "images" : "rootdir");
    }
    return [];
  },
};

/** Ids of the storages that a guest's replicated disks are on. */
function diskStorages(inputs: Operation["inputs"]["values"]): string[] {
  const disks = Array.isArray(inputs.disks) ? inputs.disks : [inputs.disk];
  return disks.flatMap((disk) =>
    typeof disk === "object" && disk !== null && "datastoreId" in disk && disk.replicate !== false
      ? [String(disk.datastoreId)]
      : [],
  );
}
