import assert from "node:assert/strict";
import type { HistoryEvent, HistoryEventType } from "@aws-sdk/client-sfn";
import { stagesOf } from "../../cli/runbook-stages";

/** Events a second apart: [type, what it follows, name of the state]. */
function history(...all: readonly (readonly [HistoryEventType, number, string?])[]): HistoryEvent[] {
  return all.map(([type, previousEventId, name], index) => ({
    id: index + 1,
    type,
    previousEventId,
    timestamp: new Date(index * 1000),
    ...(name === undefined
      ? {}
      : type.endsWith("Entered")
        ? { stateEnteredEventDetails: { name } }
        : { stateExitedEventDetails: { name } }),
  }));
}

describe("command line: the stages of an execution", () => {
  it("are those that take time, with how often and how long", () => {
    const events = history(
      ["ExecutionStarted", 0],
      ["PassStateEntered", 1, "Plan"],
      ["PassStateExited", 2, "Plan"],
      ["MapStateEntered", 3, "Points"],
      ["TaskStateEntered", 4, "Image"],
      ["TaskStateEntered", 4, "Image"],
      ["TaskStateExited", 5, "Image"],
      ["TaskStateExited", 6, "Image"],
      ["MapStateExited", 8, "Points"],
      ["ExecutionSucceeded", 9],
    );
    assert.deepEqual(stagesOf(events, 60_000), [
      { name: "Points", times: 1, milliseconds: 5000, state: "done" },
      { name: "Image", times: 2, milliseconds: 3000, state: "done" },
    ]);
  });

  it("go on until now while they run", () => {
    const events = history(["ExecutionStarted", 0], ["TaskStateEntered", 1, "Probe"]);
    assert.deepEqual(stagesOf(events, 60_000), [
      { name: "Probe", times: 1, milliseconds: 59_000, state: "running" },
    ]);
  });

  it("have failed where nothing left them, and not where a second try did", () => {
    const events = history(
      ["ExecutionStarted", 0],
      ["TaskStateEntered", 1, "Launch"],
      ["TaskFailed", 2],
      ["TaskStateExited", 3, "Launch"],
      ["TaskStateEntered", 4, "Left"],
      ["TaskFailed", 5],
      ["ExecutionFailed", 6],
    );
    assert.deepEqual(
      stagesOf(events, 60_000).map(({ name, state }) => [name, state]),
      [
        ["Launch", "done"],
        ["Left", "failed"],
      ],
    );
  });
});
