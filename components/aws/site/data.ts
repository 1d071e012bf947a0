import { Provider } from "@pulumi/aws/provider";
import { BackupBucket } from "../backup-bucket";
import { BucketReplica } from "../bucket-replica";
import { LogBucket } from "../log-bucket";
import { NodeIdentity } from "../node-identity";
import type { SecondSite } from "./context";
import { METRIC_NAMESPACE } from "./metrics";
import { providerArgs } from "./provider";

/** Where backups go, and who takes them there. */
export interface Data {
  readonly backups: BackupBucket;
  /** The locked bucket, where there is one. */
  readonly exports?: BackupBucket;
  readonly nodes: NodeIdentity;
}

export function createData(site: SecondSite): Data {
  const { name, aws, estate, parent } = site;
  const { backupBucket, exports, accessLogs } = aws;
  const logs =
    accessLogs &&
    new LogBucket(
      `${name}-access-logs`,
      {
        bucketName: accessLogs.name,
        expireDays: accessLogs.expireDays,
        sources: [backupBucket, ...(exports ? [exports] : [])].map((bucket) => bucket.name),
      },
      { parent },
    );
  const common = { accessLogs: logs?.bucket.bucket };
  const opts = { parent, ...(logs ? { dependsOn: logs.policy } : {}) };
  const backups = new BackupBucket(
    `${name}-backups`,
    { bucketName: backupBucket.name, ...keeping(backupBucket), ...common },
    opts,
  );
  const locked =
    exports &&
    new BackupBucket(
      `${name}-exports`,
      { bucketName: exports.name, lock: exports.lock, ...keeping(exports), ...common },
      opts,
    );
  replicate(site, { backups, exports: locked });
  const nodes = new NodeIdentity(
    `${name}-nodes`,
    {
      userName: `${estate.cluster.name}-nodes`,
      buckets: [backups, ...(locked ? [locked] : [])].map(({ bucketArn, key }) => ({
        bucketArn,
        keyArn: key.arn,
      })),
      keys: aws.nodeIdentity.keys,
      metricNamespace: METRIC_NAMESPACE,
    },
    { parent },
  );
  return { backups, ...(locked ? { exports: locked } : {}), nodes };
}

type Bucket = SecondSite["aws"]["backupBucket"];

function keeping({ noncurrentDays, infrequentAccessDays, expireDays }: Bucket) {
  return { noncurrentDays, infrequentAccessDays, expireDays };
}

/**
 * Second buckets, each with a provider of its own whose name says nothing of the region: another region is then a
 * replacement, which protection stops, and not a look for the bucket where it never was.
 */
function replicate(site: SecondSite, sources: Readonly<Record<string, BackupBucket | undefined>>): void {
  const { name, aws, estate, parent } = site;
  const { backupBucket, exports } = aws;
  const wanted = [
    { part: "backups", lock: undefined, ...backupBucket },
    ...(exports ? [{ part: "exports", ...exports }] : []),
  ];
  for (const { part, replica, lock, ...bucket } of wanted) {
    const source = sources[part];
    if (!replica || !source) continue;
    const { region } = replica;
    const regional = new Provider(
      `${name}-${part}-replica`,
      providerArgs({ ...aws, region }, estate.cluster.name),
      { parent },
    );
    new BucketReplica(
      `${name}-${part}-replica`,
      {
        source,
        sourceRegion: aws.region,
        region,
        bucket: { bucketName: replica.name, lock, ...keeping(bucket) },
        regional,
        roleName: `${estate.cluster.name}-${part}-replication`,
      },
      { parent },
    );
  }
}
