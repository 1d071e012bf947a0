import { type Behaviour, hex, type Operation } from "../behaviour";
import { flag, json, list, number, object, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { having } from "./ec2";

const GROUP = "aws:iam/group:Group";
const GROUP_POLICY = "aws:iam/groupPolicy:GroupPolicy";
const BUCKET = "aws:s3/bucket:Bucket";

const group: Behaviour = {
  type: GROUP,
  // IAM renames groups in place.
  schema: { name: text.computed, path: text.default("/"), arn: text.output, uniqueId: text.output },
  autoname: { property: "name" },
  id: ({ inputs }) => inputs.text("name"),
  taken: (_, id) =>
    awsRefusal(
      `creating IAM Group (${id})`,
      "IAM.CreateGroup",
      "EntityAlreadyExists",
      `Group with name ${id} already exists.`,
    ).message,
  volatile: ["arn"],
  outputs: (operation, id) => {
    const { inputs } = operation;
    return {
      arn: arn(placeOf(operation), "iam", `group${inputs.text("path")}${inputs.text("name")}`, true),
      uniqueId: `AGPA${hex(id, 17).toUpperCase()}`,
    };
  },
  remove: ({ world, object: { id } }) => {
    if (having(world, GROUP_POLICY, "group", id).length === 0) return [];
    throw awsRefusal(
      `deleting IAM Group (${id})`,
      "IAM.DeleteGroup",
      "DeleteConflict",
      "Cannot delete entity, must delete policies first.",
    );
  },
};

function requireGroup({ world, inputs }: Operation): [] {
  const name = inputs.text("group");
  if (world.find(GROUP, name)) return [];
  throw awsRefusal(
    `putting IAM Group (${name}) Policy (${inputs.text("name")})`,
    "IAM.PutGroupPolicy",
    "NoSuchEntity",
    `The group with name ${name} cannot be found.`,
  );
}

const groupPolicy: Behaviour = {
  type: GROUP_POLICY,
  schema: {
    group: text.required.replaces,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    policy: json.required,
  },
  autoname: { property: "name" },
  id: ({ inputs }) => `${inputs.text("group")}:${inputs.text("name")}`,
  overwrites: true,
  outputs: ({ inputs }) => ({ namePrefix: inputs.optionalText("namePrefix") ?? "" }),
  create: requireGroup,
  update: requireGroup,
};

const passwordPolicy: Behaviour = {
  type: "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
  schema: {
    allowUsersToChangePassword: flag.default(true),
    hardExpiry: flag.computed,
    maxPasswordAge: number.computed,
    minimumPasswordLength: number.default(6),
    passwordReusePrevention: number.computed,
    requireLowercaseCharacters: flag.computed,
    requireNumbers: flag.computed,
    requireSymbols: flag.computed,
    requireUppercaseCharacters: flag.computed,
    expirePasswords: flag.output,
  },
  // An account has one.
  id: () => "iam-account-password-policy",
  overwrites: true,
  check: (inputs) => {
    const length = inputs.optionalNumber("minimumPasswordLength") ?? 6;
    return length >= 6 && length <= 128
      ? []
      : [{ property: "minimumPasswordLength", reason: "expected to be in the range (6 - 128)" }];
  },
  outputs: ({ inputs }) => ({
    expirePasswords: (inputs.optionalNumber("maxPasswordAge") ?? 0) > 0,
    hardExpiry: inputs.values.hardExpiry ?? false,
    maxPasswordAge: inputs.optionalNumber("maxPasswordAge") ?? 0,
    passwordReusePrevention: inputs.optionalNumber("passwordReusePrevention") ?? 0,
    requireLowercaseCharacters: inputs.values.requireLowercaseCharacters ?? false,
    requireNumbers: inputs.values.requireNumbers ?? false,
    requireSymbols: inputs.values.requireSymbols ?? false,
    requireUppercaseCharacters: inputs.values.requireUppercaseCharacters ?? false,
  }),
};

const NOTIFICATION = object({
  comparisonOperator: text.required.oneOf("EQUAL_TO", "GREATER_THAN", "LESS_THAN"),
  notificationType: text.required.oneOf("ACTUAL", "FORECASTED"),
  subscriberEmailAddresses: set(text),
  subscriberSnsTopicArns: set(text),
  threshold: number.required,
  thresholdType: text.required.oneOf("ABSOLUTE_VALUE", "PERCENTAGE"),
});

const budget: Behaviour = {
  type: "aws:budgets/budget:Budget",
  schema: {
    ...tagged,
    ...opaque("autoAdjustData", "costFilters", "costTypes", "filterExpression", "plannedLimits"),
    accountId: text.computed.replaces,
    billingViewArn: text,
    budgetType: text.required.oneOf(
      "COST",
      "RI_COVERAGE",
      "RI_UTILIZATION",
      "SAVINGS_PLANS_COVERAGE",
      "USAGE",
    ),
    limitAmount: text.computed,
    limitUnit: text.computed,
    metrics: text,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    notifications: set(NOTIFICATION),
    timePeriodEnd: text.default("2087-06-15_00:00"),
    timePeriodStart: text.computed,
    timeUnit: text.required.oneOf("ANNUALLY", "CUSTOM", "DAILY", "MONTHLY", "QUARTERLY"),
    arn: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => `${placeOf(operation).account}:${operation.inputs.text("name")}`,
  taken: (_, id) =>
    awsRefusal(
      `creating Budget (${id})`,
      "Budgets.CreateBudget",
      "DuplicateRecordException",
      "the budget already exists",
    ).message,
  outputs: (operation) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    return {
      accountId: place.account,
      arn: arn(place, "budgets", `budget/${inputs.text("name")}`, true),
      limitAmount: inputs.optionalText("limitAmount") ?? "",
      limitUnit: inputs.optionalText("limitUnit") ?? "",
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      timePeriodStart: inputs.optionalText("timePeriodStart") ?? "2026-01-01_00:00",
    };
  },
};

const dashboard: Behaviour = {
  type: "aws:cloudwatch/dashboard:Dashboard",
  schema: {
    ...regional,
    dashboardBody: json.required,
    dashboardName: text.required.replaces,
    dashboardArn: text.output,
  },
  check: (inputs) =>
    /^[A-Za-z0-9_-]{1,255}$/.test(inputs.optionalText("dashboardName") ?? "a")
      ? []
      : [{ property: "dashboardName", reason: "may only contain letters, digits, - and _" }],
  id: ({ inputs }) => inputs.text("dashboardName"),
  overwrites: true,
  outputs: (operation, id) => ({
    dashboardArn: arn(placeOf(operation), "cloudwatch", `dashboard/${id}`, true),
    region: placeOf(operation).region,
  }),
};

function requireTrailBucket({ world, inputs }: Operation): [] {
  const name = inputs.text("s3BucketName");
  const written = world.find("aws:s3/bucketPolicy:BucketPolicy", name)?.outputs.policy;
  const doing = `creating CloudTrail Trail (${inputs.text("name")})`;
  if (!world.find(BUCKET, name)) {
    throw awsRefusal(
      doing,
      "CloudTrail.CreateTrail",
      "S3BucketDoesNotExistException",
      `S3 bucket ${name} does not exist`,
    );
  }
  if (typeof written !== "string" || !written.includes("cloudtrail.amazonaws.com")) {
    throw awsRefusal(
      doing,
      "CloudTrail.CreateTrail",
      "InsufficientS3BucketPolicyException",
      `Incorrect S3 bucket policy is detected for bucket: ${name}`,
    );
  }
  return [];
}

const trail: Behaviour = {
  type: "aws:cloudtrail/trail:Trail",
  schema: {
    ...regional,
    ...tagged,
    ...opaque("advancedEventSelectors", "eventSelectors"),
    insightSelectors: list(object({ insightType: text.required })),
    cloudWatchLogsGroupArn: text,
    cloudWatchLogsRoleArn: text,
    enableLogFileValidation: flag.default(false),
    enableLogging: flag.default(true),
    includeGlobalServiceEvents: flag.default(true),
    isMultiRegionTrail: flag.default(false),
    isOrganizationTrail: flag.default(false),
    kmsKeyId: text,
    name: text.computed.replaces,
    s3BucketName: text.required,
    s3KeyPrefix: text,
    snsTopicName: text,
    arn: text.output,
    homeRegion: text.output,
    snsTopicArn: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => arn(placeOf(operation), "cloudtrail", `trail/${operation.inputs.text("name")}`),
  taken: (_, id) =>
    awsRefusal(
      `creating CloudTrail Trail (${id})`,
      "CloudTrail.CreateTrail",
      "TrailAlreadyExistsException",
      `Trail ${id} already exists`,
    ).message,
  outputs: (operation, id) => ({
    arn: id,
    homeRegion: placeOf(operation).region,
    region: placeOf(operation).region,
    snsTopicArn: "",
  }),
  create: requireTrailBucket,
  update: requireTrailBucket,
};

/** People, records, money: what keeps an account in bounds. */
export const guardrailBehaviours: readonly Behaviour[] = [
  group,
  groupPolicy,
  passwordPolicy,
  budget,
  dashboard,
  trail,
];
