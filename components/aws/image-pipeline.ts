import { EventRule, EventTarget } from "@pulumi/aws/cloudwatch";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { BucketNotification } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { AlertTopic } from "./alert-topic";
import type { BackupBucket } from "./backup-bucket";
import { imageDefinition } from "./images/definition";
import { imageRights } from "./images/rights";
import { IMAGE_FOLDER } from "./images/settings";
import type { ImportRole } from "./import-role";
import { Runbook } from "./runbook";
import { policyOf, startRights, trust } from "./runbooks/rights";

export interface ImagePipelineArgs {
  readonly account: string;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
  readonly cluster: string;
  /** Bucket that the nodes export disks to. */
  readonly bucket: BackupBucket;
  readonly bucketName: string;
  /** Ids of the launch templates by guest. */
  readonly launchTemplates: Readonly<Record<string, pulumi.Input<string>>>;
  /** Who is told when no image could be made. */
  readonly alerts: AlertTopic;
  /** Images that are kept of each guest. */
  readonly keep: number;
  /** What EC2 reads the bucket with. */
  readonly importRole: ImportRole;
  readonly tags: Readonly<Record<string, string>>;
}

/** Seconds between two looks at an import, which takes minutes to hours. */
const POLL_SECONDS = 60;
/** A disk of a terabyte takes hours. */
const IMPORT_SECONDS = 12 * 3600;

/**
 * Makes exported disks bootable images without hands: a manifest in the bucket is an event, which starts a state
 * machine that has EC2 import the disks, registers the image and has the guest's launch template boot it.
 *
 * @example
 * new ImagePipeline("images", { account, region, partition: "aws", cluster: "example", bucket: exports,
 *   bucketName: "example-exports", launchTemplates: { web: template.id }, importRole, alerts, keep: 3, tags: {} });
 */
export class ImagePipeline extends pulumi.ComponentResource {
  readonly runbook: Runbook;

  constructor(name: string, args: ImagePipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:ImagePipeline", name, {}, opts);
    this.runbook = this.createRunbook(name, args);
    this.start(name, args);
    this.tellOfCutOff(`${name}-cut-off`, args);
    this.registerOutputs({ stateMachine: this.runbook.stateMachine.arn });
  }

  private createRunbook(name: string, args: ImagePipelineArgs): Runbook {
    const { account, region, cluster, keep, tags, alerts, bucket } = args;
    const known = pulumi.all([pulumi.all(args.launchTemplates), args.importRole.role.name, alerts.topic.arn]);
    return new Runbook(
      name,
      {
        account,
        definition: known.apply(([templates, importRole, topic]) =>
          imageDefinition({
            cluster,
            guests: Object.entries(templates).map(([guest, launchTemplate]) => ({
              name: guest,
              launchTemplate,
            })),
            importRole,
            topic,
            keep,
            pollSeconds: POLL_SECONDS,
            importSeconds: IMPORT_SECONDS,
            tags,
          }),
        ),
        rights: pulumi
          .all([known, args.partition, bucket.bucketArn, bucket.key.arn, alerts.key.arn])
          .apply(([[templates, , topic], partition, bucketArn, keyArn, topicKey]) =>
            imageRights({
              partition,
              region,
              account,
              bucketArn,
              keyArn,
              topic,
              topicKey,
              cluster,
              guests: Object.keys(templates),
              launchTemplates: Object.values(templates),
            }),
          ),
      },
      // An import that starts before EC2 may read the bucket fails.
      { parent: this, dependsOn: args.importRole.rights },
    );
  }

  private start(name: string, { account, bucket, bucketName }: ImagePipelineArgs): void {
    new BucketNotification(name, { bucket: bucket.bucket.bucket, eventbridge: true }, { parent: this });
    const stateMachine = this.runbook.stateMachine.arn;
    const rule = new EventRule(
      name,
      {
        description: "A guest's disks are complete in the bucket",
        eventPattern: JSON.stringify({
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: {
            bucket: { name: [bucketName] },
            object: { key: [{ wildcard: `${IMAGE_FOLDER}*/manifest.json` }] },
          },
        }),
        state: "ENABLED",
      },
      { parent: this },
    );
    const role = new Role(
      `${name}-start`,
      { assumeRolePolicy: trust("events.amazonaws.com", account) },
      { parent: this },
    );
    const rights = new RolePolicy(
      `${name}-start`,
      { role: role.name, policy: stateMachine.apply((arn) => policyOf(startRights([arn]))) },
      { parent: this },
    );
    new EventTarget(
      name,
      {
        rule: rule.name,
        arn: stateMachine,
        roleArn: role.arn,
        inputTransformer: {
          inputPaths: {
            bucket: "$.detail.bucket.name",
            key: "$.detail.object.key",
            version: "$.detail.object.version-id",
          },
          inputTemplate: '{"bucket": <bucket>, "key": <key>, "version": <version>}',
        },
      },
      { parent: this, dependsOn: rights },
    );
  }

  /** AWS runs no Catch for an execution that is aborted or over its time: EventBridge tells of it. */
  private tellOfCutOff(name: string, { alerts, cluster }: ImagePipelineArgs): void {
    const rule = new EventRule(
      name,
      {
        description: "Images that were cut off",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.states"],
          "detail-type": ["Step Functions Execution Status Change"],
          detail: { stateMachineArn: [this.runbook.stateMachine.arn], status: ["ABORTED", "TIMED_OUT"] },
        }),
        state: "ENABLED",
      },
      { parent: this },
    );
    new EventTarget(
      name,
      {
        rule: rule.name,
        arn: alerts.topic.arn,
        inputTransformer: {
          inputPaths: { name: "$.detail.name", status: "$.detail.status" },
          inputTemplate: `"${cluster}: an image was not finished: <status>. Start it again with the same input, and the imports that are under way are gone on with. Execution: <name>"`,
        },
      },
      { parent: this },
    );
  }
}
