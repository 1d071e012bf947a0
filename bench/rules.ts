import { declareEnvironment } from "../offline/estate";
import { judge } from "../policy/judge";

/** Seconds for reading the facts of an environment file's declared resources and asking every rule of the pack. */
export async function rulesSeconds(file: string): Promise<number> {
  const declared = await declareEnvironment(file, "bench");
  if (!declared.ok) throw new Error(`${file}: ${JSON.stringify(declared.problems)}`);
  const began = process.hrtime.bigint();
  const verdicts = judge(declared.resources);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const refused = verdicts.find(({ level }) => level === "mandatory");
  if (refused) throw new Error(`${file}: ${refused.message}`);
  return seconds;
}
