/** Exit code of every command for a bad environment file or call. */
export const BAD_INPUT = 2;

/** A call that is not understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The arguments of a command. Ends the process with the usage where `read` returns nothing, as help was asked for,
 * and with what is wrong and the usage where it throws a UsageError or one of node's parseArgs.
 */
export function commandLine<T extends object>(usage: string, read: () => T | undefined): T {
  outliveReader();
  try {
    const found = read();
    if (found !== undefined) return found;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exit(BAD_INPUT);
  }
}

/** A reader that has seen enough, such as head, ends neither the command nor changes its exit code. */
function outliveReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS_");
}
