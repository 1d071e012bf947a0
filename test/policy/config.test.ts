import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { existingPolicyConfig, policyConfigFile, readPolicyConfig } from "../../policy/config-file";
import { readingOf } from "./configuration";

const problems = (raw: unknown) => {
  const reading = readingOf(raw);
  return reading.ok ? [] : reading.problems.map(({ path: place, message }) => `${place}: ${message}`);
};

describe("the pack's configuration", () => {
  it("takes what CrossGuard takes", () => {
    assert.deepEqual(
      problems({
        all: "advisory",
        environments: ["prod"],
        "quorum-votes": "disabled",
        undecided: "mandatory",
        "guest-has-backup": { enforcementLevel: "mandatory", exemptions: [] },
      }),
      [],
    );
  });

  it("says every mistake with its place, also those that the engine takes in silence", () => {
    const lines = problems({
      "quorum-vote": "advisory",
      "quorum-votes": "warn",
      undecided: { exemptions: [] },
      "guest-has-backup": {
        enforcementLevel: 1,
        hours: 24,
        exemptions: [{ resource: "a", reason: "because", expires: "2026-02-30" }, "b"],
      },
      "container-unprivileged": { exemptions: {} },
    });
    const expected = [
      /^quorum-vote: found "quorum-vote"; allowed: the id of a policy/,
      /^quorum-votes: found "warn"; allowed: advisory, mandatory, remediate, disabled$/,
      /^undecided\.exemptions: found "exemptions"; allowed: enforcementLevel$/,
      /^guest-has-backup\.enforcementLevel: found 1/,
      /^guest-has-backup\.hours: found "hours"; allowed: enforcementLevel, .*exemptions$/,
      /^guest-has-backup\.exemptions\[0\]\.reason: found "because"/,
      /^guest-has-backup\.exemptions\[0\]\.expires: found "2026-02-30"/,
      /^guest-has-backup\.exemptions\[1\]\.resource: found nothing/,
      /^guest-has-backup\.exemptions\[1\]\.reason: found nothing/,
      /^guest-has-backup\.exemptions\[1\]\.expires: found nothing/,
      /^container-unprivileged\.exemptions: found \{\}; allowed: a list/,
    ];
    assert.equal(lines.length, expected.length, lines.join("\n"));
    for (const [index, line] of lines.entries()) assert.match(line, expected[index] ?? /^$/);
    assert.match(String(problems([])), /an object of policies/);
    assert.match(String(problems("advisory")), /an object of policies/);
  });
});

describe("the configuration beside an environment file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "policy-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (text: string) => {
    const environment = path.join(folder, "Pulumi.lab.yaml");
    writeFileSync(path.join(folder, "Pulumi.lab.policy.json"), text);
    return environment;
  };

  it("has its name", () => {
    assert.equal(policyConfigFile("/a/Pulumi.dev.yaml"), "/a/Pulumi.dev.policy.json");
    assert.equal(policyConfigFile("examples/lab.yml"), "examples/lab.policy.json");
  });

  it("is read where it is, and says its file where it is wrong", () => {
    assert.ok(readPolicyConfig(path.join(folder, "Pulumi.none.yaml")).ok);
    assert.equal(existingPolicyConfig(path.join(folder, "Pulumi.none.yaml")), undefined);
    assert.ok(readPolicyConfig(write('{ "all": "advisory" }')).ok);
    assert.ok(readPolicyConfig(write("\n")).ok, "the engine takes an empty file");
    const file = existingPolicyConfig(write("{ all: advisory }")) ?? "";
    const broken = readPolicyConfig(path.join(folder, "Pulumi.lab.yaml"));
    assert.ok(!broken.ok && broken.problems[0]?.path === file, JSON.stringify(broken));
    const misspelt = readPolicyConfig(write('{ "quorum": "advisory" }'));
    assert.ok(!misspelt.ok && misspelt.problems[0]?.path === `${file}: quorum`, JSON.stringify(misspelt));
  });
});
