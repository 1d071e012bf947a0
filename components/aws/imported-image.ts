import { SnapshotImport } from "@pulumi/aws/ebs";
import { Ami } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { ImportRole } from "./import-role";

export interface ImportedImageArgs {
  /** Name of the image, unique among those of the account and region. */
  readonly imageName: pulumi.Input<string>;
  /** Name of the bucket that the disk is in, and its key there. */
  readonly bucket: pulumi.Input<string>;
  readonly key: pulumi.Input<string>;
  readonly format: "raw" | "vhd" | "vmdk";
  readonly bootMode: "legacy-bios" | "uefi" | "uefi-preferred";
  /** What EC2 reads the bucket with. */
  readonly importRole: ImportRole;
  readonly tags: Readonly<Record<string, string>>;
}

/** The device that images of Linux guests boot from; a launch template names the same. */
const ROOT_DEVICE = "/dev/xvda";

/**
 * A disk in a bucket as an image that instances boot, made once. EC2 looks at nothing in it: its kernel needs the
 * drivers of NVMe disks and of the ENA network card. Both are protected: an import can't be made again once the object
 * is gone, and what boots from the image would not.
 *
 * @example
 * new ImportedImage("appliance", { imageName: "example-appliance", bucket: "example-exports", key: "once/appliance.vmdk",
 *   format: "vmdk", bootMode: "uefi", importRole, tags: {} });
 */
export class ImportedImage extends pulumi.ComponentResource {
  readonly snapshot: SnapshotImport;
  readonly ami: Ami;

  constructor(name: string, args: ImportedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:ImportedImage", name, {}, opts);
    const { imageName, bucket, key, importRole } = args;
    const tags = { ...args.tags, Name: imageName };
    this.snapshot = new SnapshotImport(
      name,
      {
        description: pulumi.interpolate`${bucket}/${key}`,
        encrypted: true,
        roleName: importRole.role.name,
        diskContainer: {
          description: key,
          format: args.format.toUpperCase(),
          userBucket: { s3Bucket: bucket, s3Key: key },
        },
        tags,
      },
      { parent: this, protect: true, dependsOn: importRole.rights },
    );
    this.ami = new Ami(
      name,
      {
        name: imageName,
        description: pulumi.interpolate`Made once of ${bucket}/${key}`,
        architecture: "x86_64",
        virtualizationType: "hvm",
        bootMode: args.bootMode,
        enaSupport: true,
        imdsSupport: "v2.0",
        rootDeviceName: ROOT_DEVICE,
        ebsBlockDevices: [
          {
            deviceName: ROOT_DEVICE,
            snapshotId: this.snapshot.id,
            volumeType: "gp3",
            deleteOnTermination: true,
          },
        ],
        tags,
      },
      { parent: this, protect: true },
    );
    this.registerOutputs({ image: this.ami.id });
  }

  /** What a launch template takes. */
  get image() {
    return { id: this.ami.id, rootDeviceName: ROOT_DEVICE };
  }
}
