import assert from "node:assert/strict";
import { BackupJob, type BackupJobArgs } from "../../components/proxmox/backup-job";
import { declare, only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const JOB = "proxmoxve:backup/job:Job";

const ARGS: BackupJobArgs = {
  jobId: "nightly",
  schedule: "sat 03:30",
  storageId: "nas",
  guests: { all: true, except: [] },
  enabled: true,
  mode: "snapshot",
  compress: "zstd",
  retention: { last: 3, daily: 7 },
  notesTemplate: "{{guestname}}",
  repeatMissed: false,
};

const EXPECTED = {
  resourceId: "nightly",
  enabled: true,
  schedule: "sat 03:30",
  storage: "nas",
  all: true,
  mode: "snapshot",
  compress: "zstd",
  pruneBackups: { "keep-last": "3", "keep-daily": "7" },
  notesTemplate: "{{guestname}}",
  repeatMissed: false,
  bwlimit: 0,
  ionice: 7,
  mailnotification: "always",
};

/** What the job declares, without what is not set. */
async function declared(args: Partial<BackupJobArgs>): Promise<object> {
  const { resources } = await declare(() => new BackupJob("nightly", { ...ARGS, ...args }));
  const { inputs, options } = only(resources, JOB, "nightly");
  assert.equal(options.parent, "hybrid-estate:proxmox:BackupJob nightly");
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

describe("components: BackupJob", () => {
  const { all: _, ...some } = EXPECTED;
  const rows: [what: string, args: Partial<BackupJobArgs>, inputs: object][] = [
    ["saves every guest, and says what nothing is said about", {}, EXPECTED],
    [
      "saves all but some",
      { guests: { all: true, except: [101, 102] } },
      { ...EXPECTED, excludes: ["101", "102"] },
    ],
    ["saves the guests of a list", { guests: { vmIds: [100] } }, { ...some, vmids: ["100"] }],
    [
      "keeps everything where the server prunes",
      { retention: undefined },
      { ...EXPECTED, pruneBackups: { "keep-all": "1" } },
    ],
    [
      "sets what is asked for",
      {
        nodeName: "pve1",
        enabled: false,
        fleecingStorage: "fast",
        bandwidthLimit: 102_400,
        changeDetection: "metadata",
        notify: { mailTo: ["ops@example.org"], on: "failure" },
        repeatMissed: true,
        performance: { maxWorkers: 8, ioPriority: 8 },
      },
      {
        ...EXPECTED,
        node: "pve1",
        enabled: false,
        fleecing: { enabled: true, storage: "fast" },
        bwlimit: 102_400,
        pbsChangeDetectionMode: "metadata",
        mailtos: ["ops@example.org"],
        mailnotification: "failure",
        repeatMissed: true,
        ionice: 8,
        performance: { maxWorkers: 8 },
      },
    ],
    ["has no empty performance", { performance: { ioPriority: 4 } }, { ...EXPECTED, ionice: 4 }],
  ];
  for (const [what, args, inputs] of rows) {
    it(what, async () => assert.deepEqual(await declared(args), inputs));
  }

  describe("in an estate", () => {
    async function nightly(...changes: Change[]) {
      const { resources } = await declareEstate(devDescription(...changes));
      const waits = only(resources, "hybrid-estate:proxmox:BackupJob", "nightly").options.dependsOn;
      return { inputs: only(resources, JOB, "nightly").inputs, waits };
    }
    const guests = ["backupJobs", "nightly", "guests"];

    it("takes guests by name, and waits for them and its storages", async () => {
      const { inputs, waits } = await nightly(
        [guests, ["Ubuntu", "alpine"]],
        [["backupJobs", "nightly", "fleecing"], { storage: "local-lvm" }],
      );
      assert.deepEqual(inputs.vmids, ["101", "100"]);
      assert.deepEqual(inputs.fleecing, { enabled: true, storage: "local-lvm" });
      assert.deepEqual(waits, [
        "proxmoxve:storage/directory:Directory Backup-pool",
        "proxmoxve:storage/lvmthin:Lvmthin local-lvm",
        "proxmoxve:index/containerLegacy:ContainerLegacy Ubuntu",
        "proxmoxve:index/vmLegacy:VmLegacy alpine",
      ]);
    });

    it("takes the guests that have one of the tags", async () => {
      const { inputs } = await nightly(
        [
          ["guests", "alpine", "tags"],
          ["gold", "web"],
        ],
        [["guests", "Ubuntu", "tags"], ["silver"]],
        [guests, { tags: ["gold", "bronze"] }],
        [
          ["guests", "bronze"],
          {
            kind: "lxc",
            count: 2,
            id: 300,
            node: "blckpink01",
            tags: ["bronze"],
            template: "ubuntu-22.04",
            os: "ubuntu",
            memory: "1 GiB",
            rootDisk: { storage: "local-lvm", size: "8 GiB" },
          },
        ],
      );
      assert.deepEqual(inputs.vmids, ["100", "300", "301"]);
      assert.equal(inputs.all, undefined);
    });

    it("takes a pool, whose members are Proxmox's to know, and waits for it", async () => {
      const { inputs, waits } = await nightly(
        [["pools"], { gold: {} }],
        [["guests", "Ubuntu", "pool"], "gold"],
        [guests, { pool: "gold" }],
      );
      assert.equal(inputs.pool, "gold");
      assert.equal(inputs.vmids, undefined);
      assert.ok(waits.includes("proxmoxve:index/poolLegacy:PoolLegacy gold"));
    });

    it("takes all but some", async () => {
      const { inputs, waits } = await nightly([guests, { allExcept: ["Ubuntu"] }]);
      assert.equal(inputs.all, true);
      assert.deepEqual(inputs.excludes, ["101"]);
      assert.ok(waits.includes("proxmoxve:index/containerLegacy:ContainerLegacy Ubuntu"));
    });

    it("reads rates with their unit", async () => {
      const limit = ["backupJobs", "nightly", "bandwidthLimit"];
      assert.equal((await nightly([limit, "100 MiB/s"])).inputs.bwlimit, 102_400);
      assert.equal((await nightly([limit, "512 KiB/s"])).inputs.bwlimit, 512);
    });
  });
});
