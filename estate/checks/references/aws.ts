import type { Estate } from "../../schema";
import { optional, type Reference } from "./reference";

export function awsReferences({ aws }: Estate): Reference[] {
  const traffic = Object.entries(aws?.traffic ?? {}).flatMap(([name, { recovery, guests = [] }]) => {
    const path = ["aws", "traffic", name];
    return [
      ...optional([...path, "recovery"], recovery, "aws.recovery"),
      ...guests.map((guest, index) => ({ path: [...path, "guests", index], name: guest, section: "guests" })),
    ];
  });
  const recovered = Object.entries(aws?.recovery ?? {}).flatMap(
    ([name, { guests, after, reaches, importedImage }]) => {
      const path = ["aws", "recovery", name];
      const of: Reference[] = guests
        ? guests.map((guest, index) => ({ path: [...path, "guests", index], name: guest, section: "guests" }))
        : [{ path, name, section: "guests" }];
      return [
        ...of,
        ...reaches.map(({ guest }, index) => ({
          path: [...path, "reaches", index, "guest"],
          name: guest,
          section: "guests",
        })),
        ...optional(["aws", "recovery", name, "importedImage"], importedImage, "aws.imports"),
        ...after.map((other, index) => ({
          path: [...path, "after", index],
          name: other,
          section: "aws.recovery",
        })),
      ];
    },
  );
  const copied = Object.keys(aws?.copies?.storages ?? {}).map((id) => ({
    path: ["aws", "copies", "storages", id],
    name: id,
    section: "storages",
  }));
  const imaged = (aws?.images?.guests ?? []).map((name, index) => ({
    path: ["aws", "images", "guests", index],
    name,
    section: "aws.recovery",
  }));
  const tested = Object.entries(aws?.testEnvironments ?? {}).flatMap(([name, { recovery }]) =>
    recovery.map((other, index) => ({
      path: ["aws", "testEnvironments", name, "recovery", index],
      name: other,
      section: "aws.recovery",
    })),
  );
  return [...recovered, ...tested, ...traffic, ...copied, ...imaged, ...linkReferences(aws)];
}

function linkReferences(aws: Estate["aws"]): Reference[] {
  return [
    ...(aws?.onPremises ?? []).map((name, index) => ({
      path: ["aws", "onPremises", index],
      name,
      section: "networks",
      or: "vnets",
    })),
    ...Object.entries(aws?.vpn?.gateways ?? {}).map(([gateway, { guest }]) => ({
      path: ["aws", "vpn", "gateways", gateway, "guest"],
      name: guest,
      section: "guests",
    })),
  ];
}
