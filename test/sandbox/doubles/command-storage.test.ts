import assert from "node:assert/strict";
import { commandLine } from "../../../components/hosts/host-script";
import { TYPES } from "../../../sandbox/doubles/proxmox/cluster";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, EXPORT, POOL, SCRIPTS, Site, T } from "./site";

const [PVE1, PVE2, NAS] = ["192.0.2.11", "192.0.2.12", "192.0.2.30"];

/** A script's run on a host; the words have no blanks of their own. */
function run(name: keyof typeof SCRIPTS, host: string, words: string, remove?: string): Properties {
  return {
    connection: { host },
    stdin: SCRIPTS[name],
    create: commandLine(words.split(" ")),
    ...(remove === undefined ? {} : { delete: commandLine(remove.split(" ")) }),
  };
}

describe("host scripts for storage", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(() => site.close());

  const said = (inputs: Properties) => String(site.create(T.command, inputs).outputs.stderr);
  const refuses = (inputs: Properties, says: string) =>
    assertRefused(() => site.create(T.command, inputs), says);

  describe("volume-group", () => {
    const group = (words: string, host = PVE1) => run("volume-group", host, `apply ${words}`);
    const find = (key: string) => site.world.find(TYPES.volumeGroup, key)?.inputs;

    it("makes a group on disks of its host, adopts it, and refuses another on them", () => {
      const fast = group("--group fast --device /dev/sdc --device /dev/sdb");
      assert.equal(said(fast), "volume-group: fast created\n");
      const expected = { node: "pve1", group: "fast", devices: ["/dev/sdb", "/dev/sdc"], shared: false };
      assert.deepEqual(find("pve1/fast"), expected);
      assert.equal(said(group("--group fast --device /dev/sdb --device /dev/sdc")), "");
      assert.deepEqual(find("pve1/fast"), expected);
      refuses(group("--group fast --device /dev/sdb"), "it is not the declared one; nothing was changed");
      refuses(group("--group slow --device /dev/sdb"), "refused /dev/sdb: it has a signature");
      assert.equal(find("pve1/slow"), undefined);
      // Another node's disks are others.
      assert.equal(said(group("--group fast --device /dev/sdb", PVE2)), "volume-group: fast created\n");
    });

    it("refuses the disks of a ZFS pool, disks that are not there, and none", () => {
      site.create(T.command, POOL);
      refuses(group("--group fast --device /dev/sdb"), "refused /dev/sdb: it has a signature");
      refuses(group("--group fast --device /dev/sdz"), "there is no disk /dev/sdz on this host");
      refuses(group("--group fast"), "apply wants at least one --device");
      refuses(group("--device /dev/sdc"), "--group is missing");
      refuses(run("volume-group", PVE1, "remove --group fast"), "want apply, got remove");
    });

    it("makes a thin pool, at once or later, and keeps one that is not asked for", () => {
      const words = "--group fast --device /dev/sdc";
      refuses(group(`${words} --thin-pool-gib 5`), "--thin-pool-gib wants a --thin-pool");
      said(group(words));
      const thin = { resourceId: "thin", volumeGroup: "fast", thinPool: "data" };
      assertRefused(() => site.create(T.lvmthin, thin), "no such logical volume fast/data");
      assert.equal(said(group(`${words} --thin-pool data`)), "volume-group: fast/data created\n");
      assert.ok(site.create(T.lvmthin, thin));
      assert.equal(said(group(words)), "");
      assert.equal(find("pve1/fast")?.thinPool, "data");
      assert.equal(
        said(group("--group other --device /dev/sdb --thin-pool data --thin-pool-gib 5")),
        "volume-group: other created\nvolume-group: other/data created\n",
      );
    });

    it("waits for the storage that brings its disks, whose group every node sees", () => {
      const shared = "--group san-vg --activate san --device /dev/sdc";
      refuses(group(shared), "the storage san can't be activated on this host");
      const target = "--type iscsi --set portal=192.0.2.40 --set target=iqn.2004-04.com.example:x";
      said(run("pve-storage", PVE1, `apply --storage san ${target} --set content=none`));
      said(group(shared));
      const lvm = { resourceId: "vm", volumeGroup: "san-vg", nodes: ["pve3"], shared: true };
      assert.ok(site.create(T.lvm, lvm));
      assert.equal(said(group(shared, PVE2)), "", "another node adopts it");
    });
  });

  describe("pve-storage", () => {
    const entry = (words: string, host = PVE1) => run("pve-storage", host, `apply ${words}`);
    const target = "--type iscsi --set portal=192.0.2.40 --set target=iqn.2004-04.com.example:x";

    it("adds an entry, changes its settings, and takes it away", () => {
      site.create(T.cephPool, { nodeName: "pve1", name: "vm" });
      const words = "--storage ceph --type rbd --set pool=vm";
      const made = site.create(T.command, {
        ...entry(`${words} --set content=images,rootdir --set nodes=pve1,pve2`),
        delete: commandLine("remove --storage ceph --type rbd".split(" ")),
      });
      assert.equal(made.outputs.stderr, "pve-storage: ceph added\n");
      assert.deepEqual(site.world.find(TYPES.scriptStorage, "ceph")?.inputs, {
        pool: "vm",
        kind: "rbd",
        resourceId: "ceph",
        contents: ["images", "rootdir"],
        nodes: ["pve1", "pve2"],
      });
      const changed = site.update(made, {
        update: commandLine(`apply ${words} --set krbd=1 --set content=images`.split(" ")),
      });
      assert.deepEqual(site.world.find(TYPES.scriptStorage, "ceph")?.inputs, {
        pool: "vm",
        krbd: "1",
        kind: "rbd",
        resourceId: "ceph",
        contents: ["images"],
      });
      site.delete(changed);
      assert.equal(site.world.find(TYPES.scriptStorage, "ceph"), undefined);
    });

    it("refuses an entry of that id that is another storage", () => {
      said(entry(`--storage san ${target} --set content=none`));
      refuses(
        entry(`--storage san ${target.replace(".40", ".41")} --set content=none`),
        "there is a storage san already, with portal 192.0.2.40, declared is 192.0.2.41; nothing was changed",
      );
      refuses(
        entry("--storage san --type cephfs --set fs-name=fs --set content=backup"),
        "there is a storage san already, of type",
      );
      refuses(entry(`--storage local ${target}`), "there is a storage local already, of type");
    });

    const refused: readonly [string, string][] = [
      ["--storage x --type nfs --set server=a", "refused type nfs: want rbd, cephfs or iscsi"],
      ["--storage x --type rbd --set content=images", "apply wants --set pool=... for rbd"],
      ["--storage x --type cephfs --set content=backup", "apply wants --set fs-name=... for cephfs"],
      ["--storage x --type iscsi --set portal=192.0.2.40", "apply wants --set target=... for iscsi"],
      ["--storage x --type rbd --set pool=absent", "error opening pool 'absent'"],
      [`--storage x ${target} --set nodes=pve1,pve9`, "node 'pve9' does not exist"],
      ["--type rbd --set pool=vm", "--storage is missing"],
    ];
    for (const [words, says] of refused) {
      it(`is refused with "${says}"`, () => refuses(entry(words), says));
    }

    it("is refused where there is no Proxmox VE", () =>
      refuses(entry(`--storage x ${target}`, NAS), "pvesm: command not found"));
  });

  describe("nfs-firewall", () => {
    const wall = (words: string) => run("nfs-firewall", NAS, words, "remove");

    it("keeps strangers out, says nothing the second time, and lets everyone in again", () => {
      const first = site.create(T.command, wall("apply --client 192.0.2.0/24 --client 198.51.100.7"));
      assert.equal(
        first.outputs.stderr,
        "nfs-firewall: only 192.0.2.0/24 198.51.100.7 may reach the NFS server\n",
      );
      assert.equal(said(wall("apply --client 192.0.2.0/24 --client 198.51.100.7")), "");
      assert.match(said(wall("apply --client 192.0.2.0/25")), /only 192\.0\.2\.0\/25 may/);
      assert.deepEqual(site.world.find(TYPES.nfsFirewall, NAS)?.inputs, { clients: ["192.0.2.0/25"] });
      site.delete(first);
      assert.equal(site.world.find(TYPES.nfsFirewall, NAS), undefined);
    });

    it("wants clients", () => {
      refuses(wall("apply"), "apply wants at least one --client");
      refuses(wall("allow --client 192.0.2.0/24"), "want apply or remove, got allow");
    });
  });

  describe("nfs-check", () => {
    const check = (access: string, path = "/srv/nfs", host = PVE1) =>
      run("nfs-check", host, `apply --server ${NAS} --export ${path} --options vers=4.2 --access ${access}`);
    const exported = (options: string) => ({
      ...EXPORT,
      create: commandLine(`apply --path /srv/nfs --client 192.0.2.0/24 --options ${options}`.split(" ")),
    });

    it("mounts what is exported to the host, and leaves nothing behind", () => {
      site.create(T.command, exported("rw,no_root_squash"));
      const before = site.world.all().filter(({ type }) => type !== T.command);
      assert.equal(said(check("rw")), "");
      assert.equal(said(check("ro")), "");
      assert.deepEqual(
        site.world.all().filter(({ type }) => type !== T.command),
        before,
      );
    });

    it("can't mount what is not exported, or not to it", () => {
      site.create(T.command, exported("rw,no_root_squash"));
      const denied = "can't be mounted with vers=4.2: mount.nfs: access denied by server";
      refuses(check("ro", "/srv/other"), `${NAS}:/srv/other ${denied}`);
      refuses(check("ro", "/srv/nfs", NAS), denied);
    });

    for (const options of ["ro,no_root_squash", "rw,root_squash"]) {
      it(`reads, and can't write, where it is ${options}`, () => {
        site.create(T.command, exported(options));
        assert.equal(said(check("ro")), "");
        refuses(check("rw"), `root of this host can't write to ${NAS}:/srv/nfs`);
      });
    }

    it("runs into a firewall that does not let the host in", () => {
      site.create(T.command, exported("rw,no_root_squash"));
      said(run("nfs-firewall", NAS, `apply --client ${PVE2}/32`));
      refuses(check("rw"), "Connection timed out");
      assert.equal(said(check("rw", "/srv/nfs", PVE2)), "");
    });
  });
});
