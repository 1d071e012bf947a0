import type { World, WorldObject } from "../../world";
import { type Behaviour, hex, type Operation, uniqueHex } from "../behaviour";
import { anything, flag, json, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, tagged } from "./account";
import { having } from "./ec2";

const USER = "aws:iam/user:User";
const USER_POLICY = "aws:iam/userPolicy:UserPolicy";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const CREATED = "2026-01-01T00:00:00Z";
/** IAM's own limit. */
const KEYS_PER_USER = 2;

function alreadyThere(kind: string, call: string) {
  return (_: Operation, id: string) =>
    awsRefusal(
      `creating IAM ${kind} (${id})`,
      call,
      "EntityAlreadyExists",
      `${kind} with name ${id} already exists.`,
    ).message;
}

/** @throws Refusal unless the user or role is there */
function requireEntity(world: World, type: string, kind: string, name: string, call: string): void {
  if (world.find(type, name)) return;
  throw awsRefusal(
    `${call.split(".")[1]} for IAM ${kind} (${name})`,
    call,
    "NoSuchEntity",
    `The ${kind.toLowerCase()} with name ${name} cannot be found.`,
  );
}

/**
 * The role of an ARN, for a service that is to take it.
 *
 * @throws Refusal unless it is there
 */
export function requireRole(
  world: World,
  roleArn: string,
  doing: string,
  call: string,
  code: string,
): WorldObject {
  const found = world.list(ROLE).find(({ outputs }) => outputs.arn === roleArn);
  if (!found) {
    throw awsRefusal(
      doing,
      call,
      code,
      `The role ${roleArn} does not exist or cannot be assumed by the service`,
    );
  }
  return found;
}

const user: Behaviour = {
  type: USER,
  schema: {
    ...tagged,
    // IAM renames users in place.
    name: text.computed,
    path: text.default("/"),
    permissionsBoundary: text,
    forceDestroy: flag.default(false),
    arn: text.output,
    uniqueId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: ({ inputs }) => inputs.text("name"),
  taken: alreadyThere("User", "IAM.CreateUser"),
  volatile: ["arn"],
  outputs: (operation, _, previous) => {
    const { inputs } = operation;
    return {
      arn: arn(placeOf(operation), "iam", `user${inputs.text("path")}${inputs.text("name")}`, true),
      uniqueId: previous?.optionalText("uniqueId") ?? `AIDA${uniqueHex(operation, 17).toUpperCase()}`,
    };
  },
  remove: ({ world, object: { id }, olds }) => {
    const policies = having(world, USER_POLICY, "user", id);
    const keys = having(world, ACCESS_KEY, "user", id);
    const left = policies.length > 0 ? "policies" : "access keys";
    if (policies.length > 0 || (keys.length > 0 && !olds.flag("forceDestroy"))) {
      throw awsRefusal(
        `deleting IAM User (${id})`,
        "IAM.DeleteUser",
        "DeleteConflict",
        `Cannot delete entity, must delete ${left} first.`,
      );
    }
    return keys.map(({ type, key }) => ({ remove: { type, key } }));
  },
};

const accessKey: Behaviour = {
  type: ACCESS_KEY,
  schema: {
    user: text.required.replaces,
    pgpKey: text.replaces,
    status: text.default("Active").oneOf("Active", "Inactive"),
    createDate: text.output,
    encryptedSecret: text.output,
    encryptedSesSmtpPasswordV4: text.output,
    keyFingerprint: text.output,
    secret: text.output.secret,
    sesSmtpPasswordV4: text.output.secret,
  },
  id: (operation) => `AKIA${uniqueHex(operation, 16).toUpperCase()}`,
  outputs: (_, id, previous) => ({
    createDate: CREATED,
    secret: previous?.optionalText("secret") ?? hex(`${id} secret`, 40),
    sesSmtpPasswordV4: previous?.optionalText("sesSmtpPasswordV4") ?? hex(`${id} smtp`, 44),
  }),
  create: ({ world, inputs }) => {
    const name = inputs.text("user");
    requireEntity(world, USER, "User", name, "IAM.CreateAccessKey");
    if (having(world, ACCESS_KEY, "user", name).length >= KEYS_PER_USER) {
      throw awsRefusal(
        "creating IAM Access Key",
        "IAM.CreateAccessKey",
        "LimitExceeded",
        `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`,
      );
    }
    return [];
  },
};

/** A policy inside a user or a role; its id is `entity:policy`. */
function inlinePolicy(type: string, property: string, entityType: string, call: string): Behaviour {
  const kind = property === "user" ? "User" : "Role";
  const written = ({ world, inputs }: Operation): [] => {
    requireEntity(world, entityType, kind, inputs.text(property), call);
    return [];
  };
  return {
    type,
    schema: {
      [property]: text.required.replaces,
      name: text.computed.replaces,
      namePrefix: text.computed.replaces,
      policy: json.required,
    },
    autoname: { property: "name" },
    id: ({ inputs }) => `${inputs.text(property)}:${inputs.text("name")}`,
    overwrites: true,
    outputs: ({ inputs }) => ({ namePrefix: inputs.optionalText("namePrefix") ?? "" }),
    create: written,
    update: written,
  };
}

const policy: Behaviour = {
  type: "aws:iam/policy:Policy",
  schema: {
    ...tagged,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    description: text.replaces,
    path: text.default("/").replaces,
    policy: json.required,
    delayAfterPolicyCreationInMs: number,
    arn: text.output,
    attachmentCount: number.output,
    policyId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) =>
    arn(
      placeOf(operation),
      "iam",
      `policy${operation.inputs.text("path")}${operation.inputs.text("name")}`,
      true,
    ),
  taken: alreadyThere("Policy", "IAM.CreatePolicy"),
  outputs: ({ inputs }, id) => ({
    arn: id,
    attachmentCount: 0,
    namePrefix: inputs.optionalText("namePrefix") ?? "",
    policyId: `ANPA${hex(id, 17).toUpperCase()}`,
  }),
};

const role: Behaviour = {
  type: ROLE,
  schema: {
    ...tagged,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    path: text.default("/").replaces,
    assumeRolePolicy: json.required,
    description: text,
    forceDetachPolicies: flag.default(false),
    inlinePolicies: set(anything).computed,
    managedPolicyArns: set(text).computed,
    maxSessionDuration: number.default(3600),
    permissionsBoundary: text,
    arn: text.output,
    createDate: text.output,
    uniqueId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: ({ inputs }) => inputs.text("name"),
  taken: alreadyThere("Role", "IAM.CreateRole"),
  outputs: (operation, id, previous) => ({
    arn: arn(placeOf(operation), "iam", `role${operation.inputs.text("path")}${id}`, true),
    createDate: CREATED,
    inlinePolicies: operation.inputs.list("inlinePolicies"),
    managedPolicyArns: operation.inputs.texts("managedPolicyArns"),
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    uniqueId: previous?.optionalText("uniqueId") ?? `AROA${uniqueHex(operation, 17).toUpperCase()}`,
  }),
  remove: ({ world, object: { id } }) => {
    if (having(world, ROLE_POLICY, "role", id).length > 0) {
      throw awsRefusal(
        `deleting IAM Role (${id})`,
        "IAM.DeleteRole",
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
      );
    }
    return [];
  },
};

export const iamBehaviours: readonly Behaviour[] = [
  user,
  accessKey,
  policy,
  role,
  inlinePolicy(USER_POLICY, "user", USER, "IAM.PutUserPolicy"),
  inlinePolicy(ROLE_POLICY, "role", ROLE, "IAM.PutRolePolicy"),
];
