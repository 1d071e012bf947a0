/** Namespace of the CloudWatch metrics that the estate writes; the nodes may write no other. */
export const METRIC_NAMESPACE = "HybridEstate";
