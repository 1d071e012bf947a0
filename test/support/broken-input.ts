import { type ScriptName, scriptText } from "../../components/hosts/host-script";

/** Words that no name, id, path or option of a host script may be: options, and what a shell would act on. */
export const HOSTILE_WORDS: readonly string[] = [
  "",
  " ",
  "-f",
  "--",
  "a b",
  "$(touch /srv/pwned)",
  "`x`",
  "a;b",
  "a'b",
  'a"b',
  "a\nb",
  "é",
  "*",
];

/** A script as it arrives when the connection is lost on the way, sooner or later. */
export function cutShort(script: ScriptName): string[] {
  const text = scriptText(script).trimEnd();
  return [0.3, 0.6, 0.9, 0.99].map((share) => text.slice(0, Math.floor(text.length * share)));
}
