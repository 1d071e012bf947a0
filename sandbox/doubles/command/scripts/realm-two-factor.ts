import { BUILT_IN_REALMS } from "../../../../estate/privileges";
import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, type ScriptCall, single } from "./call";

const REALM = "host:realm-two-factor";

/** `realm-two-factor`: a realm that asks for TOTP keys. Root of the sandbox's nodes has one. */
export function realmTwoFactor({ world, action, options }: ScriptCall): CommandResult {
  const realm = single("realm-two-factor", options, "--realm");
  if (action !== "apply" && action !== "remove") {
    throw failed("realm-two-factor", `want apply or remove, got ${action}`);
  }
  if (world.find(TYPES.openid, realm)) {
    throw failed("realm-two-factor", "it is an OpenID Connect realm, whose provider asks");
  }
  if (!BUILT_IN_REALMS.some((own) => own === realm) && !world.find(TYPES.ldap, realm)) {
    throw failed("realm-two-factor", `domain '${realm}' does not exist`);
  }
  const there = world.find(REALM, realm);
  if (action === "remove") {
    return {
      stdout: "",
      stderr: there ? `realm-two-factor: realm ${realm} asks for no second factor any more\n` : "",
      changes: there ? [{ remove: { type: REALM, key: realm } }] : [],
    };
  }
  const lockedOut = world
    .list(TYPES.user)
    .filter(({ id, inputs }) => id.endsWith(`@${realm}`) && inputs.enabled !== false)
    .filter(({ inputs }) => (realm !== "pve" || inputs.password !== undefined) && !inputs.keys)
    .map(({ id }) => id);
  if (lockedOut.length > 0) {
    throw failed(
      "realm-two-factor",
      `would lock out ${lockedOut.join(", ")}: no TOTP key. Add one, or disable the account; nothing was changed`,
    );
  }
  if (there) return { stdout: "", stderr: "", changes: [] };
  return made(
    world,
    REALM,
    realm,
    { type: "oath" },
    `realm-two-factor: realm ${realm} asks for a second factor\n`,
  );
}
