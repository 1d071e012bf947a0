import { get, type Known, UNKNOWN, type Value, whole } from "./read";

/** What a guest takes of its node, as Proxmox's static scheduler counts it. */
export interface Load {
  /** Virtual CPUs, or the CPU limit of a container; 0 for a container without one, which may take the whole node. */
  readonly cpus: Known<number>;
  /** Memory in MiB: all that it may take, ballooning or not. */
  readonly memory: Known<number>;
}

/** What bpg's provider gives a guest that says nothing of its memory, in MiB. */
const DEFAULT_MEMORY = 512;

/** The CPUs that are plugged in at start, or else sockets times cores (qemu-server: `max-cpu`). */
export function vmLoad(properties: unknown): Load {
  const cpu = get(properties, "cpu");
  const plugged = whole(cpu, "hotplugged");
  const product = times(whole(cpu, "sockets") ?? 1, whole(cpu, "cores") ?? 1);
  return {
    cpus: plugged === undefined || plugged === 0 ? product : plugged,
    memory: whole(get(properties, "memory"), "dedicated") ?? DEFAULT_MEMORY,
  };
}

/** The CPU limit, or else the cores (pve-container: `max-cpu`); the provider gives a container one core. */
export function containerLoad(properties: unknown): Load {
  const cpu = get(properties, "cpu");
  const limit = fraction(cpu, "limit");
  return {
    cpus: limit === undefined || limit === 0 ? (whole(cpu, "cores") ?? 1) : limit,
    memory: whole(get(properties, "memory"), "dedicated") ?? DEFAULT_MEMORY,
  };
}

function times(one: Known<number>, other: Known<number>): Known<number> {
  return one === UNKNOWN || other === UNKNOWN ? UNKNOWN : one * other;
}

/** A limit may be a part of a CPU. */
function fraction(from: unknown, key: string): Value<number> {
  const value = get(from, key);
  return value === undefined || (typeof value === "number" && Number.isFinite(value) && value >= 0)
    ? value
    : UNKNOWN;
}
