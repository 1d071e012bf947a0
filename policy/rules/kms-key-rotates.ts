import type { DeclaredResource } from "../facts/declared";
import { flag, text, UNKNOWN } from "../facts/read";
import { KEY_ROTATION } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const kmsKeyRotates: ResourceRule = {
  id: "kms-key-rotates",
  title: "Keys of KMS change every year",
  description:
    "A key that never changes has encrypted everything that there ever was: who gets hold of it once reads it all.",
  severity: "medium",
  level: "mandatory",
  framework: KEY_ROTATION,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  tags: ["aws", "security"],
  remediation: "Set enableKeyRotation: true; the old key material still decrypts what it encrypted.",
  scope: "resource",
  types: ["aws:kms/key:Key"],
  check: (resource) => {
    if (!rotates(resource)) return [];
    const rotation = flag(resource.properties, "enableKeyRotation") ?? false;
    return answer(resource, rotation === UNKNOWN ? UNKNOWN : !rotation, {
      wrong: `Key ${resource.name} does not rotate. Set enableKeyRotation: true.`,
      open: `Whether key ${resource.name} rotates is not known yet.`,
    });
  },
};

/** KMS rotates keys that encrypt and decrypt with one secret of its own; others it can't. */
function rotates({ properties }: DeclaredResource): boolean {
  const spec = text(properties, "customerMasterKeySpec");
  return (
    (spec === undefined || spec === "SYMMETRIC_DEFAULT") && text(properties, "customKeyStoreId") === undefined
  );
}
