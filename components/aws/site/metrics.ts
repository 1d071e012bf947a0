/** Namespace of the CloudWatch metrics that the estate writes; the nodes may write no other. */
export const METRIC_NAMESPACE = "HybridEstate";

/**
 * The metrics of the data, in seconds, every one with the dimension `Cluster`. Nothing is written where nothing was
 * ever copied: an alarm takes missing data for a breach.
 */
export const DATA_METRICS = {
  /** Age of the newest complete, verified copy of any backup; also with the dimension `Bucket`. */
  bucketAge: "NewestCopyAge",
  /** Age of the newest copy of a guest's backup; also with the dimension `Guest`. Alarms compare it with the RPO. */
  guestAge: "RecoverablePointAge",
  /** Age of the newest machine image of a guest; also with the dimension `Guest`. */
  imageAge: "RecoveryImageAge",
  /** Copies that were found to differ from what was copied (a number); also with the dimension `Bucket`. */
  corrupt: "CorruptCopies",
} as const;
