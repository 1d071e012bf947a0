import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { POLICIES } from "../../policy/judge";
import { devDescription } from "../support/description";
import { type CommandResult, ROOT, runNode } from "../support/sandbox-cli";

/** Every call is a process that loads the SDKs. */
const TIMEOUT = 60_000;
const AS_BUILT = "examples/as-built.yaml";
const SECRET = "hunter2-hunter2";

describe("npm run check", function () {
  this.timeout(TIMEOUT);
  let folder = "";
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hybrid-estate-check-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const check = (...args: string[]) =>
    runNode(["cli/check.ts", ...args], { FORCE_COLOR: "1", TERM: "xterm" });

  function fileOf(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** The one JSON document on standard output. */
  function documentOf({ stdout }: CommandResult) {
    const document: unknown = JSON.parse(stdout);
    assert.ok(typeof document === "object" && document !== null);
    assert.deepEqual(Object.keys(document), ["ok", "resources", "policies", "violations", "errors"]);
    return { ok: false, resources: -1, policies: -1, violations: [], errors: [], ...document };
  }

  function assertNothingSecretOrColoured({ stdout, stderr }: CommandResult): void {
    for (const word of ["offline@pve", "OFFLINE CHECK", SECRET, "\u001b["]) {
      assert.ok(!`${stdout}${stderr}`.includes(word), `prints ${word}`);
    }
  }

  it("finds the dev stack clean: exit code 0, in words", async () => {
    const result = await check();
    assert.equal(result.code, 0, result.stderr);
    assert.match(
      result.stdout,
      /clean: \d+ resources, \d+ policies, 0 mandatory violations, \d+ advisor(y|ies)\n$/,
    );
    assert.equal(result.stderr, "");
    assertNothingSecretOrColoured(result);
  });

  it("finds it clean with --stack and --json", async () => {
    const result = await check("--stack", "dev", "--json");
    assert.equal(result.code, 0, result.stderr);
    const { resources, violations, ...document } = documentOf(result);
    assert.deepEqual(document, { ok: true, policies: POLICIES.length, errors: [] });
    assert.ok(violations.every(({ level }) => level === "advisory"));
    assert.ok(resources > 60);
    // What only AWS knows beforehand: documents with its ARNs, and a price without a source.
    assert.deepEqual(
      violations.filter(
        ({ policy, message }) => policy === "undecided" && !/^(iam-no-star|aws-cost-ceiling): /.test(message),
      ),
      [],
    );
    assertNothingSecretOrColoured(result);
  });

  it("refuses the cluster as it was really built: exit code 1, each violation with its parts", async () => {
    const result = await check("--file", AS_BUILT, "--json");
    assert.equal(result.code, 1);
    const { ok, errors, violations } = documentOf(result);
    assert.deepEqual([ok, errors], [false, []]);
    const parts = ["level", "message", "policy", "resource", "severity"];
    assert.ok(violations.every((violation: object) => Object.keys(violation).sort().join() === parts.join()));
    const said = violations.map(({ policy, level, resource }) => [policy, level, resource].join(" "));
    assert.deepEqual(
      said.filter((line) => line.includes("mandatory")),
      ["ha-guest-on-shared-storage mandatory alpine"],
    );
    for (const line of [
      "ha-guest-cloud-init-drive advisory alpine",
      "corosync-links-redundant advisory blckpink-clstr",
      "guest-firewall advisory Ubuntu",
      "tls-verified advisory proxmox",
    ]) {
      assert.ok(said.includes(line), `${line} is not in ${said.join("\n")}`);
    }
  });

  it("says so in words, the remedy with it", async () => {
    const result = await check("--file", AS_BUILT);
    assert.equal(result.code, 1);
    assert.match(result.stdout, /Move it to shared/);
    assert.match(result.stdout, /refused: .* 1 mandatory violation, \d+ advisories\n$/);
    assertNothingSecretOrColoured(result);
  });

  it("advisories alone are no refusal", async () => {
    const config = {
      "hybrid-estate:estate": devDescription([["guests", "alpine", "cloudInitStorage"], "local-lvm"]),
    };
    const result = await check(
      "--file",
      fileOf("Pulumi.advisory.yaml", JSON.stringify({ config })),
      "--json",
    );
    assert.equal(result.code, 0, result.stdout);
    const { ok, violations } = documentOf(result);
    assert.ok(ok);
    assert.ok(
      violations.some(({ policy, level }) => policy === "ha-guest-cloud-init-drive" && level === "advisory"),
    );
  });

  const badFiles: readonly (readonly [what: string, text: string, paths: readonly string[], says: RegExp])[] =
    [
      [
        "every mistake of an environment file",
        JSON.stringify({
          config: {
            "hybrid-estate:estate": devDescription(
              [["guests", "alpine", "memory"], "1 GB"],
              [["guests", "Ubuntu", "id"], 100],
            ),
            "hybrid-estate:secrets": { sshPrivateKey: SECRET },
          },
        }),
        ["guests.Ubuntu.id", "guests.alpine.memory"],
        /1 GB/,
      ],
      [
        "YAML that is none, without what stands beside",
        `config:\n  hybrid-estate:secrets: {sshPrivateKey: "${SECRET}\n  x: [\n`,
        ["<file>", "<file>"],
        /line 4/,
      ],
    ];
  for (const [what, text, paths, says] of badFiles) {
    it(`reports ${what}: exit code 2`, async () => {
      const file = fileOf("Pulumi.bad.yaml", text);
      const result = await check("--file", file, "--json");
      assert.equal(result.code, 2);
      const { errors, ...document } = documentOf(result);
      assert.deepEqual(document, { ok: false, resources: 0, policies: POLICIES.length, violations: [] });
      assert.deepEqual(
        errors.map((error: object) => Object.keys(error)),
        paths.map(() => ["path", "message"]),
      );
      const named = errors.map(({ path: where }) => (where === file ? "<file>" : where));
      assert.deepEqual(named.sort(), paths);
      assert.match(JSON.stringify(errors), says);
      assertNothingSecretOrColoured(result);
    });
  }

  it("reports a missing file on standard error: exit code 2", async () => {
    const result = await check("--stack", "nowhere");
    assert.equal(result.code, 2);
    assert.equal(result.stdout, "");
    assert.match(result.stderr, /Pulumi\.nowhere\.yaml: found no such file/);
    assert.ok(result.stderr.includes(ROOT), "the default file is the checkout's");
    assertNothingSecretOrColoured(result);
  });

  it("explains itself with --help", async () => {
    const { code, stdout, stderr } = await check("--help");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^usage: npm run check/);
  });

  for (const call of [["--nope"], ["extra"]]) {
    it(`answers ${call.join(" ")} with the usage: exit code 2, no stack trace`, async () => {
      const { code, stdout, stderr } = await check(...call);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^.*'?(--nope|extra).*\n\nusage: npm run check/);
      assert.doesNotMatch(stderr, /^ {4}at /m);
    });
  }
});
