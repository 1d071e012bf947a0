import { File } from "@muhlba91/pulumi-proxmoxve/download";
import * as pulumi from "@pulumi/pulumi";

export interface ImageArgs {
  /** Node that downloads the file. */
  readonly nodeName: pulumi.Input<string>;
  /** Storage that keeps it. */
  readonly storageId: string;
  readonly content: "import" | "iso" | "vztmpl";
  /** URL of one exact version. */
  readonly url: pulumi.Input<string>;
  readonly fileName: string;
  /** Checksum as its publisher states it, in hex. */
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

/**
 * A disk image or container template, downloaded once and never replaced because its publisher changed the file
 * (bpg #1989).
 *
 * @example
 * new Image("debian-13", { nodeName: "pve1", storageId: "nas", content: "import", url: "https://…", fileName: "debian-13.qcow2" });
 */
export class Image extends pulumi.ComponentResource {
  /** Volume id of the file, such as `nas:import/debian-13.qcow2`. */
  readonly volumeId: string;
  /** The download: guests made from it depend on this. */
  readonly resource: File;

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Image", name, args, opts);
    this.volumeId = `${args.storageId}:${args.content}/${args.fileName}`;
    this.resource = new File(
      name,
      {
        nodeName: args.nodeName,
        datastoreId: args.storageId,
        contentType: args.content,
        url: args.url,
        fileName: args.fileName,
        checksum: args.checksum?.value,
        checksumAlgorithm: args.checksum?.algorithm,
        overwrite: false,
        overwriteUnmanaged: false,
      },
      {
        parent: this,
        // Which node fetched a file says nothing about it, and two files of one name can't be there at once.
        ignoreChanges: ["nodeName"],
        deleteBeforeReplace: true,
      },
    );
    this.registerOutputs({ volumeId: this.volumeId });
  }
}
