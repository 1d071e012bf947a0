import assert from "node:assert/strict";
import path from "node:path";
import { findOnPath, lastLines, run } from "../../../sandbox/engine/processes";
import { Machine } from "./standIns";

describe("running programs", () => {
  const env = process.env;

  it("gives the exit code, the output and the lines of stderr as they come", async () => {
    const lines: string[] = [];
    const script = `console.log("out"); console.error("one\\ntwo"); process.exitCode = 3;`;
    const finished = await run(process.execPath, ["-e", script], {
      env,
      onErrorLine: (line) => lines.push(line),
    });
    assert.deepEqual(finished, { code: 3, stdout: "out\n", stderr: "one\ntwo\n" });
    assert.deepEqual(lines, ["one", "two"]);
  });

  it("rejects a program that is not there, and one that takes too long", async () => {
    await assert.rejects(run("/nowhere/pulumi", [], { env }), /ENOENT/);
    const hang = ["-e", "setInterval(() => undefined, 1000)"];
    await assert.rejects(run(process.execPath, hang, { env, timeout: 50 }), /abort/i);
  });

  it("finds executable files on PATH only, in PATH's order, and not in relative folders", async () => {
    const machine = await Machine.create();
    try {
      await machine.command("tool", "");
      const here = path.relative(process.cwd(), machine.bin);
      assert.equal(
        await findOnPath("tool", { PATH: `/nowhere:${machine.bin}` }),
        path.join(machine.bin, "tool"),
      );
      assert.equal(await findOnPath("tool.js", machine.env), undefined, "not executable");
      assert.equal(await findOnPath("bin", { PATH: machine.folder }), undefined, "a folder");
      assert.equal(await findOnPath("tool", { PATH: here }), undefined);
      assert.equal(await findOnPath("tool", {}), undefined);
    } finally {
      await machine.remove();
    }
  });

  it("keeps the end of long output", () => {
    assert.equal(lastLines("a\nb\nc\n", 2), "b\nc");
  });
});
