import { GUEST_TYPES } from "../facts/guests";
import { get, UNKNOWN, whole } from "../facts/read";
import { wholeSetting } from "../settings";
import { CAPACITY } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

const CORES = wholeSetting("maxCores", {
  description: "Most cores of one guest.",
  default: 64,
  minimum: 1,
  maximum: 8192,
});
const MEMORY = wholeSetting("maxMemory", {
  description: "Most memory of one guest in MiB.",
  default: 524_288,
  minimum: 16,
  maximum: 16_777_216,
});

export const guestSizeDeclared: ResourceRule = {
  id: "guest-size-declared",
  title: "Guests have a size, within limits",
  description:
    "Without a size a guest has the provider's 512 MiB and one core; without a limit one guest takes what its neighbours need.",
  severity: "low",
  level: "advisory",
  framework: CAPACITY,
  url: "https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_memory",
  tags: ["guests", "capacity"],
  remediation:
    "Declare cores and memory, by an offering; larger sizes are allowed in the pack's configuration.",
  settings: [CORES, MEMORY],
  scope: "resource",
  types: GUEST_TYPES,
  check: (resource, config) => {
    const memory = whole(get(resource.properties, "memory"), "dedicated");
    const cores = whole(get(resource.properties, "cpu"), "cores");
    const missing = [memory === undefined ? "memory" : "", cores === undefined ? "cores" : ""].filter(
      (each) => each !== "",
    );
    const large =
      (typeof memory === "number" && memory > MEMORY.in(config)) ||
      (typeof cores === "number" && cores > CORES.in(config));
    return answer(
      resource,
      missing.length > 0 || large ? true : memory === UNKNOWN || cores === UNKNOWN ? UNKNOWN : false,
      {
        wrong: large
          ? `Guest ${resource.name} is larger than guests may be (${CORES.in(config)} cores, ${MEMORY.in(config)} MiB).`
          : `Guest ${resource.name} declares no ${listed(missing)}.`,
        open: `What size guest ${resource.name} has is not known yet.`,
      },
    );
  },
};
