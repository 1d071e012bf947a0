import { user } from "@muhlba91/pulumi-proxmoxve";
import { Acl } from "@muhlba91/pulumi-proxmoxve/acl";
import { GroupLegacy } from "@muhlba91/pulumi-proxmoxve/groupLegacy";
import { RoleLegacy } from "@muhlba91/pulumi-proxmoxve/roleLegacy";
import { UserLegacy } from "@muhlba91/pulumi-proxmoxve/userLegacy";
import * as pulumi from "@pulumi/pulumi";
import { mapValues, present } from "../records";

/** An API token of a user. */
export interface AccessToken {
  /** When it stops working (RFC 3339); never when absent. */
  readonly expires?: string;
  /** It may do what its own ACL entries and its user may both; else whatever its user may. */
  readonly privilegeSeparation: boolean;
  readonly comment?: string;
}

/** An account. */
export interface AccessUser {
  readonly enabled: boolean;
  /** When it stops working (RFC 3339); never when absent. */
  readonly expires?: string;
  readonly groups: readonly string[];
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly comment?: string;
  /** What it starts with, in realm `pve`. Proxmox lets no token change a password, so a later one is not set. */
  readonly password?: pulumi.Input<string>;
  /** TOTP key in base32 that it starts with, in a realm that asks for one. Later keys are the user's own. */
  readonly totpKey?: pulumi.Input<string>;
  readonly tokens: Readonly<Record<string, AccessToken>>;
}

/** A role on a path, for everybody who is listed. */
export interface AclEntry {
  readonly path: string;
  readonly role: string;
  readonly groups: readonly string[];
  readonly users: readonly string[];
  /** As `user@realm!token`. */
  readonly tokens: readonly string[];
  readonly propagate: boolean;
}

export interface AccessControlArgs {
  /** Privileges by role. */
  readonly roles: Readonly<Record<string, { readonly privileges: readonly string[] }>>;
  readonly groups: Readonly<Record<string, { readonly comment?: string }>>;
  /** Users by `name@realm`. */
  readonly users: Readonly<Record<string, AccessUser>>;
  readonly acl: readonly AclEntry[];
}

/** Proxmox's moment for "never expires", which it reports where none is set. */
const NEVER = "1970-01-01T00:00:00Z";

/**
 * Who may do what in a cluster: roles, groups, users with their API tokens, and the access control list.
 *
 * Each entry of the list is a resource of its own, named by path, holder and role, so that another order is no change.
 *
 * @example
 * new AccessControl("access", {
 *   roles: { Operator: { privileges: ["VM.Audit", "VM.PowerMgmt"] } },
 *   groups: { operators: {} },
 *   users: { "alice@pve": { enabled: true, groups: ["operators"], tokens: {} } },
 *   acl: [{ path: "/vms", role: "Operator", groups: ["operators"], users: [], tokens: [], propagate: true }],
 * });
 */
export class AccessControl extends pulumi.ComponentResource {
  /** Values of the tokens by `user@realm!token`; secret. */
  readonly tokenValues: Readonly<Record<string, pulumi.Output<string>>>;

  private readonly roles: Readonly<Record<string, RoleLegacy>>;
  private readonly groups: Readonly<Record<string, GroupLegacy>>;
  private readonly users: Readonly<Record<string, UserLegacy>>;
  private readonly tokens: Readonly<Record<string, user.Token>>;

  constructor(name: string, args: AccessControlArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:AccessControl", name, {}, opts);
    const parent = { parent: this };
    this.roles = mapValues(
      args.roles,
      ({ privileges }, roleId) => new RoleLegacy(roleId, { roleId, privileges: [...privileges] }, parent),
    );
    this.groups = mapValues(
      args.groups,
      ({ comment = "" }, groupId) => new GroupLegacy(groupId, { groupId, comment }, parent),
    );
    this.users = mapValues(args.users, (settings, userId) => this.createUser(userId, settings));
    this.tokens = Object.fromEntries(
      Object.entries(args.users).flatMap(([userId, { tokens }]) =>
        Object.entries(tokens).map(([token, settings]) => [
          `${userId}!${token}`,
          this.createToken(userId, token, settings),
        ]),
      ),
    );
    for (const entry of args.acl) this.createAcl(entry);
    this.tokenValues = mapValues(this.tokens, (token) => pulumi.secret(token.value));
    this.registerOutputs();
  }

  private createUser(userId: string, settings: AccessUser): UserLegacy {
    const { password, totpKey, groups } = settings;
    return new UserLegacy(
      userId,
      {
        userId,
        enabled: settings.enabled,
        expirationDate: settings.expires ?? NEVER,
        groups: [...groups],
        email: settings.email ?? "",
        firstName: settings.firstName ?? "",
        lastName: settings.lastName ?? "",
        comment: settings.comment ?? "",
        password,
        keys: totpKey,
      },
      {
        parent: this,
        dependsOn: present(groups.map((group) => this.groups[group])),
        // Both are what the account starts with: no token may change a password, and keys are the user's from then on.
        ignoreChanges: ["password", "keys"],
        additionalSecretOutputs: ["keys"],
      },
    );
  }

  private createToken(userId: string, tokenName: string, settings: AccessToken): user.Token {
    const { expires, privilegeSeparation, comment } = settings;
    return new user.Token(
      `${userId}!${tokenName}`,
      {
        userId,
        tokenName,
        privilegesSeparation: privilegeSeparation,
        expirationDate: expires,
        comment,
      },
      {
        parent: this,
        ...(this.users[userId] ? { dependsOn: this.users[userId] } : {}),
        // A token of that name can't be there twice.
        deleteBeforeReplace: true,
      },
    );
  }

  private createAcl({ path, role, propagate, groups, users, tokens }: AclEntry): void {
    const entry = (
      who: string,
      holder: { groupId?: string; userId?: string; tokenId?: string },
      needs?: pulumi.Resource,
    ) =>
      new Acl(
        `${path}?${who}?${role}`,
        { path, roleId: role, propagate, ...holder },
        { parent: this, dependsOn: present([this.roles[role], needs]), deleteBeforeReplace: true },
      );
    for (const groupId of groups) entry(groupId, { groupId }, this.groups[groupId]);
    for (const userId of users) entry(userId, { userId }, this.users[userId]);
    for (const tokenId of tokens) entry(tokenId, { tokenId }, this.tokens[tokenId]);
  }
}
