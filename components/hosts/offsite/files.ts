import type { HostFile } from "../monitoring/files";
import { joinedText } from "../script-text";

/** A bucket that a node copies to. */
export interface OffsiteBucket {
  /** Name of it. */
  readonly bucket: string;
  /** ARN of the key that it is encrypted with. */
  readonly keyArn: string;
}

/** Archives of one storage that are copied. */
export interface OffsiteCopy {
  /** Storage that they are of. */
  readonly name: string;
  /** Folder that vzdump writes to. */
  readonly folder: string;
  /** Whether every node sees the same: then one of them copies. */
  readonly shared: boolean;
  /** Name of the bucket, one of those that the plan has. */
  readonly bucket: string;
  /** Days until the bucket drops a copy; never when absent. */
  readonly expireDays?: number;
}

/** A guest whose disks become an image. */
export interface OffsiteExport {
  readonly guest: string;
  readonly vmId: number;
}

/** What a node copies, where to, and when. */
export interface OffsitePlan {
  readonly cluster: string;
  readonly region: string;
  readonly buckets: readonly OffsiteBucket[];
  readonly copies: readonly OffsiteCopy[];
  /** systemd calendar event. */
  readonly schedule: string;
  /** MiB a second; no limit when absent. */
  readonly bandwidth?: number;
  /** Local times between which files are begun; any time when absent. */
  readonly window?: { readonly from: string; readonly to: string };
  /** How often each copy is read back, and how much of that a run does at most. */
  readonly verify: { readonly days: number; readonly gibibytes: number };
  readonly exports?: {
    readonly guests: readonly OffsiteExport[];
    /** Bucket that they go to. */
    readonly bucket: string;
    /** Folder with room for the largest guest's disks. */
    readonly scratch: string;
    readonly schedule: string;
  };
}

/** What a node says who it is with. */
export interface OffsiteSecrets {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where clients find AWS, for tests; AWS's own endpoints when absent. */
export interface OffsiteEndpoint {
  readonly url: string;
}

/** What a timer starts on a node. */
export type OffsiteJob = "copies" | "exports";

const FOLDER = "/etc/hybrid-estate/offsite";
const LIBRARY = "/usr/local/lib/hybrid-estate";
const UNITS = "/etc/systemd/system";

/** The arguments of the host script. */
export const OFFSITE_ARGUMENTS = { apply: ["apply"], remove: ["remove"] } as const;

/** The files of a node that copies. */
export function offsiteFiles(plan: OffsitePlan, secrets: OffsiteSecrets): HostFile[] {
  return [
    { path: `${FOLDER}/rclone.conf`, mode: "0600", text: rcloneConfig(plan, secrets) },
    { path: `${FOLDER}/curl.conf`, mode: "0600", text: curlConfig(secrets) },
    { path: `${FOLDER}/settings`, text: settings(plan) },
    { path: `${LIBRARY}/offsite-copies`, mode: "0755", text: offsiteProgram("copies") },
    ...units("copies", "Copies of backups in S3", plan.schedule),
    ...(plan.exports
      ? [
          { path: `${LIBRARY}/offsite-exports`, mode: "0755" as const, text: offsiteProgram("exports") },
          ...units("exports", "Exports of guests' disks to S3", plan.exports.schedule),
        ]
      : []),
  ];
}

/** rclone's configuration: a remote for each bucket, as each has a key of its own. */
export function rcloneConfig(plan: OffsitePlan, secrets: OffsiteSecrets, endpoint?: OffsiteEndpoint): string {
  const remotes = plan.buckets.map(({ bucket, keyArn }) =>
    [
      `[${remoteOf(plan, bucket)}]`,
      "type = s3",
      // A test's server has its buckets in the path, not in the host name.
      `provider = ${endpoint ? "Other" : "AWS"}`,
      `region = ${plan.region}`,
      `access_key_id = ${secrets.accessKeyId}`,
      `secret_access_key = ${secrets.secretAccessKey}`,
      // Says that S3's own tag of an object is no MD5, so that rclone keeps one beside it.
      "server_side_encryption = aws:kms",
      `sse_kms_key_id = ${keyArn}`,
      // It may not create buckets, and needs not ask.
      "no_check_bucket = true",
      ...(endpoint ? [`endpoint = ${endpoint.url}`] : []),
      "",
    ].join("\n"),
  );
  return remotes.join("\n");
}

/** curl reads the keys from a file: a command line can be read by everybody on the node. */
export function curlConfig({ accessKeyId, secretAccessKey }: OffsiteSecrets): string {
  return `user = "${accessKeyId}:${secretAccessKey}"\n`;
}

/** What the programs do, a line each. */
export function settings(plan: OffsitePlan): string {
  const { bandwidth, window, verify, exports } = plan;
  const lines = [
    `cluster ${plan.cluster}`,
    `region ${plan.region}`,
    ...(bandwidth === undefined ? [] : [`bandwidth ${bandwidth}M`]),
    ...(window ? [`window ${window.from} ${window.to}`] : []),
    `verify ${verify.days} ${verify.gibibytes}`,
    ...plan.copies.map(({ name, folder, shared, bucket, expireDays = 0 }) =>
      [
        "copy",
        name,
        shared ? "shared" : "own",
        remoteOf(plan, bucket),
        bucket,
        `dump/${name}`,
        expireDays,
        folder,
      ].join(" "),
    ),
    ...(exports
      ? [
          `scratch ${exports.scratch}`,
          `target ${remoteOf(plan, exports.bucket)} ${exports.bucket}`,
          ...exports.guests.map(({ guest, vmId }) => `export ${guest} ${vmId}`),
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function remoteOf(plan: OffsitePlan, bucket: string): string {
  const index = plan.buckets.findIndex((one) => one.bucket === bucket);
  if (index < 0) throw new Error(`there is no bucket ${bucket} to copy to`);
  return `bucket${index + 1}`;
}

/** The text of a program that a timer starts on a node. */
export function offsiteProgram(job: OffsiteJob): string {
  return joinedText(__dirname, `${job}.sh`);
}

function units(job: OffsiteJob, description: string, schedule: string): HostFile[] {
  return [
    {
      path: `${UNITS}/hybrid-estate-${job}.service`,
      text: `[Unit]
Description=${description}
After=network-online.target pve-cluster.service remote-fs.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=${LIBRARY}/offsite-${job}
# As long as the line needs; the next run waits for it.
TimeoutStartSec=infinity
Nice=15
IOSchedulingClass=idle
`,
    },
    {
      path: `${UNITS}/hybrid-estate-${job}.timer`,
      text: `[Unit]
Description=${description}, by the clock

[Timer]
OnCalendar=${schedule}
RandomizedDelaySec=2min
Persistent=true

[Install]
WantedBy=timers.target
`,
    },
  ];
}
