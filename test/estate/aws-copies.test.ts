import { type Change, type Expected, refusesEach } from "../support/description";

const row = (what: string, changes: readonly Change[], ...mistakes: Expected[]) => ({
  what,
  changes,
  mistakes,
});
const AT = ["aws", "copies"];
/** What needs the copies; its own mistakes are below. */
const WITHOUT_IMAGES: Change = [["aws", "images"], undefined];

describe("estate: copies of backups in S3", () => {
  refusesEach([
    row(
      "a storage that there is not",
      [WITHOUT_IMAGES, [[...AT, "storages"], { "nas-bakup": {} }]],
      ["aws.copies.storages.nas-bakup", "one of storages"],
    ),
    row(
      "a storage that keeps no files",
      [WITHOUT_IMAGES, [[...AT, "storages"], { "local-lvm": {} }]],
      ["aws.copies.storages.local-lvm", "a file storage with content backup"],
    ),
    row("no storage", [[[...AT, "storages"], {}]], ["aws.copies.storages", "at least one storage"]),
    row(
      "a locked bucket that there is not",
      [
        WITHOUT_IMAGES,
        [["aws", "exports"], undefined],
        [[...AT, "storages"], { "nas-backup": { bucket: "exports" } }],
      ],
      ["aws.copies.storages.nas-backup.bucket", "backups, as there is no aws.exports"],
    ),
    row(
      "a rate, a window and a schedule of another form",
      [
        [[...AT, "bandwidth"], "10 MB/s"],
        [[...AT, "window"], { from: "21:00", to: "21:00" }],
        [[...AT, "schedule"], "*/15"],
      ],
      ["aws.copies.bandwidth", "a whole number of MiB/s"],
      ["aws.copies.window", "a window that is open for some time"],
      ["aws.copies.schedule", "a time of systemd"],
    ),
    row(
      "images of a container, without a bucket for them, and of what nobody recovers",
      [
        [["aws", "images"], { scratch: "/var/tmp", guests: ["Ubuntu", "monitoring", "alpine"] }],
        [["aws", "recovery", "Ubuntu"], { instanceType: "t3.small", image: { owner: "self", name: "u" } }],
        [["aws", "exports"], undefined],
      ],
      ["aws.images", "images with a bucket for them"],
      ["aws.images.guests[0]", "a VM: a container has no disk to boot"],
      ["aws.images.guests[1]", "one of aws.recovery: alpine"],
    ),
    row(
      "images of what people restore themselves",
      [
        [["aws", "images"], { scratch: "/var/tmp", guests: ["alpine"] }],
        [["aws", "recovery", "alpine"], { mode: "backup-only" }],
      ],
      ["aws.images.guests[0]", "an entry that a failover raises; its mode is backup-only"],
    ),
    row(
      "a volume that its own disk does not fit on",
      [[["aws", "recovery", "alpine", "volume"], 4]],
      ["aws.recovery.alpine.volume", "from 8, the size of scsi0 of alpine, which it boots from (aws.images)"],
    ),
    row("no image to keep", [[["aws", "images", "keep"], 0]], ["aws.images.keep", "from 1"]),
    row(
      "imports from a bucket that there is not, of an unknown format, and of no key",
      [
        WITHOUT_IMAGES,
        [["aws", "exports"], undefined],
        [
          ["aws", "imports"],
          {
            one: { key: "once/a.raw", bootMode: "uefi" },
            two: { key: "once/b.qcow2", bootMode: "bios", format: "qcow2", bucket: "backups" },
            three: { key: "once/*", bootMode: "uefi", bucket: "backups" },
          },
        ],
      ],
      ["aws.imports.one.bucket", "backups, as there is no aws.exports"],
      ["aws.imports.two.format", "raw"],
      ["aws.imports.two.bootMode", "legacy-bios"],
      ["aws.imports.three.key", "an object's key"],
    ),
    row(
      "a recovery from an import that there is not, and from two images",
      [[["aws", "recovery", "alpine", "importedImage"], "applianc"]],
      ["aws.recovery.alpine.importedImage", "one of aws.imports"],
      ["aws.recovery.alpine.importedImage", "image or importedImage, not both"],
    ),
    row(
      "images of a guest whose backups are not copied",
      [
        [["aws", "images"], { scratch: "/var/tmp" }],
        [["backupJobs", "weekly", "guests"], ["Ubuntu"]],
        [["backupJobs", "nightly", "guests"], ["Ubuntu"]],
      ],
      ["aws.images", "guests that a backup job saves to a storage of aws.copies: Ubuntu"],
    ),
  ]);
});
