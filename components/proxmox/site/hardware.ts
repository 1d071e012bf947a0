import { HardwareMappings } from "../hardware-mappings";
import type { Site } from "./context";

export type { HardwareMappings } from "../hardware-mappings";

export function createHardware({ estate, parent }: Site): HardwareMappings {
  return new HardwareMappings(estate.cluster.name, estate.hardware, { parent });
}
