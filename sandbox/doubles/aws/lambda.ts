import { type Behaviour, hex, type Operation } from "../behaviour";
import { anything, flag, list, number, object, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { requireSecurityGroup, requireSubnet } from "./ec2";
import { requireRole } from "./iam";

const RUNTIMES =
  /^(dotnet(6|8|10)|java(11|17|21|25)|nodejs(18|20|22|24)\.x|provided\.al20(2|23)|python3\.(9|1[0-4])|ruby3\.[2-4])$/;

export const lambdaFunction: Behaviour = {
  type: "aws:lambda/function:Function",
  schema: {
    ...regional,
    ...tagged,
    ...opaque(
      "capacityProviderConfig",
      "deadLetterConfig",
      "durableConfig",
      "fileSystemConfig",
      "imageConfig",
      "snapStart",
      "tenancyConfig",
    ),
    architectures: list(text).computed,
    code: anything,
    codeSha256: text.computed,
    codeSigningConfigArn: text,
    description: text,
    environment: object({ variables: anything }),
    ephemeralStorage: object({ size: number.computed }).computed,
    handler: text,
    imageUri: text,
    kmsKeyArn: text,
    layers: list(text),
    loggingConfig: object({
      applicationLogLevel: text,
      logFormat: text.required.oneOf("JSON", "Text"),
      logGroup: text.computed,
      systemLogLevel: text,
    }).computed,
    memorySize: number.default(128).between(128, 10_240),
    name: text.computed.replaces,
    packageType: text.default("Zip").replaces.oneOf("Image", "Zip"),
    publish: flag.default(false),
    publishTo: text,
    replaceSecurityGroupsOnDestroy: flag,
    replacementSecurityGroupIds: set(text),
    reservedConcurrentExecutions: number.default(-1),
    role: text.required,
    runtime: text.matching(RUNTIMES, "a runtime such as nodejs22.x"),
    s3Bucket: text,
    s3Key: text,
    s3ObjectVersion: text,
    skipDestroy: flag.default(false),
    sourceCodeHash: text.computed,
    sourceKmsKeyArn: text,
    timeout: number.default(3).between(1, 900),
    tracingConfig: object({ mode: text.required.oneOf("Active", "PassThrough") }).computed,
    useResourceTimeoutForPropagation: flag,
    vpcConfig: object({
      ipv6AllowedForDualStack: flag.default(false),
      securityGroupIds: set(text).required,
      subnetIds: set(text).required,
      vpcId: text.computed,
    }),
    arn: text.output,
    invokeArn: text.output,
    lastModified: text.output,
    qualifiedArn: text.output,
    qualifiedInvokeArn: text.output,
    responseStreamingInvokeArn: text.output,
    signingJobArn: text.output,
    signingProfileVersionArn: text.output,
    sourceCodeSize: number.output,
    version: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) => {
    const sources = ["code", "imageUri", "s3Bucket"].filter((name) => inputs.has(name));
    return sources.length === 1
      ? []
      : [
          {
            property: "code",
            reason: "exactly one of `filename`, `image_uri`, `s3_bucket` must be given",
          },
        ];
  },
  id: ({ inputs }) => inputs.text("name"),
  taken: (_, id) =>
    awsRefusal(
      `creating Lambda Function (${id})`,
      "Lambda.CreateFunction",
      "ResourceConflictException",
      `Function already exist: ${id}`,
    ).message,
  outputs: (operation, id) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    const functionArn = arn(place, "lambda", `function:${id}`);
    const invokeArn = `arn:${place.partition}:apigateway:${place.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    return {
      arn: functionArn,
      architectures: inputs.texts("architectures").length > 0 ? inputs.texts("architectures") : ["x86_64"],
      codeSha256: hex(JSON.stringify(inputs.values.code ?? ""), 44),
      ephemeralStorage: { size: inputs.object("ephemeralStorage")?.optionalNumber("size") ?? 512 },
      invokeArn,
      lastModified: "2026-01-01T00:00:00.000+0000",
      loggingConfig: {
        logFormat: "Text",
        logGroup: `/aws/lambda/${id}`,
        ...inputs.object("loggingConfig")?.values,
      },
      qualifiedArn: `${functionArn}:$LATEST`,
      qualifiedInvokeArn: invokeArn,
      region: place.region,
      responseStreamingInvokeArn: invokeArn,
      signingJobArn: "",
      signingProfileVersionArn: "",
      sourceCodeHash: inputs.optionalText("sourceCodeHash") ?? "",
      sourceCodeSize: 1000,
      tracingConfig: inputs.object("tracingConfig")?.values ?? { mode: "PassThrough" },
      version: "$LATEST",
    };
  },
  create: (operation) => {
    refuse(operation, "creating", "Lambda.CreateFunction");
    return [];
  },
  update: (operation) => {
    refuse(operation, "updating", "Lambda.UpdateFunctionConfiguration");
    return [];
  },
};

function refuse({ world, inputs }: Operation, verb: string, call: string): void {
  const doing = `${verb} Lambda Function (${inputs.optionalText("name") ?? ""})`;
  const role = requireRole(world, inputs.text("role"), doing, call, "InvalidParameterValueException");
  const vpc = inputs.object("vpcConfig");
  if (!vpc) return;
  for (const subnet of vpc.texts("subnetIds")) requireSubnet(world, subnet, doing, call);
  for (const group of vpc.texts("securityGroupIds")) {
    requireSecurityGroup(world, group, doing, call, "InvalidParameterValueException");
  }
  const allowed = world
    .list("aws:iam/rolePolicy:RolePolicy")
    .some(
      (policy) =>
        policy.inputs.role === role.id && String(policy.inputs.policy).includes("ec2:CreateNetworkInterface"),
    );
  const attached = world
    .list("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .some((policy) => policy.inputs.role === role.id);
  if (!allowed && !attached) {
    throw awsRefusal(
      doing,
      call,
      "InvalidParameterValueException",
      "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    );
  }
}
