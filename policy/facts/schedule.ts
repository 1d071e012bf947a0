/**
 * Calendar events as Proxmox reads them (pve-docs calendar-events.adoc, a part of systemd.time(7)): days of the week,
 * a date and a time, each of which may be left out; `mon..fri 6,18:30`, every 15 minutes as one field, `monthly`.
 */

const SHORTHANDS: ReadonlyMap<string, string> = new Map([
  ["minutely", "*:*"],
  ["hourly", "*:00"],
  ["daily", "00:00"],
  ["weekly", "mon 00:00"],
  ["monthly", "*-*-01 00:00"],
  ["quarterly", "*-01,04,07,10-01 00:00"],
  ["semiannually", "*-01,07-01 00:00"],
  ["semi-annually", "*-01,07-01 00:00"],
  ["yearly", "*-01-01 00:00"],
  ["annually", "*-01-01 00:00"],
]);

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTES_A_DAY = 24 * 60;
/** Long enough for every gap of an event that names a month or a leap day, short of what nobody waits for. */
const HORIZON_DAYS = 9 * 366;

/**
 * The longest time in minutes between two runs, or undefined for an event that is not understood or never comes
 * again: what a copy made by that schedule may be old at worst, apart from the time that making it takes.
 */
export function longestGap(event: string): number | undefined {
  const text = event.trim().toLowerCase();
  const parsed = parse(SHORTHANDS.get(text) ?? text);
  if (parsed === undefined) return undefined;
  const { days, date, times } = parsed;
  let last: number | undefined;
  let longest = 0;
  // Without a date two weeks show every gap.
  const horizon = date === undefined ? 15 : HORIZON_DAYS;
  for (let day = 0; day < horizon; day++) {
    const when = new Date(Date.UTC(2027, 0, 3 + day)); // a Sunday
    if (!days.has(when.getUTCDay()) || !(date?.(when) ?? true)) continue;
    for (const time of times) {
      const now = day * MINUTES_A_DAY + time;
      if (last !== undefined) longest = Math.max(longest, now - last);
      last = now;
    }
  }
  return longest === 0 ? undefined : longest;
}

interface Event {
  readonly days: ReadonlySet<number>;
  readonly date: ((when: Date) => boolean) | undefined;
  /** Minutes of a day, ascending. */
  readonly times: readonly number[];
}

function parse(text: string): Event | undefined {
  const parts = text.split(/\s+/);
  const isDays = (part: string | undefined) => part !== undefined && /^[a-z]/.test(part);
  const days = isDays(parts[0]) ? weekdays(parts.shift() ?? "") : new Set(DAYS.keys());
  const dated = parts[0]?.includes("-") === true;
  const date = dated ? dates(parts.shift() ?? "") : undefined;
  const times = parts.length === 0 ? [0] : parts.length === 1 ? timesOf(parts[0] ?? "") : undefined;
  return days === undefined || (dated && date === undefined) || times === undefined || times.length === 0
    ? undefined
    : { days, date, times };
}

function weekdays(text: string): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [from = "", to = from] = part.split("..");
    const [first, last] = [dayOf(from), dayOf(to)];
    if (first === undefined || last === undefined) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === last) break;
    }
  }
  return found;
}

function dayOf(name: string): number | undefined {
  const index = DAYS.findIndex((day) => name.length >= 3 && name.startsWith(day));
  return index < 0 ? undefined : index;
}

function dates(text: string): ((when: Date) => boolean) | undefined {
  const parts = text.split("-");
  if (parts.length < 2 || parts.length > 3) return undefined;
  const [day = "", month = "", year = "*"] = parts.reverse();
  const fits = [field(day, 1, 31), field(month, 1, 12), field(year, 1970, 2999)];
  const [days, months, years] = fits;
  if (days === undefined || months === undefined || years === undefined) return undefined;
  return (when) =>
    days.has(when.getUTCDate()) && months.has(when.getUTCMonth() + 1) && years.has(when.getUTCFullYear());
}

/** One field alone is minutes; seconds do not matter here. */
function timesOf(text: string): number[] | undefined {
  const parts = text.split(":");
  if (parts.length > 3) return undefined;
  const [hour = "", minute = ""] = parts.length === 1 ? ["*", parts[0]] : parts;
  const hours = field(hour, 0, 23);
  const minutes = field(minute, 0, 59);
  if (hours === undefined || minutes === undefined) return undefined;
  return [...hours].flatMap((h) => [...minutes].map((m) => h * 60 + m)).sort((one, other) => one - other);
}

/** `*`, `5`, `1,2`, `8..17`, and each with a step: every 15th, or every 2nd from 8 to 17. */
function field(text: string, lowest: number, highest: number): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:(\*)|(\d{1,4})(?:\.\.(\d{1,4}))?)(?:\/(\d{1,4}))?$/.exec(part);
    if (match === null) return undefined;
    const [, any, first, last, step] = match;
    const from = any ? lowest : Number(first);
    // A step without an end goes on to the highest value.
    const to = any ? highest : last !== undefined ? Number(last) : step === undefined ? from : highest;
    const by = step === undefined ? 1 : Number(step);
    if (from < lowest || to > highest || from > to || by < 1) return undefined;
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return found;
}
