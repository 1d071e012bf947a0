import type { World } from "../../world";
import type { Behaviour, Operation } from "../behaviour";
import { anything, flag, json, list, number, object, type Schema, set, text } from "../schema";
import { awsRefusal, placeOf, regional } from "./account";

export const BUCKET = "aws:s3/bucket:Bucket";

/** One setting of a bucket, of which a bucket has one. */
export function part(name: string, schema: Schema, options: Partial<Behaviour> = {}): Behaviour {
  const kind = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  const call = `S3.Put${kind}`;
  const known = ({ world, inputs }: Operation) => {
    requireBucket(world, inputs.text("bucket"), kind, call);
    return [];
  };
  return {
    type: `aws:s3/${name}:${kind}`,
    schema: { ...regional, bucket: text.required.replaces, ...schema },
    id: ({ inputs }) => inputs.text("bucket"),
    overwrites: true,
    outputs: (operation) => ({ region: placeOf(operation).region }),
    create: known,
    update: known,
    ...options,
  };
}

/** @throws Refusal unless the bucket is there */
export function requireBucket(world: World, id: string, kind: string, call: string): void {
  if (world.find(BUCKET, id)) return;
  throw awsRefusal(
    `creating S3 ${kind} (${id})`,
    call,
    "NoSuchBucket",
    "The specified bucket does not exist",
  );
}

const transition = object({ date: text, days: number, storageClass: text.required });

const lifecycleRule = object({
  id: text.required,
  status: text.required.oneOf("Disabled", "Enabled"),
  abortIncompleteMultipartUpload: object({ daysAfterInitiation: number }),
  expiration: object({ date: text, days: number, expiredObjectDeleteMarker: flag.computed }),
  filter: object({
    and: anything,
    objectSizeGreaterThan: number.computed,
    objectSizeLessThan: number.computed,
    prefix: text.computed,
    tag: object({ key: text.required, value: text.required }),
  }),
  noncurrentVersionExpiration: object({ newerNoncurrentVersions: number, noncurrentDays: number.required }),
  noncurrentVersionTransitions: list(
    object({
      newerNoncurrentVersions: number,
      noncurrentDays: number.required,
      storageClass: text.required,
    }),
  ),
  prefix: text.computed,
  transitions: list(transition),
});

export const BUCKET_PARTS: readonly Behaviour[] = [
  part("bucketVersioning", {
    expectedBucketOwner: text.replaces,
    mfa: text,
    versioningConfiguration: object({
      mfaDelete: text.computed.oneOf("Disabled", "Enabled"),
      status: text.required.oneOf("Disabled", "Enabled", "Suspended"),
    }).required,
  }),
  part("bucketServerSideEncryptionConfiguration", {
    expectedBucketOwner: text.replaces,
    rules: set(
      object({
        applyServerSideEncryptionByDefault: object({
          kmsMasterKeyId: text,
          sseAlgorithm: text.required.oneOf("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"),
        }),
        blockedEncryptionTypes: list(text),
        bucketKeyEnabled: flag,
      }),
    ).required,
  }),
  part("bucketPublicAccessBlock", {
    blockPublicAcls: flag.default(false),
    blockPublicPolicy: flag.default(false),
    ignorePublicAcls: flag.default(false),
    restrictPublicBuckets: flag.default(false),
    skipDestroy: flag,
  }),
  part("bucketPolicy", { policy: json.required }),
  part(
    "bucketLifecycleConfiguration",
    {
      expectedBucketOwner: text.replaces.computed,
      rules: list(lifecycleRule),
      timeouts: anything,
      transitionDefaultMinimumObjectSize: text.computed,
    },
    {
      outputs: (operation) => ({
        region: placeOf(operation).region,
        expectedBucketOwner: operation.inputs.optionalText("expectedBucketOwner") ?? "",
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      }),
    },
  ),
  part("bucketNotification", {
    eventbridge: flag.default(false),
    lambdaFunctions: list(anything),
    queues: list(anything),
    topics: list(anything),
  }),
  part("bucketOwnershipControls", {
    rule: object({
      objectOwnership: text.required.oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
    }).required,
  }),
];
