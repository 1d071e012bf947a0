import type { World } from "../../world";
import type { Behaviour, Operation } from "../behaviour";
import { anything, flag, json, list, number, object, type Schema, set, text } from "../schema";
import { awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";

const BUCKET = "aws:s3/bucket:Bucket";

/** General purpose buckets: 3 to 63 of lower-case letters, digits, dots and hyphens. */
const BUCKET_NAME = /^(?!xn--|sthree-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Hosted zones of S3 websites by region, for alias records. */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "ap-southeast-1": "Z3O0J2DXBE1FTB",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "us-east-1": "Z3AQBSTGFYJSTF",
};

const bucket: Behaviour = {
  type: BUCKET,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("logging", "objectLockConfiguration", "replicationConfiguration", "website"),
    bucket: text.computed.replaces,
    bucketPrefix: text.computed.replaces,
    bucketNamespace: text.computed.replaces,
    forceDestroy: flag.default(false),
    objectLockEnabled: flag.computed.replaces,
    accelerationStatus: text.computed,
    acl: text.computed,
    corsRules: list(anything).computed,
    grants: set(anything).computed,
    lifecycleRules: list(anything).computed,
    policy: json.computed,
    requestPayer: text.computed,
    serverSideEncryptionConfiguration: anything.computed,
    versioning: anything.computed,
    arn: text.output,
    bucketDomainName: text.output,
    bucketRegion: text.output,
    bucketRegionalDomainName: text.output,
    hostedZoneId: text.output,
    websiteDomain: text.output,
    websiteEndpoint: text.output,
  },
  autoname: { property: "bucket" },
  prepare: mergeTags,
  check: (inputs) =>
    BUCKET_NAME.test(inputs.optionalText("bucket") ?? "unknown")
      ? []
      : [
          {
            property: "bucket",
            reason:
              "only lowercase alphanumeric characters, dots and hyphens, between 3 and 63 of them, are allowed",
          },
        ],
  id: ({ inputs }) => inputs.text("bucket"),
  // Names are unique in all of AWS; here one account has all of it.
  taken: (_, id) =>
    awsRefusal(
      `creating S3 Bucket (${id})`,
      "S3.CreateBucket",
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
    ).message,
  outputs: (operation, id) => {
    const { region, partition } = placeOf(operation);
    return {
      arn: `arn:${partition}:s3:::${id}`,
      region,
      bucketPrefix: operation.inputs.optionalText("bucketPrefix") ?? "",
      bucketNamespace: "global",
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegion: region,
      bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
      hostedZoneId: HOSTED_ZONES[region] ?? "",
      objectLockEnabled: operation.inputs.flag("objectLockEnabled"),
      requestPayer: operation.inputs.optionalText("requestPayer") ?? "BucketOwner",
    };
  },
  // What is set on a bucket is gone with it.
  remove: ({ world, object: { id } }) =>
    PARTS.flatMap(({ type }) =>
      world
        .list(type)
        .filter(({ inputs }) => inputs.bucket === id)
        .map(({ key }) => ({ remove: { type, key } })),
    ),
};

/** One setting of a bucket, of which a bucket has one. */
function part(name: string, schema: Schema, options: Partial<Behaviour> = {}): Behaviour {
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
function requireBucket(world: World, id: string, kind: string, call: string): void {
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

const PARTS: readonly Behaviour[] = [
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
  part("bucketOwnershipControls", {
    rule: object({
      objectOwnership: text.required.oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
    }).required,
  }),
];

export const s3Behaviours: readonly Behaviour[] = [bucket, ...PARTS];
