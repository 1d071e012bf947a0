import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, scriptText } from "../../components/hosts/host-script";
import { type ScriptBacking, Storage } from "../../components/proxmox/storage";
import { declare, only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const NODE: Connection = { host: "192.0.2.1", user: "root", privateKey: pulumi.secret("PRIVATE") };

describe("components: kinds of storage", () => {
  it("declares a share, whose password is a secret that policies are not told", async () => {
    const { resources } = await declare(
      () =>
        new Storage("st", {
          storageId: "st-id",
          content: ["iso"],
          existing: false,
          backing: {
            type: "cifs",
            server: "nas",
            share: "iso",
            username: "pve",
            password: pulumi.secret("hunter2"),
            subdirectory: "/x",
          },
        }),
    );
    const share = only(resources, "proxmoxve:storage/cifs:Cifs", "st");
    const { password, ...rest } = share.inputs;
    assert.ok(JSON.stringify(password).includes("1b47061264138c4ac30d75fd1eb44270"));
    assert.deepEqual(rest, {
      resourceId: "st-id",
      contents: ["iso"],
      disable: false,
      server: "nas",
      share: "iso",
      username: "pve",
      subdirectory: "/x",
    });
    assert.ok(share.options.protect);
    assert.deepEqual(only(resources, "hybrid-estate:proxmox:Storage").inputs.backing, {
      type: "cifs",
      server: "nas",
      share: "iso",
      username: "pve",
      subdirectory: "/x",
    });
  });

  const scripted: [args: string, backing: ScriptBacking, content: string[]][] = [
    [
      "--type iscsi --set portal=192.0.2.9 --set target=iqn.2004-04.com.example:x --set content=none",
      { type: "iscsi", portal: "192.0.2.9", target: "iqn.2004-04.com.example:x", connection: NODE },
      [],
    ],
    [
      "--type rbd --set pool=vm --set krbd=1 --set content=images,rootdir",
      { type: "rbd", pool: "vm", krbd: true, connection: NODE },
      ["images", "rootdir"],
    ],
    [
      "--type cephfs --set fs-name=fs --set prune-backups=keep-daily=7 --set content=backup",
      { type: "cephfs", fileSystem: "fs", retention: { daily: 7 }, connection: NODE },
      ["backup"],
    ],
  ];
  for (const [args, backing, content] of scripted) {
    it(`has a script declare ${backing.type}, which the provider does not know, and take the entry away`, async () => {
      const { resources } = await declare(
        () =>
          new Storage("st", {
            storageId: "st-id",
            content,
            nodes: ["pve1", "pve2"],
            existing: false,
            backing,
          }),
      );
      const { inputs, options } = only(resources, "command:remote:Command", "st");
      assert.equal(
        String(inputs.create).replaceAll("\\", ""),
        `bash -s -- apply --storage st-id ${args} --set nodes=pve1,pve2`,
      );
      assert.equal(inputs.update, inputs.create);
      assert.equal(inputs.delete, `bash -s -- remove --storage st-id --type ${backing.type}`);
      assert.equal(inputs.stdin, scriptText("pve-storage"));
      assert.ok(options.protect);
      assert.equal(options.import, undefined);
      const told = only(resources, "hybrid-estate:proxmox:Storage").inputs;
      assert.ok(!JSON.stringify(told).includes("PRIVATE"));
    });
  }

  it("in an estate: a group on a SAN is made once, between the target and the storage on it", async () => {
    const nodes = ["blckpink02", "blckpink03"];
    const { resources } = await declareEstate(
      devDescription(
        [
          ["storages", "san"],
          { type: "iscsi", portal: "192.168.1.40", target: "iqn.2004-04.com.example:san" },
        ],
        [
          ["volumeGroups"],
          {
            "vg-san": { iscsi: "san", nodes, devices: ["/dev/disk/by-id/scsi-3"] },
            fast: { devices: ["/dev/sdc"], thinPool: { name: "data", size: "2 TiB" } },
          },
        ],
        [["storages", "san-lvm"], { type: "lvm", volumeGroup: "vg-san", nodes }],
        [["storages", "thin"], { type: "lvmthin", volumeGroup: "fast", thinPool: "data" }],
        [["cephPools"], { vm: { size: 3, targetRatio: 0.5 } }],
        [["storages", "ceph"], { type: "rbd", pool: "vm" }],
      ),
    );
    const waits = (name: string) => only(resources, "hybrid-estate:proxmox:Storage", name).options.dependsOn;
    const group = only(resources, "command:remote:Command", "vg-san");
    assert.equal(
      group.inputs.create,
      "bash -s -- apply --group vg-san --activate san --device /dev/disk/by-id/scsi-3",
    );
    assert.deepEqual(only(resources, "hybrid-estate:hosts:VolumeGroup", "vg-san").options.dependsOn, [
      "command:remote:Command san",
    ]);
    assert.ok(group.options.protect);
    assert.deepEqual(waits("san-lvm"), ["command:remote:Command vg-san"]);
    assert.equal(only(resources, "proxmoxve:storage/lvm:Lvm", "san-lvm").inputs.shared, true);
    assert.deepEqual(
      waits("thin"),
      ["blckpink01", "blckpink02", "blckpink03"].map((node) => `command:remote:Command ${node}/fast`),
    );
    const own = only(resources, "command:remote:Command", "blckpink02/fast").inputs;
    assert.equal(
      own.create,
      "bash -s -- apply --group fast --device /dev/sdc --thin-pool data --thin-pool-gib 2048",
    );
    assert.ok(!("delete" in own));
    const pool = only(resources, "proxmoxve:ceph/pool:Pool", "vm");
    assert.deepEqual(pool.inputs, {
      name: "vm",
      nodeName: "blckpink01",
      size: 3,
      minSize: 2,
      application: "rbd",
      pgAutoscaleMode: "on",
      targetSizeRatio: 0.5,
      addStorages: false,
      removeStorages: false,
      forceDestroy: false,
      removeEcprofile: true,
    });
    assert.ok(pool.options.protect);
    assert.deepEqual(pool.options.ignoreChanges, ["nodeName"]);
    assert.ok(waits("ceph").includes("proxmoxve:ceph/pool:Pool vm"));
  });
});
