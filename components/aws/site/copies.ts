import { Provider as HostsProvider } from "@pulumi/command/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import { dumpFolder, imagedGuests } from "../../../estate/offsite";
import { isShared } from "../../../estate/storage";
import type { OffsiteCopy, OffsitePlan } from "../../hosts/offsite/files";
import { OffsiteCopies, type OffsiteTimers } from "../../hosts/offsite-copies";
import { nodeConnection } from "../../proxmox/site/context";
import type { SecondSite } from "./context";
import type { Data } from "./data";

/** The nodes' part of the second site's data: what each of them copies, verifies and exports. */
export function createCopies(site: SecondSite, data: Data): void {
  const { name, aws, estate, parent, firstSite } = site;
  if (!aws.copies) return;
  const command = new HostsProvider(`${name}-nodes`, {}, { parent });
  for (const node of Object.keys(estate.nodes)) {
    const copies = copiesOf(estate, node);
    if (copies.length === 0) continue;
    new OffsiteCopies(
      node,
      {
        connection: nodeConnection(site, node),
        plan: plan(site, data, copies),
        timers: timers(site, copies),
        secrets: pulumi
          .all([data.nodes.credentials.id, data.nodes.credentials.secret])
          .apply(([accessKeyId, secretAccessKey]) => ({ accessKeyId, secretAccessKey })),
      },
      // Packages come from the repositories that the node is given.
      { parent, dependsOn: firstSite, providers: { command } },
    );
  }
}

/** The copies that a node makes or may have to make. */
export function copiesOf(estate: Estate, node: string): OffsiteCopy[] {
  const { aws, storages } = estate;
  return Object.entries(aws?.copies?.storages ?? {}).flatMap(([id, { bucket }]) => {
    const storage = storages[id];
    const folder = storage && dumpFolder(id, storage);
    if (!aws || !storage || !folder || (storage.nodes && !storage.nodes.includes(node))) return [];
    const target = bucket === "exports" ? aws.exports : aws.backupBucket;
    if (!target) return [];
    return [
      {
        name: id,
        folder,
        shared: isShared(estate, storage),
        bucket: target.name,
        ...(target.expireDays === undefined ? {} : { expireDays: target.expireDays }),
      },
    ];
  });
}

function timers({ aws, estate }: SecondSite, copies: readonly OffsiteCopy[]): OffsiteTimers {
  if (!aws.copies) throw new Error("nothing is copied; validation should have refused it");
  const { schedule, window } = aws.copies;
  const guests = imagedGuests(estate).map(({ guest }) => guest);
  return {
    storages: copies.map(({ name }) => name),
    schedule,
    ...(window && { window }),
    ...(aws.images && aws.exports && guests.length > 0
      ? { exports: { guests, schedule: aws.images.schedule } }
      : {}),
  };
}

function plan(
  { aws, estate }: SecondSite,
  { backups, exports }: Data,
  copies: readonly OffsiteCopy[],
): pulumi.Output<OffsitePlan> {
  if (!aws.copies) throw new Error("nothing is copied; validation should have refused it");
  const { schedule, bandwidth, window, verify } = aws.copies;
  const guests = imagedGuests(estate);
  const images =
    aws.images && aws.exports && guests.length > 0
      ? {
          exports: {
            guests,
            bucket: aws.exports.name,
            scratch: aws.images.scratch,
            schedule: aws.images.schedule,
          },
        }
      : {};
  const fixed = {
    cluster: estate.cluster.name,
    region: aws.region,
    copies,
    schedule,
    bandwidth,
    window,
    verify,
  };
  return pulumi.all([backups.key.arn, exports?.key.arn]).apply(([keyArn, exportsKeyArn]) => ({
    ...fixed,
    ...images,
    buckets: [
      { bucket: aws.backupBucket.name, keyArn },
      ...(aws.exports && exportsKeyArn !== undefined
        ? [{ bucket: aws.exports.name, keyArn: exportsKeyArn }]
        : []),
    ],
  }));
}
