/** A file that a host script writes. */
export interface HostFile {
  /** Absolute path; the script knows which ones it may write. */
  readonly path: string;
  readonly text: string;
  /** `0644` where absent. */
  readonly mode?: "0600" | "0640" | "0755";
  /** Group that may read a file of mode 0640; root owns every file. */
  readonly group?: "frr" | "grafana" | "prometheus";
}

/**
 * Files as a host script reads them from its standard input: one line a file, its content in base64, then a line
 * that says how many there were, without which the script writes none.
 */
export function framed(files: readonly HostFile[]): string {
  const lines = files.map(({ path, text, mode = "0644", group = "root" }) =>
    ["file", mode, group, path, Buffer.from(text, "utf8").toString("base64")].join(" "),
  );
  return `${[...lines, `end ${files.length}`].join("\n")}\n`;
}
