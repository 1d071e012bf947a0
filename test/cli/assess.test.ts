import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { valueAt } from "../../estate/paths";
import { ROOT, runNode } from "../support/sandbox-cli";

const AS_BUILT = path.join(ROOT, "examples/as-built.yaml");

describe("npm run assess", function () {
  this.timeout(120_000);
  let folder = "";
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hybrid-estate-assess-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => runNode(["cli/assess.ts", ...args]);
  const at = (name: string) => path.join(folder, name);
  const text = (name: string) => readFileSync(at(name), "utf8");

  it("the cluster as built: exit code 1, VM 100 lost with its node, in every output", async () => {
    const outputs = ["junit", "sarif", "markdown", "html"].flatMap((kind) => [`--${kind}`, at(kind)]);
    const { code, stdout } = await run("--file", AS_BUILT, ...outputs);
    assert.equal(code, 1);
    assert.match(stdout, /ha-guest-not-recovered/);
    assert.match(
      text("junit"),
      /<failure type="violation" message="alpine is under HA, but does not come back/,
    );
    assert.match(text("markdown"), /❌/);
    assert.match(text("html"), /HA tries blckpink02, but scsi0 on local-lvm is not there/);
    const uri = valueAt(JSON.parse(text("sarif")), [
      "runs",
      0,
      "results",
      0,
      "locations",
      0,
      "physicalLocation",
      "artifactLocation",
      "uri",
    ]);
    assert.equal(uri, "examples/as-built.yaml");
  });

  it("--reboots: what a reboot on purpose moves, and the disks that it copies", async () => {
    const { stdout } = await run("--file", AS_BUILT, "--reboots");
    assert.match(stdout, /Reboot of blckpink03 +│ alpine +│ blckpink02 +│ scsi0 on local-lvm/);
    assert.doesNotMatch(stdout, /when one of these fails:[^.]*Reboot/);
  });

  it("outlives a reader that has seen enough, with its own exit code", () => {
    const script = '"$0" --import tsx cli/assess.ts --file "$1" --json | head -n 1; echo $PIPESTATUS';
    const found = spawnSync("bash", ["-c", script, process.execPath, AS_BUILT], {
      cwd: ROOT,
      encoding: "utf8",
    });
    assert.deepEqual([found.stdout, found.stderr], ["{\n1\n", ""]);
  });

  it("one JSON document: the assessment, worst first, and where every figure comes from", async () => {
    const { code, stdout } = await run("--file", AS_BUILT, "--json", "--pairs");
    assert.equal(code, 1);
    const document: unknown = JSON.parse(stdout);
    assert.equal(valueAt(document, ["ok"]), false);
    assert.equal(valueAt(document, ["assessment", "scenarios", 0, "id"]), "site");
    assert.equal(
      typeof valueAt(document, ["assessment", "scenarios", 0, "guests", 0, "downtime", "source"]),
      "string",
    );
    assert.match(stdout, /"nodes:blckpink01\+blckpink02"/);
  });

  it("tells what changed against the file at a commit, with its own policy configuration", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.invalid", ...args], {
        cwd: folder,
      });
    const file = at("Pulumi.lab.yaml");
    copyFileSync(AS_BUILT, file);
    git("init", "-q");
    git("add", "Pulumi.lab.yaml");
    git("commit", "-qm", "as built");
    const mended = readFileSync(file, "utf8").replace(
      "scsi0: { storage: local-lvm",
      "scsi0: { storage: nfs-local",
    );
    writeFileSync(file, mended);
    const { stdout } = await run("--stack", "lab", "--file", file, "--markdown", "-", "--against", "HEAD");
    assert.match(stdout, /### Against `HEAD`/);
    assert.match(stdout, /🟢 gone: \*\*ha-guest-not-recovered\*\*/);
    assert.match(stdout, /\| Node blckpink03 \| 1 down until repair \| 1 restart \|/);
  });

  for (const [what, args, message] of [
    ["a file that is not there", ["--file", "nowhere.yaml"], /no such file/],
    [
      "a commit that is not there",
      ["--file", AS_BUILT, "--markdown", "-", "--against", "no-such-branch"],
      /neither a file nor/,
    ],
    [
      "an option in a commit's place",
      ["--file", AS_BUILT, "--markdown", "-", "--against=--output=x"],
      /neither a file nor/,
    ],
    ["a comparison that nothing shows", ["--against", "HEAD"], /needs --markdown/],
    ["an option that it does not know", ["--shout"], /Unknown option/],
  ] as const) {
    it(`${what}: exit code 2`, async () => {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});
