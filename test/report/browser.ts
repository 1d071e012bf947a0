import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Debian's Chromium, if the machine has it. */
export const CHROMIUM = NAMES.flatMap((name) =>
  (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name)),
).find((file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

export const LACKING =
  CHROMIUM === undefined ? "chromium is not installed (apt-get install chromium)" : undefined;

/** Runs Chromium without a window on a page, and gives what it prints; nothing is let onto the network. */
export async function chromium(page: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    CHROMIUM ?? "chromium",
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--host-resolver-rules=MAP * ~NOTFOUND",
      `--user-data-dir=${path.dirname(page)}/profile`,
      ...options,
      `file://${page}`,
    ],
    { maxBuffer: 64 << 20, timeout: 90_000 },
  );
  return stdout;
}
