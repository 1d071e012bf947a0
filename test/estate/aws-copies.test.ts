import { type Change, type Expected, refusesEach } from "../support/description";

const row = (what: string, changes: readonly Change[], ...mistakes: Expected[]) => ({
  what,
  changes,
  mistakes,
});
const AT = ["aws", "copies"];

describe("estate: copies of backups in S3", () => {
  refusesEach([
    row(
      "a storage that there is not",
      [[[...AT, "storages"], { "nas-bakup": {} }]],
      ["aws.copies.storages.nas-bakup", "one of storages"],
    ),
    row(
      "a storage that keeps no files",
      [[[...AT, "storages"], { "local-lvm": {} }]],
      ["aws.copies.storages.local-lvm", "a file storage with content backup"],
    ),
    row("no storage", [[[...AT, "storages"], {}]], ["aws.copies.storages", "at least one storage"]),
    row(
      "a locked bucket that there is not",
      [
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
      "images of a container, without a bucket for them, and of what nobody copies",
      [
        [["aws", "images"], { scratch: "/var/tmp", guests: ["Ubuntu"] }],
        [["aws", "exports"], undefined],
      ],
      ["aws.images", "images with a bucket for them"],
      ["aws.images.guests[0]", "a VM: a container has no disk to boot"],
      ["aws.images.guests[0]", "a guest with a launch template: alpine"],
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
