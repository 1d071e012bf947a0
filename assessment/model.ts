import type { NodeLoad } from "../placement";

/** How long something takes, or how much is lost, and where that comes from. */
export interface Figure {
  /**
   * Minutes; `repair`: until somebody has repaired what failed; `all`: everything, as nothing holds a copy; `unknown`:
   * the program does not say what it would follow from.
   */
  readonly minutes: number | "all" | "repair" | "unknown";
  /** The same in words, with its conditions. */
  readonly text: string;
  /** Where the figure comes from: a setting of the program, or what it was measured or documented by. */
  readonly source: string;
}

/**
 * What a failure does to a guest: `stays` untouched; `moves` live; `restarts` on another node by itself; `pauses`: it is
 * stopped with its node and started with it; `cut-off`: it runs, but nobody reaches it; `stalls`: it waits for its disks;
 * `aws`: it comes back in AWS; `down` until somebody repairs something. In this order each is worse than the one before.
 */
export const EFFECTS = ["stays", "moves", "restarts", "pauses", "cut-off", "stalls", "aws", "down"] as const;
export type Effect = (typeof EFFECTS)[number];

/** What a failure does to one guest. */
export interface GuestEffect {
  /** `vm:100`, as Proxmox's HA manager names it. */
  readonly id: string;
  readonly name: string;
  readonly critical: boolean;
  /** Declared objectives in minutes. */
  readonly rpo?: number;
  readonly rto?: number;
  readonly effect: Effect;
  /** Where it runs before, and where it runs after that; left out where it runs nowhere. */
  readonly from: string;
  readonly to?: string;
  /** Why, in one sentence. */
  readonly because: string;
  readonly downtime: Figure;
  readonly dataLoss: Figure;
  /** Disks that its move copies, such as `scsi0 on local-lvm`: their data is on one node at a time. */
  readonly copies?: readonly string[];
  /** HA is to keep it running, and cannot. */
  readonly haFails?: boolean;
  /** Objectives of the guest that this misses. */
  readonly misses: readonly ("rpo" | "rto")[];
}

export const SCENARIO_KINDS = [
  "node",
  "nodes",
  "network",
  "storage",
  "server",
  "quorum",
  "management",
  "state-backend",
  "aws-link",
  "site",
  "reboot",
] as const;
export type ScenarioKind = (typeof SCENARIO_KINDS)[number];

/** One thing that fails, or a node that is rebooted on purpose, and what comes of it. */
export interface Scenario {
  /** Stable, such as `node:pve1`: what changed between two assessments is told by it. */
  readonly id: string;
  readonly kind: ScenarioKind;
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly what: string;
  /** Running guests by effect. */
  readonly counts: Readonly<Record<Effect, number>>;
  /** Guests that it touches, the worst first. */
  readonly guests: readonly GuestEffect[];
  /** The worst of all guests; left out where no guest is touched. */
  readonly downtime?: Figure;
  readonly dataLoss?: Figure;
  /** What runs on each surviving node afterwards; left out where nothing moves. */
  readonly capacity?: readonly NodeLoad[];
  /** What else an operator has to know. */
  readonly notes: readonly string[];
}

/** A node in working order. */
export interface AssessedNode extends NodeLoad {
  /** Whether HA guests run on it, so that it fences itself when it loses the others. */
  readonly fences: boolean;
}

/** Where a guest is before anything fails, and what guards it. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly running: boolean;
  readonly critical: boolean;
  readonly underHa: boolean;
  readonly backedUp: boolean;
  readonly inAws: boolean;
  /** Shared storages that its disks are on. */
  readonly storages: readonly string[];
}

/** Something that the figures rest on and that the program leaves open, or that Proxmox does otherwise than declared. */
export type Note = string;

/** A whole estate under every single failure. */
export interface Assessment {
  /** Raised when the form changes in a way that a reader has to know; fields are only added otherwise. */
  readonly version: 1;
  readonly cluster: string;
  readonly nodes: readonly AssessedNode[];
  readonly guests: {
    readonly running: number;
    readonly underHa: number;
    readonly backedUp: number;
    readonly inAws: number;
  };
  /** Every guest that could be placed, in the order of its id. */
  readonly places: readonly Place[];
  /** The worst first. */
  readonly scenarios: readonly Scenario[];
  readonly notes: readonly Note[];
}

/** Whether something fails: a reboot is done on purpose. */
export function isFailure({ kind }: Pick<Scenario, "kind">): boolean {
  return kind !== "reboot";
}

/** Whether nothing brings the guest back but repair. */
export function isDown({ effect }: Pick<GuestEffect, "effect">): boolean {
  return effect === "down" || effect === "stalls" || effect === "cut-off";
}

/** Compares figures: no time, minutes, unknown, until repair, everything. */
export function figureRank({ minutes }: Pick<Figure, "minutes">): number {
  switch (minutes) {
    case "unknown":
      return Number.MAX_SAFE_INTEGER - 2;
    case "repair":
      return Number.MAX_SAFE_INTEGER - 1;
    case "all":
      return Number.MAX_SAFE_INTEGER;
    default:
      return minutes;
  }
}
