import { get, UNKNOWN as UNREADABLE } from "../policy/facts/read";
import { UNKNOWN } from "../sandbox/doubles/wire";
import { isProperties, type Properties, type Value } from "../sandbox/world/object";

/**
 * Inputs that only another resource's run will tell, with a value of their form: to the provider they are known by
 * the time that it plans an update.
 */
const TOLD_LATER: Readonly<Record<string, number | string>> = {
  // The certificate of a backup server that our own script sets up.
  fingerprint: Array(32).fill("00").join(":"),
  // Where a package repository is in a node's lists.
  filePath: "/etc/apt/sources.list.d/proxmox.sources",
  index: 0,
};

/** Inputs as the program declares them, as plain values: secrets opened, and Pulumi's mark for what is not known. */
export function plainInputs(properties: unknown): Properties {
  const value = plain(properties);
  return isProperties(value) ? value : {};
}

function plain(value: unknown): Value {
  if (value === UNREADABLE) return UNKNOWN;
  if (Array.isArray(value)) return value.map((_, index) => plain(get(value, index) ?? null));
  if (typeof value === "object" && value !== null) {
    const object: Record<string, Value> = {};
    for (const name of Object.keys(value)) {
      const inner = get(value, name);
      if (inner !== undefined)
        object[name] = plain(inner === UNREADABLE ? (TOLD_LATER[name] ?? inner) : inner);
    }
    return object;
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
