/**
 * CrossGuard unpacks all resources anew for every policy of a pack: for a thousand HA VMs 50 ms of a processor each,
 * more than 2 s for this pack. Nothing here changes what it is handed, so each resource's properties are unpacked once
 * and shared, which makes that 0.4 s; every rule keeps its own name, level and configuration.
 *
 * It takes the place of a function that `@pulumi/policy` does not document (1.21, the version that package.json
 * pins). Where that function is not there nothing is replaced: the pack is slower and says the same.
 */
export function deserializeOnce(): void {
  const internals: Record<string, unknown> = require("@pulumi/policy/deserialize");
  const { deserializeProperties } = internals;
  if (typeof deserializeProperties !== "function") return;
  const known = new WeakMap<object, unknown>();
  internals.deserializeProperties = (struct: unknown, keepSecrets: unknown): unknown => {
    // Kept apart, secrets are for remediations, which may change what they are handed.
    if (keepSecrets === true || typeof struct !== "object" || struct === null) {
      return deserializeProperties(struct, keepSecrets);
    }
    const found = known.get(struct) ?? deserializeProperties(struct, keepSecrets);
    known.set(struct, found);
    return found;
  };
}
