import { BackupBucket } from "../backup-bucket";
import { NodeIdentity } from "../node-identity";
import type { SecondSite } from "./context";

/** Where backups go, and who takes them there. */
export interface Data {
  readonly backups: BackupBucket;
  readonly nodes: NodeIdentity;
}

export function createData({ name, aws, estate, parent }: SecondSite): Data {
  const backups = new BackupBucket(
    `${name}-backups`,
    { bucketName: aws.backupBucket.name, ...aws.backupBucket },
    { parent },
  );
  const nodes = new NodeIdentity(
    `${name}-nodes`,
    {
      userName: `${estate.cluster.name}-nodes`,
      bucketArn: backups.bucketArn,
      keyArn: backups.key.arn,
    },
    { parent },
  );
  return { backups, nodes };
}
