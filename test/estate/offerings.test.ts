import assert from "node:assert/strict";
import fc from "fast-check";
import { readEstate } from "../../estate";
import { assertMistakes, type Change, devDescription, devEstate, refusesEach } from "../support/description";

const SMALL = {
  cores: 2,
  memory: "4 GiB",
  balloonMinimum: "2 GiB",
  swap: "1 GiB",
  diskSize: "16 GiB",
  diskLimits: { read: 100, readBurst: 200 },
  networkRate: 12.5,
  cpuLimit: 1.5,
  cpuUnits: 200,
};
const WEB = {
  kind: "vm",
  id: 200,
  node: "blckpink01",
  offering: "small",
  disks: { scsi0: { storage: "nfs-local" }, scsi1: { storage: "nfs-local", size: "1 GiB", limits: {} } },
  nics: { net0: { bridge: "vmbr0" }, net1: { bridge: "vmbr0", rate: 1 } },
};
const DNS = {
  kind: "lxc",
  id: 201,
  node: "blckpink01",
  offering: "small",
  template: "ubuntu-22.04",
  os: "ubuntu",
  rootDisk: { storage: "local-lvm" },
};
const offered: Change = [["offerings"], { small: SMALL }];

describe("estate: offerings", () => {
  it("give a VM its size, and its disks and interfaces theirs", () => {
    const { web } = devEstate(offered, [["guests", "web"], WEB]).guests;
    assert.ok(web?.kind === "vm");
    const { cores, memory, balloonMinimum, cpuLimit, cpuUnits, disks, nics } = web;
    assert.deepEqual(
      { cores, memory, balloonMinimum, cpuLimit, cpuUnits },
      {
        cores: 2,
        memory: 4096,
        balloonMinimum: 2048,
        cpuLimit: 1.5,
        cpuUnits: 200,
      },
    );
    assert.deepEqual([disks.scsi0?.size, disks.scsi0?.limits], [16, { read: 100, readBurst: 200 }]);
    assert.deepEqual([disks.scsi1?.size, disks.scsi1?.limits], [1, {}]);
    assert.deepEqual([nics.net0?.rate, nics.net1?.rate], [12.5, 1]);
  });

  it("give a container its size and swap", () => {
    const { dns } = devEstate(offered, [["guests", "dns"], DNS]).guests;
    assert.ok(dns?.kind === "lxc");
    assert.deepEqual([dns.cores, dns.memory, dns.swap, dns.rootDisk.size], [2, 4096, 1024, 16]);
  });

  it("what a guest says itself wins, value by value", () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            cores: fc.integer({ min: 2, max: 64 }),
            cpuUnits: fc.integer({ min: 1, max: 10_000 }),
            memory: fc.integer({ min: 2, max: 64 }).map((gibibytes) => `${gibibytes} GiB`),
          },
          { requiredKeys: [] },
        ),
        (own) => {
          const { web } = devEstate(offered, [["guests", "web"], { ...WEB, ...own }]).guests;
          assert.equal(web?.cores, own.cores ?? SMALL.cores);
          assert.equal(web?.cpuUnits, own.cpuUnits ?? SMALL.cpuUnits);
          assert.equal(web?.memory, Number.parseInt(own.memory ?? SMALL.memory, 10) * 1024);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("members of a group have it all, and are counted up as ever", () => {
    const { guests } = devEstate(offered, [["guests", "web"], { ...WEB, count: 3 }]);
    assert.deepEqual(
      ["web-1", "web-2", "web-3"].map((name) => [guests[name]?.id, guests[name]?.memory]),
      [
        [200, 4096],
        [201, 4096],
        [202, 4096],
      ],
    );
  });

  it("a guest without one has its own values, and one core", () => {
    const { alpine } = devEstate([["guests", "alpine", "cores"], 3]).guests;
    assert.equal(alpine?.cores, 3);
    assert.equal(devEstate().guests.alpine?.cores, 1);
  });

  refusesEach([
    {
      what: "an unknown one, once, whatever else would follow from it",
      changes: [offered, [["guests", "web"], { ...WEB, offering: "smal", count: 4 }]],
      mistakes: [["guests.web.offering", "one of offerings: small (did you mean small?)"]],
    },
    {
      what: "neither offering nor memory",
      changes: [[["guests", "web"], { ...WEB, offering: undefined, disks: {} }]],
      mistakes: [["guests.web.memory", "an amount of memory such as 1 GiB, or an offering"]],
    },
    {
      what: "a disk without size, and an offering without one",
      changes: [
        [["offerings"], { small: { ...SMALL, diskSize: undefined } }],
        [["guests", "web"], WEB],
        [["guests", "dns"], DNS],
      ],
      mistakes: [
        ["guests.web.disks.scsi0.size", "or an offering with a diskSize"],
        ["guests.dns.rootDisk.size", "or an offering with a diskSize"],
      ],
    },
    {
      what: "offerings that can't be, where they stand",
      changes: [
        [
          ["offerings"],
          {
            small: {
              ...SMALL,
              balloonMinimum: "8 GiB",
              cpuLimit: 3,
              diskLimits: { readBurst: 5, write: 9, writeBurst: 8 },
            },
          },
        ],
      ],
      mistakes: [
        ["offerings.small.balloonMinimum", 'found "8 GiB"; allowed: at most the memory, 4 GiB'],
        ["offerings.small.cpuLimit", "at most the cores, 2"],
        ["offerings.small.diskLimits.readBurst", "none, or read too"],
        ["offerings.small.diskLimits.writeBurst", "at least write, 9"],
      ],
    },
    {
      what: "a guest's memory below the offering's ballooning minimum, and its own minimum above the memory",
      changes: [
        offered,
        [["guests", "web"], { ...WEB, memory: "1 GiB" }],
        [["guests", "app"], { ...WEB, id: 210, balloonMinimum: "5 GiB" }],
      ],
      mistakes: [
        ["guests.web.memory", "at least the offering's balloonMinimum, 2 GiB"],
        ["guests.app.balloonMinimum", "at most the memory, 4 GiB"],
      ],
    },
  ]);

  it("a mistake in an offering is not repeated at its guests", () => {
    assertMistakes(
      devDescription([["offerings"], { small: { ...SMALL, memory: "lots" } }], [["guests", "web"], WEB]),
      [["offerings.small.memory", "a whole number with its unit"]],
    );
  });

  it("names that every object inherits are no offerings", () => {
    for (const offering of ["constructor", "toString", "__proto__"]) {
      const reading = readEstate(devDescription(offered, [["guests", "web"], { ...WEB, offering }]));
      assert.deepEqual(reading.ok ? [] : reading.problems.map(({ path }) => path), ["guests.web.offering"]);
    }
  });
});
