import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** A stage of an execution: all passes through one state. */
export interface Stage {
  readonly name: string;
  /** How often it was entered: once a guest, or once a look at something that was not ready. */
  readonly times: number;
  /** Milliseconds from when it was first entered until it was last left; until now where it goes on. */
  readonly milliseconds: number;
  readonly state: "done" | "failed" | "running";
}

interface Draft {
  times: number;
  open: number;
  began: number;
  ended: number;
  failed: boolean;
}

/** States that only decide and assign, which nobody waits for. */
const QUIET = /^(Choice|Pass|Succeed|Fail)State/;

/**
 * The stages of an execution, in the order in which they began.
 *
 * @param events its history so far, oldest first
 * @param now milliseconds, for what goes on
 */
export function stagesOf(events: readonly HistoryEvent[], now: number): Stage[] {
  const stages = new Map<string, Draft>();
  const names = new Map<number, string>();
  for (const event of events) {
    const { id = 0, type = "", timestamp, previousEventId = 0 } = event;
    const at = timestamp?.getTime() ?? now;
    const entered = event.stateEnteredEventDetails?.name;
    const exited = event.stateExitedEventDetails?.name;
    const name = entered ?? exited ?? names.get(previousEventId);
    if (name === undefined) continue;
    names.set(id, name);
    if (QUIET.test(type)) continue;
    const stage = stages.get(name);
    if (entered !== undefined) {
      if (stage) Object.assign(stage, { times: stage.times + 1, open: stage.open + 1 });
      else stages.set(name, { times: 1, open: 1, began: at, ended: at, failed: false });
    } else if (stage && exited !== undefined) {
      Object.assign(stage, { open: stage.open - 1, ended: at });
    } else if (stage && /(Failed|TimedOut|Aborted)$/.test(type)) {
      Object.assign(stage, { ended: at, failed: true });
    }
  }
  const over = events.some(({ type = "" }) => /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type));
  return [...stages].map(([name, { times, open, began, ended, failed }]) => ({
    name,
    times,
    milliseconds: (open > 0 && !over ? now : ended) - began,
    // A failure that was tried again, and then left in the ordinary way, is none.
    state: open > 0 ? (failed || over ? "failed" : "running") : "done",
  }));
}
