import assert from "node:assert/strict";
import fc from "fast-check";
import { Refusal } from "../../../sandbox/doubles/behaviour";
import { openWorld, type Properties, type World, type WorldObject } from "../../../sandbox/world";
import { CONTAINER, EXPORT, INSTALLED, NFS, POOL, POOL2, SCRIPTS, Site, T, TEMPLATE, VM } from "./site";

const POLICY = '{"Version":"2012-10-17","Statement":[]}';

/** Things that fit together in many orders; which of them a site takes depends on what is there. */
const CATALOGUE: readonly (readonly [type: string, inputs: Properties])[] = [
  [T.command, POOL],
  [T.command, POOL2],
  [T.command, EXPORT],
  [
    T.command,
    {
      connection: { host: "192.0.2.11" },
      create: "bash -s -- apply --pool tank --dataset guests",
      stdin: SCRIPTS["zfs-dataset"],
    },
  ],
  [T.nfs, NFS],
  [T.zfspool, { resourceId: "tank", zfsPool: "tank" }],
  [T.directory, { resourceId: "iso", path: "/tank/iso" }],
  [T.bridge, { nodeName: "pve1", name: "vmbr1", ports: ["enp2s0"] }],
  [T.dns, { nodeName: "pve1", domain: "example.org" }],
  [T.options, { haShutdownPolicy: "migrate" }],
  [T.file, TEMPLATE],
  [T.pool, { poolId: "tenants" }],
  [T.vm, VM],
  [T.vm, { ...VM, vmId: undefined, poolId: "tenants", purgeOnDestroy: false }],
  [T.vm, { ...VM, vmId: 110, disks: [{ interface: "scsi0", datastoreId: "tank" }] }],
  [T.container, CONTAINER],
  [T.haResource, { resourceId: "vm:100" }],
  [T.haRule, { rule: "home", type: "node-affinity", nodes: { pve1: 1 }, resources: ["vm:100"] }],
  [T.job, { resourceId: "nightly", schedule: "02:00", storage: "local", vmids: ["100"] }],
  [T.replication, { resourceId: "110-0", target: "pve2", type: "local" }],
  [T.vpc, { cidrBlock: "10.42.0.0/16" }],
  [T.bucket, { bucket: "backups-1" }],
  [T.bucketPolicy, { bucket: "backups-1", policy: POLICY }],
  [T.user, { name: "nodes" }],
  [T.userPolicy, { user: "nodes", policy: POLICY }],
  [T.accessKey, { user: "nodes" }],
  [T.launchTemplate, { instanceType: "t3.small" }],
  [T.key, {}],
];

type Step = { readonly create: number } | { readonly delete: number };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ create: fc.nat(CATALOGUE.length - 1) }) },
    { weight: 1, arbitrary: fc.record({ delete: fc.nat(1000) }) },
  ),
  { maxLength: 60 },
);

/** Carries out a step; false where the site says no. */
function take(site: Site, step: Step): boolean {
  try {
    if ("create" in step) {
      const [type, inputs] = CATALOGUE[step.create] ?? [T.key, {}];
      site.create(type, inputs);
      return true;
    }
    const made = declared(site.world);
    const chosen = made[step.delete % made.length];
    if (chosen) site.delete(chosen);
    return true;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return false;
  }
}

/** What host scripts make and never take away. */
const LEFT_BEHIND = ["host:zfs-dataset", "host:zfs-pool"];

/** What resources were made for, in the order of creation. */
function declared(world: World): WorldObject[] {
  return world
    .all()
    .filter(({ urn }) => urn !== undefined)
    .sort((one, other) => one.serial - other.serial);
}

/** Deletes everything, last made first, until nothing moves any more. */
function destroy(site: Site): void {
  for (let left = declared(site.world); left.length > 0; ) {
    for (const object of left.reverse()) {
      try {
        if (site.world.find(object.type, object.key)) site.delete(object);
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
      }
    }
    const now = declared(site.world);
    assert.ok(now.length < left.length, `stuck: ${now.map(({ id, type }) => `${type} ${id}`).join(", ")}`);
    left = now;
  }
}

function sorted(objects: readonly WorldObject[]): WorldObject[] {
  return [...objects].sort((one, other) =>
    `${one.type}${one.key}`.localeCompare(`${other.type}${other.key}`),
  );
}

describe("whatever was made", () => {
  it("can be imported by its id, and is as its program declares it", () => {
    const site = new Site();
    for (const [index, [type, inputs]] of CATALOGUE.entries()) {
      if (!take(site, { create: index })) continue;
      const made = declared(site.world).at(-1);
      assert.ok(made);
      const target = { type, urn: made.urn ?? "", id: made.id, state: {}, config: {} };
      const found = site.lifecycle.read(target);
      assert.deepEqual(found, made, type);
      const name = made.urn?.split("::").at(-1);
      const again = site.checked(type, site.asOnTheWire(inputs), name, found?.inputs);
      assert.deepEqual(site.plan(type, found?.inputs ?? {}, again), {}, type);
    }
    site.close();
  });
});

describe("any sequence of creates and deletes", () => {
  it("leaves a world that the next process finds again, and destroyed in the end is as installed", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const site = new Site();
        try {
          const factory = sorted(site.world.all());
          for (const step of sequence) {
            const before = site.world.all();
            if (!take(site, step)) assert.deepEqual(site.world.all(), before, "a refusal changes nothing");
          }
          const ids = site.world.all().map(({ type, key }) => `${type} ${key}`);
          assert.equal(new Set(ids).size, ids.length);
          const reopened = openWorld({ folder: site.folder, installed: INSTALLED });
          assert.deepEqual(sorted(reopened.all()), sorted(site.world.all()));
          reopened.close();
          destroy(site);
          const left = site.world.all().filter(({ type }) => !LEFT_BEHIND.includes(type));
          assert.deepEqual(sorted(left), factory);
        } finally {
          site.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});
