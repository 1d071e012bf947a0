import type { Offsite } from "../policy/facts/offsite";
import { longestGap } from "../policy/facts/schedule";
import { duration } from "./figures";
import type { AssessedGuest } from "./guest";
import type { Figure } from "./model";
import type { Subject } from "./subject";

const DAY = 24 * 60;

/**
 * What a guest loses of which AWS has copies: as long as between two backups, and as long again as until the timer
 * that sends them runs. Undefined where nothing of it is sent.
 */
export function offsiteLoss({ topology }: Subject, guest: AssessedGuest): Figure | undefined {
  // A guest whose disks are exported comes back from those.
  const exported = topology.offsite.some(({ exports }) => exports?.guests.includes(guest.name));
  const figures = guest.backups.flatMap((backup): Figure[] => {
    // Disks are unpacked from the backups on the storages that are copied, and from no others.
    const sender = topology.offsite.find(
      ({ storages, exports }) =>
        storages.includes(backup.storageId) && (!exported || exports?.guests.includes(guest.name)),
    );
    const sent =
      sender &&
      (exported
        ? { does: "exported to S3 as a disk", event: sender.exports?.schedule, wait: 0 }
        : { does: "copied to S3", event: sender.schedule, wait: wait(sender) });
    if (sent === undefined) return [];
    const gap = sent.event === undefined ? undefined : longestGap(sent.event);
    const source =
      `backup job ${backup.job} on ${backup.storageId}, schedule ${backup.schedule ?? "not known"}; ` +
      `${sent.does} by a timer, ${sent.event ?? "not known when"}${closed(sent.wait)}`;
    if (backup.gap === undefined || gap === undefined) {
      return [{ minutes: "unknown", text: "what changed since the newest copy in AWS", source }];
    }
    const minutes = backup.gap + gap + sent.wait;
    return [{ minutes, text: `up to ${duration(minutes)} and the time that sending takes`, source }];
  });
  const known = figures.flatMap((figure) =>
    typeof figure.minutes === "number" ? [[figure.minutes, figure] as const] : [],
  );
  return known.toSorted(([one], [other]) => one - other)[0]?.[1] ?? figures[0];
}

/** Minutes of a day in which nothing is begun. */
function wait({ window }: Offsite): number {
  const [from, to] = [minuteOf(window?.from), minuteOf(window?.to)];
  if (from === undefined || to === undefined) return 0;
  return (from - to + DAY) % DAY;
}

function minuteOf(time: string | undefined): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(time ?? "") ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

function closed(minutes: number): string {
  return minutes === 0 ? "" : `, which sends nothing for ${duration(minutes)} of each day`;
}
