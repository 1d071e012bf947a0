import { failed } from "./call";

/** The paths of the files that a script reads from its standard input; what is in them may be secret. */
export function filePaths(script: string, input: string): string[] {
  const lines = input.split("\n").filter((line) => line !== "");
  const files = lines.slice(0, -1).map((line) => line.split(" "));
  if (lines.at(-1) !== `end ${files.length}` || files.length === 0) {
    throw failed(script, "the files on standard input are not complete; nothing was changed");
  }
  const damaged = files.some((words) => words[0] !== "file" || words.length !== 5);
  if (damaged) throw failed(script, "the files on standard input are damaged; nothing was changed");
  return files.map((words) => words[3] ?? "");
}
