import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { Problem } from "./problems";

/** The key of an environment file (`Pulumi.<env>.yaml`) that holds the estate's description. */
export const ESTATE_KEY = "hybrid-estate:estate";

/** What an environment file says, before validation. */
export type FileReading =
  | { readonly ok: true; readonly config: Readonly<Record<string, unknown>>; readonly description: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads an environment file; YAML mistakes are all reported, with their lines. */
export function readEnvironmentFile(file: string): FileReading {
  if (!existsSync(file))
    return refused(file, "found no such file; allowed: an environment file, Pulumi.<env>.yaml");
  const document = parseDocument(readFileSync(file, "utf8"), { prettyErrors: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => ({ path: file, message: firstLine(error.message) })),
    };
  }
  const content: unknown = document.toJS();
  const config = isRecord(content) ? content.config : undefined;
  if (!isRecord(config) || !(ESTATE_KEY in config)) {
    return refused(
      file,
      `found no config with the key ${ESTATE_KEY}; allowed: the description of an estate there`,
    );
  }
  return { ok: true, config, description: config[ESTATE_KEY] };
}

function refused(path: string, message: string): FileReading {
  return { ok: false, problems: [{ path, message }] };
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
