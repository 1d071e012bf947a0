import type { Bucket, SatelliteKind } from "../facts/buckets";
import type { Topology } from "../facts/topology";
import {
  type EstateRule,
  type Finding,
  notApplicable,
  type RuleDescription,
  undecided,
  violated,
} from "./rule";

/** What a rule says about one bucket. */
export type BucketVerdict =
  | { readonly verdict: "fine" }
  | { readonly verdict: "violated" | "undecided"; readonly because: string };

/** A rule that asks the same of every bucket and of the resources that belong to it. */
export interface BucketRuleParts extends RuleDescription {
  readonly scope: "estate";
  /** The kind of resource that would put it right. */
  readonly satellite: SatelliteKind;
  readonly decide: (bucket: Bucket, topology: Topology) => BucketVerdict;
}

/** Makes the rule: a violation stays undecided while a fitting resource may turn out to belong to the bucket. */
export function bucketRule({ satellite, decide, ...description }: BucketRuleParts): EstateRule {
  return {
    ...description,
    check: (topology) =>
      topology.buckets.length === 0
        ? notApplicable("This program declares no bucket")
        : topology.buckets.flatMap((bucket) =>
            finding(bucket, decide(bucket, topology), satellite, description),
          ),
  };
}

function finding(
  bucket: Bucket,
  decision: BucketVerdict,
  satellite: SatelliteKind,
  { remediation }: RuleDescription,
): Finding[] {
  const name = `Bucket ${bucket.source.name}`;
  if (decision.verdict === "fine") {
    return [];
  }
  if (decision.verdict === "undecided") {
    return [undecided(bucket.source, `${name}: ${decision.because}.`)];
  }
  return bucket.uncertain.has(satellite)
    ? [undecided(bucket.source, `${name}: which bucket a declared ${satellite} belongs to is not known yet.`)]
    : [violated(bucket.source, `${name}: ${decision.because}. ${remediation}`)];
}
