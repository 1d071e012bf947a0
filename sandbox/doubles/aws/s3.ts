import type { Behaviour } from "../behaviour";
import { anything, flag, json, list, set, text } from "../schema";
import { awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { DEMANDING_PARTS } from "./bucket-demanding-parts";
import { BUCKET, BUCKET_PARTS } from "./bucket-parts";

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
    [...BUCKET_PARTS, ...DEMANDING_PARTS].flatMap(({ type }) =>
      world
        .list(type)
        .filter(({ inputs }) => inputs.bucket === id)
        .map(({ key }) => ({ remove: { type, key } })),
    ),
};

export const s3Behaviours: readonly Behaviour[] = [bucket, ...BUCKET_PARTS, ...DEMANDING_PARTS];
