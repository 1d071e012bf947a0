import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function awsReferences({ aws }: Estate): Reference[] {
  return Object.keys(aws?.recovery ?? {}).map((guest) => ({
    path: ["aws", "recovery", guest],
    name: guest,
    section: "guests",
  }));
}
