import type { DeclaredResource } from "./declared";
import { get, knownIn, text, texts, UNKNOWN } from "./read";

/** Our component: a node that copies its backups to AWS and exports guests' disks, by timers. */
export const OFFSITE_TYPE = "hybrid-estate:hosts:OffsiteCopies";

/** What a node sends to AWS, and when. */
export interface Offsite {
  readonly source: DeclaredResource;
  /** Ids of the storages whose backups are copied. */
  readonly storages: readonly string[];
  /** Calendar event of the copies; left out where it is not known. */
  readonly schedule?: string;
  /** Local times between which copies are begun; always when left out. */
  readonly window?: { readonly from: string; readonly to: string };
  /** Guests whose disks are exported, by their names, and when. */
  readonly exports?: { readonly guests: readonly string[]; readonly schedule?: string };
}

/** Reads a node's timers; what is not known is left out. */
export function readOffsite(source: DeclaredResource): Offsite {
  const { properties } = source;
  const [window, exported] = [get(properties, "window"), get(properties, "exports")];
  const [from, to] = [known(window, "from"), known(window, "to")];
  const schedule = known(properties, "schedule");
  const due = known(exported, "schedule");
  return {
    source,
    storages: knownIn(texts(properties, "storages")),
    ...(schedule === undefined ? {} : { schedule }),
    ...(from === undefined || to === undefined ? {} : { window: { from, to } }),
    ...(exported === undefined || exported === UNKNOWN
      ? {}
      : {
          exports: {
            guests: knownIn(texts(exported, "guests")),
            ...(due === undefined ? {} : { schedule: due }),
          },
        }),
  };
}

function known(from: unknown, key: string): string | undefined {
  const value = text(from, key);
  return value === UNKNOWN ? undefined : value;
}
