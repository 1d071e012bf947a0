import { realm } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";

/** A realm of an OpenID Connect provider. */
export interface OpenIdRealm {
  readonly type: "openid";
  readonly issuer: pulumi.Input<string>;
  readonly clientId: pulumi.Input<string>;
  /** The client's key; none for a public client. A secret. */
  readonly clientKey?: pulumi.Input<string>;
  /** Claim that names the user. Fixed for ever: another one replaces the realm. */
  readonly usernameClaim?: string;
  readonly autocreate: boolean;
  readonly groupsClaim?: string;
  readonly groupsAutocreate: boolean;
  readonly groupsOverwrite: boolean;
  readonly scopes: string;
  readonly acrValues?: string;
}

/** A realm of an LDAP directory, Active Directory among them. */
export interface DirectoryRealm {
  readonly type: "ldap";
  /** The first server, and one to fall back on. */
  readonly servers: readonly string[];
  readonly baseDn: string;
  readonly bindDn?: string;
  /** A secret. */
  readonly bindPassword?: pulumi.Input<string>;
  readonly port?: number;
  readonly mode: "ldap" | "ldap+starttls" | "ldaps";
  /** Whether the server's certificate is checked. */
  readonly verify: boolean;
  readonly caPath?: string;
  readonly filter?: string;
  readonly userAttribute: string;
  readonly userClasses: readonly string[];
  readonly groupDn?: string;
  readonly groupFilter?: string;
  readonly groupNameAttribute: string;
  readonly groupClasses: readonly string[];
  /** Copies users and groups from the directory; not at all when absent. */
  readonly sync?: RealmSync;
}

export interface RealmSync {
  readonly scope: "both" | "groups" | "users";
  /** Whether users that come in may log in. */
  readonly enableNew: boolean;
  /** What goes with a user or group that the directory has no more. */
  readonly removeVanished: readonly ("acl" | "entry" | "properties")[];
}

export type RealmArgs = (DirectoryRealm | OpenIdRealm) & {
  /** Realm as it stands behind the @ of its users. */
  readonly realm: string;
  readonly comment?: string;
  /** Whether the login form starts with it. */
  readonly default: boolean;
};

/**
 * A realm: where users of a cluster are known and checked besides Proxmox itself.
 *
 * The sync is a run of its own, at creation and whenever its settings change; the provider has no recurring jobs.
 *
 * @example
 * new Realm("corp", { realm: "corp", type: "ldap", default: false, servers: ["ldap.example.com"], mode: "ldaps",
 *   verify: true, baseDn: "dc=example,dc=com", userAttribute: "uid", userClasses: ["person"],
 *   groupNameAttribute: "cn", groupClasses: ["groupOfNames"] });
 */
export class Realm extends pulumi.ComponentResource {
  /** The realm itself: users and ACL entries of it depend on it. */
  readonly resource: realm.Ldap | realm.Openid;
  /** The run that copies users and groups. */
  readonly sync: realm.Sync | undefined;

  constructor(name: string, args: RealmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Realm", name, {}, opts);
    // Users of a realm that is gone can't log in, and its users' ACL entries are lost with them.
    const own = { parent: this, protect: true };
    const common = { realm: args.realm, comment: args.comment ?? "", default: args.default };
    this.resource =
      args.type === "openid"
        ? new realm.Openid(name, { ...common, ...openIdInputs(args) }, own)
        : new realm.Ldap(name, { ...common, ...directoryInputs(args) }, own);
    const sync = args.type === "openid" ? undefined : args.sync;
    this.sync =
      sync &&
      new realm.Sync(
        name,
        {
          realm: args.realm,
          scope: sync.scope,
          enableNew: sync.enableNew,
          removeVanished:
            sync.removeVanished.length === 0 ? "none" : [...sync.removeVanished].sort().join(";"),
        },
        { parent: this, dependsOn: this.resource },
      );
    this.registerOutputs({ realm: args.realm });
  }
}

function openIdInputs(args: OpenIdRealm) {
  const { issuer, clientId, clientKey, usernameClaim, autocreate, groupsClaim, acrValues } = args;
  const { groupsAutocreate, groupsOverwrite, scopes } = args;
  return {
    issuerUrl: issuer,
    clientId,
    autocreate,
    groupsAutocreate,
    groupsOverwrite,
    scopes,
    queryUserinfo: true,
    clientKey,
    usernameClaim,
    groupsClaim,
    acrValues,
  };
}

function directoryInputs(args: DirectoryRealm) {
  const [server1 = "", server2] = args.servers;
  const { baseDn, bindDn, bindPassword, port, mode, verify, caPath, filter, groupDn, groupFilter } = args;
  return {
    server1,
    server2,
    baseDn,
    bindDn,
    bindPassword,
    port,
    mode,
    verify,
    caseSensitive: true,
    caPath,
    filter,
    userAttr: args.userAttribute,
    userClasses: args.userClasses.join(","),
    groupDn,
    groupFilter,
    groupNameAttr: args.groupNameAttribute,
    groupClasses: args.groupClasses.join(","),
  };
}
