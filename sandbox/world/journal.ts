import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** Readable for the owner only: a cloud knows its tenants' secrets, and so does its double. */
const PRIVATE = 0o600;

/**
 * An append-only file of JSON lines. A line is handed to the kernel before `append` returns, so that whoever is
 * told of an operation can rely on it, even when this process is killed right after.
 */
export class Journal {
  private readonly file: number;

  /** Opens `path` for appending after replacing what it holds by `entries`. */
  constructor(path: string, entries: readonly unknown[]) {
    mkdirSync(dirname(path), { recursive: true });
    const compacted = `${path}.${process.pid}.new`;
    writeFileSync(compacted, entries.map(line).join(""), { mode: PRIVATE });
    renameSync(compacted, path);
    this.file = openSync(path, "a", PRIVATE);
  }

  append(entry: unknown): void {
    appendFileSync(this.file, line(entry));
  }

  close(): void {
    closeSync(this.file);
  }
}

/**
 * The entries of a journal, none where there is no file. A last line without its end was being written when its
 * process was killed: nobody was told of it, so it did not happen.
 *
 * @throws Error when any other line is not JSON
 */
export function readJournal(path: string): unknown[] {
  const text = readIfThere(path);
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((entry) => entry !== "")
    .map((entry, index) => {
      try {
        return JSON.parse(entry) as unknown;
      } catch {
        throw new Error(`${path}:${index + 1} is not JSON; run "npm run sandbox -- reset" to start over`);
      }
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function line(entry: unknown): string {
  return `${JSON.stringify(entry)}\n`;
}
