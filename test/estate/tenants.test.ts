import assert from "node:assert/strict";
import fc from "fast-check";
import { readEstate } from "../../estate";
import { type Change, devDescription, devEstate, refusesEach } from "../support/description";

const WEB = {
  kind: "vm",
  tenant: "acme",
  id: 200,
  node: "blckpink01",
  cores: 2,
  memory: "4 GiB",
  disks: { scsi0: { storage: "nfs-local", size: "10 GiB" } },
  nics: { net0: { bridge: "vmbr0" } },
};
const DB = {
  kind: "lxc",
  tenant: "acme",
  id: 250,
  node: "blckpink01",
  cores: 4,
  memory: "1 GiB",
  template: "ubuntu-22.04",
  os: "ubuntu",
  rootDisk: { storage: "local-lvm", size: "8 GiB" },
  mountPoints: { mp0: { storage: "local-lvm", size: "32 GiB", path: "/srv/data" } },
};

function tenants(acme: object, others: object = {}): Change {
  return [["tenants"], { acme, ...others }];
}
const web: Change = [["guests", "web"], { ...WEB, count: 3 }];
const db: Change = [["guests", "db"], DB];

describe("estate: tenants", () => {
  it("their guests are in their pool, groups too", () => {
    const { guests } = devEstate(tenants({ pool: "acme-pool" }), web, db);
    assert.deepEqual(
      ["web-1", "web-3", "db", "alpine"].map((name) => guests[name]?.pool),
      ["acme-pool", "acme-pool", "acme-pool", undefined],
    );
  });

  it("what fits its quotas exactly is accepted", () => {
    const quotas = { guests: 4, cores: 10, memory: "13 GiB", disk: "70 GiB" };
    assert.ok(readEstate(devDescription(tenants({ quotas }), web, db)).ok);
  });

  refusesEach([
    {
      what: "more than each quota, one problem a quota, which says who uses it",
      changes: [
        tenants({ quotas: { guests: 3, cores: 9, memory: "12 GiB", disk: "64 GiB" } }),
        [["guests", "web"], { ...WEB, count: 3 }],
        db,
      ],
      mistakes: [
        ["tenants.acme.quotas.guests", "found 4 in use (web 3 x 1, db 1); allowed: 3"],
        ["tenants.acme.quotas.cores", "found 10 in use (web 3 x 2, db 4); allowed: 9"],
        ["tenants.acme.quotas.memory", "found 13 GiB in use (web 3 x 4 GiB, db 1 GiB); allowed: 12 GiB"],
        ["tenants.acme.quotas.disk", "found 70 GiB in use (db 40 GiB, web 3 x 10 GiB); allowed: 64 GiB"],
      ],
    },
    {
      what: "sockets count as cores",
      changes: [tenants({ quotas: { cores: 7 } }), [["guests", "web"], { ...WEB, sockets: 4 }]],
      mistakes: [["tenants.acme.quotas.cores", "found 8 in use (web 8); allowed: 7"]],
    },
    {
      what: "a quota of nothing",
      changes: [tenants({ quotas: { guests: 0 } }), db],
      mistakes: [["tenants.acme.quotas.guests", "found 1 in use (db 1); allowed: 0"]],
    },
    {
      what: "ids outside its range, the last of a group too",
      changes: [tenants({ vmIds: { from: 200, to: 201 } }), web],
      mistakes: [["guests.web.id", 'found "200 to 202"; allowed: ids of tenant acme: 200 to 201']],
    },
    {
      what: "bridges, VLANs and sizes that are not its own",
      changes: [
        [["offerings"], { small: { cores: 1, memory: "1 GiB" }, large: { cores: 8, memory: "1 GiB" } }],
        tenants({ bridges: ["vmbr1"], vlans: [5, 6], offerings: ["small"] }),
        [["guests", "web"], { ...WEB, offering: "large" }],
        [["guests", "app"], { ...WEB, id: 300, nics: {} }],
      ],
      mistakes: [
        ["guests.web.nics.net0.bridge", "a bridge for tenant acme: vmbr1"],
        ["guests.web.nics.net0.vlan", "a VLAN of tenant acme: 5, 6"],
        ["guests.web.offering", 'found "large"; allowed: an offering for tenant acme: small'],
        ["guests.app.offering", "found nothing; allowed: an offering for tenant acme: small"],
      ],
    },
    {
      what: "names of nothing",
      changes: [
        tenants({ bridges: ["vmbr9"], offerings: ["tiny"] }),
        [["guests", "web"], { ...WEB, tenant: "acmee" }],
        [["guests", "app"], { ...WEB, id: 300, tenant: undefined, pool: "nowhere" }],
        [["pools"], { infra: { storages: ["tape"] } }],
      ],
      mistakes: [
        ["tenants.acme.bridges[0]", "one of bridges"],
        ["tenants.acme.offerings[0]", "one of offerings"],
        ["guests.web.tenant", "one of tenants: acme (did you mean acme?)"],
        ["guests.app.pool", "one of pools: infra"],
        ["pools.infra.storages[0]", "one of storages"],
      ],
    },
    {
      what: "two tenants with one pool, one with a declared pool, and ids of both",
      changes: [
        tenants(
          { vmIds: { from: 200, to: 299 } },
          {
            other: { pool: "acme", vmIds: { from: 299, to: 310 } },
            infra: { vmIds: { from: 500, to: 400 } },
          },
        ),
        [["pools"], { infra: {} }],
      ],
      mistakes: [
        ["tenants.other.pool", "a pool of its own (tenants.acme has it)"],
        ["tenants.infra.pool", "a pool of its own (pools.infra has it)"],
        ["tenants.other.vmIds", "ids that no other tenant has (acme has 200 to 299)"],
        ["tenants.infra.vmIds.to", "from 500, where the range begins"],
      ],
    },
    {
      what: "a guest in another pool than its tenant's",
      changes: [tenants({}), [["pools"], { infra: {} }], [["guests", "web"], { ...WEB, pool: "infra" }]],
      mistakes: [["guests.web.pool", "none, as tenant acme's guests are in pool acme"]],
    },
  ]);

  it("a quota is exceeded exactly when its guests use more than it (property)", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ count: fc.integer({ min: 1, max: 5 }), cores: fc.integer({ min: 1, max: 8 }) }),
          {
            maxLength: 4,
          },
        ),
        fc.integer({ min: 0, max: 60 }),
        (groups, quota) => {
          const guests = groups.map(
            ({ count, cores }, index): Change => [
              ["guests", `g${index}`],
              { ...WEB, id: 1000 + index * 10, count, cores, nics: {} },
            ],
          );
          const reading = readEstate(devDescription(tenants({ quotas: { cores: quota } }), ...guests));
          const used = groups.reduce((sum, { count, cores }) => sum + count * cores, 0);
          assert.deepEqual(
            reading.ok ? [] : reading.problems.map(({ path }) => path),
            used > quota ? ["tenants.acme.quotas.cores"] : [],
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
