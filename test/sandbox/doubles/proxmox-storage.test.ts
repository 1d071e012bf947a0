import assert from "node:assert/strict";
import { EXPORT, NFS, POOL, SCRIPTS, Site, T, TEMPLATE, testCases, testChanges } from "./site";

const DATASET = {
  connection: { host: "192.0.2.11" },
  create: "bash -s -- apply --pool tank --dataset guests",
  stdin: SCRIPTS["zfs-dataset"],
};

/** Pool tank with a dataset on pve1, and an export. */
function equipped(site: Site): void {
  site.create(T.command, POOL);
  site.create(T.command, DATASET);
  site.create(T.command, EXPORT);
}

describe("storages", () => {
  testCases(equipped, [
    { what: "NFS that is exported to the nodes", type: T.nfs, inputs: NFS },
    {
      what: "NFS from a path that is not exported",
      type: T.nfs,
      inputs: { ...NFS, export: "/srv/other" },
      refused: "access denied by server while mounting 192.0.2.30:/srv/other",
    },
    {
      what: "NFS from a machine that is not there",
      type: T.nfs,
      inputs: { ...NFS, server: "192.0.2.99" },
      refused: "storage 'nas' is not online",
    },
    { what: "a ZFS pool", type: T.zfspool, inputs: { resourceId: "tank", zfsPool: "tank" } },
    { what: "a dataset", type: T.zfspool, inputs: { resourceId: "guests", zfsPool: "tank/guests" } },
    {
      what: "a pool that is not there",
      type: T.zfspool,
      inputs: { resourceId: "lake", zfsPool: "lake" },
      refused: "zfs error: cannot open 'lake': no such pool",
    },
    {
      what: "a dataset that is not there",
      type: T.zfspool,
      inputs: { resourceId: "other", zfsPool: "tank/other" },
      refused: "zfs error: cannot open 'tank/other': dataset does not exist",
    },
    {
      what: "a pool that none of its nodes has",
      type: T.zfspool,
      inputs: { resourceId: "tank", zfsPool: "tank", nodes: ["pve2"] },
      refused: "cannot open 'tank': no such pool",
    },
    { what: "a directory", type: T.directory, inputs: { resourceId: "iso", path: "/tank/iso" } },
    {
      what: "a relative directory",
      type: T.directory,
      inputs: { resourceId: "iso", path: "tank/iso" },
      refused: "value does not look like an absolute path",
    },
    {
      what: "a directory that is not there and may not be made",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/tank/iso", createBasePath: false },
      refused: "directory '/tank/iso' does not exist",
    },
    {
      what: "the id of a storage of another type",
      type: T.directory,
      inputs: { resourceId: "local-lvm", path: "/x" },
      refused: "storage ID 'local-lvm' already defined",
    },
    {
      what: "an unknown node",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/x", nodes: ["pve9"] },
      refused: "hostname lookup 'pve9' failed",
    },
    {
      what: "an unknown content type",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/x", contents: ["isos"] },
      refused: "contents[0]: expected one of backup, images",
    },
    {
      what: "a volume group that is not there",
      type: T.lvmthin,
      inputs: { resourceId: "fast", volumeGroup: "nvme", thinPool: "data" },
      refused: "no such logical volume nvme/data",
    },
  ]);

  testChanges([
    {
      what: "take other content in any order, and are replaced for another id or server",
      type: T.nfs,
      olds: NFS,
      news: {
        ...NFS,
        resourceId: "nas2",
        server: "192.0.2.31",
        contents: ["backup", "images", "import", "iso"],
      },
      does: { resourceId: "replace", server: "replace", contents: "update" },
    },
    {
      what: "do not mind the order of content",
      type: T.nfs,
      olds: NFS,
      news: { ...NFS, contents: ["backup", "import", "images"], disable: false, nodes: undefined },
      does: {},
    },
    {
      what: "are replaced for another path",
      type: T.directory,
      olds: { resourceId: "iso", path: "/a" },
      news: { resourceId: "iso", path: "/b", shared: false },
      does: { path: "replace", shared: "update" },
    },
  ]);

  it("that the installer made are read with what an import compares", () => {
    const site = new Site();
    const target = { type: T.directory, urn: "urn:local", id: "local", state: {}, config: {} };
    const local = site.lifecycle.read(target);
    assert.deepEqual(local?.inputs, {
      resourceId: "local",
      contents: ["backup", "import", "iso", "vztmpl"],
      path: "/var/lib/vz",
      shared: false,
    });
    assert.equal(local?.outputs.createSubdirs, true);
    assert.equal(site.lifecycle.read({ ...target, id: "absent" }), undefined);
    site.close();
  });
});

describe("files", () => {
  testCases(
    (site) => site.create(T.file, TEMPLATE),
    [
      {
        what: "the same file on another node's own storage",
        type: T.file,
        inputs: { ...TEMPLATE, nodeName: "pve2" },
      },
      {
        what: "the same file again",
        type: T.file,
        inputs: TEMPLATE,
        refused: "refusing to override existing file",
      },
      {
        what: "content that the storage does not hold",
        type: T.file,
        inputs: { ...TEMPLATE, datastoreId: "local-lvm" },
        refused: "storage 'local-lvm' is not configured for content-type 'vztmpl'",
      },
      {
        what: "no URL",
        type: T.file,
        inputs: { ...TEMPLATE, url: "debian.iso" },
        refused: "url: must match",
      },
      {
        what: "a checksum without its algorithm",
        type: T.file,
        inputs: { ...TEMPLATE, checksum: "00" },
        refused: "require each other",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another URL, updated for another timeout",
      type: T.file,
      olds: TEMPLATE,
      news: { ...TEMPLATE, url: "https://example.org/b.tar.zst", uploadTimeout: 900 },
      does: { url: "replace", uploadTimeout: "update" },
    },
  ]);
});
