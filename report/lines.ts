import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { ESTATE_KEY } from "../estate/file";

/**
 * Where an environment file says something of a resource, by its logical name: the entry of that name in any section,
 * or that of the group that it is a member of (`web-2` of `web`). Line 1 where nothing fits.
 */
export function lineFinder(text: string): (name: string) => number {
  const counter = new LineCounter();
  const lines = new Map<string, number>();
  const add = (map: YAMLMap, depth: number) => {
    for (const { key, value } of map.items) {
      if (!isScalar(key) || typeof key.value !== "string") continue;
      const at = key.range?.[0];
      if (depth > 0 && at !== undefined && !lines.has(key.value)) {
        lines.set(key.value, counter.linePos(at).line);
      }
      if (depth < 3 && isMap(value)) add(value, depth + 1);
    }
  };
  const estate = parseDocument(text, { lineCounter: counter }).getIn(["config", ESTATE_KEY]);
  if (isMap(estate)) add(estate, 0);
  return (name) => {
    const whole = lines.get(name);
    if (whole !== undefined || name === "") return whole ?? 1;
    const parts = [name.replace(/-\d+$/, ""), ...name.split("/")];
    return parts.map((part) => lines.get(part)).find((line) => line !== undefined) ?? 1;
  };
}
