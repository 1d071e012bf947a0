import { type Behaviour, type Operation, uniqueUuid } from "../behaviour";
import { flag, json, number, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";

const KEY = "aws:kms/key:Key";

const key: Behaviour = {
  type: KEY,
  schema: {
    ...regional,
    ...tagged,
    bypassPolicyLockoutSafetyCheck: flag.default(false),
    customKeyStoreId: text.replaces,
    customerMasterKeySpec: text.default("SYMMETRIC_DEFAULT").replaces,
    deletionWindowInDays: number,
    description: text.computed,
    enableKeyRotation: flag.default(false),
    isEnabled: flag.default(true),
    keyUsage: text
      .default("ENCRYPT_DECRYPT")
      .replaces.oneOf("ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "SIGN_VERIFY"),
    multiRegion: flag.computed.replaces,
    policy: json.computed,
    rotationPeriodInDays: number.computed,
    xksKeyId: text.replaces,
    arn: text.output,
    keyId: text.output,
  },
  prepare: mergeTags,
  check: (inputs) => {
    const days = inputs.optionalNumber("deletionWindowInDays") ?? 30;
    return days >= 7 && days <= 30
      ? []
      : [{ property: "deletionWindowInDays", reason: "expected to be in the range (7 - 30)" }];
  },
  id: (operation) => uniqueUuid(operation),
  outputs: (operation, id) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    return {
      arn: arn(place, "kms", `key/${id}`),
      keyId: id,
      region: place.region,
      description: inputs.optionalText("description") ?? "",
      multiRegion: inputs.flag("multiRegion"),
      policy: inputs.values.policy ?? defaultPolicy(arn(place, "iam", "root", true)),
      rotationPeriodInDays: inputs.optionalNumber("rotationPeriodInDays") ?? 365,
    };
  },
};

function defaultPolicy(root: string): string {
  const statement = { Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

const alias: Behaviour = {
  type: "aws:kms/alias:Alias",
  schema: {
    ...regional,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    targetKeyId: text.required,
    arn: text.output,
    targetKeyArn: text.output,
  },
  autoname: { property: "name", prefix: "alias/" },
  check: (inputs) =>
    /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(inputs.optionalText("name") ?? "alias/unknown")
      ? []
      : [{ property: "name", reason: "must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]" }],
  id: ({ inputs }) => inputs.text("name"),
  taken: (_, id) =>
    awsRefusal(
      `creating KMS Alias (${id})`,
      "KMS.CreateAlias",
      "AlreadyExistsException",
      `An alias with the name ${id} already exists`,
    ).message,
  volatile: ["targetKeyArn"],
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "kms", id),
      region: place.region,
      namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
      targetKeyArn: arn(place, "kms", `key/${keyIdOf(operation)}`),
    };
  },
  create: (operation) => requireKey(operation, "creating", "KMS.CreateAlias"),
  update: (operation) => requireKey(operation, "updating", "KMS.UpdateAlias"),
};

/** An alias takes a key's id or its ARN. */
function keyIdOf({ inputs }: Operation): string {
  return inputs.text("targetKeyId").split("/").at(-1) ?? "";
}

function requireKey(operation: Operation, verb: string, call: string): [] {
  const { world, inputs } = operation;
  if (!world.find(KEY, keyIdOf(operation))) {
    throw awsRefusal(
      `${verb} KMS Alias (${inputs.optionalText("name") ?? ""})`,
      call,
      "NotFoundException",
      `Key '${inputs.text("targetKeyId")}' does not exist`,
    );
  }
  return [];
}

export const kmsBehaviours: readonly Behaviour[] = [key, alias];
