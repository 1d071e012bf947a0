import assert from "node:assert/strict";
import { DiffKind, type EngineEvent } from "@pulumi/pulumi/automation";
import { type Change, nameOf, type Report, ReportCollector } from "../../../sandbox/run/report";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const VM_URN = `urn:pulumi:dev::hybrid-estate::hybrid-estate:index:Site$${VM}::alpine`;
const STACK_URN = "urn:pulumi:dev::hybrid-estate::pulumi:pulumi:Stack::hybrid-estate-dev";

type Step = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];
type Diagnostic = NonNullable<EngineEvent["diagnosticEvent"]>;
type PolicyWord = NonNullable<EngineEvent["policyEvent"]>;

let sequence = 0;
const stamp = () => ({ sequence: sequence++, timestamp: 0 });

function step(op: Step["op"], rest: Partial<Step> = {}): EngineEvent {
  return { ...stamp(), resourcePreEvent: { metadata: { op, urn: VM_URN, type: VM, provider: "", ...rest } } };
}

function diagnostic(severity: Diagnostic["severity"], message: string, urn?: string): EngineEvent {
  const place = urn === undefined ? {} : { urn };
  return { ...stamp(), diagnosticEvent: { severity, message, color: "never", ...place } };
}

function policy(
  message: string,
  enforcementLevel: PolicyWord["enforcementLevel"],
  resourceUrn = VM_URN,
): EngineEvent {
  const pack = { policyPackName: "pack", policyPackVersion: "1", policyPackVersionTag: "1" };
  const policyEvent = { policyName: "p", enforcementLevel, message, resourceUrn, color: "never", ...pack };
  return { ...stamp(), policyEvent };
}

function collect(...events: readonly EngineEvent[]): Report & { steps: Change[] } {
  const steps: Change[] = [];
  const collector = new ReportCollector((change) => steps.push(change));
  for (const event of events) collector.add(event);
  return { ...collector.report, steps };
}

describe("report of the engine's events", () => {
  for (const op of ["create", "update", "delete", "import", "replace"] as const) {
    it(`counts ${op} as a change, and follows it`, () => {
      const { changes, unchanged, steps } = collect(step(op));
      assert.deepEqual(changes, [{ operation: op, type: VM, name: "alpine", properties: [] }]);
      assert.deepEqual(steps, changes);
      assert.equal(unchanged, 0);
    });
  }

  for (const op of ["same", "read", "refresh"] as const) {
    it(`counts ${op} as unchanged`, () => {
      const { changes, unchanged, steps } = collect(step(op), step(op));
      assert.deepEqual([changes, steps, unchanged], [[], [], 2]);
    });
  }

  it("keeps the stack's resources as they were and as they are to be", () => {
    const state = (id: string) => ({
      ...{ type: VM, urn: VM_URN, id, parent: STACK_URN, provider: "", inputs: { id }, outputs: {} },
    });
    const collector = new ReportCollector(() => undefined);
    for (const event of [
      step("same", { old: state("1"), new: state("1") }),
      step("create", { new: state("2") }),
      step("update", { old: state("3"), new: state("4") }),
      step("delete", { old: state("5") }),
      step("create-replacement", { old: state("6"), new: state("7") }),
      step("replace", { old: state("6"), new: state("7") }),
      step("delete-replaced", { old: state("6") }),
    ]) {
      collector.add(event);
    }
    const ids = Object.values(collector.states).map((resources) =>
      resources.map(({ outputs }: { outputs?: unknown }) => (outputs as { id: string }).id).join(),
    );
    assert.deepEqual(ids, ["1,3,5,6", "1,2,4,7"]);
    assert.deepEqual(collector.states.after[0], {
      ...{ type: VM, urn: VM_URN, name: "alpine", parent: STACK_URN },
      properties: { id: "1" },
      outputs: { id: "1" },
    });
  });

  it("counts a replacement once, whichever way round it goes", () => {
    for (const parts of [
      ["create-replacement", "replace", "delete-replaced"],
      ["delete-replaced", "replace", "create-replacement"],
      ["import-replacement", "replace", "discard-replaced"],
      ["remove-pending-replace", "replace"],
    ] as const) {
      const { changes, unchanged } = collect(...parts.map((op) => step(op)));
      assert.deepEqual([changes.map(({ operation }) => operation), unchanged], [["replace"], 0]);
    }
  });

  it("leaves the stack itself out", () => {
    const { changes, unchanged } = collect(
      step("create", { urn: STACK_URN, type: "pulumi:pulumi:Stack" }),
      step("same", { urn: STACK_URN, type: "pulumi:pulumi:Stack" }),
    );
    assert.deepEqual([changes, unchanged], [[], 0]);
  });

  it("names the properties that differ, in detail where the provider tells", () => {
    const detailedDiff: Step["detailedDiff"] = {
      "memory.dedicated": { diffKind: DiffKind.update, inputDiff: false },
    };
    const { changes } = collect(
      step("update", { diffs: ["memory"] }),
      step("update", { diffs: ["memory"], detailedDiff }),
    );
    assert.deepEqual(
      changes.map(({ properties }) => properties),
      [["memory"], ["memory.dedicated"]],
    );
  });

  it("takes the description that the engine repeats off a violation, and the colours", () => {
    const { violations } = collect(
      policy("<{%fg 1%}>HA guests on shared storage<{%reset%}>\nVM 100:\n  move scsi0\n", "mandatory"),
      policy("only one line", "warning", ""),
    );
    assert.deepEqual(violations, [
      { policy: "p", level: "mandatory", resource: "alpine", message: "VM 100:\n  move scsi0" },
      { policy: "p", level: "advisory", resource: "", message: "only one line" },
    ]);
  });

  const diagnostics: readonly (readonly [EngineEvent, errors: string[], warnings: string[]])[] = [
    [diagnostic("error", "<{%fg 1%}>HTTP 500<{%reset%}>\n", VM_URN), ["alpine: HTTP 500"], []],
    [diagnostic("error", "no such region"), ["no such region"], []],
    [diagnostic("error", "no such region", ""), ["no such region"], []],
    [diagnostic("warning", "deprecated", VM_URN), [], ["alpine: deprecated"]],
    [diagnostic("info", "importing", VM_URN), [], []],
    [diagnostic("error", "preview failed", STACK_URN), [], []],
    [diagnostic("error", "update failed", STACK_URN), [], []],
    [diagnostic("error", "destroy failed", STACK_URN), [], []],
    [diagnostic("error", "Preview failed: a policy violation was found"), [], []],
    [diagnostic("error", "the update failed for a reason"), ["the update failed for a reason"], []],
  ];
  for (const [event, errors, warnings] of diagnostics) {
    const { severity, message } = event.diagnosticEvent ?? {};
    it(`${errors.length + warnings.length === 0 ? "drops" : "keeps"} ${severity} "${message?.trim()}"`, () => {
      const report = collect(event);
      assert.deepEqual([report.errors, report.warnings], [errors, warnings]);
    });
  }

  it("says an error once, however often the engine does", () => {
    const twice = diagnostic("error", "HTTP 500", VM_URN);
    assert.deepEqual(collect(twice, twice).errors, ["alpine: HTTP 500"]);
  });

  it("finds the logical name in a URN", () => {
    assert.deepEqual([VM_URN, STACK_URN].map(nameOf), ["alpine", "hybrid-estate-dev"]);
  });
});
