import type { Assessment, Place } from "../../assessment";
import { isKnown } from "../../policy/facts/read";
import type { Topology } from "../../policy/facts/topology";
import { escapeMarkup } from "../escape";

/** Widths in units of the drawing: a screen, and a phone held upright. */
const WIDE = 1060;
const NARROW = 360;

const PAD = 16;
const CARD = { width: 156, height: 104, gap: 14 } as const;
const STORE = { width: 156, height: 58, gap: 14 } as const;
const NETWORK_HEIGHT = 30;
const DOT = 10;
const DOTS_A_ROW = 11;

/** Both sites as inline SVG, drawn once for wide and once for narrow screens; style decides which is seen. */
export function diagram(assessment: Assessment, topology: Topology): string {
  return [
    `<div class="wide">${draw(assessment, topology, WIDE)}</div>`,
    `<div class="narrow">${draw(assessment, topology, NARROW)}</div>`,
  ].join("");
}

interface Block {
  readonly svg: string;
  readonly height: number;
}

function draw(assessment: Assessment, topology: Topology, width: number): string {
  const wide = width === WIDE;
  const hasAws = topology.recoveries.length + topology.buckets.length + topology.siteLinks.length > 0;
  const siteWidth = wide && hasAws ? width - 330 : width;
  const site = firstSite(assessment, topology, siteWidth);
  const aws = hasAws ? secondSite(topology, wide ? 230 : width) : undefined;
  const gap = 60;
  const height =
    aws === undefined
      ? site.height
      : wide
        ? Math.max(site.height, aws.height)
        : site.height + gap + aws.height;
  const tunnels = topology.siteLinks.length;
  const linkText = tunnels > 0 ? `VPN, ${2 * tunnels} tunnels` : "internet";
  const link =
    aws === undefined
      ? ""
      : wide
        ? `<path class="link" d="M${siteWidth} 60H${width - 230}"/>${label((siteWidth + width - 230) / 2, 48, linkText, "soft", 12, "middle")}`
        : `<path class="link" d="M${width / 2} ${site.height}V${site.height + gap}"/>${label(width / 2 + 10, site.height + gap / 2 + 4, linkText, "soft", 12)}`;
  const second =
    aws === undefined
      ? ""
      : `<g transform="translate(${wide ? width - 230 : 0} ${wide ? 0 : site.height + gap})">${aws.svg}</g>`;
  const told = `${assessment.nodes.length} nodes with ${assessment.guests.running} running guests, their networks and shared storages${aws === undefined ? "" : `; ${topology.recoveries.length} groups that come back in AWS`}`;
  const id = wide ? "diagram-wide" : "diagram-narrow";
  return (
    `<svg viewBox="-2 -2 ${width + 4} ${height + 4}" role="img" aria-labelledby="${id}">` +
    `<title id="${id}">${escapeMarkup(`${assessment.cluster}: ${told}`)}</title>${site.svg}${link}${second}</svg>`
  );
}

function firstSite(assessment: Assessment, topology: Topology, width: number): Block {
  const inner = width - 2 * PAD;
  const parts: string[] = [label(PAD, 26, clip(assessment.cluster, 40), "", 17, "start", 600)];
  let y = 42;

  const columns = Math.max(1, Math.floor((inner + CARD.gap) / (CARD.width + CARD.gap)));
  const byNode = new Map<string, Place[]>();
  for (const place of assessment.places) {
    byNode.set(place.node, [...(byNode.get(place.node) ?? []), place]);
  }
  for (const [index, node] of assessment.nodes.entries()) {
    const x = PAD + (index % columns) * (CARD.width + CARD.gap);
    const top = y + Math.floor(index / columns) * (CARD.height + CARD.gap);
    parts.push(nodeCard(x, top, node, byNode.get(node.node) ?? []));
  }
  y += Math.ceil(assessment.nodes.length / columns) * (CARD.height + CARD.gap);

  if (topology.site.networks.length > 0) y += 4;
  for (const { name, cidr, purpose } of topology.site.networks) {
    const text = [
      name,
      typeof cidr === "string" ? cidr : "",
      typeof purpose === "string" && purpose !== name ? purpose : "",
    ];
    parts.push(
      `<path class="wire" d="M${PAD} ${y + 22}H${width - PAD}"/>`,
      label(
        PAD + 2,
        y + 15,
        clip(text.filter((part) => part !== "").join("  ·  "), Math.floor(inner / 6.8)),
        "soft",
        12,
      ),
    );
    y += NETWORK_HEIGHT;
  }

  const stores = [...topology.storages.values()].flatMap(({ id, type, shared, location }) =>
    isKnown(id) && shared === true ? [{ id, type, server: serverName(location) }] : [],
  );
  const storeColumns = Math.max(1, Math.floor((inner + STORE.gap) / (STORE.width + STORE.gap)));
  if (stores.length > 0) y += 12;
  for (const [index, store] of stores.entries()) {
    const x = PAD + (index % storeColumns) * (STORE.width + STORE.gap);
    const top = y + Math.floor(index / storeColumns) * (STORE.height + STORE.gap);
    const used = assessment.places.filter((place) => place.storages.includes(store.id)).length;
    parts.push(storeShape(x, top, store, used));
  }
  y += Math.ceil(stores.length / storeColumns) * (STORE.height + STORE.gap) + 4;
  return {
    height: y,
    svg: `<rect class="site" x="0" y="0" width="${width}" height="${y}" rx="14"/>${parts.join("")}`,
  };
}

function nodeCard(x: number, y: number, node: Assessment["nodes"][number], guests: readonly Place[]): string {
  const running = guests.filter((guest) => guest.running);
  const room = CARD.width - 20;
  const share =
    node.capacity === undefined ? undefined : Math.min(1, node.memory / Math.max(1, node.capacity.memory));
  const shown = running.slice(0, 2 * DOTS_A_ROW);
  const dots = shown.map((guest, index) => {
    const left = x + 10 + (index % DOTS_A_ROW) * (DOT + 2.4);
    const top = y + 50 + Math.floor(index / DOTS_A_ROW) * (DOT + 3);
    const kind = `${guest.underHa ? "ha" : "solo"}${guest.critical ? " critical" : ""}`;
    const told = [
      guest.name,
      guest.underHa ? "under HA" : "not under HA",
      ...(guest.critical ? ["critical"] : []),
    ];
    return `<rect class="${kind}" x="${left.toFixed(1)}" y="${top}" width="${DOT}" height="${DOT}" rx="2"><title>${escapeMarkup(told.join(", "))}</title></rect>`;
  });
  const more = running.length - shown.length;
  const memory =
    node.capacity === undefined
      ? label(x + 10, y + CARD.height - 9, "capacity not known", "soft", 11)
      : `<rect class="room" x="${x + 10}" y="${y + CARD.height - 24}" width="${room}" height="7" rx="3.5"/>` +
        `<rect class="used" x="${x + 10}" y="${y + CARD.height - 24}" width="${(room * (share ?? 0)).toFixed(1)}" height="7" rx="3.5"/>` +
        label(
          x + 10,
          y + CARD.height - 6,
          `${gibibytes(node.memory)} of ${gibibytes(node.capacity.memory)} GiB`,
          "soft",
          10.5,
        );
  return (
    `<g><rect class="box" x="${x}" y="${y}" width="${CARD.width}" height="${CARD.height}" rx="10"/>` +
    label(x + 10, y + 21, clip(node.node, 18), "", 14, "start", 600) +
    label(
      x + 10,
      y + 38,
      `${running.length} guest${running.length === 1 ? "" : "s"}${more > 0 ? `, ${more} not shown` : ""}`,
      "soft",
      11.5,
    ) +
    dots.join("") +
    memory +
    "</g>"
  );
}

function storeShape(
  x: number,
  y: number,
  { id, type, server }: { readonly id: string; readonly type: string; readonly server: string },
  used: number,
): string {
  const { width, height } = STORE;
  const told = server === "" ? type : `${type} on ${server}`;
  return (
    `<g><path class="box" d="M${x} ${y + 7}a${width / 2} 7 0 0 1 ${width} 0v${height - 14}a${width / 2} 7 0 0 1 -${width} 0z"/>` +
    `<path class="box" style="fill:none" d="M${x} ${y + 7}a${width / 2} 7 0 0 0 ${width} 0"/>` +
    label(x + 10, y + 30, clip(id, 20), "", 13, "start", 600) +
    label(x + 10, y + 46, clip(`${told}${used > 0 ? `, ${used} g.` : ""}`, 25), "soft", 11) +
    "</g>"
  );
}

function secondSite(topology: Topology, width: number): Block {
  const room = Math.floor((width - 2 * PAD) / 7.2);
  const parts = [label(PAD, 26, "AWS", "", 17, "start", 600)];
  let y = 52;
  const heading = (text: string) => {
    parts.push(label(PAD, y, text, "soft", 11.5));
    y += 18;
  };
  const line = (text: string) => {
    parts.push(label(PAD, y, clip(text, room), "", 13));
    y += 19;
  };
  if (topology.recoveries.length > 0) {
    heading("instances now → in a failover");
    for (const { name, running, largest } of topology.recoveries.slice(0, 12)) {
      const now = isKnown(running) ? running : "?";
      line(`${name}: ${now}${typeof largest === "number" ? ` → ${largest}` : ""}`);
    }
    if (topology.recoveries.length > 12) line(`and ${topology.recoveries.length - 12} more`);
    y += 8;
  }
  if (topology.buckets.length > 0) {
    heading("buckets");
    for (const { source } of topology.buckets.slice(0, 6)) line(source.name);
    if (topology.buckets.length > 6) line(`and ${topology.buckets.length - 6} more`);
  }
  y += 4;
  return {
    height: y,
    svg: `<rect class="cloud" x="0" y="0" width="${width}" height="${y}" rx="14"/>${parts.join("")}`,
  };
}

function label(
  x: number,
  y: number,
  text: string,
  kind: string,
  size: number,
  anchor: "middle" | "start" = "start",
  weight = 400,
): string {
  const attributes = `x="${x}" y="${y}" font-size="${size}"${anchor === "start" ? "" : ` text-anchor="${anchor}"`}${weight === 400 ? "" : ` font-weight="${weight}"`}`;
  return `<text ${kind === "" ? "" : `class="${kind}" `}${attributes}>${escapeMarkup(text)}</text>`;
}

/** At most so many letters, counted as people count them. */
function clip(text: string, letters: number): string {
  const all = [...text.replace(/\s+/g, " ")];
  return all.length <= letters ? all.join("") : `${all.slice(0, Math.max(1, letters - 1)).join("")}…`;
}

function serverName(location: string | undefined): string {
  return /^(?:nfs|cifs|pbs):\/\/([^/]+)\//.exec(location ?? "")?.[1] ?? "";
}

function gibibytes(mebibytes: number): string {
  return String(Math.round(mebibytes / 102.4) / 10);
}
