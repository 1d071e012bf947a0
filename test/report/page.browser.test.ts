import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { htmlPage } from "../../report/html/page";
import { needs } from "../support/needs";
import { CHROMIUM, chromium, LACKING } from "./browser";
import { HOSTILE, report } from "./reports";

/** What the page cannot do itself, as it lets no script run: a test adds its own, and lets it. */
const PROBE = `<script>
addEventListener("load", () => {
  const wide = document.documentElement;
  const told = {
    title: document.title,
    overflow: wide.scrollWidth - wide.clientWidth,
    rows: document.querySelectorAll(".failures > li").length,
    diagrams: [...document.querySelectorAll("svg")].filter((one) => one.getClientRects().length > 0).length,
    focusable: [...document.querySelectorAll("a[href], summary")].filter((one) => { one.focus(); return document.activeElement === one; }).length,
    interactive: document.querySelectorAll("a[href], summary").length,
    unnamed: [...document.querySelectorAll('[role="img"]')].filter((one) => !(one.getAttribute("aria-label") || one.querySelector("title")?.textContent)).length,
    broken: [...document.querySelectorAll('a[href^="#"]')].filter((one) => !document.querySelector(one.getAttribute("href"))).length,
    scripts: document.querySelectorAll("script").length,
    images: document.querySelectorAll("img").length,
    ground: getComputedStyle(document.body).backgroundColor,
  };
  document.body.textContent = "TOLD" + JSON.stringify(told) + "TOLD";
});
</script>`;

describe("the assessment's page in Chromium", function () {
  needs(LACKING);
  this.timeout(120_000);
  const folder = CHROMIUM === undefined ? "" : mkdtempSync(path.join(tmpdir(), "hybrid-estate-page-"));
  const page = path.join(folder, "page.html");
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function told(name: string, ...options: readonly string[]): Promise<Record<string, unknown>> {
    const html = htmlPage(report(name, {}, name))
      .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
      .replace("</body>", () => `${PROBE}</body>`);
    writeFileSync(page, html);
    const dom = await chromium(page, "--dump-dom", ...options);
    const json = /TOLD(.*?)TOLD/s.exec(dom)?.[1];
    assert.ok(json, "the page did not load");
    const value: unknown = JSON.parse(
      json.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
    );
    assert.ok(typeof value === "object" && value !== null);
    return { ...value };
  }

  for (const [what, width] of [
    ["a screen", 1280],
    ["a phone", 390],
  ] as const) {
    it(`on ${what}: nothing sticks out, one diagram is seen, every control is reached by keyboard`, async () => {
      const found = await told("web", `--window-size=${width},900`);
      assert.equal(found.overflow, 0);
      assert.equal(found.diagrams, 1);
      assert.ok(Number(found.rows) > 5);
      assert.equal(found.focusable, found.interactive);
      assert.deepEqual([found.unnamed, found.broken], [0, 0]);
    });
  }

  it("names that are meant to do harm are only shown", async () => {
    const found = await told(HOSTILE);
    assert.deepEqual([found.scripts, found.images, found.overflow], [1, 0, 0]);
  });

  it("is dark where the reader wants it dark", async () => {
    const light = await told("web");
    const dark = await told("web", "--blink-settings=preferredColorScheme=0");
    assert.deepEqual([light.ground, dark.ground], ["rgb(246, 247, 249)", "rgb(16, 22, 29)"]);
  });

  it("prints, with what is folded on screen", async () => {
    writeFileSync(page, htmlPage(report()));
    const pdf = path.join(folder, "page.pdf");
    await chromium(page, `--print-to-pdf=${pdf}`, "--no-pdf-header-footer");
    assert.equal(readFileSync(pdf).subarray(0, 5).toString(), "%PDF-");
    assert.ok(statSync(pdf).size > 20_000);
  });
});
