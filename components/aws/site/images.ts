import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { imagedGuests } from "../../../estate/offsite";
import { mapValues } from "../../records";
import type { BackupBucket } from "../backup-bucket";
import { ImagePipeline } from "../image-pipeline";
import { IMAGE_FOLDER } from "../images/settings";
import { ImportRole } from "../import-role";
import { ImportedImage } from "../imported-image";
import type { SecondSite } from "./context";
import type { Data } from "./data";
import type { PilotLights, RecoveryParts } from "./recovery";

/** What EC2 reads disks with; none where nothing is imported. */
export function createImportRole({ name, aws, estate, parent }: SecondSite, data: Data) {
  const once = Object.values(aws.imports);
  const objects = (wanted: "backups" | "exports") =>
    once.filter(({ bucket }) => bucket === wanted).map(({ key }) => key);
  const wanted: readonly (readonly [BackupBucket | undefined, readonly string[]])[] = [
    [data.backups, objects("backups")],
    [data.exports, [...(aws.images ? [`${IMAGE_FOLDER}*`] : []), ...objects("exports")]],
  ];
  const sources = wanted.flatMap(([bucket, keys]) =>
    bucket && keys.length > 0
      ? [pulumi.output({ bucketArn: bucket.bucketArn, keyArn: bucket.key.arn, objects: [...keys] })]
      : [],
  );
  if (sources.length === 0) return undefined;
  return new ImportRole(
    `${name}-import`,
    {
      roleName: `${estate.cluster.name}-vmimport`,
      account: aws.account,
      region: aws.region,
      partition: getPartitionOutput({}, { parent }).partition,
      sources,
    },
    { parent },
  );
}

/** Images that are made once, by entry of `aws.imports`. */
export function createImports(
  { name, aws, estate, parent }: SecondSite,
  data: Data,
  importRole: ImportRole | undefined,
): Readonly<Record<string, ImportedImage>> {
  return mapValues(aws.imports, ({ bucket, key, format, bootMode }, image) => {
    const from = bucket === "exports" ? data.exports : data.backups;
    if (!from || !importRole)
      throw new Error(`nothing to import ${image} from; validation should have refused it`);
    return new ImportedImage(
      `${name}-${image}`,
      {
        imageName: `${estate.cluster.name}-${image}`,
        bucket: from.bucket.bucket,
        key,
        format,
        bootMode,
        importRole,
        tags: aws.tags,
      },
      { parent },
    );
  });
}

/** What makes images of the guests' exported disks, where that is asked for. */
export function createImages(
  { name, aws, estate, parent }: SecondSite,
  { exports }: Data,
  { alerts }: RecoveryParts,
  pilotLights: PilotLights,
  importRole: ImportRole | undefined,
): ImagePipeline | undefined {
  const templates = imagedGuests(estate).flatMap(({ guest }) => {
    const light = pilotLights[guest];
    return light ? [[guest, light.launchTemplate.id] as const] : [];
  });
  if (!aws.images || !aws.exports || !exports || !importRole || templates.length === 0) return undefined;
  return new ImagePipeline(
    `${name}-images`,
    {
      account: aws.account,
      region: aws.region,
      partition: getPartitionOutput({}, { parent }).partition,
      cluster: estate.cluster.name,
      bucket: exports,
      bucketName: aws.exports.name,
      launchTemplates: Object.fromEntries(templates),
      importRole,
      alerts,
      keep: aws.images.keep,
      tags: aws.tags,
    },
    { parent },
  );
}
