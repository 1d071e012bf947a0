import assert from "node:assert/strict";
import fc from "fast-check";
import { readEstate } from "../../estate";
import { addressAt } from "../../estate/addresses";
import { readEnvironmentFile } from "../../estate/file";
import { ROOT } from "../support/sandbox-cli";

const file = readEnvironmentFile(`${ROOT}/Pulumi.dev.yaml`);
if (!file.ok) throw new Error("the dev file can't be read");
const { description } = file;

const WEB = {
  kind: "vm",
  id: 200,
  node: "blckpink02",
  memory: "1 GiB",
  disks: { scsi0: { storage: "nfs-local", size: "8 GiB" } },
  nics: { net0: { bridge: "vmbr1", address: "192.168.1.100/24" } },
  cloudInitStorage: "nfs-local",
  ha: {},
};

/** Reads the dev description with a group `web`, and what else is changed. */
function read(web: object, others: (estate: Record<string, unknown>) => object = () => ({})) {
  const base = structuredClone(description) as Record<string, Record<string, unknown>>;
  return readEstate({ ...base, guests: { ...base.guests, web: { ...WEB, ...web } }, ...others(base) });
}

function mistakes(reading: ReturnType<typeof readEstate>): string[] {
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

describe("estate: groups of alike guests", () => {
  it("counts names, ids and addresses up, and takes turns on the nodes", () => {
    const reading = read({ count: 4 });
    assert.ok(reading.ok);
    const guests = Object.entries(reading.estate.guests).filter(([name]) => name.startsWith("web"));
    assert.deepEqual(
      guests.map(([name, { id, node, nics }]) => [name, id, node, nics.net0?.address]),
      [
        ["web-1", 200, "blckpink02", "192.168.1.100/24"],
        ["web-2", 201, "blckpink03", "192.168.1.101/24"],
        ["web-3", 202, "blckpink01", "192.168.1.102/24"],
        ["web-4", 203, "blckpink02", "192.168.1.103/24"],
      ],
    );
  });

  it("means all of its guests where it is named", () => {
    const reading = read({ count: 2 }, () => ({
      haRules: {
        apart: { type: "resource-affinity", guests: ["web", "alpine"], affinity: "negative" },
        home: { type: "node-affinity", guests: ["web"], nodes: { blckpink01: 1 } },
      },
      backupJobs: {
        webs: { schedule: "03:00", storage: "Backup-pool", guests: ["web"], retention: { last: 1 } },
        others: { schedule: "04:00", storage: "Backup-pool", guests: ["alpine"], retention: { last: 1 } },
      },
    }));
    assert.ok(reading.ok);
    assert.deepEqual(reading.estate.haRules.apart?.guests, ["web-1", "web-2", "alpine"]);
    assert.deepEqual(reading.estate.haRules.home?.guests, ["web-1", "web-2"]);
    assert.deepEqual(reading.estate.backupJobs.webs?.guests, ["web-1", "web-2"]);
  });

  it("a group of one is still a group: growing it renames nobody", () => {
    const reading = read({ count: 1 });
    assert.ok(reading.ok && "web-1" in reading.estate.guests && !("web" in reading.estate.guests));
  });

  for (const [what, web, path] of [
    ["ids that run into another guest's", { id: 100, count: 3 }, "guests.web.id"],
    ["addresses that run out of their network", { count: 200 }, "guests.web.nics.net0.address"],
    ["a count of none", { count: 0 }, "guests.web.count"],
    [
      "an unknown storage, once",
      { count: 5, disks: { scsi0: { storage: "nowhere", size: "8 GiB" } } },
      "guests.web.disks.scsi0.storage",
    ],
  ] as const) {
    it(`refuses ${what}, at its entry`, () => assert.deepEqual(mistakes(read(web)), [path]));
  }

  it("refuses ids in another guest's, whoever comes first", () => {
    const paths = mistakes(read({ id: 101, count: 1 }));
    assert.equal(paths.length, 1);
    assert.match(paths[0] ?? "", /^guests\.(web|Ubuntu)\.id$/);
  });

  it("refuses a description that is too long for the engine, and says what to write instead", () => {
    const many = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`vm${index}`, { ...WEB, id: 1000 + index }]),
    );
    const reading = read({}, () => ({ guests: many }));
    assert.ok(!reading.ok);
    assert.equal(reading.problems.length, 1);
    assert.match(
      reading.problems[0]?.message ?? "",
      /allowed: up to 120 KiB: write alike guests as one entry/,
    );
  });

  it("addressAt counts in order and without repeating", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(1000), fc.nat(1000), (address, one, other) => {
        assert.equal(addressAt(addressAt(address, one), other), addressAt(address, one + other));
        assert.equal(addressAt(address, one) === addressAt(address, other), one === other);
      }),
    );
  });
});
