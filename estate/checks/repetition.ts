import { isContainer } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Estate } from "../schema";

/** Lists that name something twice: a zone, a port, a guest of an HA rule. The second one would be lost or clash. */
export function checkRepetition(estate: Estate): Finding[] {
  return repeatedBelow([], estate);
}

function repeatedBelow(steps: readonly Step[], value: unknown): Finding[] {
  if (!isContainer(value)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      const first = value.indexOf(item);
      return first === index
        ? repeatedBelow([...steps, index], item)
        : [problem([...steps, index], item, "each only once in the list", [[...steps, first]])];
    });
  }
  return Object.entries(value).flatMap(([key, inner]) => repeatedBelow([...steps, key], inner));
}
