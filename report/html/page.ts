import type { Assessment } from "../../assessment";
import { escapeMarkup as e } from "../escape";
import { isRefused, type Report } from "../subject";
import { diagram } from "./diagram";
import { capacity, cost, failures, list, rules, worstCase } from "./sections";
import { STYLE } from "./style";

/** One self-contained page: no script, nothing from the network, and a browser that is told to allow neither. */
export function htmlPage(report: Report): string {
  const { assessment } = report;
  const title = `Estate ${report.stack}: what happens when something fails`;
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${e(title)}</title><style>${STYLE}</style></head><body>`,
    '<a class="skip" href="#failures">Skip to the failures</a>',
    header(report),
    "<main>",
    assessment === undefined ? "" : assessed(report, assessment),
    section("rules", "Rules", rules(report)),
    section("cost", "Cost", cost(report)),
    assessment === undefined ? "" : section("notes", "What this rests on", assumptions(assessment)),
    "</main>",
    `<footer><p>Made from ${e(report.file)} (${report.resources} declared resources), without credentials. Figures say beside them where they come from; docs/assessment.md says how they are derived.</p></footer>`,
    "</body></html>",
    "",
  ].join("\n");
}

function header(report: Report): string {
  const refused = isRefused(report);
  const badge = refused
    ? '<span class="badge bad">refused</span>'
    : '<span class="badge good">fit to go</span>';
  const name = report.assessment?.cluster ?? report.stack;
  const links = [
    ...(report.assessment === undefined
      ? []
      : [
          ["worst", "Worst case"],
          ["sites", "Both sites"],
          ["failures", "Every failure"],
        ]),
    ["rules", "Rules"],
    ["cost", "Cost"],
  ];
  const items = links.map(([id = "", text = ""]) => `<li><a href="#${id}">${text}</a></li>`).join("");
  return (
    `<header><h1>${e(name)} ${badge}</h1><p class="quiet">Stack ${e(report.stack)}: what every single failure does to its guests</p>` +
    `<nav aria-label="On this page"><ul>${items}</ul></nav></header>`
  );
}

function assessed({ topology }: Report, assessment: Assessment): string {
  const { guests } = assessment;
  const tile = (count: number, text: string) => `<div class="card tile"><b>${count}</b>${text}</div>`;
  return [
    `<div class="tiles">${tile(assessment.nodes.length, "nodes")}${tile(guests.running, "guests run")}${tile(guests.underHa, "under HA")}${tile(guests.backedUp, "backed up")}${tile(guests.inAws, "with a place in AWS")}</div>`,
    section("worst", "Worst case", worstCase(assessment)),
    section(
      "sites",
      "Both sites",
      '<figure class="card">' +
        diagram(assessment, topology) +
        '<figcaption class="small quiet">Each small square is a running guest: <i class="key ha"></i> under HA, <i class="key solo"></i> not under HA; an edge marks a critical one.</figcaption></figure>' +
        `<div class="card" style="margin-top:.75rem">${capacity(assessment.nodes)}</div>`,
    ),
    section("failures", "Every single failure, the worst first", failures(assessment)),
  ].join("\n");
}

function section(id: string, title: string, body: string): string {
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${e(title)}</h2>${body}</section>`;
}

function assumptions({ notes }: Assessment): string {
  return `<div class="card">${list([
    ...notes,
    "Guests are where HA puts them when the cluster starts as declared; people may have moved them since.",
    "One thing fails at a time, and everything else works as declared.",
    "Booting is the guests' own affair and not in the figures.",
  ])}</div>`;
}
