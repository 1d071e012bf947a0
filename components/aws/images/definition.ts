import { POINT_TAG } from "../runbooks/stages";
import {
  call,
  choice,
  type Definition,
  each,
  expression,
  type Json,
  PATIENT_RETRY,
  type State,
  type States,
} from "../runbooks/states";
import { CLUSTER_TAG, GUEST_TAG, type ImageSettings } from "./settings";

/** Seconds for what is no import. Step Functions' own limit comes after all others, as it ends without a word. */
const REST = 3600;

/**
 * Makes the disks that a node exported the image that a guest's launch template boots, without hands. Input: `bucket`
 * and `key` of a manifest, which the node writes after the disks, and the object's `version`.
 *
 * Events come at least once, and two executions may work on one object at the same time: what is asked of EC2 bears a
 * token made from the object, so that both get the same imports and template version; the image's name, which is
 * taken once, decides the rest. Never does an older point take the place of a newer one.
 */
export function imageDefinition(settings: ImageSettings): Definition {
  return {
    Comment: `Images of the guests of ${settings.cluster} from their exported disks`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: settings.importSeconds + REST,
    StartAt: "Asked",
    States: {
      ...manifestStages(settings, "Existing"),
      ...importStages(settings, "Template"),
      ...registerStages(settings, "Others"),
      ...templateStages(settings, "InUse"),
      ...pruneStages(settings),
      ...failureStages(settings),
    },
  };
}

/** Reads the manifest. Variables afterwards: `guest` of the settings, `manifest`, `name` of the image. */
function manifestStages({ cluster, guests }: ImageSettings, next: string): States {
  return {
    Asked: {
      Type: "Pass",
      Assign: {
        known: guests.map(({ name, launchTemplate }) => ({ name, launchTemplate })),
        bucket: expression("$states.input.bucket"),
        key: expression("$states.input.key"),
        folder: expression("$substringBefore($states.input.key, 'manifest.json')"),
        // Of a start by hand there is no version: it is one of its own.
        token: expression(
          "$hash($states.input.key & ' ' & ($exists($states.input.version) ? $states.input.version : $states.context.Execution.Name), 'SHA-256')",
        ),
        began: expression("$toMillis($states.context.Execution.StartTime)"),
        made: false,
        also: expression("''"),
        snapshots: [],
      },
      Next: "Manifest",
    },
    Manifest: call(
      "s3:getObject",
      { Bucket: expression("$bucket"), Key: expression("$key") },
      { Assign: { manifest: expression("$parse($states.result.Body)") }, onError: "Tell", Next: "Sound" },
    ),
    Sound: choice("Unsound", [
      [
        "$manifest.guest in $known.name",
        "$manifest.bootMode in ['legacy-bios', 'uefi']",
        "$count($match($string($manifest.point), /^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$/)) = 1",
        "$count($manifest.disks) > 0",
        "$count($manifest.disks) <= 12",
        // A manifest can ask for nothing but what lies beside it.
        "$count($filter($manifest.disks, function($one) { $substring($one.key, 0, $length($folder)) != $folder })) = 0",
      ].join(" and "),
      "Guest",
    ]),
    Unsound: {
      Type: "Pass",
      Assign: {
        why: expression(
          "'UnsoundManifest: ' & $key & ' is not of a guest with a launch template (' & $join($known.name, ', ') & '), or its disks are not beside it'",
        ),
      },
      Next: "Tell",
    },
    Guest: {
      Type: "Pass",
      Assign: {
        guest: expression("$known[name = $manifest.guest][0]"),
        name: expression(`'${cluster}-' & $manifest.guest & '-' & $replace($manifest.point, ':', '')`),
      },
      Next: next,
    },
  };
}

/** Has EC2 make a snapshot of each disk. Variable afterwards: `snapshots`, each with `snapshot`, `size` and `index`. */
function importStages(settings: ImageSettings, next: string): States {
  return {
    Existing: call("ec2:describeImages", imagesOfGuest(settings), {
      Assign: {
        existing: expression("$count($filter($states.result.Images, function($one) { $one.Name = $name }))"),
        newer: newer("$states.result.Images"),
      },
      onError: "Tell",
      Next: "New",
    }),
    New: choice("Import", ["$existing > 0", "Already"], ["$newer > 0", "Superseded"]),
    Already: { Type: "Succeed", Output: { name: expression("$name"), already: true } },
    Superseded: {
      Type: "Succeed",
      Comment: "A node that was away exports late what another one has overtaken",
      Output: { name: expression("$name"), superseded: true },
    },
    Import: each(
      "$manifest.disks",
      {
        key: expression("$states.context.Map.Item.Value.key"),
        index: expression("$states.context.Map.Item.Index"),
      },
      "Disk",
      diskStages(settings),
      {
        Comment: "One snapshot a disk; a disk that fails says so, and the others are cleaned up",
        concurrency: 5,
        onError: "Tell",
        Assign: {
          snapshots: expression("[$filter($states.result, function($one) { $exists($one.snapshot) })]"),
          failures: expression("[$filter($states.result, function($one) { $exists($one.why) })]"),
        },
        Next: "Imported",
      },
    ),
    Imported: choice("ImportFailed", ["$count($failures) = 0", next]),
    ImportFailed: {
      Type: "Pass",
      Assign: { why: expression("'ImportFailed: ' & $join($failures.why, '; ')") },
      Next: "Abandon",
    },
  };
}

function diskStages(settings: ImageSettings): States {
  const { importRole, pollSeconds, importSeconds } = settings;
  const failed = { Type: "Pass", Output: { why: expression("$disk & ': ' & $refusal") }, End: true } as const;
  return {
    Disk: {
      Type: "Pass",
      Assign: { disk: expression("$states.input.key"), index: expression("$states.input.index") },
      Next: "Start",
    },
    Start: call(
      "ec2:importSnapshot",
      {
        ClientToken: expression("$hash($token & ' ' & $string($index), 'SHA-256')"),
        Description: expression("$disk"),
        RoleName: importRole,
        Encrypted: true,
        DiskContainer: {
          Format: "RAW",
          UserBucket: { S3Bucket: expression("$bucket"), S3Key: expression("$disk") },
        },
      },
      {
        // An account has a limit of imports at a time.
        retry: PATIENT_RETRY,
        Assign: { task: expression("$states.result.ImportTaskId") },
        onError: "NotImported",
        reason: "refusal",
        Next: "Wait",
      },
    ),
    Wait: { Type: "Wait", Seconds: pollSeconds, Next: "Look" },
    Look: call(
      "ec2:describeImportSnapshotTasks",
      { ImportTaskIds: [expression("$task")] },
      {
        Assign: { detail: expression("$states.result.ImportSnapshotTasks[0].SnapshotTaskDetail") },
        onError: "NotImported",
        reason: "refusal",
        Next: "Done",
      },
    ),
    Done: choice(
      "Wait",
      ["$detail.Status = 'completed'", "Tag"],
      ["$detail.Status in ['deleted', 'deleting', 'error']", "Refused"],
      [`$millis() - $began > ${importSeconds * 1000}`, "TooLong"],
    ),
    Tag: call(
      "ec2:createTags",
      // At once: only what bears the tags may be removed again.
      { Resources: [expression("$detail.SnapshotId")], Tags: tags(settings) },
      {
        onError: "Untagged",
        reason: "refusal",
        Next: "Snapshot",
      },
    ),
    Snapshot: {
      Type: "Pass",
      Output: {
        index: expression("$index"),
        snapshot: expression("$detail.SnapshotId"),
        size: expression("$ceil($exists($detail.DiskImageSize) ? $detail.DiskImageSize / 1073741824 : 1)"),
      },
      End: true,
    },
    Refused: {
      Type: "Pass",
      Output: {
        why: expression(
          "$disk & ': ' & ($exists($detail.StatusMessage) ? $detail.StatusMessage : $detail.Status)",
        ),
      },
      End: true,
    },
    Untagged: {
      Type: "Pass",
      Output: {
        why: expression(
          "$disk & ': its snapshot ' & $detail.SnapshotId & ' stays, as it took no tags: ' & $refusal",
        ),
      },
      End: true,
    },
    TooLong: call(
      "ec2:cancelImportTask",
      { ImportTaskId: expression("$task"), CancelReason: "takes too long" },
      {
        Output: { why: expression(`$disk & ': not done after ${importSeconds / 3600} hours'`) },
        onError: "NotImported",
        reason: "refusal",
        End: true,
      },
    ),
    NotImported: failed,
  };
}

/** Registers the image. Variables afterwards: `image`, its id; `root` and `rootSize`, the disk that it boots from. */
function registerStages(settings: ImageSettings, next: string): States {
  const root = "$template.BlockDeviceMappings[0].DeviceName";
  return {
    Template: call(
      "ec2:describeLaunchTemplateVersions",
      { LaunchTemplateId: expression("$guest.launchTemplate"), Versions: ["$Latest"] },
      {
        Assign: {
          template: expression("$states.result.LaunchTemplateVersions[0].LaunchTemplateData"),
        },
        onError: "Abandon",
        Next: "Devices",
      },
    ),
    Devices: {
      Type: "Pass",
      Comment: "The root disk where the template has it, the others from /dev/sdf on",
      Assign: {
        root: expression(`$exists(${root}) ? ${root} : '/dev/xvda'`),
        rootSize: expression(
          "$max([$snapshots[index = 0].size, $template.BlockDeviceMappings[0].Ebs.VolumeSize])",
        ),
      },
      Next: "Register",
    },
    Register: call(
      "ec2:registerImage",
      {
        Name: expression("$name"),
        Description: expression("'Guest ' & $manifest.guest & ' as of ' & $manifest.point"),
        Architecture: "x86_64",
        VirtualizationType: "hvm",
        BootMode: expression("$manifest.bootMode"),
        EnaSupport: true,
        ImdsSupport: "v2.0",
        RootDeviceName: expression("$root"),
        BlockDeviceMappings: expression(
          "[$map($snapshots, function($one) { {'DeviceName': $one.index = 0 ? $root : '/dev/sd' & $substring('fghijklmnop', $one.index - 1, 1), 'Ebs': {'SnapshotId': $one.snapshot, 'VolumeType': 'gp3', 'DeleteOnTermination': true}} })]",
        ),
        TagSpecifications: [{ ResourceType: "image", Tags: tags(settings) }],
      },
      // Tried again after an answer that was lost, it finds its name taken.
      {
        Assign: { image: expression("$states.result.ImageId") },
        onError: "Taken",
        Next: next,
      },
    ),
    Taken: call(
      "ec2:describeImages",
      { Owners: ["self"], Filters: [{ Name: "name", Values: [expression("$name")] }] },
      {
        Comment: "An answer that was lost, or another execution for the same disks",
        Assign: {
          taken: expression("$count($states.result.Images)"),
          image: expression("$count($states.result.Images) > 0 ? $states.result.Images[0].ImageId : ''"),
          ours: expression(
            "$count($filter($states.result.Images[0].BlockDeviceMappings.Ebs.SnapshotId, function($one) { $one in $snapshots.snapshot })) > 0",
          ),
        },
        onError: "Abandon",
        reason: "also",
        Next: "Whose",
      },
    ),
    Whose: choice("Abandon", ["$taken > 0 and $ours", next], ["$taken > 0", "NotNeeded"]),
    NotNeeded: deletions("$snapshots.snapshot", "Spare", { Next: "Already", onError: "Tell" }),
  };
}

/** Has the guest's template boot the image, unless there is one of a newer point by now. */
function templateStages(settings: ImageSettings, next: string): States {
  return {
    Others: call("ec2:describeImages", imagesOfGuest(settings), {
      Assign: {
        images: expression("[$sort($states.result.Images, function($a, $b) { $a.Name < $b.Name })]"),
        newer: newer("$states.result.Images"),
      },
      onError: "Withdraw",
      Next: "Newest",
    }),
    Newest: choice("Version", ["$newer > 0", "Overtaken"]),
    Overtaken: { Type: "Pass", Assign: { version: expression("''") }, Next: next },
    Version: call(
      "ec2:createLaunchTemplateVersion",
      {
        LaunchTemplateId: expression("$guest.launchTemplate"),
        ClientToken: expression("$token"),
        SourceVersion: "$Latest",
        VersionDescription: expression("$name"),
        LaunchTemplateData: {
          ImageId: expression("$image"),
          BlockDeviceMappings: [
            {
              DeviceName: expression("$root"),
              Ebs: {
                // Never smaller than what is in it: EC2 would refuse to launch.
                VolumeSize: expression("$rootSize"),
                VolumeType: "gp3",
                Encrypted: true,
                DeleteOnTermination: true,
              },
            },
          ],
        },
      },
      {
        Assign: {
          version: expression("$string($states.result.LaunchTemplateVersion.VersionNumber)"),
          made: true,
        },
        onError: "Withdraw",
        Next: "MakeDefault",
      },
    ),
    MakeDefault: call(
      "ec2:modifyLaunchTemplate",
      { LaunchTemplateId: expression("$guest.launchTemplate"), DefaultVersion: expression("$version") },
      { onError: "Tell", Next: next },
    ),
  };
}

/**
 * Removes images of the guest beyond those that are kept, with their snapshots; never one that a version
 * of the template which anything launches boots.
 */
function pruneStages({ keep }: ImageSettings): States {
  return {
    InUse: call(
      "ec2:describeLaunchTemplateVersions",
      { LaunchTemplateId: expression("$guest.launchTemplate"), Versions: ["$Default", "$Latest"] },
      {
        Assign: {
          old: expression(
            `[$filter($images, function($one, $index) { $index >= ${keep} and $not($one.ImageId in $append([$image], $states.result.LaunchTemplateVersions.LaunchTemplateData.ImageId)) })]`,
          ),
        },
        onError: "Tell",
        Next: "Prune",
      },
    ),
    Prune: each(
      "$old",
      { old: expression("$states.context.Map.Item.Value") },
      "Deregister",
      {
        Deregister: call(
          "ec2:deregisterImage",
          { ImageId: expression("$states.input.old.ImageId") },
          {
            Output: {
              snapshots: expression("[$states.input.old.BlockDeviceMappings.Ebs.SnapshotId]"),
            },
            Next: "Snapshots",
          },
        ),
        Snapshots: deletions("$states.input.snapshots", "DeleteOld", { End: true }),
      },
      { concurrency: 1, onError: "Tell", Next: "Ready" },
    ),
    Ready: {
      Type: "Succeed",
      Output: {
        image: expression("$image"),
        name: expression("$name"),
        version: expression("$version"),
        pruned: expression("[$old.ImageId]"),
      },
    },
  };
}

/** Cleans up and says what went wrong; `why` says it. */
function failureStages({ topic, cluster }: ImageSettings): States {
  return {
    Withdraw: call(
      "ec2:deregisterImage",
      { ImageId: expression("$image") },
      { onError: "Abandon", reason: "also", Next: "Abandon" },
    ),
    Abandon: deletions("$snapshots.snapshot", "Delete", { Next: "Tell", onError: "Tell", reason: "also" }),
    Tell: call(
      "sns:publish",
      {
        TopicArn: topic,
        Subject: expression(
          `$made ? '${cluster}: a new image of a guest, but not all is done' : '${cluster}: no new image of a guest'`,
        ),
        Message: expression(
          "($made ? 'Image ' & $name & ' was made, and the guest comes back from it. What was to follow failed. ' : 'No image was made of ' & $key & '; the guest would come back from its last one. ') & $why & ($also = '' ? '' : '\\nAnd cleaning up failed: ' & $also) & '\\nExecution: ' & $states.context.Execution.Name",
        ),
      },
      { onError: "Failed", reason: "also", Next: "Failed" },
    ),
    Failed: {
      Type: "Fail",
      Error: "ImageFailed",
      Cause: expression("$why & ($also = '' ? '' : '; ' & $also)"),
    },
  };
}

function deletions(
  snapshots: string,
  name: string,
  flow: { readonly Next?: string; readonly End?: true; readonly onError?: string; readonly reason?: string },
): State {
  return each(
    `[${snapshots}]`,
    { snapshot: expression("$states.context.Map.Item.Value") },
    name,
    {
      [name]: call(
        "ec2:deleteSnapshot",
        { SnapshotId: expression("$states.input.snapshot") },
        { Output: expression("$states.input.snapshot"), End: true },
      ),
    },
    { concurrency: 1, ...flow },
  );
}

/** All images that were made of the guest. */
function imagesOfGuest({ cluster }: ImageSettings): Json {
  return {
    Owners: ["self"],
    Filters: [
      { Name: `tag:${GUEST_TAG}`, Values: [expression("$manifest.guest")] },
      { Name: `tag:${CLUSTER_TAG}`, Values: [cluster] },
    ],
  };
}

/** How many of the images have a newer point than the manifest's; both are written alike. */
function newer(images: string): string {
  return expression(
    `$count($filter(${images}.Tags[Key = '${POINT_TAG}'].Value, function($one) { $one > $manifest.point }))`,
  );
}

function tags({ cluster, tags: common }: ImageSettings): Json {
  return [
    ...Object.entries(common).map(([Key, Value]) => ({ Key, Value })),
    { Key: "Name", Value: expression("$name") },
    { Key: CLUSTER_TAG, Value: cluster },
    { Key: GUEST_TAG, Value: expression("$manifest.guest") },
    { Key: POINT_TAG, Value: expression("$manifest.point") },
  ];
}
