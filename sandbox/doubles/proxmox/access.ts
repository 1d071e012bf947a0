import { BUILT_IN_REALMS, BUILT_IN_ROLES, PRIVILEGES } from "../../../estate/privileges";
import type { Change, World } from "../../world";
import { type Behaviour, type Operation, Refusal, uniqueUuid } from "../behaviour";
import { Inputs } from "../inputs";
import { flag, object, set, text } from "../schema";
import { aclPathPattern } from "./acl-path";
import { patched, TYPES } from "./cluster";

/** Accounts that every cluster has. */
const ROOT = "root@pam";
const NEVER = "1970-01-01T00:00:00Z";

/** Go's time.RFC3339. */
const moment = text.matching(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  "a valid RFC3339 date",
);

const entries = set(object({ path: text.required, propagate: flag.default(false), roleId: text.required }));

function parameter(name: string, reason: string): Refusal {
  return new Refusal(
    `received an HTTP 400 response - Reason: Parameter verification failed. (${name}: ${reason})`,
  );
}

function failed(reason: string): Refusal {
  return new Refusal(`received an HTTP 500 response - Reason: ${reason}`);
}

function refusePrivileges({ inputs }: Operation): [] {
  const known: readonly string[] = PRIVILEGES;
  const wrong = inputs.texts("privileges").find((privilege) => !known.includes(privilege));
  if (wrong !== undefined) throw parameter("privs", `invalid format - invalid privilege '${wrong}'`);
  return [];
}

export const role: Behaviour = {
  type: TYPES.role,
  schema: { roleId: text.required.replaces, privileges: set(text).required },
  id: ({ inputs }) => inputs.text("roleId"),
  taken: (_, id) => `create role failed: role '${id}' already exists`,
  create: (operation, id) => {
    if (!/^[A-Za-z0-9._-]+$/.test(id)) {
      throw parameter("roleid", `invalid format - role name '${id}' contains invalid characters`);
    }
    if (/^pve/i.test(id)) {
      throw parameter("roleid", "cannot use role ID starting with the (case-insensitive) 'PVE' namespace");
    }
    if (BUILT_IN_ROLES.some((own) => own === id))
      throw failed(`create role failed: role '${id}' already exists`);
    return refusePrivileges(operation);
  },
  update: refusePrivileges,
  // Proxmox takes a role out of the list with it (delete_role), without a word.
  remove: ({ world, object: { id } }) => withoutAcl(world, ({ roleId }) => roleId === id),
};

export const group: Behaviour = {
  type: TYPES.group,
  schema: {
    groupId: text.required.replaces,
    comment: text.default(""),
    acls: entries,
    members: set(text).output,
  },
  id: ({ inputs }) => inputs.text("groupId"),
  taken: (_, id) => `create group failed: group '${id}' already exists`,
  outputs: ({ world }, id) => ({
    members: world.list(TYPES.user).flatMap((user) => (groupsOf(user.inputs).includes(id) ? [user.id] : [])),
  }),
  create: (_, id) => {
    if (/^[A-Za-z0-9._-]+$/.test(id)) return [];
    throw parameter("groupid", `invalid format - group name '${id}' contains invalid characters`);
  },
  remove: ({ world, object: { id } }) => [
    ...withoutAcl(world, ({ groupId }) => groupId === id),
    ...world.list(TYPES.user).flatMap((user): Change[] => {
      const groups = groupsOf(user.inputs);
      return groups.includes(id)
        ? [{ put: patched(user, { groups: groups.filter((one) => one !== id) }) }]
        : [];
    }),
  ],
};

function groupsOf(user: Operation["inputs"]["values"]): string[] {
  return new Inputs(user).texts("groups");
}

/** The changes that take entries out of the access control list. */
function withoutAcl(world: World, leaves: (entry: Operation["inputs"]["values"]) => boolean): Change[] {
  return world
    .list(TYPES.acl)
    .filter(({ inputs }) => leaves(inputs))
    .map(({ type, key }) => ({ remove: { type, key } }));
}

/** Names of the realms that a cluster has. */
function realmNames(world: World): string[] {
  return [
    ...BUILT_IN_REALMS,
    ...[TYPES.ldap, TYPES.openid].flatMap((type) => world.list(type).map(({ id }) => id)),
  ];
}

function refuseGroups({ world, inputs }: Operation): [] {
  const missing = inputs.texts("groups").find((name) => !world.find(TYPES.group, name));
  if (missing !== undefined) throw failed(`create user failed: group '${missing}' does not exist`);
  return [];
}

export const user: Behaviour = {
  type: TYPES.user,
  schema: {
    userId: text.required.replaces,
    acls: entries,
    comment: text.default(""),
    email: text.default(""),
    enabled: flag.default(true),
    expirationDate: moment.default(NEVER),
    firstName: text.default(""),
    groups: set(text),
    keys: text.default(""),
    lastName: text.default(""),
    password: text.secret,
  },
  id: ({ inputs }) => inputs.text("userId"),
  taken: (_, id) => `create user failed: user '${id}' already exists`,
  create: (operation, id) => {
    const { world, inputs } = operation;
    if (!/^[^\s:/]+@[A-Za-z][A-Za-z0-9._-]+$/.test(id) || id.length > 64) {
      throw parameter("userid", `invalid format - value '${id}' does not look like a valid user name`);
    }
    const realm = id.slice(id.lastIndexOf("@") + 1);
    if (id === ROOT) throw failed(`create user failed: user '${id}' already exists`);
    if (!realmNames(world).includes(realm))
      throw failed(`create user failed: domain '${realm}' does not exist`);
    const password = inputs.optionalText("password");
    if (password !== undefined && realm !== "pve") {
      throw failed("create user failed: can't set password on auth type");
    }
    if (password !== undefined && password.length < 8) {
      throw parameter("password", "value must be at least 8 characters long");
    }
    if (!/^[0-9a-zA-Z!=]{0,4096}$/.test(inputs.optionalText("keys") ?? "")) {
      throw parameter("keys", "value does not match the regex pattern");
    }
    return refuseGroups(operation);
  },
  update: (operation) => {
    if (operation.inputs.optionalText("password") !== operation.olds.optionalText("password")) {
      throw failed("API tokens are not allowed to change a password");
    }
    return refuseGroups(operation);
  },
  remove: ({ world, object: { id } }) => [
    ...withoutAcl(world, ({ userId, tokenId }) => userId === id || String(tokenId).startsWith(`${id}!`)),
    ...world
      .list(TYPES.token)
      .filter(({ inputs }) => inputs.userId === id)
      .map(({ type, key }): Change => ({ remove: { type, key } })),
  ],
};

export const token: Behaviour = {
  type: TYPES.token,
  schema: {
    userId: text.required.replaces,
    // The provider's pattern has no anchors.
    tokenName: text.required.replaces.matching(/[A-Za-z][A-Za-z0-9.\-_]+/, "a valid token identifier"),
    comment: text,
    expirationDate: moment,
    privilegesSeparation: flag.default(true),
    value: text.output.secret,
  },
  id: ({ inputs }) => `${inputs.text("userId")}!${inputs.text("tokenName")}`,
  taken: () => "Token already exists.",
  outputs: (operation, _id, previous) => ({ value: previous?.text("value") ?? uniqueUuid(operation) }),
  create: ({ world, inputs }) => {
    const owner = inputs.text("userId");
    if (owner !== ROOT && !world.find(TYPES.user, owner)) throw failed(`no such user ('${owner}')`);
    if (!/^[A-Za-z][A-Za-z0-9._-]+$/.test(inputs.text("tokenName"))) {
      throw parameter("tokenid", "value does not look like a valid token name");
    }
    return [];
  },
  remove: ({ world, object: { id } }) => withoutAcl(world, ({ tokenId }) => tokenId === id),
};

const HOLDERS = [
  ["groupId", TYPES.group, "group"],
  ["tokenId", TYPES.token, "token"],
  ["userId", TYPES.user, "user"],
] as const;

/** Whether a directory's sync brought it: `alice@corp`, or `staff-corp` for a group. */
function isCopied(world: World, who: string): boolean {
  return world.list(TYPES.realmSync).some(({ id }) => who.endsWith(`@${id}`) || who.endsWith(`-${id}`));
}

export const acl: Behaviour = {
  type: TYPES.acl,
  schema: {
    path: text.required.replaces,
    roleId: text.required.replaces,
    groupId: text.replaces,
    tokenId: text.replaces,
    userId: text.replaces,
    propagate: flag.default(true),
  },
  check: (inputs) => {
    const given = HOLDERS.filter(([name]) => inputs.has(name));
    return given.length > 1
      ? given.map(([property]) => ({
          property,
          reason: "these attributes cannot be configured together: [group_id,token_id,user_id]",
        }))
      : [];
  },
  id: ({ inputs }) =>
    [
      inputs.text("path"),
      HOLDERS.map(([name]) => inputs.optionalText(name) ?? "").join(""),
      inputs.text("roleId"),
    ].join("?"),
  // The API adds to what is there.
  overwrites: true,
  create: ({ world, inputs }) => {
    const [path, roleId] = [inputs.text("path"), inputs.text("roleId")];
    if (!aclPathPattern.test(path)) throw parameter("path", `invalid ACL path '${path}'`);
    if (!BUILT_IN_ROLES.some((own) => own === roleId) && !world.find(TYPES.role, roleId)) {
      throw failed(`ACL update failed: role '${roleId}' does not exist`);
    }
    const holder = HOLDERS.find(([name]) => inputs.has(name));
    if (!holder) throw parameter("users", "either 'users', 'groups' or 'tokens' is required.");
    const [name, type, kind] = holder;
    const who = inputs.text(name);
    if (who !== ROOT && !world.find(type, who) && !isCopied(world, who))
      throw failed(`ACL update failed: ${kind} '${who}' does not exist`);
    return [];
  },
};
