import {
  type Bucket,
  BucketLifecycleConfiguration,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from "@pulumi/aws/s3";
import type { input } from "@pulumi/aws/types";
import type * as pulumi from "@pulumi/pulumi";
import { type Keeping, lifecycleRules } from "./bucket-documents";

export interface BucketSettingsArgs {
  readonly bucket: Bucket;
  /** Policy of the bucket, as JSON. */
  readonly policy: pulumi.Input<string>;
  /** ARN of the key that it is encrypted with; S3's own key when absent. */
  readonly keyArn?: pulumi.Input<string>;
  readonly keeping: Keeping;
}

/** Settings that something else may have to wait for. */
export interface BucketSettings {
  readonly policy: BucketPolicy;
  readonly versioning: BucketVersioning;
}

/**
 * What every bucket here has: private, with a policy, encrypted, versioned, and a lifecycle. All of it is named as the
 * bucket's component, and belongs to it.
 */
export function bucketSettings(
  name: string,
  args: BucketSettingsArgs,
  parent: pulumi.Resource,
): BucketSettings {
  const { bucket } = args.bucket;
  new BucketServerSideEncryptionConfiguration(
    name,
    { bucket, rules: [encryptionRule(args.keyArn)] },
    { parent },
  );
  return { policy: keepPrivate(name, args, parent), versioning: keepVersions(name, args, parent) };
}

function keepPrivate(
  name: string,
  { bucket: { bucket }, policy }: BucketSettingsArgs,
  parent: pulumi.Resource,
): BucketPolicy {
  new BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, { parent });
  const block = new BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  // S3 answers OperationAborted when both are written at once.
  return new BucketPolicy(name, { bucket, policy }, { parent, dependsOn: block });
}

function keepVersions(
  name: string,
  { bucket: { bucket }, keeping }: BucketSettingsArgs,
  parent: pulumi.Resource,
): BucketVersioning {
  const versioning = new BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    { parent },
  );
  // Lifecycle rules for noncurrent versions want versioning to be on first.
  new BucketLifecycleConfiguration(
    name,
    { bucket, rules: lifecycleRules(keeping) },
    { parent, dependsOn: versioning },
  );
  return versioning;
}

function encryptionRule(keyArn?: pulumi.Input<string>): input.s3.BucketServerSideEncryptionConfigurationRule {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    bucketKeyEnabled: true,
  };
}
