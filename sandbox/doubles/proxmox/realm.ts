import { BUILT_IN_REALMS } from "../../../estate/privileges";
import type { Change } from "../../world";
import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, number, text } from "../schema";
import { TYPES } from "./cluster";

const realmName = text.required.replaces.matching(
  /^[A-Za-z][A-Za-z0-9.\-_]{1,31}$/,
  "a valid realm identifier of at most 32 characters",
);

function refuse({ world, inputs }: Operation, id: string): [] {
  const taken =
    [...BUILT_IN_REALMS].some((own) => own === id) || elsewhere(world, inputs.has("issuerUrl"), id);
  if (taken) throw new Refusal(`add realm failed: domain '${id}' already exists`);
  return [];
}

/** Realms of all kinds share their names. */
function elsewhere(world: Operation["world"], openId: boolean, id: string): boolean {
  return world.find(openId ? TYPES.ldap : TYPES.openid, id) !== undefined;
}

/** Users of a realm that is gone stay in user.cfg, but can't log in: the double lets them be, as Proxmox does. */
const common: Pick<Behaviour, "create" | "id" | "taken" | "update"> = {
  id: ({ inputs }) => inputs.text("realm"),
  taken: (_, id) => `add realm failed: domain '${id}' already exists`,
  create: (operation, id) => [...refuse(operation, id), ...onlyDefault(operation, id)],
  update: (operation) => onlyDefault(operation, operation.object.id),
};

/** There is one default realm: a new one takes the mark from the other. */
function onlyDefault({ world, inputs }: Operation, id: string): Change[] {
  if (!inputs.flag("default")) return [];
  return [TYPES.ldap, TYPES.openid].flatMap((type) =>
    world
      .list(type)
      .filter((other) => other.id !== id && other.inputs.default === true)
      .map((other) => ({
        put: {
          ...other,
          inputs: { ...other.inputs, default: false },
          outputs: { ...other.outputs, default: false },
        },
      })),
  );
}

/** Fields that need each other, as the provider checks them. */
const PAIRS = [
  ["bindPassword", "bindDn"],
  ["certPath", "certKeyPath"],
  ["certKeyPath", "certPath"],
] as const;

export const ldapRealm: Behaviour = {
  ...common,
  type: TYPES.ldap,
  schema: {
    realm: realmName,
    baseDn: text.required,
    bindDn: text,
    bindPassword: text.secret,
    caPath: text,
    caseSensitive: flag.default(true),
    certKeyPath: text,
    certPath: text,
    comment: text,
    default: flag.default(false),
    filter: text,
    groupClasses: text,
    groupDn: text,
    groupFilter: text,
    groupNameAttr: text,
    mode: text.oneOf("ldap", "ldaps", "ldap+starttls"),
    port: number.between(1, 65535),
    secure: flag.default(false),
    server1: text.required,
    server2: text,
    sslVersion: text.oneOf("tlsv1", "tlsv1_1", "tlsv1_2", "tlsv1_3"),
    syncAttributes: text,
    syncDefaultsOptions: text,
    userAttr: text.default("uid"),
    userClasses: text,
    verify: flag.default(false),
  },
  check: (inputs) => [
    ...PAIRS.filter(([one, other]) => inputs.has(one) && !inputs.has(other)).map(([property, other]) => ({
      property,
      reason: `"${other}" must be specified when it is`,
    })),
    ...(inputs.has("secure") && inputs.has("mode")
      ? [{ property: "secure", reason: 'cannot be specified when "mode" is' }]
      : []),
  ],
};

export const openIdRealm: Behaviour = {
  ...common,
  type: TYPES.openid,
  schema: {
    realm: realmName,
    acrValues: text,
    audiences: text,
    autocreate: flag.computed,
    clientId: text.required,
    clientKey: text.secret,
    clientKeyWo: text.secret.ignored,
    clientKeyWoVersion: number,
    comment: text,
    default: flag.computed,
    groupsAutocreate: flag.computed,
    groupsClaim: text,
    groupsOverwrite: flag.computed,
    issuerUrl: text.required,
    prompt: text,
    queryUserinfo: flag.computed,
    scopes: text.computed,
    usernameClaim: text.replaces,
  },
  check: (inputs) => [
    ...(inputs.has("clientKey") && inputs.has("clientKeyWo")
      ? [{ property: "clientKey", reason: "cannot be configured together: [client_key,client_key_wo]" }]
      : []),
    ...(inputs.has("clientKeyWoVersion") && !inputs.has("clientKeyWo")
      ? [{ property: "clientKeyWoVersion", reason: '"clientKeyWo" must be specified when it is' }]
      : []),
  ],
  outputs: ({ inputs }) => ({
    autocreate: inputs.flag("autocreate"),
    default: inputs.flag("default"),
    groupsAutocreate: inputs.flag("groupsAutocreate"),
    groupsOverwrite: inputs.flag("groupsOverwrite"),
    queryUserinfo: inputs.flag("queryUserinfo"),
    scopes: inputs.optionalText("scopes") ?? "email profile",
  }),
};

/** A run that copies users and groups; nothing of it stays but its settings in the state. */
export const realmSync: Behaviour = {
  type: TYPES.realmSync,
  schema: {
    realm: text.required.replaces,
    dryRun: flag,
    enableNew: flag,
    full: flag,
    purge: flag,
    removeVanished: text,
    scope: text.oneOf("users", "groups", "both"),
  },
  id: ({ inputs }) => inputs.text("realm"),
  overwrites: true,
  create: refuseSync,
  update: refuseSync,
};

function refuseSync({ world, inputs }: Operation): [] {
  const realm = inputs.text("realm");
  if (world.find(TYPES.openid, realm)) throw new Refusal("Cannot sync auth type 'openid'");
  if (!world.find(TYPES.ldap, realm)) throw new Refusal(`domain '${realm}' does not exist`);
  const vanished = inputs.optionalText("removeVanished") ?? "none";
  if (!/^((acl|properties|entry)(;(acl|properties|entry))*|none)$/.test(vanished)) {
    throw new Refusal(
      "received an HTTP 400 response - Reason: Parameter verification failed. (remove-vanished: value does not match the regex pattern)",
    );
  }
  return [];
}
