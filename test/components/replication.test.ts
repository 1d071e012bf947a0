import assert from "node:assert/strict";
import { Replication } from "../../components/proxmox/replication";
import { declare, only } from "../support/declared";
import { type Change, devDescription, refusesEach } from "../support/description";
import { declareEstate } from "../support/program";

const JOB = "proxmoxve:index/replication:Replication";
/** Both guests of the dev estate on the ZFS pool. */
const ON_ZFS: readonly Change[] = [
  [["guests", "alpine", "disks", "scsi0", "storage"], "zfs-migrate"],
  [["guests", "Ubuntu", "rootDisk", "storage"], "zfs-migrate"],
];
const copies = (fields: object, name = "copies"): Change => [
  ["replications"],
  { [name]: { guests: ["alpine"], targets: ["blckpink01", "blckpink02"], ...fields } },
];

describe("components: Replication", () => {
  it("declares a job a target, numbered by its place, and none to the guest's own node", async () => {
    const args = { vmId: 110, nodeName: "b", targets: ["a", "b", "c"], schedule: "*/5", rate: 50 };
    const { resources } = await declare(() => new Replication("web", { ...args, highlyAvailable: false }));
    const jobs = resources.filter(({ type }) => type === JOB);
    assert.deepEqual(
      jobs.map(({ name, inputs }) => [name, inputs.resourceId, inputs.target]),
      [
        ["web-a", "110-0", "a"],
        ["web-c", "110-2", "c"],
      ],
    );
    assert.deepEqual(jobs[0]?.inputs, {
      resourceId: "110-0",
      target: "a",
      type: "local",
      schedule: "*/5",
      rate: 50,
      disable: false,
    });
    assert.deepEqual(jobs[0]?.options.ignoreChanges, []);
    assert.equal(jobs[0]?.options.deleteBeforeReplace, true);
  });

  it("lets Proxmox turn around the jobs of a guest that HA moves", async () => {
    const args = { vmId: 110, nodeName: "b", targets: ["a"], schedule: "*/5", highlyAvailable: true };
    const { resources } = await declare(() => new Replication("web", args));
    assert.deepEqual(only(resources, JOB, "web-a").options.ignoreChanges, ["target"]);
  });

  it("in an estate: for each guest, once it and the ZFS storages are there", async () => {
    const { resources } = await declareEstate(
      devDescription(
        ...ON_ZFS,
        copies({ guests: ["alpine", "Ubuntu"], targets: ["blckpink01", "blckpink02", "blckpink03"] }),
      ),
    );
    assert.deepEqual(
      resources.filter(({ type }) => type === JOB).map(({ name, inputs }) => [name, inputs.resourceId]),
      [
        ["copies/alpine-blckpink01", "100-0"],
        ["copies/alpine-blckpink02", "100-1"],
        ["copies/Ubuntu-blckpink02", "101-1"],
        ["copies/Ubuntu-blckpink03", "101-2"],
      ],
    );
    const { dependsOn } = only(resources, "hybrid-estate:proxmox:Replication", "copies/Ubuntu").options;
    assert.ok(dependsOn.includes("proxmoxve:index/containerLegacy:ContainerLegacy Ubuntu"));
    assert.ok(dependsOn.includes("proxmoxve:storage/zfspool:Zfspool zfs-migrate"));
  });
});

describe("estate: replication", () => {
  refusesEach([
    {
      what: "of what is not on ZFS",
      changes: [copies({})],
      mistakes: [["replications.copies.guests", "alpine has one on nfs-local (nfs)"]],
    },
    {
      what: "of a mount point that is not on ZFS; one that stays behind may be",
      changes: [
        ...ON_ZFS,
        [
          ["guests", "Ubuntu", "mountPoints"],
          {
            mp0: { storage: "local-lvm", size: "8 GiB", path: "/srv" },
            mp1: { storage: "nfs-local", size: "8 GiB", path: "/var/x", replicate: false },
          },
        ],
        copies({ guests: ["Ubuntu"] }),
      ],
      mistakes: [["replications.copies.guests", "Ubuntu has one on local-lvm (lvmthin)"]],
    },
    {
      what: "to the guest's own node only",
      changes: [...ON_ZFS, copies({ targets: ["blckpink03"] })],
      mistakes: [["replications.copies.targets", "a node that alpine is not on: blckpink01, blckpink02"]],
    },
    {
      what: "to a node without the storage",
      changes: [
        ...ON_ZFS,
        [
          ["storages", "zfs-migrate", "nodes"],
          ["blckpink01", "blckpink03"],
        ],
        copies({}),
      ],
      mistakes: [
        ["replications.copies.targets", "nodes that have zfs-migrate, which alpine is on: blckpink01"],
      ],
    },
    {
      what: "of one guest twice",
      changes: [
        ...ON_ZFS,
        [
          ["replications"],
          {
            one: { guests: ["alpine"], targets: ["blckpink01"] },
            two: { guests: ["alpine"], targets: ["blckpink02"] },
          },
        ],
      ],
      mistakes: [["replications.two.guests", "one has it): one entry has all targets"]],
    },
    {
      what: "of a guest and to a node that are none",
      changes: [...ON_ZFS, copies({ guests: ["alpin"], targets: ["blckpink09"] })],
      mistakes: [
        ["replications.copies.guests[0]", "did you mean alpine?"],
        ["replications.copies.targets[0]", "one of nodes"],
      ],
    },
    ...["*/0", "*-*-01 02:00", "monthly", "yearly", "every day", "02:00; rm", "", "1 2 3", "fri 99"].map(
      (schedule) => ({
        what: `on the schedule ${JSON.stringify(schedule)}`,
        changes: [...ON_ZFS, copies({ schedule })],
        mistakes: [["replications.copies.schedule", "a calendar event without dates"] as const],
      }),
    ),
  ]);

  for (const schedule of [
    "*/1",
    "*/15",
    "02:00",
    "mon..fri 22:30",
    "sat",
    "8..17:0/10",
    "sat,sun 3:15",
    "weekly",
  ]) {
    it(`takes the schedule ${schedule}`, async () => {
      const { resources } = await declareEstate(devDescription(...ON_ZFS, copies({ schedule })));
      assert.equal(only(resources, JOB, "copies/alpine-blckpink01").inputs.schedule, schedule);
    });
  }
});
