import { join } from "node:path";
import { type Installed, installedObjects } from "./installed";
import { Journal, readJournal } from "./journal";
import type { Change, WorldObject } from "./object";

export type {
  AwsAccount,
  Installed,
  InstalledBond,
  InstalledBridge,
  InstalledNode,
  InstalledStorage,
} from "./installed";
export { type Change, isProperties, type Properties, type Value, type WorldObject } from "./object";

const JOURNAL = "world.jsonl";

export interface WorldOptions {
  /** Where the journal lies. One process at a time may have it open: the sandbox's lock sees to it. */
  readonly folder: string;
  readonly installed: Installed;
}

/**
 * Opens the model of both sites. What was created by an earlier process is still there; the factory state is
 * merged in, so that new hardware appears.
 */
export function openWorld({ folder, installed }: WorldOptions): World {
  return new World(join(folder, JOURNAL), installed);
}

/** Both sites, as far as their APIs show them: what was installed, and what exists. */
export class World {
  private readonly objects = new Map<string, Map<string, WorldObject>>();
  private readonly generations = new Map<string, number>();
  private readonly factory: ReadonlyMap<string, WorldObject>;
  private readonly journal: Journal;
  private lastSerial = 0;

  constructor(
    path: string,
    readonly installed: Installed,
  ) {
    const objects = installedObjects(installed);
    this.factory = new Map(objects.map((object) => [globalKey(object), object]));
    for (const object of objects) this.put(object);
    for (const changes of readJournal(path)) this.apply(changes as Change[]);
    this.journal = new Journal(path, this.compacted());
  }

  /** The objects of a type. */
  list(type: string): WorldObject[] {
    return [...(this.objects.get(type)?.values() ?? [])];
  }

  /** Every object of both sites. */
  all(): WorldObject[] {
    return [...this.objects.values()].flatMap((objects) => [...objects.values()]);
  }

  find(type: string, key: string): WorldObject | undefined {
    return this.objects.get(type)?.get(key);
  }

  /**
   * The newest object that was created for a resource. Tells whether a create that the engine never heard the end
   * of has happened. While a replacement is under way, that object is the predecessor until the new one exists:
   * compare its id with the state's.
   */
  findByUrn(urn: string): WorldObject | undefined {
    return this.all()
      .filter((object) => object.urn === urn)
      .reduce<WorldObject | undefined>(
        (newest, object) => (newest && newest.serial > object.serial ? newest : object),
        undefined,
      );
  }

  /** What the installer made in an object's place: what is there again once that is removed. */
  asInstalled(object: { readonly type: string; readonly key: string }): WorldObject | undefined {
    return this.factory.get(globalKey(object));
  }

  /** How many objects were ever created for a resource: makes an id that is never used again. */
  generation(urn: string): number {
    return this.generations.get(urn) ?? 0;
  }

  /** The number of the next object; numbers rise, across processes too. */
  nextSerial(): number {
    return this.lastSerial + 1;
  }

  /**
   * Changes the world for one operation. It is on disk, as a whole, when this returns. Removing what the installer
   * made resets it to the factory state, as a reinstalled node would have it.
   */
  change(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.journal.append(changes);
    this.apply(changes);
  }

  close(): void {
    this.journal.close();
  }

  /** The shortest journal of what there is. What is as installed needs no entry: an opening makes it again. */
  private compacted(): Change[][] {
    const objects = this.all().filter((object) => this.factory.get(globalKey(object)) !== object);
    return [
      ...[...this.generations].map(([urn, count]) => [{ generation: { urn, count } }]),
      ...objects.map((put) => [{ put }]),
    ];
  }

  private apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if ("put" in change) this.put(change.put);
      else if ("remove" in change) this.remove(change.remove);
      else this.generations.set(change.generation.urn, change.generation.count);
    }
  }

  private put(object: WorldObject): void {
    const objects = this.objects.get(object.type) ?? new Map<string, WorldObject>();
    this.objects.set(object.type, objects.set(object.key, object));
    this.lastSerial = Math.max(this.lastSerial, object.serial);
  }

  private remove(removed: { readonly type: string; readonly key: string }): void {
    this.objects.get(removed.type)?.delete(removed.key);
    const installed = this.asInstalled(removed);
    if (installed) this.put(installed);
  }
}

function globalKey({ type, key }: { readonly type: string; readonly key: string }): string {
  return `${type} ${key}`;
}
