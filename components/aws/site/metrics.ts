/** Namespace of the CloudWatch metrics that the estate writes; the nodes may write no other. */
export const METRIC_NAMESPACE = "HybridEstate";

/**
 * What the nodes tell CloudWatch, each with the dimensions `Cluster` and `Bucket`; the age with `Cluster` alone too. Nothing is written where nothing was
 * ever copied: an alarm takes missing data for a breach.
 */
export const DATA_METRICS = {
  /** Seconds since the newest backup of which a verified copy is in the bucket was written. */
  bucketAge: "NewestCopyAge",
  /** Copies that were found to differ from what was copied. */
  corrupt: "CorruptCopies",
} as const;
