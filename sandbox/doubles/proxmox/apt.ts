import type { Change, World, WorldObject } from "../../world";
import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, list, number, text } from "../schema";
import { requireNode, TYPES } from "./cluster";

/** The entries of a node's lists of package sources; none is ever taken out. */
function entries(world: World, node: string): WorldObject[] {
  return world.list(TYPES.aptEntry).filter(({ inputs }) => inputs.node === node);
}

/** Where Proxmox VE 9 adds a repository, with what its entry says. */
function standardEntry(handle: string) {
  const [, ceph, kind = ""] =
    /^(ceph-squid-)?(enterprise|no-subscription|test)$/.exec(handle) ??
    refuse(`unknown repository handle '${handle}'`);
  const enterprise = kind === "enterprise";
  const host = enterprise ? "https://enterprise.proxmox.com" : "http://download.proxmox.com";
  return ceph === undefined
    ? {
        file: `/etc/apt/sources.list.d/${enterprise ? "pve-enterprise" : "proxmox"}.sources`,
        component: `pve-${kind}`,
        uri: `${host}/debian/pve`,
      }
    : { file: "/etc/apt/sources.list.d/ceph.sources", component: kind, uri: `${host}/debian/ceph-squid` };
}

function refuse(reason: string): never {
  throw new Refusal(`received an HTTP 500 response - Reason: ${reason}`);
}

/** Puts an entry into its list, enabled, or enables the one that is there. */
function added({ world, inputs }: Operation): Change[] {
  const [node, handle] = [inputs.text("node"), inputs.text("handle")];
  requireNode(world, node);
  const { file } = standardEntry(handle);
  const there = entries(world, node);
  const index =
    there.find((entry) => entry.inputs.handle === handle)?.inputs.index ??
    there.filter((entry) => entry.inputs.file === file).length;
  const key = `${node}:${handle}`;
  const values = { node, handle, file, index, enabled: true };
  const serial = world.nextSerial();
  return [
    { put: { type: TYPES.aptEntry, id: key, key, inputs: values, outputs: {}, secretOutputs: [], serial } },
  ];
}

function entryAt({ world, inputs }: Operation): WorldObject {
  const [node, file, index] = [inputs.text("node"), inputs.text("filePath"), inputs.number("index")];
  requireNode(world, node);
  const ofFile = entries(world, node).filter((entry) => entry.inputs.file === file);
  if (ofFile.length === 0) return refuse(`invalid path - ${file}`);
  return ofFile.find((entry) => entry.inputs.index === index) ?? refuse(`invalid index - ${index}`);
}

function switched(operation: Operation): Change[] {
  const entry = entryAt(operation);
  const enabled = operation.inputs.flag("enabled");
  return [{ put: { ...entry, inputs: { ...entry.inputs, enabled } } }];
}

/** The provider's way to make an id from anything. */
function idText(value: string): string {
  return value.replace(/[^a-zA-Z1-9_]/g, "_");
}

const named = text.required.replaces.matching(/^\S(.*\S)?$/, "text without white space around it");

/** A repository's entry: creating it switches it, and deleting forgets it, as Proxmox can't take one out. */
const repository: Behaviour = {
  type: TYPES.aptRepository,
  schema: {
    node: named,
    filePath: text.required.replaces.matching(/^\/.*\S$/, "an absolute file path"),
    index: number.required.replaces.between(0, Number.MAX_SAFE_INTEGER),
    enabled: flag.default(true),
    comment: text.output,
    components: list(text).output,
    fileType: text.output,
    packageTypes: list(text).output,
    suites: list(text).output,
    uris: list(text).output,
  },
  id: ({ inputs }) => {
    const file = idText(inputs.text("filePath").slice(1)).toLowerCase();
    return `apt_repository_${inputs.text("node").toLowerCase()}_${file}_${inputs.number("index")}`;
  },
  overwrites: true,
  volatile: ["comment", "components", "fileType", "packageTypes", "suites", "uris"],
  create: switched,
  update: switched,
  outputs: (operation) => {
    const { component, uri } = standardEntry(String(entryAt(operation).inputs.handle));
    return {
      comment: "",
      components: [component],
      fileType: "sources",
      packageTypes: ["deb"],
      suites: ["trixie"],
      uris: [uri],
    };
  },
};

/** One of Proxmox's own repositories: creating it adds and enables it, and deleting forgets it. */
const standardRepository: Behaviour = {
  type: TYPES.aptStandardRepository,
  schema: {
    node: named,
    handle: named,
    description: text.output,
    filePath: text.output,
    index: number.output,
    name: text.output,
    status: number.output,
  },
  id: ({ inputs }) =>
    `apt_standard_repository_${inputs.text("node").toLowerCase()}_${idText(inputs.text("handle"))}`,
  overwrites: true,
  create: added,
  outputs: ({ world, inputs }) => {
    const handle = inputs.text("handle");
    const { file } = standardEntry(handle);
    const there = entries(world, inputs.text("node"));
    const own = there.find((entry) => entry.inputs.handle === handle);
    const index = own?.inputs.index ?? there.filter((entry) => entry.inputs.file === file).length;
    return { description: handle, filePath: file, index, name: handle, status: 1 };
  },
};

export const aptBehaviours: readonly Behaviour[] = [repository, standardRepository];
