import { join } from "node:path";
import type { Declared } from "../support/declared";
import { descriptionOf, estateOf, REPOSITORY } from "../support/description";
import { identityOf, permissions, type Row } from "../support/iam";
import { declareEstate } from "../support/program";

const PROD = join(REPOSITORY, "Pulumi.prod.yaml");
const { aws } = estateOf(PROD);
const EC2 = `arn:aws:ec2:${aws?.region}:${aws?.account}`;
const PUBLIC = `arn:aws:ec2:${aws?.region}:`;

const GROUP = "arn:aws:::db-1";
const TEMPLATE = `${EC2}:launch-template/db-1-id`;
const INSTANCE = `${EC2}:instance/i-0123456789abcdef0`;
const VOLUME = `${EC2}:volume/vol-0123456789abcdef0`;
const ISOLATED = `${EC2}:subnet/aws-isolated-eu-west-1a-id`;
const PRIVATE = `${EC2}:subnet/aws-private-eu-west-1a-id`;
const ALERTS = "arn:aws:::aws-alerts";
const PROBE = "arn:aws:::aws-probe";
const LATENCY = "arn:aws:::aws-latency-probe";

const OURS = { "cloudwatch:namespace": "HybridEstate/Recovery" };
const LINKS = { "cloudwatch:namespace": "HybridEstate/Links" };
/** Where the nodes tell of their copies: a runbook that wrote there could hide that they stopped. */
const NODES = { "cloudwatch:namespace": "HybridEstate" };
const FROM = { "ec2:LaunchTemplate": TEMPLATE };
const TAGGED = { ...FROM, "aws:RequestTag/hybrid-estate:drill": "drill-1" };
const STRANGER = { ...TAGGED, "ec2:LaunchTemplate": `${EC2}:launch-template/lt-0123456789abcdef0` };
const DRILL = { "aws:ResourceTag/hybrid-estate:drill": "drill-1" };
const LAUNCH = { "ec2:CreateAction": "RunInstances" };

/** What every runbook is kept from, whatever it recovers. */
const NEVER: readonly Row[] = [
  ["cloudwatch:PutMetricData", "*", { context: NODES }],
  ["cloudwatch:DeleteAlarms", "*"],
  ["cloudwatch:DisableAlarmActions", "*"],
  ["ec2:CreateLaunchTemplateVersion", TEMPLATE],
  ["ec2:DeregisterImage", `${PUBLIC}:image/ami-1`],
  ["ec2:DeleteSnapshot", `${PUBLIC}:snapshot/snap-1`],
  ["ec2:TerminateInstances", INSTANCE],
  ["ec2:StopInstances", INSTANCE],
  ["ec2:AuthorizeSecurityGroupEgress", `${EC2}:security-group/aws-drill-id`],
  ["autoscaling:DeleteAutoScalingGroup", GROUP],
  ["autoscaling:TerminateInstanceInAutoScalingGroup", GROUP],
  ["elasticloadbalancing:DeregisterTargets", "*"],
  ["route53:ChangeResourceRecordSets", "*"],
  ["lambda:UpdateFunctionCode", PROBE],
  ["lambda:UpdateFunctionCode", LATENCY],
  ["states:UpdateStateMachine", "arn:aws:::aws-failover"],
  ["states:StartExecution", "arn:aws:::aws-failover"],
  ["s3:GetObject", "arn:aws:s3:::backups/dump/a"],
  ["kms:Decrypt", "arn:aws:::aws-backups"],
  ["kms:ScheduleKeyDeletion", ALERTS],
  ["iam:PassRole", "*"],
  ["iam:PutRolePolicy", "*"],
  ["sts:AssumeRole", "*"],
];

const REPORTS: readonly Row[] = [
  ["lambda:InvokeFunction", PROBE],
  ["cloudwatch:PutMetricData", "*", { context: OURS }],
  ["sns:Publish", ALERTS],
  ["kms:GenerateDataKey", ALERTS],
  ["kms:Decrypt", ALERTS],
];

const LOOKS: readonly Row[] = [
  ["ec2:DescribeLaunchTemplateVersions", "*"],
  ["ec2:DescribeImages", "*"],
];

/** The production estate, declared once. */
let declared: Promise<readonly Declared[]> | undefined;
async function role(name: string) {
  declared ??= declareEstate(descriptionOf(PROD)).then(({ resources }) => resources);
  return identityOf(await declared, "aws:iam/role:Role", name);
}

describe("IAM: the failover", function () {
  this.timeout(60_000);
  permissions(() => role("aws-failover"), {
    may: [
      ...LOOKS,
      ["autoscaling:DescribeAutoScalingGroups", "*"],
      ["ec2:DescribeInstances", "*"],
      ["elasticloadbalancing:DescribeTargetHealth", "*"],
      ["autoscaling:UpdateAutoScalingGroup", GROUP],
      ["autoscaling:UpdateAutoScalingGroup", "arn:aws:::web"],
      ...REPORTS,
    ],
    mayNot: [
      ...NEVER,
      ["autoscaling:UpdateAutoScalingGroup", "arn:aws:::another"],
      ["ec2:RunInstances", INSTANCE, { context: TAGGED }],
      ["ec2:CreateTags", INSTANCE, { context: LAUNCH }],
      // It ends nothing, and be it a drill's.
      ["ec2:TerminateInstances", INSTANCE, { context: DRILL }],
      ["lambda:InvokeFunction", "arn:aws:::another"],
      ["sns:Publish", "arn:aws:::another"],
    ],
  });
});

describe("IAM: the failback", function () {
  this.timeout(60_000);
  const MEMBER = { "aws:ResourceTag/aws:autoscaling:groupName": "db-1-group" };
  const OURS_VOLUME = { "aws:ResourceTag/hybrid-estate:guest": "db-1" };
  const COPY = { "aws:RequestTag/hybrid-estate:failback": "failback-1" };
  const SNAPSHOT = `${PUBLIC}:snapshot/snap-1`;
  const COPYING = { "ec2:CreateAction": "CreateSnapshots" };
  permissions(() => role("aws-failback"), {
    may: [
      ["autoscaling:DescribeAutoScalingGroups", "*"],
      ["ec2:DescribeInstances", "*"],
      ["ec2:DescribeSnapshots", "*"],
      ["autoscaling:SuspendProcesses", GROUP],
      ["autoscaling:ResumeProcesses", GROUP],
      ["autoscaling:UpdateAutoScalingGroup", GROUP],
      ["ec2:StopInstances", INSTANCE, { context: MEMBER }],
      ["ec2:StartInstances", INSTANCE, { context: MEMBER }],
      // CreateSnapshots is asked for each of these.
      ["ec2:CreateSnapshots", INSTANCE, { context: MEMBER }],
      ["ec2:CreateSnapshots", VOLUME, { context: OURS_VOLUME }],
      ["ec2:CreateSnapshots", SNAPSHOT, { context: COPY }],
      ["ec2:CreateTags", SNAPSHOT, { context: COPYING }],
      ["sns:Publish", ALERTS],
      ["kms:GenerateDataKey", ALERTS],
    ],
    mayNot: [
      ...NEVER,
      ["autoscaling:SuspendProcesses", "arn:aws:::another"],
      ["autoscaling:UpdateAutoScalingGroup", "arn:aws:::another"],
      ["ec2:StopInstances", INSTANCE, { context: DRILL }],
      [
        "ec2:StopInstances",
        INSTANCE,
        { context: { "aws:ResourceTag/aws:autoscaling:groupName": "another" } },
      ],
      ["ec2:TerminateInstances", INSTANCE, { context: MEMBER }],
      ["ec2:CreateSnapshots", VOLUME],
      ["ec2:CreateSnapshots", VOLUME, { context: { "aws:ResourceTag/hybrid-estate:guest": "another" } }],
      // Untagged, a release would not count it, and nobody find it.
      ["ec2:CreateSnapshots", SNAPSHOT],
      ["ec2:ModifySnapshotAttribute", SNAPSHOT],
      ["ec2:CreateTags", SNAPSHOT],
      ["ec2:CreateTags", INSTANCE, { context: COPYING }],
      ["ec2:CreateImage", INSTANCE],
      ["lambda:InvokeFunction", PROBE],
    ],
  });
});

describe("IAM: the drill", function () {
  this.timeout(60_000);
  permissions(() => role("aws-drill"), {
    may: [
      ...LOOKS,
      ["ec2:DescribeInstances", "*"],
      ["ec2:DescribeInstanceStatus", "*"],
      // RunInstances is asked for each of these.
      ["ec2:RunInstances", INSTANCE, { context: TAGGED }],
      ["ec2:RunInstances", VOLUME, { context: TAGGED }],
      ["ec2:RunInstances", TEMPLATE, { context: FROM }],
      ["ec2:RunInstances", `${PUBLIC}:image/ami-1`, { context: FROM }],
      ["ec2:RunInstances", `${PUBLIC}:snapshot/snap-1`, { context: FROM }],
      ["ec2:RunInstances", `${EC2}:network-interface/eni-1`, { context: FROM }],
      ["ec2:RunInstances", ISOLATED, { context: FROM }],
      ["ec2:RunInstances", `${EC2}:security-group/aws-drill-id`, { context: FROM }],
      ["ec2:CreateTags", INSTANCE, { context: LAUNCH }],
      ["ec2:CreateTags", VOLUME, { context: LAUNCH }],
      ["ec2:TerminateInstances", INSTANCE, { context: DRILL }],
      ...REPORTS,
    ],
    mayNot: [
      ...NEVER,
      ["autoscaling:UpdateAutoScalingGroup", GROUP],
      ["ec2:RunInstances", INSTANCE],
      // Without its tag, nobody would find it again.
      ["ec2:RunInstances", INSTANCE, { context: FROM }],
      ["ec2:RunInstances", INSTANCE, { context: STRANGER }],
      ["ec2:RunInstances", `${EC2}:launch-template/lt-0123456789abcdef0`, { context: STRANGER }],
      ["ec2:RunInstances", `${PUBLIC}:image/ami-1`],
      // Beside what runs, where a guest's copy would be taken for the guest.
      ["ec2:RunInstances", PRIVATE, { context: FROM }],
      ["ec2:RunInstances", `${EC2}:security-group/db-1-id`, { context: FROM }],
      // Or it could call somebody's instance a drill's, and end it.
      ["ec2:CreateTags", INSTANCE],
      ["ec2:CreateTags", INSTANCE, { context: { "ec2:CreateAction": "CreateVolume" } }],
      ["ec2:CreateTags", `${PUBLIC}:image/ami-1`, { context: LAUNCH }],
      ["ec2:TerminateInstances", INSTANCE, { context: { "aws:ResourceTag/Name": "db-1" } }],
    ],
  });
});

describe("IAM: the watch over recoverable points", function () {
  this.timeout(60_000);
  permissions(() => role("aws-watch"), {
    may: [...LOOKS, ["cloudwatch:PutMetricData", "*", { context: OURS }]],
    mayNot: [
      ...NEVER,
      ["autoscaling:UpdateAutoScalingGroup", GROUP],
      ["ec2:RunInstances", INSTANCE, { context: TAGGED }],
      ["ec2:TerminateInstances", INSTANCE, { context: DRILL }],
      ["lambda:InvokeFunction", PROBE],
      ["sns:Publish", ALERTS],
    ],
  });
});

describe("IAM: the watch over the way between the sites", function () {
  this.timeout(60_000);
  permissions(() => role("aws-latency"), {
    may: [
      ["lambda:InvokeFunction", LATENCY],
      ["cloudwatch:PutMetricData", "*", { context: LINKS }],
    ],
    mayNot: [
      ...NEVER,
      // What it wrote there could hide that a point is too old.
      ["cloudwatch:PutMetricData", "*", { context: OURS }],
      ["lambda:InvokeFunction", PROBE],
      ["ec2:DescribeInstances", "*"],
      ["ec2:CreateNetworkInterface", "*"],
      ["autoscaling:UpdateAutoScalingGroup", GROUP],
      ["sns:Publish", ALERTS],
    ],
  });
  permissions(() => role("aws-latency-start"), {
    may: [["states:StartExecution", "arn:aws:::aws-latency"]],
    mayNot: [
      ["states:StartExecution", "arn:aws:::aws-watch"],
      ["states:StartExecution", "arn:aws:::aws-failover"],
      ["states:StopExecution", "arn:aws:::aws-latency"],
      ["lambda:InvokeFunction", LATENCY],
    ],
  });
});

describe("IAM: what starts drills and the watch", function () {
  this.timeout(60_000);
  const mayNot: readonly Row[] = [
    ["states:StartExecution", "arn:aws:::aws-failover"],
    ["states:StopExecution", "arn:aws:::aws-drill"],
    ["ec2:RunInstances", INSTANCE, { context: TAGGED }],
  ];
  permissions(() => role("aws-schedule"), {
    may: [
      ["states:StartExecution", "arn:aws:::aws-drill"],
      ["states:StartExecution", "arn:aws:::aws-watch"],
    ],
    mayNot,
  });
  permissions(() => role("aws-schedule-sweep"), {
    may: [["states:StartExecution", "arn:aws:::aws-drill"]],
    mayNot: [...mayNot, ["states:StartExecution", "arn:aws:::aws-watch"]],
  });
});

for (const [what, name, own] of [
  ["the probe", "aws-probe", PROBE],
  ["what measures the way between the sites", "aws-latency-probe", LATENCY],
] as const) {
  describe(`IAM: ${what}`, function () {
    this.timeout(60_000);
    const LOGS = `arn:aws:::${name}:log-stream:a`;
    permissions(() => role(name), {
      may: [
        ["logs:CreateLogStream", LOGS],
        ["logs:PutLogEvents", LOGS],
        ["ec2:CreateNetworkInterface", "*"],
        ["ec2:DeleteNetworkInterface", "*"],
        ["ec2:DescribeNetworkInterfaces", "*"],
      ],
      mayNot: [
        ...NEVER,
        ["logs:PutLogEvents", "arn:aws:::aws-flows:log-stream:a"],
        ["logs:CreateLogGroup", `arn:aws:::${name}`],
        ["logs:DeleteLogGroup", LOGS],
        ["ec2:ModifyNetworkInterfaceAttribute", "*"],
        ["ec2:RunInstances", INSTANCE, { context: TAGGED }],
        ["ec2:DescribeInstances", "*"],
        ["autoscaling:UpdateAutoScalingGroup", GROUP],
        ["lambda:InvokeFunction", own],
        ["sns:Publish", ALERTS],
        ["cloudwatch:PutMetricData", "*", { context: OURS }],
        ["cloudwatch:PutMetricData", "*", { context: LINKS }],
      ],
    });
  });
}
