import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { valueAt } from "../../estate/paths";
import { compareReports, isUnchanged } from "../../report/change";
import { escapeMarkdown, escapeMarkup } from "../../report/escape";
import { htmlPage } from "../../report/html/page";
import { PALETTE, TEXT_ON } from "../../report/html/style";
import { junit } from "../../report/junit";
import { lineFinder } from "../../report/lines";
import { markdown } from "../../report/markdown";
import { sarif } from "../../report/sarif";
import { isRefused } from "../../report/subject";
import { disk } from "../policy/estate";
import { HOSTILE, report } from "./reports";

/** A parser that knows nothing of what wrote the XML: any that this machine has. */
function parseXml(xml: string): void {
  const script = "import sys,xml.dom.minidom as m;m.parseString(sys.stdin.buffer.read())";
  execFileSync("python3", ["-c", script], { input: xml, stdio: ["pipe", "pipe", "pipe"] });
}

describe("reports", () => {
  const broken = report();
  const mended = report("web", { disks: [disk("web")] });

  it("an error of the assessment refuses the estate, as a mandatory violation does", () => {
    assert.equal(isRefused(broken), true);
    assert.equal(isRefused({ ...broken, verdicts: [] }), true);
    assert.equal(isRefused({ ...mended, verdicts: [] }), false);
  });

  describe("JUnit", () => {
    it("has a test for every rule; those that are violated fail", () => {
      const xml = junit(broken);
      parseXml(xml);
      assert.match(
        xml,
        /<testcase classname="assessment lab" name="ha-guest-not-recovered">\s*<failure type="violation" message="web is under HA/,
      );
      assert.match(xml, /name="capacity-short"\/>/);
      const failures = xml.match(/<failure /g)?.length;
      assert.match(xml, new RegExp(`<testsuites [^>]*failures="${failures}"`));
    });

    it("is well-formed whatever names are like", () => parseXml(junit(report(HOSTILE, {}, HOSTILE))));
  });

  describe("SARIF", () => {
    const results = (of: object): readonly unknown[] => {
      const found = valueAt(of, ["runs", 0, "results"]);
      assert.ok(Array.isArray(found));
      return found;
    };

    it("has each finding once, with its rule, at its line", () => {
      const found = sarif(broken, "/repository");
      const ids = results(found).map((result) => valueAt(result, ["ruleId"]));
      assert.ok(ids.includes("assessment/ha-guest-not-recovered"));
      assert.ok(ids.includes("ha-guest-on-shared-storage"));
      for (const result of results(found)) {
        const index = Number(valueAt(result, ["ruleIndex"]));
        assert.equal(
          valueAt(found, ["runs", 0, "tool", "driver", "rules", index, "id"]),
          valueAt(result, ["ruleId"]),
        );
      }
      const own = results(found).find(
        (result) => valueAt(result, ["ruleId"]) === "ha-guest-on-shared-storage",
      );
      assert.equal(valueAt(own, ["level"]), "error");
      assert.deepEqual(valueAt(own, ["locations", 0, "physicalLocation"]), {
        artifactLocation: { uri: "Pulumi.lab.yaml", uriBaseId: "ROOT" },
        region: { startLine: 4 },
      });
    });

    it("a finding is the same one wherever its line has moved to", () => {
      const moved = sarif({ ...broken, text: `# a comment\n${broken.text}` }, "/repository");
      const prints = (of: object) =>
        results(of).map((result) => valueAt(result, ["partialFingerprints", "finding/v1"]));
      assert.deepEqual(prints(moved), prints(sarif(broken, "/repository")));
      assert.equal(new Set(prints(moved)).size, prints(moved).length);
    });

    it("a path with odd letters is still a relative URI", () => {
      const found = sarif({ ...broken, file: "/repository/a b/x%y.yaml" }, "/repository");
      assert.equal(
        valueAt(results(found)[0], ["locations", 0, "physicalLocation", "artifactLocation", "uri"]),
        "a%20b/x%25y.yaml",
      );
    });
  });

  describe("lines of the environment file", () => {
    const lineOf = lineFinder(
      "config:\n  hybrid-estate:estate:\n    cluster: { name: x }\n    guests:\n      web:\n        count: 3\n      db: {}\n",
    );
    for (const [name, line] of [
      ["web", 5],
      ["web-2", 5],
      ["db", 7],
      ["somebody", 1],
      ["", 1],
    ] as const) {
      it(name === "" ? "of nobody" : name, () => assert.equal(lineOf(name), line));
    }

    it("of a file that is no YAML", () => assert.equal(lineFinder("{{{")("web"), 1));
  });

  describe("Markdown", () => {
    it("says the verdict, the findings and the worst failures", () => {
      const text = markdown(broken);
      assert.match(text, /^## ❌ Estate `lab`: refused/);
      assert.match(text, /ha\\?-guest\\?-not\\?-recovered/);
      assert.match(text, /\| Node pve1 \|/);
      assert.match(markdown({ ...mended, verdicts: [] }), /^## ✅/);
    });

    it("tells what changed against the target branch", () => {
      const change = compareReports(mended, broken);
      const text = markdown(broken, { name: "origin/main", change });
      assert.match(text, /### Against `origin\/main`/);
      assert.match(text, /🔴 new mandatory: \*\*ha-guest-on-shared-storage\*\*/);
      assert.match(text, /\| When this fails \| before \| now \|/);
      assert.match(markdown(mended, { name: "main", change: compareReports(broken, mended) }), /🟢 gone/);
    });

    it("says when nothing changes, and when there is nothing to compare with", () => {
      assert.equal(isUnchanged(compareReports(broken, report())), true);
      assert.match(
        markdown(broken, { name: "main", change: compareReports(broken, broken) }),
        /Nothing changes/,
      );
      assert.match(
        markdown(broken, { name: "main", gap: "x: is not there" }),
        /No comparison: x: is not there/,
      );
    });

    it("names cannot write Markdown, HTML, links or mentions", () => {
      const text = markdown(report(HOSTILE, {}, HOSTILE), { name: HOSTILE, gap: HOSTILE });
      // Between backticks everything is text, for GitHub too.
      const read = text.replaceAll("\\`", "").replace(/`[^`\n]*`/g, "");
      assert.doesNotMatch(read, /(?<!\\)<script|(?<!\\)<img|@team/);
      assert.equal(escapeMarkdown("a|b\n[c](http://d) @e"), "a\\|b \\[c\\](http:\u200B//d) @\u200Be");
    });

    it("stays within what GitHub takes, however much there is to say", () => {
      const many = {
        ...broken,
        verdicts: Array.from({ length: 5000 }, () => broken.verdicts[0]).flatMap((one) => one ?? []),
      };
      assert.ok(markdown(many).length < 65_536);
    });
  });

  describe("HTML", () => {
    it("holds nothing that is loaded or run, and lets a browser do neither", () => {
      const page = htmlPage(broken);
      assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'/);
      assert.doesNotMatch(page, /<script|<link|<iframe|\bon[a-z]+=|url\(|@import|src=/i);
      assert.doesNotMatch(page.replaceAll("http://www.w3.org", ""), /https?:\/\/(?!192|203)/);
    });

    it("names are text, and nothing but text", () => {
      const page = htmlPage(report(HOSTILE, {}, HOSTILE));
      assert.doesNotMatch(page, /<script|<img/);
      assert.equal(page.includes("\u0007"), false);
      assert.ok(page.includes("&lt;script&gt;"));
    });

    it("what XML cannot hold is replaced", () => {
      assert.equal(escapeMarkup("a\u0000b\uD800c\td"), "a\uFFFDb\uFFFDc\td");
      assert.equal(escapeMarkup("💾 <&>\"'"), "💾 &lt;&amp;&gt;&quot;&#39;");
    });

    for (const [name, palette] of Object.entries(PALETTE)) {
      it(`every text has a contrast of 4.5 to 1 (WCAG AA), ${name}`, () => {
        for (const [text, ground] of TEXT_ON) {
          const ratio = contrast(palette[text], palette[ground]);
          assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
        }
      });
    }
  });
});

/** WCAG 2.2, contrast ratio of two sRGB colours. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
