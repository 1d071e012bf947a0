import { coveredGuests } from "../backup";
import { bootDisk, dumpFolder, imagedGuests } from "../offsite";
import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate } from "../schema";

/** Copies of what is no file, to a bucket that there is not, and images of guests that nobody saves. */
export function checkAwsCopies(estate: Estate): Finding[] {
  const { aws } = estate;
  if (!aws) return [];
  return [...copies(estate, aws), ...images(estate, aws), ...imports(aws)];
}

type Aws = NonNullable<Estate["aws"]>;

function copies({ storages }: Estate, { copies: declared, exports }: Aws): Finding[] {
  const able = Object.entries(storages).flatMap(([id, storage]) =>
    dumpFolder(id, storage) !== undefined && storage.content.some((one) => one === "backup") ? [id] : [],
  );
  return Object.entries(declared?.storages ?? {}).flatMap(([id, { bucket }]) => {
    const path = ["aws", "copies", "storages", id];
    const lacking =
      bucket === "exports" && !exports
        ? [problem([...path, "bucket"], bucket, "backups, as there is no aws.exports", [["aws", "exports"]])]
        : [];
    // What there is not has been reported as such.
    if (!entry(storages, id) || able.includes(id)) return lacking;
    return [
      ...lacking,
      problem(path, id, `a file storage with content backup: ${oneOf(able)}`, [
        ["storages", id, "type"],
        ["storages", id, "content", "*"],
      ]),
    ];
  });
}

function images(estate: Estate, aws: Aws): Finding[] {
  const { images: declared, exports, copies: copied } = aws;
  if (!declared) return [];
  const path = ["aws", "images"];
  const findings: Finding[] = [];
  if (!exports) {
    findings.push(
      problem(path, "no aws.exports", "images with a bucket for them: aws.exports", [["aws", "exports"]]),
    );
  }
  const from = Object.keys(copied?.storages ?? {});
  const saved = new Set(
    Object.values(estate.backupJobs)
      .filter(({ storage }) => from.includes(storage))
      .flatMap((job) => coveredGuests(estate, job)),
  );
  const unsaved = imagedGuests(estate).filter(({ vm }) => !saved.has(vm));
  if (unsaved.length > 0) {
    findings.push(
      problem(
        path,
        unsaved.map(({ vm }) => vm).join(", "),
        `guests that a backup job saves to a storage of aws.copies: ${oneOf([...saved].sort())}`,
        [["aws", "copies"], ["backupJobs"], ["aws", "recovery"]],
      ),
    );
  }
  return findings;
}

function imports({ imports: declared, exports }: Aws): Finding[] {
  return Object.entries(declared).flatMap(([name, { bucket }]) =>
    bucket === "exports" && !exports
      ? [
          problem(["aws", "imports", name, "bucket"], bucket, "backups, as there is no aws.exports", [
            ["aws", "exports"],
          ]),
        ]
      : [],
  );
}

/** Entries that no image can be made for, and volumes that it would not fit on. Groups stand for all of their guests. */
export function checkImages(estate: Estate): Finding[] {
  const { aws, guests } = estate;
  if (!aws?.images) return [];
  const named = (aws.images.guests ?? []).flatMap((name, index) => {
    const recovery = entry(aws.recovery, name);
    if (!recovery) return [];
    const path = ["aws", "images", "guests", index];
    const [vm = name] = recovery.guests ?? [];
    if (recovery.mode === "backup-only") {
      return [
        problem(path, name, "an entry that a failover raises; its mode is backup-only", [
          ["aws", "recovery", name, "mode"],
        ]),
      ];
    }
    return entry(guests, vm)?.kind === "lxc"
      ? [problem(path, name, "a VM: a container has no disk to boot", [["guests", vm, "kind"]])]
      : [];
  });
  const small = imagedGuests(estate).flatMap(({ guest, vm }) => {
    const machine = entry(guests, vm);
    const slot = machine?.kind === "vm" ? bootDisk(machine) : undefined;
    const size = machine?.kind === "vm" && slot !== undefined ? machine.disks[slot]?.size : undefined;
    const volume = entry(aws.recovery, guest)?.volume;
    return size === undefined || volume === undefined || volume >= size
      ? []
      : [
          problem(
            ["aws", "recovery", guest, "volume"],
            volume,
            `from ${size}, the size of ${slot} of ${vm}, which it boots from (aws.images)`,
            [
              ["guests", vm, "disks"],
              ["guests", vm, "bootOrder"],
              ["aws", "images"],
            ],
          ),
        ];
  });
  return [...named, ...small];
}
