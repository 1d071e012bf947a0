import type * as pulumi from "@pulumi/pulumi";
import type { Realm as RealmDescription } from "../../../estate";
import { aclPath } from "../../../estate/checks/acl-path";
import { RealmTwoFactor } from "../../hosts/realm-two-factor";
import { mapValues } from "../../records";
import { AccessControl, type AccessUser } from "../access-control";
import { Realm, type RealmArgs } from "../realm";
import { nodeConnection, type Site } from "./context";

/** Roles, users and realms of the site. Returns the tokens' values, which are secret, by `user@realm!token`. */
export function createAccess(site: Site): Readonly<Record<string, pulumi.Output<string>>> {
  const { estate, secrets, parent } = site;
  const { access } = estate;
  const realms = mapValues(
    access.realms,
    (realm, name) => new Realm(name, realmArgs(name, realm, secrets.realmPasswords[name]), { parent }),
  );
  const used = [access.roles, access.groups, access.users, access.acl].some(
    (part) => Object.keys(part).length > 0,
  );
  const [firstNode = ""] = Object.keys(estate.nodes);
  const control = used ? createControl(site, Object.values(realms)) : undefined;
  for (const realm of access.twoFactor) {
    new RealmTwoFactor(
      realm,
      { realm, connection: nodeConnection(site, firstNode) },
      // Last: whether somebody would be locked out shows when all accounts are there.
      { parent, dependsOn: [...Object.values(realms), ...(control ? [control] : [])] },
    );
  }
  return control?.tokenValues ?? {};
}

function createControl({ estate, secrets, parent }: Site, realms: readonly Realm[]): AccessControl {
  const { access } = estate;
  return new AccessControl(
    estate.cluster.name,
    {
      roles: access.roles,
      groups: access.groups,
      users: mapValues(
        access.users,
        ({ password, totp, ...user }, name): AccessUser => ({
          ...user,
          password: password ? secrets.userPasswords[name] : undefined,
          totpKey: totp ? secrets.userTotpKeys[name] : undefined,
        }),
      ),
      acl: access.acl.map((entry) => ({ ...entry, path: aclPath(estate, entry.path) })),
    },
    // Users and groups of a realm are there once it is, and once they were copied.
    { parent, dependsOn: realms.map(({ sync, resource }) => sync ?? resource) },
  );
}

function realmArgs(name: string, realm: RealmDescription, password?: pulumi.Output<string>): RealmArgs {
  const common = { realm: name, comment: realm.comment, default: realm.default };
  if (realm.type === "openid") {
    const { comment, default: first, clientKey, ...settings } = realm;
    return { ...settings, ...common, clientKey: clientKey ? password : undefined };
  }
  // Proxmox's own `ad` realms are out of the provider's reach; to LDAP, Active Directory is a directory with these names.
  return {
    ...(realm.type === "ad" ? { ...realm, ...ACTIVE_DIRECTORY } : realm),
    ...common,
    type: "ldap",
    bindPassword: realm.bindDn === undefined ? undefined : password,
  };
}

const ACTIVE_DIRECTORY = {
  userAttribute: "sAMAccountName",
  userClasses: ["user"],
  groupNameAttribute: "sAMAccountName",
  groupClasses: ["group"],
};
