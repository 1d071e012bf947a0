import { type Behaviour, type Operation, uniqueHex } from "../behaviour";
import { anything, flag, number, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** Days that CloudWatch Logs takes; 0 is for ever. */
const RETENTION = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: Behaviour = {
  type: LOG_GROUP,
  schema: {
    ...regional,
    ...tagged,
    name: text.computed.replaces.matching(/^[.\-_/#A-Za-z0-9]{1,512}$/, "letters, digits and . - _ / #"),
    namePrefix: text.computed.replaces,
    deletionProtectionEnabled: flag.computed,
    kmsKeyId: text,
    logGroupClass: text.computed.replaces.oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
    retentionInDays: number.default(0).oneOf(...RETENTION),
    skipDestroy: flag.default(false),
    arn: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: ({ inputs }) => inputs.text("name"),
  taken: (_: Operation, id: string) =>
    awsRefusal(
      `creating CloudWatch Logs Log Group (${id})`,
      "CloudWatchLogs.CreateLogGroup",
      "ResourceAlreadyExistsException",
      "The specified log group already exists",
    ).message,
  outputs: (operation, id) => ({
    arn: arn(placeOf(operation), "logs", `log-group:${id}`),
    region: placeOf(operation).region,
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    logGroupClass: operation.inputs.optionalText("logGroupClass") ?? "STANDARD",
    deletionProtectionEnabled: operation.inputs.flag("deletionProtectionEnabled"),
  }),
};

/** What a flow log watches: exactly one of these. */
const WATCHED = [
  "eniId",
  "regionalNatGatewayId",
  "subnetId",
  "transitGatewayAttachmentId",
  "transitGatewayId",
  "vpcId",
];

export const flowLog: Behaviour = {
  type: "aws:ec2/flowLog:FlowLog",
  schema: {
    ...regional,
    ...tagged,
    deliverCrossAccountRole: text.replaces,
    destinationOptions: anything.replaces,
    eniId: text.replaces,
    iamRoleArn: text.replaces,
    logDestination: text.computed.replaces,
    logDestinationType: text
      .default("cloud-watch-logs")
      .replaces.oneOf("cloud-watch-logs", "kinesis-data-firehose", "s3"),
    logFormat: text.computed.replaces,
    maxAggregationInterval: number.default(600).replaces.oneOf(60, 600),
    regionalNatGatewayId: text.replaces,
    subnetId: text.replaces,
    tagFieldSpecifications: anything.replaces,
    trafficType: text.replaces.oneOf("ACCEPT", "ALL", "REJECT"),
    transitGatewayAttachmentId: text.replaces,
    transitGatewayId: text.replaces,
    vpcId: text.replaces,
    arn: text.output,
  },
  prepare: mergeTags,
  check: (inputs) =>
    WATCHED.filter((name) => inputs.has(name)).length === 1
      ? []
      : [{ property: "vpcId", reason: `one of ${WATCHED.join(", ")} must be specified` }],
  id: (operation) => `fl-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "ec2", `vpc-flow-log/${id}`),
      region: place.region,
      logFormat:
        operation.inputs.optionalText("logFormat") ??
        // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS writes the fields of a record like this
        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
    };
  },
  create: ({ world, inputs }) => {
    const watched = inputs.optionalText("vpcId") ?? "";
    const refuse = (message: string) =>
      awsRefusal(`creating Flow Log (${watched})`, "EC2.CreateFlowLogs", "InvalidParameter", message);
    const destination = inputs.optionalText("logDestination") ?? "";
    if (inputs.text("logDestinationType") !== "cloud-watch-logs") return [];
    if (!inputs.has("iamRoleArn")) {
      throw refuse("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.");
    }
    if (!world.list(LOG_GROUP).some(({ outputs }) => outputs.arn === destination.replace(/:\*$/, ""))) {
      throw refuse(`LogDestination: ${destination} does not exist`);
    }
    return [];
  },
};
