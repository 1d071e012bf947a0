import { nodeNames, storages, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

/** What an entry of each kind is, which can't be changed. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  rbd: ["pool", "namespace"],
  cephfs: ["fs-name"],
  iscsi: ["portal", "target"],
};

/** `pve-storage`: an entry of the cluster's storage.cfg of a kind that the provider does not know. */
export function pveStorage({ world, host, action, options }: ScriptCall): CommandResult {
  const fail = (message: string) => failed("pve-storage", message);
  if (!nodeAt(world, host)) throw fail("pvesm: command not found");
  const [id, kind] = [single("pve-storage", options, "--storage"), single("pve-storage", options, "--type")];
  const there = storages(world).find((storage) => storage.id === id);
  const identity = IDENTITY[kind];
  if (!identity) throw fail(`refused type ${kind}: want rbd, cephfs or iscsi`);
  if (there && there.inputs.optionalText("kind") !== kind) {
    throw fail(`there is a storage ${id} already, of type ${there.type}; nothing was changed`);
  }
  if (action === "remove") {
    return {
      stdout: "",
      stderr: there ? `pve-storage: ${id} removed; the data is left as it is\n` : "",
      changes: there ? [{ remove: { type: TYPES.scriptStorage, key: id } }] : [],
    };
  }
  if (action !== "apply") throw fail(`want apply or remove, got ${action}`);
  const {
    content = "",
    nodes,
    ...settings
  } = Object.fromEntries(
    options.filter(([option]) => option === "--set").map(([, setting]) => setting.split(/=(.*)/s, 2)),
  );
  const absent = identity.find((key) => settings[key] === undefined && key !== "namespace");
  if (absent !== undefined) throw fail(`apply wants --set ${absent}=... for ${kind}`);
  const other = identity.find((key) => there && there.inputs.optionalText(key) !== settings[key]);
  if (other !== undefined) {
    throw fail(
      `there is a storage ${id} already, with ${other} ${there?.inputs.optionalText(other)}, declared is ${settings[other]}; nothing was changed`,
    );
  }
  if (kind === "rbd" && !world.list(TYPES.cephPool).some(({ inputs }) => inputs.name === settings.pool)) {
    throw fail(`rbd error: rbd: error opening pool '${settings.pool}': (2) No such file or directory`);
  }
  const stranger = nodes?.split(",").find((node: string) => !nodeNames(world).includes(node));
  if (stranger !== undefined) throw fail(`node '${stranger}' does not exist`);
  const inputs = {
    ...settings,
    kind,
    resourceId: id,
    contents: content === "none" ? ["none"] : content.split(","),
    ...(nodes === undefined ? {} : { nodes: nodes.split(",") }),
  };
  return made(world, TYPES.scriptStorage, id, inputs, there ? "" : `pve-storage: ${id} added\n`);
}
