import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Key } from "@pulumi/aws/kms";
import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

export interface AlertTopicArgs {
  /** Addresses that are told; each has to confirm the mail that AWS sends it. */
  readonly emails: readonly string[];
}

/** Services of AWS that alarms and budgets come from, and say whose. */
const SENDERS = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"];
/**
 * EventBridge does not say whose rule it is that publishes to SNS: its user guide forbids conditions in topic policies
 * for it, as with one the message would be lost. What is open to it is to publish, which mails text to the operators.
 */
const EVENTS = "events.amazonaws.com";

/**
 * Where the second site says that something is wrong: an SNS topic, encrypted with a key that CloudWatch may use
 * (with the key that AWS manages, alarms would be lost without a word), reachable over TLS only.
 *
 * @example
 * new AlertTopic("alerts", { emails: ["ops@example.org"] });
 */
export class AlertTopic extends pulumi.ComponentResource {
  readonly topic: Topic;
  readonly key: Key;

  constructor(name: string, args: AlertTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:AlertTopic", name, {}, opts);
    const account = getCallerIdentityOutput({}, { parent: this }).accountId;
    const partition = getPartitionOutput({}, { parent: this }).partition;
    const root = pulumi.interpolate`arn:${partition}:iam::${account}:root`;
    this.key = new Key(
      name,
      {
        description: "Alerts of the second site",
        enableKeyRotation: true,
        deletionWindowInDays: 7,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "AccountDecides",
              Effect: "Allow",
              Principal: { AWS: root },
              Action: "kms:*",
              Resource: "*",
            },
            {
              Sid: "Senders",
              Effect: "Allow",
              Principal: { Service: SENDERS },
              Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
              Resource: "*",
              Condition: { StringEquals: { "aws:SourceAccount": account } },
            },
            {
              Sid: "Events",
              Effect: "Allow",
              Principal: { Service: EVENTS },
              Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
              Resource: "*",
            },
          ],
        }),
      },
      { parent: this },
    );
    this.topic = new Topic(name, { kmsMasterKeyId: this.key.arn, tags: { Name: name } }, { parent: this });
    new TopicPolicy(
      name,
      {
        arn: this.topic.arn,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "Account",
              Effect: "Allow",
              Principal: { AWS: root },
              Action: ["sns:GetTopicAttributes", "sns:Publish", "sns:SetTopicAttributes", "sns:Subscribe"],
              Resource: this.topic.arn,
            },
            {
              Sid: "Senders",
              Effect: "Allow",
              Principal: { Service: SENDERS },
              Action: "sns:Publish",
              Resource: this.topic.arn,
              Condition: { StringEquals: { "aws:SourceAccount": account } },
            },
            {
              Sid: "Events",
              Effect: "Allow",
              Principal: { Service: EVENTS },
              Action: "sns:Publish",
              Resource: this.topic.arn,
            },
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "sns:Publish",
              Resource: this.topic.arn,
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      { parent: this },
    );
    for (const email of args.emails) {
      new TopicSubscription(
        `${name}-${email}`,
        { topic: this.topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    this.registerOutputs({ topicArn: this.topic.arn });
  }
}
