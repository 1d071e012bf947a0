import assert from "node:assert/strict";
import { EXEMPTIONS, settle } from "../../policy/exemptions";
import { judge } from "../../policy/judge";
import type { Finding, Outcome } from "../../policy/rules/rule";
import { notApplicable, violated } from "../../policy/rules/rule";
import { readPackConfig } from "./configuration";
import { cluster, ha, onLocal, resource } from "./estate";

const TODAY = "2026-06-15";
const REASON = "being moved to the new store";

const found = (name: string): Finding => violated(resource("t", name, {}), `${name} is wrong.`);
const settled = (outcome: Outcome, ...exemptions: readonly object[]) => {
  const { outcome: left, accepted, stale } = settle("rule", outcome, { [EXEMPTIONS]: exemptions }, TODAY);
  const texts = (findings: readonly Finding[]) => findings.map(({ message }) => message);
  return { left: Array.isArray(left) ? texts(left) : left, accepted: texts(accepted), stale: texts(stale) };
};
const exempt = (name: string, expires = "2026-07-15") => ({ resource: name, reason: REASON, expires });

describe("exemptions of a rule", () => {
  it("hold a finding back and report it with the reason and the days left", () => {
    assert.deepEqual(settled([found("a"), found("b")], exempt("a")), {
      left: ["b is wrong."],
      accepted: [`rule: a is wrong. Accepted until 2026-07-15 (30 days left): ${REASON}`],
      stale: [],
    });
  });

  it("hold on their last day, and are reported with it the day after", () => {
    assert.match(String(settled([found("a")], exempt("a", TODAY)).accepted), /\(0 days left\)/);
    assert.match(String(settled([found("a")], exempt("a", "2026-06-16")).accepted), /\(1 day left\)/);
    assert.deepEqual(settled([found("a")], exempt("a", "2026-06-14")), {
      left: ["a is wrong."],
      accepted: [],
      stale: ["rule: the exemption of a ended on 2026-06-14, 1 day ago: the rule counts again."],
    });
    assert.deepEqual(settled([], exempt("a", "2026-06-13")).stale, [
      "rule: the exemption of a ended on 2026-06-13, 2 days ago, and nothing needs it. Take it away.",
    ]);
  });

  it("that match nothing are reported, also of a rule that has nothing to look at", () => {
    const stale = ["rule: the exemption of b matches nothing that the rule finds. Take it away."];
    assert.deepEqual(settled([found("a")], exempt("b")), { left: ["a is wrong."], accepted: [], stale });
    const nothing = notApplicable("no guests");
    assert.deepEqual(settled(nothing, exempt("b")), { left: nothing, accepted: [], stale });
  });

  it("match alike names by *, and nothing else that a pattern could mean", () => {
    const names = ["web-1", "web-12", "web", "my-web-1"];
    assert.deepEqual(settled(names.map(found), exempt("web-*")).left, [
      "web is wrong.",
      "my-web-1 is wrong.",
    ]);
    assert.deepEqual(settled([found("abc")], exempt("a.c")).left, ["abc is wrong."]);
    assert.deepEqual(settled([violated(undefined, "All.")], exempt("(estate)")).left, []);
    assert.deepEqual(settled([found("a"), violated(undefined, "All.")], exempt("a")).left, ["All."]);
  });

  it("of which one has ended do not hide that another holds", () => {
    const { left, accepted, stale } = settled([found("a")], exempt("a", "2026-01-01"), exempt("a"));
    assert.deepEqual([left, accepted.length, stale.length], [[], 1, 1]);
  });

  for (const malformed of [
    {},
    { resource: "*", reason: REASON, expires: "2026-07-15" },
    { resource: "a", reason: "because", expires: "2026-07-15" },
    { resource: "a", reason: REASON, expires: "2026-02-31" },
    { resource: "a", reason: REASON, expires: "never" },
    { resource: "a", reason: REASON },
    { resource: "a", reason: REASON, expires: "2026-07-15", rule: "other" },
  ]) {
    it(`exempt nothing and are reported when malformed: ${JSON.stringify(malformed)}`, () => {
      const { left, accepted, stale } = settled([found("a")], malformed);
      assert.deepEqual([left, accepted], [["a is wrong."], []]);
      assert.match(String(stale), /1 of its exemptions lack/);
    });
  }
});

describe("a configuration of the pack", () => {
  const today = new Date("2026-06-15T23:59:00Z");
  const estate = [cluster(), onLocal(), ha("vm:100")];
  const RULE = "ha-guest-on-shared-storage";
  const says = (config: object) =>
    judge(estate, { config: readPackConfig(config), today })
      .filter(({ rule }) => rule === RULE)
      .map(({ policy, level }) => `${policy} ${level}`);

  it("sets levels, one by one before all at once", () => {
    assert.deepEqual(says({}), [`${RULE} mandatory`]);
    assert.deepEqual(says({ [RULE]: "advisory" }), [`${RULE} advisory`]);
    assert.deepEqual(says({ [RULE]: { enforcementLevel: "disabled" } }), []);
    assert.deepEqual(says({ all: "disabled" }), []);
    assert.deepEqual(says({ all: "disabled", [RULE]: "remediate" }), [`${RULE} mandatory`]);
  });

  it("exempts, which is reported until somebody turns that off too", () => {
    const exemptions = [exempt("alpine")];
    assert.deepEqual(says({ [RULE]: { exemptions } }), ["exempted advisory"]);
    assert.deepEqual(says({ [RULE]: { exemptions }, exempted: "disabled" }), []);
    assert.deepEqual(says({ [RULE]: { exemptions: [exempt("alpine", "2026-06-01")] } }), [
      `${RULE} mandatory`,
      "stale-exemption advisory",
    ]);
  });
});
