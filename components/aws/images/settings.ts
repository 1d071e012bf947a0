/** Tag of an image and its snapshots: the guest that they are of. */
export const GUEST_TAG = "hybrid-estate:guest";

/** Tag of whatever belongs to this estate: the cluster's name. */
export const CLUSTER_TAG = "hybrid-estate:cluster";

/** Folder of the exports bucket that the nodes put guests' disks into: `images/GUEST/POINT/`. */
export const IMAGE_FOLDER = "images/";

/** What the making of images depends on. */
export interface ImageSettings {
  readonly cluster: string;
  /** Guests that have a launch template, which boots their newest image. */
  readonly guests: readonly { readonly name: string; readonly launchTemplate: string }[];
  /** Name of the role that EC2 reads the bucket with. */
  readonly importRole: string;
  /** ARN of the topic that is told of a failure. */
  readonly topic: string;
  /** Images that are kept of each guest, the newest included. */
  readonly keep: number;
  /** Seconds between two looks at an import. */
  readonly pollSeconds: number;
  /** Longest time that the imports of a guest's disks may take, in seconds. */
  readonly importSeconds: number;
  /** Tags of images and snapshots. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What the rights of the import are about. */
export interface ImageResources {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly bucketArn: string;
  /** Key of the bucket. */
  readonly keyArn: string;
  readonly topic: string;
  /** Key of the topic. */
  readonly topicKey: string;
  readonly cluster: string;
  /** Names of the guests that images are made of. */
  readonly guests: readonly string[];
  readonly launchTemplates: readonly string[];
}
