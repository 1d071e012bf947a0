import assert from "node:assert/strict";
import { readEstate } from "../../estate";
import { readSecrets, standInSecrets } from "../../estate/secrets";
import { isShared, keepsFiles } from "../../estate/storage";
import { type Change, devDescription, devEstate, refusesEach } from "../support/description";

const ISCSI = { type: "iscsi", portal: "192.168.1.40:3260", target: "iqn.2004-04.com.example:san.vm" };
const LUN = "/dev/disk/by-id/scsi-36001405";
const storage = (id: string, fields: object): Change => [["storages", id], fields];
const group = (name: string, fields: object): Change => [
  ["volumeGroups"],
  { [name]: { devices: [LUN], ...fields } },
];
/** A group on a SAN with a storage on it. */
const SAN: readonly Change[] = [storage("san", ISCSI), group("vg-san", { iscsi: "san" })];
const RBD: readonly Change[] = [[["cephPools"], { vm: {} }], storage("ceph", { type: "rbd", pool: "vm" })];
const CIFS = { type: "cifs", server: "nas.example.org", share: "iso", username: "pve", content: ["iso"] };

describe("estate: kinds of storage", () => {
  it("every kind has its defaults, and knows whether it is shared and keeps files", () => {
    const estate = devEstate(
      ...SAN,
      ...RBD,
      storage("san-lvm", { type: "lvm", volumeGroup: "vg-san" }),
      storage("own-lvm", { type: "lvm", volumeGroup: "pve" }),
      storage("share", CIFS),
      storage("files", { type: "cephfs", fileSystem: "cephfs", content: ["iso"] }),
    );
    const known = Object.entries(estate.storages).map(
      ([id, one]) => [id, isShared(estate, one), keepsFiles(one)] as const,
    );
    assert.deepEqual(
      known.filter(([, shared]) => shared).map(([id]) => id),
      ["nfs-local", "nas-backup", "san", "ceph", "san-lvm", "share", "files"],
    );
    assert.deepEqual(
      known.filter(([, , files]) => files).map(([id]) => id),
      ["Backup-pool", "iso-pool", "local", "nfs-local", "nas-backup", "vmc-pool", "share"],
    );
    assert.deepEqual(estate.storages.san?.content, []);
    assert.deepEqual(estate.cephPools.vm, { size: 3, minSize: 2, application: "rbd", autoscale: "on" });
  });

  it("a share wants its password, and no other storage does", () => {
    const estate = devEstate(storage("share", CIFS));
    assert.deepEqual(Object.keys(standInSecrets(estate).storagePasswords), ["share"]);
    const reading = readSecrets({ ...standInSecrets(estate), storagePasswords: {} }, estate);
    assert.ok(!reading.ok);
    assert.deepEqual(
      reading.problems.map(({ path }) => path),
      ["secrets.storagePasswords.share"],
    );
  });

  describe("content that a kind can't hold", () => {
    refusesEach(
      (
        [
          [{ type: "zfspool", pool: "blckpink-storage-pool", content: ["iso"] }, "images, rootdir"],
          [{ type: "lvm", volumeGroup: "pve", content: ["backup"] }, "images, rootdir"],
          [{ ...ISCSI, content: ["rootdir"] }, "images"],
          [
            { type: "cephfs", fileSystem: "fs", content: ["images"] },
            "backup, import, iso, snippets, vztmpl",
          ],
        ] as const
      ).map(([fields, allowed]) => ({
        what: `${fields.content[0]} on ${fields.type}`,
        changes: [storage("new", fields)],
        mistakes: [["storages.new.content[0]", `found "${fields.content[0]}"; allowed: ${allowed}`]],
      })),
    );
  });

  describe("what stands behind a storage", () => {
    refusesEach([
      {
        what: "a pool that not all of its nodes have",
        changes: [
          [
            ["zfsPools", "blckpink-storage-pool", "nodes"],
            ["blckpink01", "blckpink02"],
          ],
        ],
        mistakes: ["Backup-pool", "blckpink-storage-pool", "iso-pool", "vmc-pool", "zfs-migrate"].map(
          (id) =>
            [
              `storages.${id}.nodes`,
              "nodes that have blckpink-storage-pool: blckpink01, blckpink02",
            ] as const,
        ),
      },
      {
        what: "a group that not all of its nodes have",
        changes: [
          group("fast", { nodes: ["blckpink01"], thinPool: { name: "data" } }),
          storage("fast", {
            type: "lvmthin",
            volumeGroup: "fast",
            thinPool: "data",
            nodes: ["blckpink01", "blckpink02"],
          }),
        ],
        mistakes: [["storages.fast.nodes", "nodes that have fast: blckpink01"]],
      },
      {
        what: "a group that is not declared",
        changes: [storage("fast", { type: "lvm", volumeGroup: "fast" })],
        mistakes: [["storages.fast.volumeGroup", 'found "fast"']],
      },
      {
        what: "a Ceph pool that is not declared",
        changes: [RBD[0] as Change, storage("ceph", { type: "rbd", pool: "wm" })],
        mistakes: [["storages.ceph.pool", "vm (did you mean vm?)"]],
      },
      {
        what: "another thin pool than the group's",
        changes: [
          group("fast", { thinPool: { name: "data" } }),
          storage("fast", { type: "lvmthin", volumeGroup: "fast", thinPool: "dta" }),
        ],
        mistakes: [["storages.fast.thinPool", "a thin pool of fast: data (did you mean data?)"]],
      },
      {
        what: "a thin pool on a SAN",
        changes: [
          storage("san", ISCSI),
          group("vg-san", { iscsi: "san", thinPool: { name: "data" } }),
          storage("thin", { type: "lvmthin", volumeGroup: "vg-san", thinPool: "data" }),
        ],
        mistakes: [["storages.thin.type", "lvm, as a thin pool on a SAN"]],
      },
      {
        what: "a group on what is no SAN",
        changes: [storage("san", ISCSI), group("vg-san", { iscsi: "nfs-local" })],
        mistakes: [["volumeGroups.vg-san.iscsi", "a storage of type iscsi: san"]],
      },
      {
        what: "a group on a target that its nodes do not all reach",
        changes: [storage("san", { ...ISCSI, nodes: ["blckpink02"] }), group("vg-san", { iscsi: "san" })],
        mistakes: [["volumeGroups.vg-san.nodes", "nodes that have san: blckpink02"]],
      },
      {
        what: "LUNs that differ by node",
        changes: [
          storage("san", ISCSI),
          group("vg-san", { iscsi: "san", nodeDevices: { blckpink02: ["/dev/disk/by-id/scsi-4"] } }),
        ],
        mistakes: [["volumeGroups.vg-san.nodeDevices", "every node sees the same LUNs"]],
      },
      {
        what: "no disks",
        changes: [group("fast", { devices: [] })],
        mistakes: [["volumeGroups.fast.devices", "at least 1 in the list"]],
      },
      {
        what: "a disk that a pool is on",
        changes: [group("fast", { devices: ["/dev/sdb"] })],
        mistakes: [
          ["volumeGroups.fast.devices[0]", "nothing else is on (zfsPools.blckpink-storage-pool is)"],
        ],
      },
    ]);
  });

  describe("what is not so", () => {
    refusesEach([
      {
        what: "shared, on each node's own pool",
        changes: [[["storages", "vmc-pool", "shared"], true]],
        mistakes: [
          ["storages.vmc-pool.shared", "false, as /blckpink-storage-pool/vmc is on each node's own"],
        ],
      },
      {
        what: "not shared, on a SAN",
        changes: [...SAN, storage("san-lvm", { type: "lvm", volumeGroup: "vg-san", shared: false })],
        mistakes: [["storages.san-lvm.shared", "true, as vg-san is on san"]],
      },
      {
        what: "shared, on the nodes' disks",
        changes: [group("fast", {}), storage("fast", { type: "lvm", volumeGroup: "fast", shared: true })],
        mistakes: [["storages.fast.shared", "false, as fast is on each node's own disks"]],
      },
      {
        what: "there before, of a kind that nobody installs",
        changes: [storage("share", { ...CIFS, existing: true })],
        mistakes: [["storages.share.existing", "found an unknown key"]],
      },
      {
        what: "backups kept where there are none",
        changes: [[["storages", "iso-pool", "retention"], { daily: 7 }]],
        mistakes: [["storages.iso-pool.retention", "nothing, or content backup"]],
      },
      {
        what: "more copies to write than there are",
        changes: [[["cephPools"], { vm: { size: 2, minSize: 3 } }]],
        mistakes: [["cephPools.vm.minSize", "at most size"]],
      },
    ]);
  });

  describe("values of no such form", () => {
    const rows: [field: string, value: string, storage: object][] = [
      ["target", "iqn.x", ISCSI],
      ["target", "iqn.2004-04.com.example:san vm", ISCSI],
      ["portal", "san.example.org", ISCSI],
      ["share", "iso;rm", CIFS],
      ["username", "pve,password=x", CIFS],
      ["options", "vers=3.0 --x", CIFS],
      ["server", "nas/../x", CIFS],
      ["subdirectory", "../x", CIFS],
      ["volumeGroup", "-f", { type: "lvm" }],
      ["volumeGroup", "..", { type: "lvm" }],
      ["fileSystem", "a b", { type: "cephfs", content: ["iso"] }],
    ];
    for (const [field, value, fields] of rows) {
      it(`${field}: ${value}`, () => {
        const reading = readEstate(devDescription(storage("new", { ...fields, [field]: value })));
        assert.ok(!reading.ok);
        assert.deepEqual(
          reading.problems.map(({ path }) => path),
          [`storages.new.${field}`],
        );
      });
    }
  });
});
