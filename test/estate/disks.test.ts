import { type Change, refusesEach } from "../support/description";

const disk = (name: string) => `/dev/disk/by-id/ata-${name}`;
const disks = (count: number) => Array.from({ length: count }, (_, index) => disk(`D${index}`));

/** A second pool beside that of the dev estate. */
const lake = (fields: object): Change => [
  ["zfsPools", "lake"],
  { raidlevel: "mirror", devices: [disk("A"), disk("B")], ...fields },
];

describe("estate: disks", () => {
  describe("that don't make the layout", () => {
    refusesEach([
      ...(
        [
          ["mirror", 1, 2],
          ["raid10", 2, 4],
          ["raidz", 2, 3],
          ["raidz2", 3, 4],
          ["raidz3", 4, 5],
        ] as const
      ).map(([raidlevel, count, fewest]) => ({
        what: `${count} for ${raidlevel}`,
        changes: [lake({ raidlevel, devices: disks(count) })],
        mistakes: [["zfsPools.lake.devices", `at least ${fewest} disks, which ${raidlevel} needs`] as const],
      })),
      {
        what: "two for a single one",
        changes: [lake({ raidlevel: "single" })],
        mistakes: [["zfsPools.lake.devices", "one disk, as the raidlevel is single"]],
      },
      {
        what: "five for raid10",
        changes: [lake({ raidlevel: "raid10", devices: disks(5) })],
        mistakes: [["zfsPools.lake.devices", "an even number of disks"]],
      },
      {
        what: "fewer than the groups and spares of draid2 need",
        changes: [lake({ raidlevel: "draid2", devices: disks(6), draid: { data: 3, spares: 2 } })],
        mistakes: [["zfsPools.lake.devices", "at least 7 disks, which draid2 needs"]],
      },
      {
        what: "draid without its groups",
        changes: [lake({ raidlevel: "draid", devices: disks(5) })],
        mistakes: [["zfsPools.lake.draid", "data and spares, which draid needs"]],
      },
      {
        what: "groups for a mirror",
        changes: [lake({ draid: { data: 1, spares: 0 } })],
        mistakes: [["zfsPools.lake.draid", "nothing, or a raidlevel of draid"]],
      },
      {
        what: "none on two of three nodes, said once",
        changes: [lake({ devices: [], nodeDevices: { blckpink02: [disk("A"), disk("B")] } })],
        mistakes: [["zfsPools.lake.devices", "at least 2 disks, which mirror needs"]],
      },
      {
        what: "one too few on one node",
        changes: [lake({ nodeDevices: { blckpink02: [disk("A")] } })],
        mistakes: [["zfsPools.lake.nodeDevices.blckpink02", "at least 2 disks, which mirror needs"]],
      },
    ]);
  });

  describe("that can't be told apart", () => {
    refusesEach([
      {
        what: "one in two pools",
        changes: [lake({ nodes: ["blckpink03"], devices: [disk("A"), "/dev/sdb"] })],
        mistakes: [
          [
            "zfsPools.lake.devices[1]",
            'found "/dev/sdb"; allowed: a disk of blckpink03 that nothing else is on (zfsPools.blckpink-storage-pool is)',
          ],
        ],
      },
      {
        what: "one twice in a list",
        changes: [lake({ devices: [disk("A"), disk("A")] })],
        mistakes: [["zfsPools.lake.devices[1]", "each only once in the list"]],
      },
      {
        what: "those of a node without the pool",
        changes: [lake({ nodes: ["blckpink01"], nodeDevices: { blckpink02: [disk("A"), disk("B")] } })],
        mistakes: [["zfsPools.lake.nodeDevices.blckpink02", "a node that has it: blckpink01"]],
      },
      {
        what: "those of a node that is none",
        changes: [lake({ nodeDevices: { blckpink09: [disk("A"), disk("B")] } })],
        mistakes: [["zfsPools.lake.nodeDevices.blckpink09", "blckpink01, blckpink02, blckpink03"]],
      },
      ...["/dev/../etc/passwd", "/dev/sd b", "/dev/", "sdb", "/dev/$(id)", "/dev/disk/./x"].map((path) => ({
        what: `a path such as ${path}`,
        changes: [lake({ devices: [disk("A"), path] })],
        mistakes: [["zfsPools.lake.devices[1]", "a path below /dev"] as const],
      })),
    ]);
  });
});
