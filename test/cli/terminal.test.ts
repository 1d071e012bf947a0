import assert from "node:assert/strict";
import { colours, duration, plainLines, showsColour, table } from "../../cli/terminal";

describe("terminal", () => {
  const write = () => undefined;
  const screens: readonly (readonly [string, boolean | undefined, NodeJS.ProcessEnv, boolean])[] = [
    ["a terminal", true, { TERM: "xterm" }, true],
    ["a pipe", undefined, { TERM: "xterm" }, false],
    ["a pipe with FORCE_COLOR", undefined, { FORCE_COLOR: "1" }, false],
    ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
  ];
  for (const [name, isTTY, env, coloured] of screens) {
    it(`prints ${coloured ? "with" : "without"} colour to ${name}`, () => {
      assert.equal(showsColour({ isTTY, write }, env), coloured);
      assert.equal(colours({ isTTY, write }, env).red("text") !== "text", coloured);
    });
  }

  it("aligns tables without escape sequences", () => {
    const lines = table(
      ["id", "type"],
      [
        ["local-lvm", "lvmthin"],
        ["nfs", "nfs"],
      ],
    ).split("\n");
    assert.deepEqual(lines, [
      "┌───────────┬─────────┐",
      "│ id        │ type    │",
      "├───────────┼─────────┤",
      "│ local-lvm │ lvmthin │",
      "│ nfs       │ nfs     │",
      "└───────────┴─────────┘",
    ]);
  });

  it("says durations in minutes and seconds", () => {
    assert.deepEqual([0, 999, 59_999, 60_000, 185_000].map(duration), [
      "0 s",
      "0 s",
      "59 s",
      "1 min 00 s",
      "3 min 05 s",
    ]);
  });

  it("tells the beginning and the end of a step in plain lines, not every update", () => {
    const printed: string[] = [];
    const progress = plainLines("Building", { write: (text) => printed.push(text) });
    for (let percent = 0; percent < 100; percent++) progress.update(`${percent} %`);
    progress.succeed("Built");
    assert.deepEqual(printed, ["Building ...\n", "Built (0 s)\n"]);
  });
});
