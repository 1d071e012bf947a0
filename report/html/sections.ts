import {
  type Assessment,
  brief,
  EFFECTS,
  type Effect,
  type Figure,
  type GuestEffect,
  type Scenario,
} from "../../assessment";
import { POLICIES } from "../../policy/judge";
import { escapeMarkup as e } from "../escape";
import { consequence } from "../markdown";
import type { Report } from "../subject";
import { assessmentFindings } from "../subject";
import { byResourceTotals } from "./totals";

/** The meaning of colours: what a failure does to guests. */
export const EFFECT_NAMES: Readonly<Record<Effect, string>> = {
  stays: "stays",
  moves: "moves live",
  restarts: "restarts",
  pauses: "pauses",
  "cut-off": "cut off",
  stalls: "stalls",
  aws: "comes back in AWS",
  down: "down until repair",
};

const BADGES: Readonly<Record<Effect, string>> = {
  stays: "good",
  moves: "good",
  restarts: "good",
  pauses: "warn",
  "cut-off": "warn",
  stalls: "bad",
  aws: "aws",
  down: "bad",
};

/** Rows of guests that a page shows for one failure; all are in the JSON. */
const MOST_GUESTS = 200;

export function worstCase({ scenarios }: Assessment): string {
  const [worst] = scenarios;
  if (worst === undefined || worst.guests.length === 0) {
    return '<div class="card worst calm"><p>Nothing that may fail stops a guest.</p></div>';
  }
  const everyday = scenarios.find(({ kind, guests }) => kind === "node" && guests.length > 0);
  return [
    '<div class="card worst">',
    `<h3>${e(worst.title)}</h3><p>${e(worst.what)}</p>`,
    figures(worst),
    bar(worst),
    list(worst.notes),
    "</div>",
    everyday === undefined
      ? ""
      : `<p class="quiet">The worst single node is ${e(everyday.title.replace(/^Node /, ""))}: ${e(consequence(everyday))}.</p>`,
  ].join("");
}

export function failures({ scenarios }: Assessment): string {
  const legend = EFFECTS.map(
    (effect) => `<li><i class="e-${effect}"></i>${e(EFFECT_NAMES[effect])}</li>`,
  ).join("");
  return `<ul class="legend" aria-label="Colours">${legend}</ul><ul class="failures">${scenarios.map(failure).join("")}</ul>`;
}

function failure(scenario: Scenario): string {
  const head =
    `<span class="name">${e(scenario.title)}</span>` +
    `<span class="guests">${bar(scenario)}<span class="small quiet">${e(consequence(scenario))}</span></span>` +
    shortFigure("downtime", scenario.downtime) +
    shortFigure("data lost", scenario.dataLoss);
  return (
    `<li><details><summary>${head}</summary><div class="body"><p>${e(scenario.what)}</p>${list(scenario.notes)}` +
    `${guestTable(scenario)}${capacity(scenario.capacity ?? [])}</div></details></li>`
  );
}

function shortFigure(name: string, figure: Figure | undefined): string {
  const text = figure === undefined ? "none" : brief(figure);
  return `<span class="figure"><span>${name}</span>${e(text)}</span>`;
}

function figures({ downtime, dataLoss }: Scenario): string {
  const one = (name: string, figure: Figure | undefined) =>
    figure === undefined
      ? ""
      : `<div><dt>${name}</dt><dd>${e(figure.text)}<span class="source">${e(figure.source)}</span></dd></div>`;
  return `<dl class="facts">${one("Longest downtime", downtime)}${one("Most data lost", dataLoss)}</dl>`;
}

/** Shares of all guests; the words beside it say the same. */
function bar({ counts }: Scenario): string {
  const total = EFFECTS.reduce((sum, effect) => sum + counts[effect], 0);
  if (total === 0) return "";
  const parts = EFFECTS.filter((effect) => counts[effect] > 0).map(
    (effect) => `<i class="e-${effect}" style="width:${((100 * counts[effect]) / total).toFixed(2)}%"></i>`,
  );
  const told = EFFECTS.filter((effect) => counts[effect] > 0).map(
    (effect) => `${counts[effect]} ${EFFECT_NAMES[effect]}`,
  );
  return `<span class="bar" role="img" aria-label="${e(told.join(", "))}">${parts.join("")}</span>`;
}

function guestTable({ guests }: Scenario): string {
  if (guests.length === 0) return '<p class="quiet">No guest stops.</p>';
  const rows = guests.slice(0, MOST_GUESTS).map(guestRow);
  const more = guests.length - rows.length;
  const head = ["guest", "effect", "why", "downtime", "data lost"].map(
    (name) => `<th scope="col">${name}</th>`,
  );
  return (
    `<div class="scroll"><table class="stack"><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>` +
    (more > 0 ? `<p class="quiet">And ${more} more guests, which <code>--json</code> has.</p>` : "")
  );
}

function guestRow(guest: GuestEffect): string {
  const { name, id, critical, effect, from, to, because, downtime, dataLoss, misses } = guest;
  const where = to === undefined || to === from ? from : `${from} → ${to}`;
  const missed = misses.map((one) => ` <span class="badge bad">misses ${one.toUpperCase()}</span>`).join("");
  return (
    `<tr><td><b>${e(name)}</b>${critical ? ' <span class="badge warn">critical</span>' : ""}<span class="source">${e(id)}, ${e(where)}</span></td>` +
    `<td><span class="badge ${BADGES[effect]}">${e(EFFECT_NAMES[effect])}</span></td>` +
    `<td>${e(because)}${missed}</td>${figureCell("downtime", downtime)}${figureCell("data lost", dataLoss)}</tr>`
  );
}

function figureCell(name: string, { text, source }: Figure): string {
  return `<td data-label="${name}">${e(text)}<span class="source">${e(source)}</span></td>`;
}

/** What each node carries, and what it has for it. */
export function capacity(nodes: NonNullable<Scenario["capacity"]>): string {
  if (nodes.length === 0) return "";
  const rows = nodes.map(({ node, guests, cpus, memory, capacity: has, missingMemory }) => {
    const share = has === undefined ? 0 : Math.min(100, (100 * memory) / Math.max(1, has.memory));
    const meter =
      has === undefined
        ? '<span class="quiet">not known</span>'
        : `<span class="meter" role="img" aria-label="${share.toFixed(0)} % of its memory"><i${missingMemory > 0 ? ' class="over"' : ""} style="width:${share.toFixed(1)}%"></i></span>`;
    const missing = missingMemory > 0 ? ` <span class="badge bad">short of ${gib(missingMemory)}</span>` : "";
    return (
      `<tr><td><b>${e(node)}</b>${missing}</td><td class="number" data-label="guests">${guests}</td>` +
      `<td class="number" data-label="CPUs promised / there">${round(cpus)} / ${has?.cpus ?? "?"}</td>` +
      `<td class="number" data-label="memory promised / there">${gib(memory)} / ${has === undefined ? "?" : gib(has.memory)}</td><td>${meter}</td></tr>`
    );
  });
  const head = ["node", "guests", "CPUs promised / there", "memory promised / there", "memory"];
  return (
    '<h3>What runs where</h3><div class="scroll"><table class="stack"><thead><tr>' +
    head
      .map((name, index) => `<th scope="col"${index > 0 && index < 4 ? ' class="number"' : ""}>${name}</th>`)
      .join("") +
    `</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

export function rules(report: Report): string {
  const { verdicts } = report;
  const broken = new Set(verdicts.map(({ policy }) => policy));
  const kept = POLICIES.filter(({ id }) => !broken.has(id));
  const rows = [
    ...verdicts
      .toSorted((one, other) => Number(other.level === "mandatory") - Number(one.level === "mandatory"))
      .map(({ policy, level, resource, message }) =>
        finding(level, level === "mandatory" ? "bad" : "warn", policy, resource, message),
      ),
    ...assessmentFindings(report).map(({ rule, level, guest = "", message }) =>
      finding(level, level === "error" ? "bad" : "warn", `assessment/${rule}`, guest, message),
    ),
  ];
  const table =
    rows.length === 0
      ? '<p><span class="badge good">clean</span> No rule has anything to say.</p>'
      : `<div class="scroll"><table class="stack"><thead><tr><th scope="col">level</th><th scope="col">rule</th><th scope="col">what, and what to do</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const items = kept.map(({ id, title }) => `<li><b>${e(id)}</b> ${e(title)}</li>`).join("");
  return `<div class="card">${table}<details><summary style="display:block"><span class="name">${kept.length} rules are kept</span></summary><ul class="small">${items}</ul></details></div>`;
}

function finding(level: string, kind: string, rule: string, resource: string, message: string): string {
  return (
    `<tr><td><span class="badge ${kind}">${e(level)}</span></td><td><b>${e(rule)}</b><span class="source">${e(resource)}</span></td>` +
    `<td>${e(message)}</td></tr>`
  );
}

export function cost({ cost: estimate, costGap }: Report): string {
  if (estimate === undefined)
    return `<div class="card"><p class="quiet">No cost: ${e(costGap ?? "it was not asked for")}.</p></div>`;
  const rows = byResourceTotals(estimate.lines).map(
    ({ what, usd, lines }) =>
      `<tr><td>${e(what)}<span class="source">${lines} line${lines === 1 ? "" : "s"}</span></td><td class="number" data-label="USD a month">${usd}</td></tr>`,
  );
  const unknown = estimate.unknown.map(({ resource, what, why }) => `${resource}: ${what} (${why})`);
  return (
    `<div class="card"><p><b style="font-size:1.65rem">USD ${estimate.total.toFixed(2, ",")}</b> a month in AWS, by the price book ${e(estimate.book.name)} of ${e(String(estimate.book.date))}</p>` +
    `<div class="scroll"><table class="stack"><thead><tr><th scope="col">for</th><th scope="col" class="number">USD a month</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>` +
    (unknown.length > 0 ? `<h3>Not in the total</h3>${list(unknown.slice(0, 20))}` : "") +
    "</div>"
  );
}

export function list(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${e(line)}</li>`).join("")}</ul>`;
}

function gib(mebibytes: number): string {
  return `${Math.round(mebibytes / 102.4) / 10} GiB`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
