import { DRILL_TAG } from "./drill";
import { FAILBACK_TAG } from "./failback";
import { LINK_NAMESPACE } from "./latency-watch";
import { METRIC_NAMESPACE } from "./plan";

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What the runbooks work on. */
export interface RunbookResources {
  /** Region and account, with the partition in front: `arn:aws:ec2:eu-west-1:123456789012`. */
  readonly ec2: string;
  /** ARNs of the Auto Scaling groups that a failover raises. */
  readonly groups: readonly string[];
  /** Names of those groups, and of what each brings back. */
  readonly groupNames: readonly string[];
  readonly guests: readonly string[];
  /** Ids of the launch templates. */
  readonly launchTemplates: readonly string[];
  /** ARN of the function that probes. */
  readonly probeFunction: string;
  /** ARNs of the topic and of the key that it is encrypted with. */
  readonly topic: string;
  readonly topicKey: string;
  /** Ids of the subnets and the security group of drills. */
  readonly drillSubnets: readonly string[];
  readonly drillSecurityGroup: string;
}

/** An IAM policy of statements. */
export function policyOf(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Looks at everything, raises the estate's own groups, reports; ends nothing and changes no record. */
export function failoverRights(resources: RunbookResources): Statement[] {
  return [
    look(
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeInstances",
      "elasticloadbalancing:DescribeTargetHealth",
    ),
    {
      Sid: "Raise",
      Effect: "Allow",
      Action: ["autoscaling:UpdateAutoScalingGroup"],
      Resource: resources.groups,
    },
    ...probe(resources),
    ...report(resources),
  ];
}

/** Boots its launch templates in the drill's own subnets and group only, and ends what bears a drill's tag only. */
export function drillRights(resources: RunbookResources): Statement[] {
  const { ec2, launchTemplates, drillSubnets, drillSecurityGroup } = resources;
  const templates = launchTemplates.map((id) => `${ec2}:launch-template/${id}`);
  const fromTemplates = { ArnEquals: { "ec2:LaunchTemplate": templates } };
  const made = [`${ec2}:instance/*`, `${ec2}:volume/*`];
  return [
    look("ec2:DescribeInstances", "ec2:DescribeInstanceStatus"),
    {
      Sid: "BootTagged",
      Effect: "Allow",
      Action: ["ec2:RunInstances"],
      Resource: made,
      Condition: { ...fromTemplates, StringLike: { [`aws:RequestTag/${DRILL_TAG}`]: "*" } },
    },
    {
      Sid: "BootFromTemplates",
      Effect: "Allow",
      Action: ["ec2:RunInstances"],
      Resource: [
        ...templates,
        // Images and their snapshots belong to no account in an ARN of an image.
        `${ec2.split(":").slice(0, 4).join(":")}::image/*`,
        `${ec2.split(":").slice(0, 4).join(":")}::snapshot/*`,
        `${ec2}:network-interface/*`,
      ],
      Condition: fromTemplates,
    },
    {
      Sid: "BootApart",
      Effect: "Allow",
      Action: ["ec2:RunInstances"],
      Resource: [
        ...drillSubnets.map((id) => `${ec2}:subnet/${id}`),
        `${ec2}:security-group/${drillSecurityGroup}`,
      ],
    },
    {
      Sid: "TagWhatBoots",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: made,
      Condition: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
    },
    {
      Sid: "CleanUp",
      Effect: "Allow",
      Action: ["ec2:TerminateInstances"],
      Resource: [`${ec2}:instance/*`],
      Condition: { StringLike: { [`aws:ResourceTag/${DRILL_TAG}`]: "*" } },
    },
    ...probe(resources),
    ...report(resources),
  ];
}

/**
 * Holds, lowers and lets go of the estate's own groups; stops, starts and copies the instances of those, and nobody
 * else's. It deletes nothing by itself: what a lowered group ends, Auto Scaling does.
 */
export function failbackRights(resources: RunbookResources): Statement[] {
  const { ec2, groups, groupNames, guests } = resources;
  // AWS alone gives this tag, so nothing can be called a member that is none.
  const member = { StringEquals: { "aws:ResourceTag/aws:autoscaling:groupName": groupNames } };
  const snapshots = [`${ec2.split(":").slice(0, 4).join(":")}::snapshot/*`];
  return [
    {
      Sid: "Look",
      Effect: "Allow",
      Action: ["autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances", "ec2:DescribeSnapshots"],
      Resource: "*",
    },
    {
      Sid: "HoldAndLower",
      Effect: "Allow",
      Action: [
        "autoscaling:ResumeProcesses",
        "autoscaling:SuspendProcesses",
        "autoscaling:UpdateAutoScalingGroup",
      ],
      Resource: groups,
    },
    {
      Sid: "StopAndStart",
      Effect: "Allow",
      Action: ["ec2:StartInstances", "ec2:StopInstances"],
      Resource: [`${ec2}:instance/*`],
      Condition: member,
    },
    {
      Sid: "CopyInstances",
      Effect: "Allow",
      Action: ["ec2:CreateSnapshots"],
      Resource: [`${ec2}:instance/*`],
      Condition: member,
    },
    {
      Sid: "CopyVolumes",
      Effect: "Allow",
      Action: ["ec2:CreateSnapshots"],
      Resource: [`${ec2}:volume/*`],
      Condition: { StringEquals: { "aws:ResourceTag/hybrid-estate:guest": guests } },
    },
    {
      Sid: "CopyTagged",
      Effect: "Allow",
      Action: ["ec2:CreateSnapshots"],
      Resource: snapshots,
      Condition: { StringLike: { [`aws:RequestTag/${FAILBACK_TAG}`]: "*" } },
    },
    {
      Sid: "TagCopies",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: snapshots,
      Condition: { StringEquals: { "ec2:CreateAction": "CreateSnapshots" } },
    },
    ...publish(resources),
  ];
}

/** Looks, and writes metrics. */
export function watchRights(): Statement[] {
  return [look(), measures(METRIC_NAMESPACE)];
}

/** Asks the function that measures, and writes what it says. */
export function latencyRights(latencyFunction: string): Statement[] {
  return [invoke(latencyFunction), measures(LINK_NAMESPACE)];
}

/** Starts executions of state machines, and nothing else. */
export function startRights(stateMachines: readonly string[]): Statement[] {
  return [{ Sid: "Start", Effect: "Allow", Action: ["states:StartExecution"], Resource: stateMachines }];
}

/** Writes its log into the group of this ARN, and has a network interface in the VPC. */
export function probeRights(logGroup: string): Statement[] {
  return [
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`${logGroup}:*`],
    },
    {
      Sid: "StandInVpc",
      Effect: "Allow",
      // Lambda asks for these on everything: no narrower resource is taken for a function in a VPC.
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: "*",
    },
  ];
}

/**
 * Lets a service of AWS take a role, for this account's resources only: nobody else's resources of that service may
 * use it (the confused deputy). `source` narrows that to some of them by ARN, `externalId` is what the service says of
 * itself.
 */
export function trust(
  service: string,
  account: string,
  { source, externalId }: { readonly source?: string; readonly externalId?: string } = {},
): string {
  return trustOf(service, {
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
      },
      ...(source === undefined ? {} : { ArnLike: { "aws:SourceArn": source } }),
    },
  });
}

/**
 * Lets a service take a role that does not say for whom it does: a condition would keep the service itself out, without
 * a word. What the role may do has to be harmless in the hands of whoever gets that service to take it.
 */
export function trustWithoutSource(service: "lambda.amazonaws.com" | "s3.amazonaws.com"): string {
  return trustOf(service, {});
}

function trustOf(service: string, more: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...more }],
  });
}

/** EC2's and Auto Scaling's descriptions know no narrower resource. */
function look(...more: readonly string[]): Statement {
  return {
    Sid: "Look",
    Effect: "Allow",
    Action: ["ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions", ...more],
    Resource: "*",
  };
}

/** PutMetricData knows no resource; the namespace is what it can be held to. */
function measures(namespace: string): Statement {
  return {
    Sid: "Measure",
    Effect: "Allow",
    Action: ["cloudwatch:PutMetricData"],
    Resource: "*",
    Condition: { StringEquals: { "cloudwatch:namespace": namespace } },
  };
}

function invoke(lambdaFunction: string): Statement {
  return { Sid: "Probe", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [lambdaFunction] };
}

function probe({ probeFunction }: RunbookResources): Statement[] {
  return [invoke(probeFunction)];
}

function report(resources: RunbookResources): Statement[] {
  return [measures(METRIC_NAMESPACE), ...publish(resources)];
}

function publish({ topic, topicKey }: RunbookResources): Statement[] {
  return [
    { Sid: "Report", Effect: "Allow", Action: ["sns:Publish"], Resource: [topic] },
    {
      Sid: "EncryptReport",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: [topicKey],
    },
  ];
}
