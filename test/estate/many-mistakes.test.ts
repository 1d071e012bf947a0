import assert from "node:assert/strict";
import fc from "fast-check";
import { EstateError, readEstate } from "../../estate";
import { schemaAt, standIn } from "../../estate/json-schema";
import { isContainer, pathText, type Step, valueAt } from "../../estate/paths";
import { salvage } from "../../estate/salvage";
import { estateSchema } from "../../estate/schema";
import { assertMistakes, devDescription, GONE, put } from "../support/description";

describe("estate: many mistakes at once", () => {
  it("finds mistakes of form, references, addresses and roles in one go, each once", () => {
    const description = devDescription(
      [["clustr"], {}],
      [["cluster", "name"], "much-too-long-a-name"],
      [["cluster", "dns", "servers"], ["one.one.one.one"]],
      [["networks", "storage", "bridge"], "vmbr5"],
      [["nodes", "blckpink02", "addresses", "management"], "192.168.137.300"],
      [["nodes", "blckpink03", "addresses", "management"], "192.168.137.10"],
      [["zfsPools", "blckpink-storage-pool", "devices"], ["sdb"]],
      [["storages", "zfs-migrate", "pool"], "blckpink-storage-pool/mgrate"],
      [["storages", "iso-pool", "contents"], ["iso"]],
      [["guests", "alpine", "memory"], "1GB"],
      [["guests", "alpine", "node"], "blckpnk03"],
      [["guests", "alpine", "nics", "net0", "address"], "192.168.7.15/24"],
      [["guests", "Ubuntu", "id"], 100],
      [["guests", "Ubuntu", "rootDisk", "storage"], "iso-pool"],
      [["backupJobs", "nightly", "storage"], "vmc-pool"],
      [["aws", "account"], 123456789012],
      [
        ["aws", "network", "zones"],
        ["ap-southeast-1a", "eu-central-1a"],
      ],
    );
    assertMistakes(description, [
      ["clustr", "unknown key"],
      ["cluster.name", "1 to 15 letters"],
      ["cluster.dns.servers[0]", "an IPv4 address"],
      ["networks.storage.bridge", "one of bridges: vmbr0, vmbr1"],
      ["nodes.blckpink02.addresses.management", "an IPv4 address"],
      ["nodes.blckpink03.addresses.management", "(nodes.blckpink01.addresses.management has it)"],
      ["zfsPools.blckpink-storage-pool.devices[0]", "a path below /dev"],
      ["storages.zfs-migrate.pool", "(did you mean migrate?)"],
      ["storages.iso-pool.contents", "(did you mean content?)"],
      ["guests.alpine.memory", "a whole number with its unit"],
      ["guests.alpine.node", "(did you mean blckpink03?)"],
      ["guests.Ubuntu.id", "(alpine has it)"],
      ["guests.Ubuntu.rootDisk.storage", "a storage with content rootdir"],
      ["backupJobs.nightly.storage", "a storage with content backup"],
      ["aws.account", "12-digit"],
      ["aws.network.zones[1]", "a zone of ap-southeast-1"],
    ]);
  });

  it("says nothing of what only follows from another mistake", () => {
    const description = devDescription(
      [["networks", "management", "cidr"], "192.168.137.0/33"], // everybody in it
      [["networks", "storage", "purpose"], "strage"], // how many management networks there are
      [["storages", "nfs-local", "content"], "images"], // disks and images on it
      [["storages", "local-lvm", "nodes"], "all"], // guests on it, by node
      [["nfsServers", "nas", "exports"], ["/srv/nfs/proxmox"]], // the storage that uses one
      [["zfsPools", "blckpink-storage-pool", "datasets"], ["migrate"]], // the storage that uses one
      [["haRules", "prefer-blckpink03", "guests"], "alpine"], // its members
      [["guests", "Ubuntu", "id"], "one hundred"], // who else has it
      [["aws", "region"], "singapore"], // its zones
      [["images"], []], // references to them
    );
    assertMistakes(description, [
      ["networks.management.cidr", "CIDR"],
      ["networks.storage.purpose", "did you mean storage?"],
      ["storages.nfs-local.content", "a list"],
      ["storages.local-lvm.nodes", "a list"],
      ["nfsServers.nas.exports", "an object"],
      ["zfsPools.blckpink-storage-pool.datasets", "an object"],
      ["haRules.prefer-blckpink03.guests", "a list"],
      ["guests.Ubuntu.id", "a"],
      ["aws.region", "a region"],
      ["images", "an object"],
    ]);
  });

  it("an empty description lists the sections that every estate has", () => {
    assertMistakes(
      {},
      ["cluster", "nodes", "storages"].map((section) => [section, "found nothing; allowed: an object"]),
    );
  });

  it("the error counts and lists them, and shows long values short", () => {
    const reading = readEstate(
      devDescription([["cluster", "name"], "x".repeat(200)], [["guests", "Ubuntu", "node"], "pve9"]),
    );
    assert.ok(!reading.ok);
    const { message } = new EstateError(reading.problems);
    assert.match(
      message,
      /^The environment file has 2 mistakes; nothing was declared:\n {2}cluster\.name: found "x/,
    );
    assert.match(message, /\n {2}guests\.Ubuntu\.node: found "pve9"; allowed: one of nodes: blckpink01/);
    assert.ok(
      message.split("\n").every((line) => line.length < 200),
      message,
    );
    assert.match(new EstateError(reading.problems.slice(0, 1)).message, /has 1 mistake;/);
  });
});

/** Every place in a value, the root apart. */
function places(value: unknown, steps: readonly Step[] = []): Step[][] {
  if (!isContainer(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...steps, Array.isArray(value) ? Number(key) : key];
    return [here, ...places(inner, here)];
  });
}

const PLACES = places(devDescription());
const place = fc.constantFrom(...PLACES);
/** Values that are wrong in most places and right in some, but never bring declarations of their own. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    GONE,
    null,
    true,
    0,
    -1,
    1.5,
    4095,
    100,
    "",
    "dhcp",
    "vm",
    "zfspool",
    "0.0.0.0/0",
    "toString",
  ),
  fc.constantFrom<unknown>(
    "1 GiB",
    "192.168.1.21",
    "192.168.137.0/24",
    "192.168.1.21/24",
    "nfs-local",
    "alpine",
  ),
  fc.string(),
  fc.constant([]),
);
const anything = fc.oneof(
  scalar,
  fc.jsonValue(),
  fc.constantFrom({}, { a: 1 }, [1, "x", null], { __proto__: 1 }),
);

/** Whether one place is the other, or inside it. */
const within = (inner: string, outer: string) =>
  inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);

describe("estate: any description at all (properties)", () => {
  it("is accepted, or refused with a reason; never a crash", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, anything), { maxLength: 6 }), (changes) => {
        const description = devDescription();
        for (const [steps, value] of changes) {
          if (isContainer(valueAt(description, steps.slice(0, -1)))) put(description, [steps, value]);
        }
        const reading = readEstate(description);
        assert.ok(reading.ok || reading.problems.length > 0);
        if (reading.ok) return;
        for (const { path, message } of reading.problems) {
          assert.match(message, /^found .*(; allowed: .+)$/s);
          assert.doesNotMatch(path, /undefined|\[object/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is salvaged: with any part broken, the rest can still be read", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, anything), { maxLength: 6 }), (changes) => {
        const description = devDescription();
        for (const [steps, value] of changes) {
          if (isContainer(valueAt(description, steps.slice(0, -1)))) put(description, [steps, value]);
        }
        assert.notEqual(salvage(description), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("a change that the schema refuses is reported where it is, and nowhere else", () => {
    fc.assert(
      fc.property(place, scalar, (steps, value) => {
        const description = devDescription([steps, value]);
        fc.pre(!estateSchema.safeParse(description).success);
        const reading = readEstate(description);
        assert.ok(!reading.ok);
        // Another kind of guest, storage or rule makes another thing of the whole entry.
        const isKind = ["kind", "type"].includes(String(steps.at(-1)));
        const changed = pathText(isKind ? steps.slice(0, -1) : steps);
        for (const { path } of reading.problems) {
          assert.ok(
            within(path, changed) || within(changed, path),
            `${changed} was changed, but ${path} was reported: ${JSON.stringify(reading.problems)}`,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("has a stand-in that the schema accepts for every place of the dev estate", () => {
    for (const steps of PLACES) {
      const description = devDescription();
      const schema = schemaAt(steps, description);
      assert.ok(schema, `no schema at ${pathText(steps)}`);
      put(description, [steps, standIn(schema)]);
      const result = estateSchema.safeParse(description);
      assert.ok(result.success, `${pathText(steps)}: ${result.error?.message}`);
    }
  });
});
