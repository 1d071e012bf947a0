import type { DeclaredResource } from "../../policy/facts/declared";
import { text } from "../../policy/facts/read";
import { all, type Circumstances, type Costing, type Costings, free, type Needs } from "../demand";
import type { Meter } from "../meters";
import { gap, monthly, stated } from "./amounts";

const SETTING_FREE = free("a setting of its bucket");

const BUCKET_SETTINGS = [
  "bucketAcl:BucketAcl",
  "bucketAclV2:BucketAclV2",
  "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  "bucketLogging:BucketLogging",
  "bucketLoggingV2:BucketLoggingV2",
  "bucketNotification:BucketNotification",
  "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
  "bucketOwnershipControls:BucketOwnershipControls",
  "bucketPolicy:BucketPolicy",
  "bucketPublicAccessBlock:BucketPublicAccessBlock",
  "bucketReplicationConfig:BucketReplicationConfig",
  "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  "bucketVersioning:BucketVersioning",
  "bucketVersioningV2:BucketVersioningV2",
  "accountPublicAccessBlock:AccountPublicAccessBlock",
];

const CLASSES = [
  ["standardGb", "s3.standard"],
  ["standardIaGb", "s3.standardIa"],
  ["glacierIrGb", "s3.glacierIr"],
  ["glacierGb", "s3.glacier"],
  ["deepArchiveGb", "s3.deepArchive"],
] as const satisfies readonly (readonly [string, Meter])[];

const OTHERS = [
  ["writes", "s3.writes"],
  ["reads", "s3.reads"],
  ["retrievedGb", "s3.iaRetrieval"],
] as const satisfies readonly (readonly [string, Meter])[];

/** Buckets by what they are stated to keep; keys; secrets. */
export const storageCostings: Costings = {
  ...Object.fromEntries(BUCKET_SETTINGS.map((type): [string, Costing] => [`aws:s3/${type}`, SETTING_FREE])),
  "aws:s3/bucket:Bucket": costBucket,
  "aws:s3/bucketV2:BucketV2": costBucket,
  "aws:kms/key:Key": costKey,
  "aws:kms/replicaKey:ReplicaKey": costKey,
  "aws:kms/alias:Alias": free("a name of its key"),
  "aws:kms/grant:Grant": free("grants are free"),
  "aws:kms/keyPolicy:KeyPolicy": free("a setting of its key"),
  "aws:secretsmanager/secret:Secret": () => monthly("secrets.secret"),
  "aws:secretsmanager/secretVersion:SecretVersion": free("part of its secret"),
  "aws:ssm/parameter:Parameter": ({ properties }) =>
    text(properties, "tier") === "Advanced"
      ? gap("advanced parameter", "there is no price of it")
      : { free: "standard parameters are free" },
};

function costBucket({ name, properties }: DeclaredResource, { usage }: Circumstances): Needs {
  const declared = text(properties, "bucket");
  const bucket = typeof declared === "string" ? declared : name;
  const use = usage.buckets[bucket];
  const kept = CLASSES.filter(([key]) => use?.[key] !== undefined);
  if (use === undefined || kept.length === 0) {
    return gap("storage", `state aws.usage.buckets.${bucket}.standardGb, or what other classes keep`);
  }
  return all(
    ...[...kept, ...OTHERS.filter(([key]) => use[key] !== undefined)].map(([key, meter]) =>
      stated(meter, use[key], { what: key, setting: `buckets.${bucket}.${key}` }),
    ),
  );
}

function costKey(_: DeclaredResource, { usage }: Circumstances): Needs {
  return all(
    monthly("kms.key"),
    stated("kms.requests", usage.kmsRequests, {
      what: "KMS requests",
      setting: "kmsRequests",
      resource: "(all keys)",
    }),
  );
}
