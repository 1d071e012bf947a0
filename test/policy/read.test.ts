import assert from "node:assert/strict";
import { flag, get, items, keys, list, text, texts, UNKNOWN, whole, wholes } from "../../policy/facts/read";
import { resource, UNKNOWN_LIST, UNKNOWN_TEXT } from "./estate";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("reading properties", () => {
  const { properties } = resource("t", "n", {
    text: "a",
    number: 7,
    digits: "7",
    yes: true,
    no: "false",
    none: null,
    unknown: UNKNOWN_TEXT,
    mixed: ["a", UNKNOWN_TEXT],
    unknownList: UNKNOWN_LIST,
    nested: { inner: UNKNOWN_TEXT },
  });

  const table: readonly (readonly [string, unknown, unknown])[] = [
    ["text", text(properties, "text"), "a"],
    ["text that is a number", text(properties, "number"), UNKNOWN],
    ["text that is not known yet", text(properties, "unknown"), UNKNOWN],
    ["text that is left out", text(properties, "missing"), undefined],
    ["text that is null", text(properties, "none"), undefined],
    ["a number", whole(properties, "number"), 7],
    ["a number in quotes", whole(properties, "digits"), 7],
    ["a number that is text", whole(properties, "text"), UNKNOWN],
    ["a flag", flag(properties, "yes"), true],
    ["a flag in quotes", flag(properties, "no"), false],
    ["a flag that is text", flag(properties, "text"), UNKNOWN],
    ["a list with an element not known yet", list(properties, "mixed"), ["a", UNKNOWN]],
    ["a list that is not known yet", list(properties, "unknownList"), UNKNOWN],
    ["a list that is text", list(properties, "text"), UNKNOWN],
    ["items of a list that is not known yet", items(properties, "unknownList"), [UNKNOWN]],
    ["texts", texts(properties, "mixed"), ["a", UNKNOWN]],
    ["numbers of a list of text", wholes(properties, "mixed"), [UNKNOWN, UNKNOWN]],
    ["a member of a nested object", text(get(properties, "nested"), "inner"), UNKNOWN],
    ["a member of what is not known yet", get(UNKNOWN, "x"), UNKNOWN],
    ["a member of text", get("abc", "length"), UNKNOWN],
    ["an inherited member", get({}, "constructor"), undefined],
    ["keys", keys(properties, "nested"), ["inner"]],
    ["keys of a list", keys(properties, "mixed"), UNKNOWN],
    ["what mocks mark as unknown", get({ x: { __pulumiUnknown: true } }, "x"), UNKNOWN],
    ["what mocks mark as secret", text({ x: { ...SECRET, value: "s" } }, "x"), "s"],
    ["a secret list", list({ x: { ...SECRET, value: ["s"] } }, "x"), ["s"]],
  ];
  for (const [what, read, expected] of table) {
    it(what, () => assert.deepEqual(read, expected));
  }
});
