import { isSettable, type Shape, type Shapes } from "./shape";

/**
 * The Pulumi token of a Terraform resource type, as the bridge of `@muhlba91/pulumi-proxmoxve` forms it: the words
 * between the prefix and the last one are the module, and `proxmox_virtual_environment_` makes a `Legacy` type.
 */
export function tokenOf(terraformType: string): string {
  const legacy = terraformType.startsWith("proxmox_virtual_environment_");
  const words = terraformType.replace(/^proxmox_(virtual_environment_)?/, "").split("_");
  const last = words.pop() ?? "";
  const module = words.length === 0 ? "index" : words.join("/");
  const member = `${last}${legacy ? "Legacy" : ""}`;
  return `proxmoxve:${module}/${member}:${capital(member)}`;
}

/** Resources whose settable `id` the bridge renames by its own rule instead of to `resourceId`. */
const IDS: Readonly<Record<string, string>> = { proxmox_sdn_controller_evpn: "sdnControllerEvpnId" };

/** The Pulumi name of one of the fields of a resource type, or of an object inside it when there is no type. */
export function propertyOf(name: string, shapes: Shapes, terraformType?: string): string {
  const shape = shapes[name];
  // Pulumi keeps `id` for its own, so the bridge renames one that a program sets.
  if (terraformType !== undefined && name === "id" && shape && isSettable(shape)) {
    return IDS[terraformType] ?? "resourceId";
  }
  return camelCase(shape && holdsMany(shape) && !(plural(name) in shapes) ? plural(name) : name);
}

function holdsMany({ kind, one }: Shape): boolean {
  return (kind === "list" || kind === "set") && one !== true;
}

/** English plural of a name's last word; a name that ends in s is one already. */
function plural(name: string): string {
  if (name.endsWith("s")) return name;
  if (/[^aeiou]y$/.test(name)) return name.replace(/y$/, "ies");
  return /(x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

function camelCase(name: string): string {
  return name.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
