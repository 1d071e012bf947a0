import { isProperties, type Properties, type Value } from "../sandbox/world/object";
import type { Shape, Shapes } from "./shape";
import { propertiesOf } from "./translate";

/** Values of fields that take only certain ones and do not say which, by property name. */
const VALUES: Readonly<Record<string, readonly Value[]>> = {
  device: ["/dev/ttyS0"],
  hotplug: ["disk,network", "network"],
  contentType: ["iso", "import", "vztmpl"],
  hugepages: ["2", "any"],
  macAddress: ["BC:24:11:00:00:01"],
  machine: ["pc", "q35"],
  options: ["vers=3"],
  "pruneBackups key": ["keep-last", "keep-yearly"],
  schedule: ["03:00", "*/30"],
  starttime: ["03:00"],
  state: ["stopped", "disabled"],
  type: ["ct"],
};

/** Names of the fields that tell one element of a list from another. */
const KEYS = ["interface", "name", "device", "path"];

/** Values that a field may take instead of the one that it has, likeliest first. */
export function othersThan(name: string, value: Value): Value[] {
  if (isProperties(value)) return otherElements(value);
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1, value * 2];
  if (typeof value !== "string") return [];
  const others = [...(VALUES[name] ?? []), ...nextAddress(value), ...nextNumber(value), `${value}x`];
  return others.filter((one) => one !== value);
}

/** Values for a field that is not declared; none where no guess is possible. */
export function valuesFor(name: string, { kind, element, fields }: Shape): Value[] {
  switch (kind) {
    case "flag":
      return [true];
    case "number":
      return [...(VALUES[name] ?? []), 1, 2, 64, 1024, 65_536];
    case "text":
      return [
        ...(VALUES[name] ?? []),
        "x1",
        "192.0.2.1",
        "192.0.2.0/24",
        "2001:db8::1/64",
        "30s",
        "1",
        "x1:1",
      ];
    case "list":
    case "set":
      return element ? valuesFor(name, element).map((one) => [one]) : [];
    case "map":
      return element ? valuesFor(name, element).map((one) => ({ key: one })) : [];
    case "object":
      return leastObjects(fields ?? {});
  }
}

/**
 * Objects with no more than what is required (or the first field that there is), in as many variants as its most
 * uncertain field has values.
 */
function leastObjects(fields: Shapes): Properties[] {
  const all = [...propertiesOf(fields)];
  const required = all.filter(([, shape]) => shape.required);
  const choices = (required.length > 0 ? required : all.slice(0, 1)).map(
    ([name, shape]) => [name, valuesFor(name, shape)] as const,
  );
  const variants = Math.max(0, ...choices.map(([, values]) => values.length));
  return Array.from({ length: variants }, (_, index) =>
    Object.fromEntries(choices.map(([name, values]) => [name, values[Math.min(index, values.length - 1)]])),
  );
}

/** Another element for a list of objects: with another key where it has one. */
function otherElements(element: Properties): Properties[] {
  const key = KEYS.find((name) => element[name] !== undefined);
  const value = key === undefined ? undefined : element[key];
  if (key === undefined || value === undefined) return [{ ...element }];
  return othersThan(key, value).map((one) => ({ ...element, [key]: one }));
}

/** The same with its last number one higher: `pve1` to `pve2`, `vm:100` to `vm:101`. */
function nextNumber(text: string): string[] {
  const next = text.replace(/\d+(?=\D*$)/, (digits) =>
    String(Number(digits) + 1).padStart(digits.length, "0"),
  );
  return next === text ? [] : [next];
}

/** The next address, with the same prefix length where there is one. */
function nextAddress(text: string): string[] {
  const match = /^(\d+\.\d+\.\d+\.)(\d+)(\/\d+)?$/.exec(text);
  const [, network = "", host = "", prefix = ""] = match ?? [];
  return match ? [`${network}${(Number(host) % 250) + 1}${prefix}`] : [];
}
