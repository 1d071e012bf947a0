import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The text of a script of a folder, in one piece: a line such as `source shared/prelude.sh` stands for the text of that
 * file of the folder, as a script that comes on standard input, or is copied to a host, has no files beside it.
 */
export function joinedText(folder: string, file: string): string {
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return text(file).replaceAll(/^source (shared\/[a-z-]+\.sh)$/gm, (_, shared: string) => text(shared));
}
