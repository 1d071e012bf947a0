import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { commandLine } from "../../components/hosts/host-script";
import { REPOSITORY } from "../support/description";
import { needs } from "../support/needs";

const SCRIPTS = join(REPOSITORY, "components/hosts/scripts");

/** The arguments that a script gets when a shell runs `commandLine(args)`. */
function received(args: readonly string[]): string[] {
  // `set --` keeps bash from reading its own options; a NUL after each argument keeps newlines apart.
  const script = 'printf \'%s\\0\' "$#" "$@"';
  const out = execFileSync("bash", ["-c", commandLine(args)], { input: script, encoding: "utf8" });
  const [count, ...rest] = out.split("\0").slice(0, -1);
  assert.equal(Number(count), args.length);
  return rest;
}

describe("host scripts: the command line", () => {
  it("hands every argument over as it is", () => {
    const marker = join(mkdtempSync(join(tmpdir(), "hybrid-estate-quote-")), "pwned");
    const args = [
      "",
      " ",
      "-n",
      "--",
      "~",
      "~root/x",
      "*",
      "a b",
      "line\nbreak",
      "it's",
      "it's!",
      'say "hi"',
      `$(touch ${marker})`,
      `\`touch ${marker}\``,
      `; touch ${marker} #`,
      `'; touch ${marker}; '`,
      "$HOME",
      "\\",
      "\\'",
      "{a,b}",
      "C:\\x",
      "x=y",
      "é\u00a0ü",
      "💾",
      "!!",
      "\t\r",
    ];
    assert.deepEqual(received(args), args);
    assert.equal(existsSync(marker), false);
    rmSync(join(marker, ".."), { recursive: true });
  });

  it("hands over anything (property)", () => {
    const special = fc.string({
      unit: fc.constantFrom(..."'\"\\$`!~*?[]{}()<>|&;#=%^-+@:, \n\t\rabcXYZé💾"),
    });
    const plain = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
    fc.assert(
      fc.property(fc.array(fc.oneof(special, plain), { maxLength: 30 }), (args) => {
        assert.deepEqual(received(args), args);
      }),
      { numRuns: 150 },
    );
  });
});

describe("host scripts: the last line", () => {
  for (const script of readdirSync(SCRIPTS).filter((name) => name.endsWith(".sh"))) {
    it(`of ${script} is the first that does anything, and none is left for what follows on standard input`, () => {
      const text = readFileSync(join(SCRIPTS, script), "utf8");
      assert.match(text, /\nmain "\$@"(; exit)?\n$/);
    });
  }
});

describe("host scripts: shellcheck", () => {
  const version = spawnSync("shellcheck", ["--version"]);
  needs(version.error ? "shellcheck is not on PATH" : undefined);

  for (const script of readdirSync(SCRIPTS).filter((name) => name.endsWith(".sh"))) {
    it(`has nothing to say of ${script} and of what it shares with others`, () => {
      const { status, stdout } = spawnSync("shellcheck", ["-x", script], { cwd: SCRIPTS, encoding: "utf8" });
      assert.equal(status, 0, stdout);
    });
  }

  it("has nothing to say of the programs that copy backups off-site, and of what they share", () => {
    const folder = join(__dirname, "../../components/hosts/offsite");
    const { status, stdout } = spawnSync("shellcheck", ["-x", "copies.sh", "exports.sh"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });

  it("has nothing to say of the other shell files: CI, a node's metrics, the machines' image, the stand-ins of the tests", () => {
    const root = join(__dirname, "../..");
    const standIns = readdirSync(join(root, "test/support"), { recursive: true, encoding: "utf8" })
      .filter((name) => /-tools\/[^/]+$/.test(name))
      .map((name) => join("test/support", name));
    const files = [
      ".ci/run",
      "components/hosts/monitoring/metrics.sh",
      "components/hosts/vpn/routes.sh",
      "components/hosts/vpn/watch.sh",
      "test/machines/image/build.sh",
      ...readdirSync(join(root, "test/machines/stand-ins"))
        .map((name) => join("test/machines/stand-ins", name))
        // One that keeps JSON is in Perl.
        .filter((file) => /^#!.*sh\b/.test(readFileSync(join(root, file), "utf8"))),
      ...standIns,
    ];
    assert.ok(standIns.length > 0);
    const { status, stdout } = spawnSync("shellcheck", files, { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
});
