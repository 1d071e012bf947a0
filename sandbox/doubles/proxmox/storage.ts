import type { Properties } from "../../world";
import { type Behaviour, hex, type Operation, Refusal } from "../behaviour";
import type { Failure } from "../check";
import type { Inputs } from "../inputs";
import { contains } from "../networks";
import { flag, number, object, type Schema, set, text } from "../schema";
import {
  hasDataset,
  nodeAddresses,
  nodeNames,
  requireDataset,
  requireNode,
  requireStorage,
  storages,
  TYPES,
  volumeGroupOf,
} from "./cluster";

const CONTENT = text.oneOf("backup", "images", "import", "iso", "rootdir", "snippets", "vztmpl");

const common: Schema = {
  resourceId: text.required.replaces,
  contents: set(CONTENT).computed,
  disable: flag.default(false),
  nodes: set(text).computed,
};

const kept = number.where((value) => Number(value) >= 0, "0 or more");

/** What is kept on the storage of jobs that do not say. */
export const keptBackups: Schema = {
  backups: object({
    keepAll: flag.default(false),
    keepDaily: kept,
    keepHourly: kept,
    keepLast: kept,
    keepMonthly: kept,
    keepWeekly: kept,
    keepYearly: kept,
    maxProtectedBackups: number,
  }),
};

const folders: Schema = {
  ...keptBackups,
  createBasePath: flag.default(true),
  createSubdirs: flag.default(true),
};

/** Keeping all backups and counting them exclude each other. */
function retentionFailures(inputs: Inputs): Failure[] {
  const backups = inputs.object("backups");
  if (!backups?.flag("keepAll")) return [];
  return Object.keys(backups.values)
    .filter((name) => /^keep(?!All)/.test(name) && backups.has(name))
    .map((name) => ({
      property: `backups.${name}`,
      reason: "when keep_all is true, these attributes must not be set",
    }));
}

interface StorageBehaviour {
  readonly type: string;
  readonly schema: Schema;
  /** What the type holds where the program gives no content. */
  readonly content: readonly string[];
  /** Computed: directories are told. */
  readonly shared?: boolean;
  /** Refuses what stands behind the storage. */
  readonly activate: (operation: Operation, nodes: readonly string[]) => void;
  /** More that PVE says of it. */
  readonly outputs?: (operation: Operation) => Properties;
  readonly check?: Behaviour["check"];
}

/** What the storages of all types have in common. */
export function storage(behaviour: StorageBehaviour): Behaviour {
  const { type, schema, content, shared, activate, outputs, check } = behaviour;
  const members = ({ inputs, world }: Operation) =>
    inputs.texts("nodes").length > 0 ? inputs.texts("nodes") : nodeNames(world);
  const accepted = (operation: Operation) => {
    for (const node of operation.inputs.texts("nodes")) requireNode(operation.world, node);
  };
  return {
    type,
    schema: { ...common, ...schema },
    check: (inputs) => [...retentionFailures(inputs), ...(check?.(inputs) ?? [])],
    id: ({ inputs }) => inputs.text("resourceId"),
    outputs: (operation) => ({
      contents: operation.inputs.has("contents") ? operation.inputs.texts("contents") : content,
      nodes: operation.inputs.texts("nodes"),
      ...(shared === undefined ? {} : { shared }),
      ...outputs?.(operation),
    }),
    create: (operation, id) => {
      if (storages(operation.world).some((other) => other.id === id)) {
        throw new Refusal(`create storage failed: storage ID '${id}' already defined`);
      }
      accepted(operation);
      activate(operation, members(operation));
      return [];
    },
    update: (operation) => {
      accepted(operation);
      return [];
    },
    taken: (_, id) => `create storage failed: storage ID '${id}' already defined`,
  };
}

export const storageBehaviours: readonly Behaviour[] = [
  storage({
    type: TYPES.directory,
    content: ["backup", "images", "iso", "rootdir", "snippets", "vztmpl"],
    schema: { ...folders, path: text.required.replaces, preallocation: text, shared: flag.default(true) },
    activate: ({ inputs, world }, nodes) => {
      const path = inputs.text("path");
      if (!path.startsWith("/")) {
        throw new Refusal("path: invalid format - value does not look like an absolute path");
      }
      const there = nodes.some((node) => path === "/var/lib/vz" || hasDataset(world, node, path.slice(1)));
      if (!inputs.flag("createBasePath") && !there) {
        throw new Refusal(
          `create storage failed: unable to activate storage '${inputs.text("resourceId")}' - directory '${path}' does not exist`,
        );
      }
    },
  }),
  storage({
    type: TYPES.zfspool,
    content: ["images", "rootdir"],
    shared: false,
    schema: {
      zfsPool: text.required.replaces,
      thinProvision: flag,
      blocksize: text,
      shared: flag.output,
    },
    // The API looks on one node only; guests find out about the others.
    activate: ({ inputs, world }, nodes) => {
      const dataset = inputs.text("zfsPool");
      if (!nodes.some((node) => hasDataset(world, node, dataset)))
        requireDataset(world, nodes[0] ?? "", dataset);
    },
  }),
  storage({
    type: TYPES.lvmthin,
    content: ["images", "rootdir"],
    shared: false,
    schema: {
      volumeGroup: text.required.replaces,
      thinPool: text.required.replaces,
      shared: flag.output,
    },
    activate: ({ inputs, world }, nodes) => {
      const [group, pool] = [inputs.text("volumeGroup"), inputs.text("thinPool")];
      const there =
        world.installed.storages.some(
          (known) => known.type === "lvmthin" && known.volumeGroup === group && known.thinPool === pool,
        ) || nodes.some((node) => volumeGroupOf(world, node, group)?.inputs.thinPool === pool);
      if (!there) throw new Refusal(`create storage failed: no such logical volume ${group}/${pool}`);
    },
  }),
  storage({
    type: TYPES.lvm,
    content: ["images", "rootdir"],
    schema: {
      volumeGroup: text.required.replaces,
      wipeRemovedVolumes: flag.default(false),
      shared: flag.default(false),
    },
    activate: ({ inputs, world }, nodes) => {
      const group = inputs.text("volumeGroup");
      const installed = world.installed.storages.some(
        (known) => (known.type === "lvm" || known.type === "lvmthin") && known.volumeGroup === group,
      );
      if (!installed && !nodes.some((node) => volumeGroupOf(world, node, group))) {
        throw new Refusal(`create storage failed: no such volume group '${group}'`);
      }
    },
  }),
  storage({
    type: TYPES.cifs,
    content: ["images"],
    shared: true,
    schema: {
      ...folders,
      server: text.required.replaces,
      share: text.required.replaces,
      username: text.required.replaces,
      password: text.required.replaces.secret,
      domain: text.replaces,
      subdirectory: text.replaces,
      options: text,
      preallocation: text,
      snapshotAsVolumeChain: flag.replaces,
      shared: flag.output,
    },
    activate: ({ inputs, world }) => {
      if (!world.installed.hosts.some(({ address }) => address === inputs.text("server"))) {
        throw new Refusal(`create storage failed: storage '${inputs.text("resourceId")}' is not online`);
      }
    },
  }),
  storage({
    type: TYPES.nfs,
    content: ["images"],
    shared: true,
    schema: {
      ...folders,
      server: text.required.replaces,
      export: text.required.replaces,
      options: text,
      preallocation: text.replaces,
      snapshotAsVolumeChain: flag.replaces,
      shared: flag.output,
    },
    activate: ({ inputs, world }, nodes) => {
      const [server, path] = [inputs.text("server"), inputs.text("export")];
      if (!world.installed.hosts.some(({ address }) => address === server)) {
        throw new Refusal(`create storage failed: storage '${inputs.text("resourceId")}' is not online`);
      }
      const clients = Object.keys(world.find(TYPES.nfsExport, `${server}:${path}`)?.inputs ?? {});
      const addresses = nodes.flatMap((node) => nodeAddresses(world, node));
      if (!addresses.some((address) => clients.some((client) => contains(client, address)))) {
        throw new Refusal(
          `create storage failed: mount error: mount.nfs: access denied by server while mounting ${server}:${path}`,
        );
      }
    },
  }),
];

export const downloadedFile: Behaviour = {
  type: TYPES.file,
  schema: {
    nodeName: text.required.replaces,
    datastoreId: text.required.replaces,
    contentType: text.required.replaces.oneOf("import", "iso", "vztmpl"),
    url: text.required.replaces,
    fileName: text.computed.replaces,
    checksum: text.replaces,
    checksumAlgorithm: text.replaces.oneOf("md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
    decompressionAlgorithm: text.replaces.oneOf("bz2", "gz", "lzo", "zst"),
    overwrite: flag.default(true),
    overwriteUnmanaged: flag.default(false),
    uploadTimeout: number.default(600),
    verify: flag.default(true),
    size: number.output,
  },
  check: (inputs) => [
    ...(/^https?:\/\/.+/.test(inputs.optionalText("url") ?? "https://unknown")
      ? []
      : [{ property: "url", reason: "must match HTTP URL regex `https?://.*`" }]),
    ...(inputs.has("checksum") === inputs.has("checksumAlgorithm")
      ? []
      : [{ property: "checksum", reason: "checksum and checksumAlgorithm require each other" }]),
  ],
  id: ({ inputs }) => `${inputs.text("datastoreId")}:${inputs.text("contentType")}/${fileName(inputs)}`,
  // A storage that is not shared has a file of one id on each node.
  key: (id, properties) => `${properties.optionalText("nodeName") ?? ""}/${id}`,
  importId: ({ id, inputs }) => `${inputs.nodeName}/${id}`,
  taken: ({ inputs }) =>
    `Could not download file '${fileName(inputs)}', unexpected error: refusing to override existing file '${fileName(inputs)}'`,
  outputs: ({ inputs }) => ({ fileName: fileName(inputs), size: fileSize(inputs.text("url")) }),
  create: (operation, id) => {
    const { inputs, world } = operation;
    const node = inputs.text("nodeName");
    requireNode(world, node);
    const storage = requireStorage(world, inputs.text("datastoreId"), node, inputs.text("contentType"));
    if (storage.shared && world.list(TYPES.file).some((file) => file.id === id)) {
      throw new Refusal(downloadedFile.taken?.(operation, id) ?? id);
    }
    return [];
  },
};

function fileName(inputs: Operation["inputs"]): string {
  const url = inputs.text("url");
  return inputs.optionalText("fileName") ?? url.slice(url.lastIndexOf("/") + 1);
}

/** A size that stays the same for one URL: between 64 and 320 MiB. */
function fileSize(url: string): number {
  return 64 * 2 ** 20 + Number.parseInt(hex(url, 7), 16);
}
