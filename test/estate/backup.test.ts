import { refusesEach } from "../support/description";

const JOB = ["backupJobs", "nightly"];
const at = (...steps: string[]) => [...JOB, ...steps];

describe("estate: backup jobs", () => {
  refusesEach([
    {
      what: "a tag that no guest has",
      changes: [
        [["guests", "alpine", "tags"], ["gold"]],
        [at("guests"), { tags: ["gold", "golf"] }],
      ],
      mistakes: [["backupJobs.nightly.guests.tags[1]", "a tag of some guest: gold (did you mean gold?)"]],
    },
    {
      what: "exceptions that are no guests",
      changes: [[at("guests"), { allExcept: ["Ubuntu", "ubnutu"] }]],
      mistakes: [["backupJobs.nightly.guests.allExcept[1]", "one of guests: "]],
    },
    {
      what: "a job whose guests are all on another node",
      changes: [
        [at("guests"), ["Ubuntu"]],
        [at("node"), "blckpink02"],
      ],
      mistakes: [["backupJobs.nightly.node", "a node that some guest of the job is on"]],
    },
    {
      what: "a job on an unknown node",
      changes: [[at("node"), "blckpink04"]],
      mistakes: [["backupJobs.nightly.node", "one of nodes: "]],
    },
    {
      what: "fleecing on a storage without disks",
      changes: [[at("fleecing"), { storage: "iso-pool" }]],
      mistakes: [["backupJobs.nightly.fleecing.storage", "a storage with content images: "]],
    },
    {
      what: "fleecing on a storage that is not there",
      changes: [[at("fleecing"), { storage: "nvme" }]],
      mistakes: [["backupJobs.nightly.fleecing.storage", "one of storages: "]],
    },
    {
      what: "fleecing for containers",
      changes: [
        [at("guests"), ["Ubuntu"]],
        [at("fleecing"), { storage: "local-lvm" }],
      ],
      mistakes: [["backupJobs.nightly.fleecing", "fleecing is for VMs"]],
    },
    {
      what: "fleecing on a storage that the VM's node has not",
      changes: [
        [["storages", "vmc-pool", "nodes"], ["blckpink01"]],
        [at("fleecing"), { storage: "vmc-pool" }],
      ],
      mistakes: [["backupJobs.nightly.fleecing.storage", "a storage that blckpink03 has"]],
    },
    {
      what: "a target that a guest's node has not",
      changes: [
        [
          ["storages", "Backup-pool", "nodes"],
          ["blckpink01", "blckpink02"],
        ],
      ],
      mistakes: [["backupJobs.nightly.storage", "a storage that blckpink03 has"]],
    },
    {
      what: "change detection where no backup server is",
      changes: [[at("changeDetection"), "metadata"]],
      mistakes: [["backupJobs.nightly.changeDetection", "Backup-pool is no Proxmox Backup Server"]],
    },
    {
      what: "no retention",
      changes: [[at("retention"), undefined]],
      mistakes: [["backupJobs.nightly.retention", "which backups are kept"]],
    },
    {
      what: "values of another form",
      changes: [
        [at("schedule"), "02:00; rm"],
        [at("bandwidthLimit"), "100 MB"],
        [at("notesTemplate"), "{{password}}"],
        [at("notify"), { mailTo: ["ops"], on: "never" }],
        [at("performance"), { maxWorkers: 0, ioPriority: 9 }],
        [at("mode"), "hot"],
      ],
      mistakes: [
        ["backupJobs.nightly.schedule", "a calendar event"],
        ["backupJobs.nightly.bandwidthLimit", "a whole number with its unit, such as 512 KiB/s"],
        ["backupJobs.nightly.notesTemplate", "{{cluster}}, {{guestname}}, {{node}} and {{vmid}}"],
        ["backupJobs.nightly.notify.mailTo[0]", "email"],
        ["backupJobs.nightly.notify.on", "always, failure"],
        ["backupJobs.nightly.performance.maxWorkers", "from 1"],
        ["backupJobs.nightly.performance.ioPriority", "up to 8"],
        ["backupJobs.nightly.mode", "snapshot, suspend, stop"],
      ],
    },
    {
      what: "a selection that is none",
      changes: [[at("guests"), { everything: true }]],
      mistakes: [["backupJobs.nightly.guests", "all, a list of guests, {tags: [TAG, ...]}"]],
    },
  ]);
});
