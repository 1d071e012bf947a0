import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function awsReferences({ aws }: Estate): Reference[] {
  return Object.entries(aws?.recovery ?? {}).flatMap(([name, { guests, after }]) => {
    const path = ["aws", "recovery", name];
    const of: Reference[] = guests
      ? guests.map((guest, index) => ({ path: [...path, "guests", index], name: guest, section: "guests" }))
      : [{ path, name, section: "guests" }];
    return [
      ...of,
      ...after.map((other, index) => ({
        path: [...path, "after", index],
        name: other,
        section: "aws.recovery",
      })),
    ];
  });
}
