import { coveredGuests } from "../backup";
import { dumpFolder, imagedGuests } from "../offsite";
import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate } from "../schema";

/** Copies of what is no file, to a bucket that there is not, and images of guests that nobody saves. */
export function checkAwsCopies(estate: Estate): Finding[] {
  const { aws } = estate;
  if (!aws) return [];
  return [...copies(estate, aws), ...images(estate, aws)];
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
      problem(path, id, `a file storage with content backup: ${oneOf(able)}`, [["storages", id]]),
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
  const named = (declared.guests ?? []).map((name, index) => [name, index] as const);
  for (const [name, index] of named) {
    const guest = entry(estate.guests, name);
    if (guest && guest.kind !== "vm") {
      findings.push(
        problem([...path, "guests", index], name, "a VM: a container has no disk to boot", [
          ["guests", name, "kind"],
        ]),
      );
    }
    if (guest && !entry(aws.recovery, name)) {
      findings.push(
        problem(
          [...path, "guests", index],
          name,
          `a guest with a launch template: ${oneOf(Object.keys(aws.recovery))}`,
          [["aws", "recovery"]],
        ),
      );
    }
  }
  const from = Object.keys(copied?.storages ?? {});
  const saved = new Set(
    Object.values(estate.backupJobs)
      .filter(({ storage }) => from.includes(storage))
      .flatMap((job) => coveredGuests(estate, job)),
  );
  const unsaved = imagedGuests(estate).filter(({ guest }) => !saved.has(guest));
  if (unsaved.length > 0) {
    findings.push(
      problem(
        path,
        unsaved.map(({ guest }) => guest).join(", "),
        `guests that a backup job saves to a storage of aws.copies: ${oneOf([...saved].sort())}`,
        [["aws", "copies"], ["backupJobs"], ["aws", "recovery"]],
      ),
    );
  }
  return findings;
}
