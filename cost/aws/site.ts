import { items } from "../../policy/facts/read";
import { all, type Circumstances, type Needs } from "../demand";
import type { Links } from "../links";
import { customMetrics, snapshots, stated } from "./amounts";

/** Types of the resources through which data leaves AWS. */
const WAYS_OUT = [
  "aws:ec2/instance:Instance",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/vpnConnection:VpnConnection",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:lb/loadBalancer:LoadBalancer",
];

/**
 * What belongs to no declared resource: traffic, where there is anything that it may leave by, and what runbooks and
 * nodes make at run time (snapshots of images, metrics), where it is stated.
 */
export function costSite({ usage, links }: Circumstances): Needs {
  const site = { resource: "(whole site)" };
  const out = links.ofTypes(WAYS_OUT).length > 0 || usage.internetGb !== undefined;
  return all(
    out
      ? stated("transfer.internet", usage.internetGb, { what: "GB out", setting: "internetGb", ...site })
      : {},
    usage.zonesGb === undefined
      ? {}
      : stated("transfer.zones", usage.zonesGb, { what: "GB between zones", setting: "zonesGb", ...site }),
    regionsTraffic(usage.regionsGb, replicates(links)),
    usage.snapshotsGb === undefined ? {} : snapshots(usage),
    usage.customMetrics === undefined ? {} : customMetrics(usage),
  );
}

function replicates(links: Links): boolean {
  const types = [
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration",
  ];
  return links.ofTypes(types).some(({ properties }) => items(properties, "rules").length > 0);
}

function regionsTraffic(amount: number | undefined, replicated: boolean): Needs {
  if (amount === undefined && !replicated) return {};
  return stated("transfer.regions", amount, {
    what: "GB to another region",
    setting: "regionsGb",
    resource: "(whole site)",
  });
}
