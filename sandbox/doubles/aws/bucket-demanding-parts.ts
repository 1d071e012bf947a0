import { isProperties, type World } from "../../world";
import type { Behaviour, Operation } from "../behaviour";
import { anything, flag, list, number, object, set, text } from "../schema";
import { awsRefusal } from "./account";
import { BUCKET, part, requireBucket } from "./bucket-parts";

const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";

/** Whether a bucket keeps versions: it is told to, or has Object Lock. */
function keepsVersions(world: World, id: string): boolean {
  const { versioningConfiguration } = world.find(VERSIONING, id)?.inputs ?? {};
  if (isProperties(versioningConfiguration) && versioningConfiguration.status === "Enabled") return true;
  return world.find(BUCKET, id)?.inputs.objectLockEnabled === true;
}

/** A refusal of S3 about a bucket's part that is written. */
function partRefusal(kind: string, id: string, call: string, code: string, message: string) {
  return awsRefusal(`creating S3 ${kind} (${id})`, call, code, message);
}

/** A check of a part's inputs before S3 takes them; the bucket is there. */
function demanding(kind: string, demand: (operation: Operation, id: string) => void) {
  const written = (operation: Operation): [] => {
    const id = operation.inputs.text("bucket");
    requireBucket(operation.world, id, kind, `S3.Put${kind}`);
    demand(operation, id);
    return [];
  };
  return { create: written, update: written };
}

const objectLock = part(
  "bucketObjectLockConfiguration",
  {
    expectedBucketOwner: text.replaces,
    objectLockEnabled: text.default("Enabled").replaces.oneOf("Enabled"),
    rule: object({
      defaultRetention: object({
        days: number,
        mode: text.oneOf("COMPLIANCE", "GOVERNANCE"),
        years: number,
      }).required,
    }),
    token: text.secret,
  },
  demanding("ObjectLockConfiguration", ({ world }, id) => {
    if (keepsVersions(world, id)) return;
    throw partRefusal(
      "Bucket Object Lock Configuration",
      id,
      "S3.PutObjectLockConfiguration",
      "InvalidBucketState",
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }),
);

const logging = part(
  "bucketLogging",
  {
    expectedBucketOwner: text.replaces,
    targetBucket: text.required,
    targetGrants: set(anything),
    targetObjectKeyFormat: anything,
    targetPrefix: text.required,
  },
  demanding("BucketLogging", ({ world, inputs }, id) => {
    const target = inputs.text("targetBucket");
    if (world.find(BUCKET, target) && mayLog(world, target)) return;
    throw partRefusal(
      "Bucket Logging",
      id,
      "S3.PutBucketLogging",
      "InvalidTargetBucketForLogging",
      "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.",
    );
  }),
);

/** Whether a bucket's policy lets S3 deliver logs there. */
function mayLog(world: World, target: string): boolean {
  const { policy } = world.find("aws:s3/bucketPolicy:BucketPolicy", target)?.inputs ?? {};
  return typeof policy === "string" && policy.includes("logging.s3.amazonaws.com");
}

const replication = part(
  "bucketReplicationConfig",
  {
    role: text.required,
    rules: list(
      object({
        deleteMarkerReplication: object({ status: text.required.oneOf("Disabled", "Enabled") }),
        destination: object({
          accessControlTranslation: anything,
          account: text,
          bucket: text.required,
          encryptionConfiguration: object({ replicaKmsKeyId: text.required }),
          metrics: anything,
          replicationTime: anything,
          storageClass: text,
        }).required,
        existingObjectReplication: anything,
        filter: object({ and: anything, prefix: text, tag: anything }),
        id: text.computed,
        prefix: text,
        priority: number,
        sourceSelectionCriteria: object({
          replicaModifications: anything,
          sseKmsEncryptedObjects: object({ status: text.required.oneOf("Disabled", "Enabled") }),
        }),
        status: text.required.oneOf("Disabled", "Enabled"),
      }),
    ).required,
    token: text.secret,
  },
  demanding("BucketReplication", ({ world, inputs }, id) => {
    const targets = inputs.objects("rules").map((rule) => rule.object("destination")?.text("bucket") ?? "");
    const missing = [id, ...targets.map((target) => target.split(":::").at(-1) ?? "")].find(
      (one) => !keepsVersions(world, one),
    );
    if (missing === undefined) return;
    throw partRefusal(
      "Bucket Replication Configuration",
      id,
      "S3.PutBucketReplication",
      "InvalidRequest",
      missing === id
        ? "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        : "Destination bucket must have versioning enabled.",
    );
  }),
);

const notification = part("bucketNotification", {
  eventbridge: flag.default(false),
  lambdaFunctions: list(anything),
  queues: list(anything),
  topics: list(anything),
});

/** Settings of a bucket that S3 takes only with something else in place, and where it tells what happens in it. */
export const DEMANDING_PARTS: readonly Behaviour[] = [objectLock, logging, replication, notification];
