import Table from "cli-table3";
import ora from "ora";
import { createColors } from "picocolors";
import type { Progress, StartProgress } from "../sandbox/engine";

/** The part of a terminal stream that decides how to print: process.stdout or process.stderr. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Seconds between two lines about a long step where nobody watches a spinner (CI logs, files). */
const LINE_INTERVAL = 15;

/** Whether the stream is a terminal that shows colour: a pipe or file never is (https://no-color.org). */
export function showsColour(screen: Screen, env: NodeJS.ProcessEnv = process.env): boolean {
  return screen.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
}

/** Functions that colour text for that stream, or return it unchanged. */
export function colours(screen: Screen = process.stdout, env: NodeJS.ProcessEnv = process.env) {
  return createColors(showsColour(screen, env));
}

/** Rows under a head, aligned, without colours of its own; cells may span lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** Whole minutes and seconds, as in `3 min 05 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** Show a long step on stderr: a spinner on a terminal, otherwise a plain line at once and then every 15 s. */
export function startProgress(text: string): Progress {
  // A terminal that does not know its width (`script`, some containers) sends ora into an endless loop.
  const { isTTY, columns } = process.stderr;
  return isTTY && columns > 0 ? spinner(text) : plainLines(text, process.stderr);
}

/** For steps that nobody follows: benchmarks and tests. */
export const quietProgress: StartProgress = () => ({
  update: () => undefined,
  succeed: () => undefined,
  fail: () => undefined,
});

function spinner(text: string): Progress {
  const began = Date.now();
  let current = text;
  const shown = () => `${current} (${duration(Date.now() - began)})`;
  // Ora must not take stdin: Ctrl-C has to reach the children too.
  const spinning = ora({ text: shown(), stream: process.stderr, discardStdin: false }).start();
  const clock = setInterval(() => {
    spinning.text = shown();
  }, 1000).unref();
  const end = () => {
    clearInterval(clock);
    return shown();
  };
  return {
    update: (next) => {
      current = next;
      spinning.text = shown();
    },
    succeed: (last) => {
      current = last;
      spinning.succeed(end());
    },
    fail: (last) => {
      current = last;
      spinning.fail(end());
    },
  };
}

/** Progress as plain lines; exported for its test. */
export function plainLines(text: string, screen: Screen): Progress {
  const began = Date.now();
  let current = text;
  const print = () => screen.write(`${current} (${duration(Date.now() - began)})\n`);
  screen.write(`${text} ...\n`);
  const clock = setInterval(print, LINE_INTERVAL * 1000).unref();
  const end = (last: string) => {
    clearInterval(clock);
    current = last;
    print();
  };
  return {
    update: (next) => {
      current = next;
    },
    succeed: end,
    fail: end,
  };
}

/** Breaks text into lines of at most `width` where words allow. */
export function wrap(text: string, width: number): string {
  return text.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, "g"), "$1\n").trimEnd();
}
