import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, scriptText } from "../../components/hosts/host-script";
import { NfsCheck } from "../../components/hosts/nfs-check";
import { NfsServer } from "../../components/hosts/nfs-server";
import { ZfsDataset } from "../../components/hosts/zfs-dataset";
import { ZfsPool } from "../../components/proxmox/zfs-pool";
import { type Declared, declare, only } from "../support/declared";

const COMMAND = "command:remote:Command";

const connection = (): Connection => ({
  host: "192.0.2.5",
  user: "root",
  privateKey: pulumi.secret("-----BEGIN KEY"),
  hostKey: "ssh-ed25519 AAAA nas",
});

/** The connection that a command got, which must be a secret as a whole. */
function secretConnection({ inputs }: Declared): unknown {
  const { value, ...mark } = inputs.connection as Record<string, unknown>;
  assert.deepEqual(mark, { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" });
  return value;
}

describe("components: NfsServer", () => {
  async function server() {
    const { resources } = await declare(
      () =>
        new NfsServer("nas", {
          connection: connection(),
          firewall: true,
          exports: {
            "/srv/nfs/vm": { "192.0.2.0/24": ["rw", "sync"], "198.51.100.0/24": ["ro"] },
            "/srv/iso": { "192.0.2.0/24": ["ro"] },
          },
        }),
    );
    return resources;
  }

  it("runs the export script once a folder: every client with its options; removing unexports", async () => {
    const resources = await server();
    const { inputs, options } = only(resources, COMMAND, "nas/srv/nfs/vm");
    const apply =
      "bash -s -- apply --path /srv/nfs/vm --client 192.0.2.0/24 --options rw\\,sync --client 198.51.100.0/24 --options ro";
    assert.equal(inputs.create, apply);
    assert.equal(inputs.update, apply);
    assert.equal(inputs.delete, "bash -s -- remove --path /srv/nfs/vm");
    assert.equal(inputs.stdin, scriptText("nfs-export"));
    assert.equal(options.parent, "hybrid-estate:hosts:NfsServer nas");
    assert.equal(only(resources, COMMAND, "nas/srv/iso").inputs.delete, "bash -s -- remove --path /srv/iso");
    assert.equal(resources.filter(({ type }) => type === COMMAND).length, 3);
  });

  it("keeps strangers out before it exports anything; removing takes only that away", async () => {
    const resources = await server();
    const { inputs, options } = only(resources, COMMAND, "nas-firewall");
    assert.equal(inputs.create, "bash -s -- apply --client 192.0.2.0/24 --client 198.51.100.0/24");
    assert.equal(inputs.update, inputs.create);
    assert.equal(inputs.delete, "bash -s -- remove");
    assert.equal(inputs.stdin, scriptText("nfs-firewall"));
    assert.equal(options.parent, "hybrid-estate:hosts:NfsServer nas");
    assert.deepEqual(only(resources, COMMAND, "nas/srv/iso").options.dependsOn, [`${COMMAND} nas-firewall`]);
  });

  it("leaves a firewall of one's own alone", async () => {
    const { resources } = await declare(
      () =>
        new NfsServer("nas", {
          connection: connection(),
          firewall: false,
          exports: { "/srv/iso": { "192.0.2.0/24": ["ro"] } },
        }),
    );
    assert.deepEqual(
      resources.filter(({ type }) => type === COMMAND).map(({ name }) => name),
      ["nas/srv/iso"],
    );
  });

  it("reaches the host with its pinned key; the private key stays secret", async () => {
    const command = only(await server(), COMMAND, "nas/srv/iso");
    assert.deepEqual(secretConnection(command), {
      host: "192.0.2.5",
      port: 22,
      user: "root",
      privateKey: "-----BEGIN KEY",
      hostKey: "ssh-ed25519 AAAA nas",
      dialErrorLimit: 30,
      perDialTimeout: 15,
    });
    assert.ok(command.options.additionalSecretOutputs.includes("connection"));
    // The script's standard output is nobody's business; its standard error is what the user reads.
    assert.equal(command.inputs.logging, "stderr");
  });
});

describe("components: NfsCheck", () => {
  it("mounts the export with the storage's options, and takes nothing back", async () => {
    const { resources } = await declare(
      () =>
        new NfsCheck("pve1/nas", {
          connection: connection(),
          server: "192.0.2.5",
          export: "/srv/nfs",
          options: "vers=4.2,hard",
          access: "rw",
        }),
    );
    const { inputs, options } = only(resources, COMMAND, "pve1/nas");
    assert.equal(
      String(inputs.create).replaceAll("\\", ""),
      "bash -s -- apply --server 192.0.2.5 --export /srv/nfs --options vers=4.2,hard --access rw",
    );
    assert.equal(inputs.update, inputs.create);
    assert.ok(!("delete" in inputs));
    assert.equal(inputs.stdin, scriptText("nfs-check"));
    assert.equal(options.protect, false);
  });
});

describe("components: ZfsPool", () => {
  it("runs the pool script on each node with its own disks, protected; nothing when it is removed", async () => {
    const { resources } = await declare(
      () =>
        new ZfsPool("tank", {
          pool: "tank",
          raidlevel: "draid2",
          draid: { data: 2, spares: 1 },
          ashift: 13,
          compression: "zstd",
          nodes: {
            pve1: { connection: connection(), devices: ["/dev/disk/by-id/a", "/dev/disk/by-id/b"] },
            pve2: { connection: connection(), devices: ["/dev/disk/by-id/c"] },
          },
          datasets: { web: {} },
        }),
    );
    const { inputs, options } = only(resources, COMMAND, "pve1/tank");
    const apply =
      "bash -s -- apply --pool tank --raidlevel draid2 --draid-data 2 --draid-spares 1 --ashift 13 --compression zstd --device /dev/disk/by-id/";
    assert.equal(inputs.create, `${apply}a --device /dev/disk/by-id/b`);
    assert.equal(inputs.update, inputs.create);
    assert.equal(only(resources, COMMAND, "pve2/tank").inputs.create, `${apply}c`);
    assert.ok(!("delete" in inputs));
    assert.equal(inputs.stdin, scriptText("zfs-pool"));
    assert.equal(options.protect, true);
    assert.equal(options.parent, "hybrid-estate:hosts:ZfsDisks pve1/tank");
    assert.deepEqual(only(resources, "hybrid-estate:hosts:ZfsDataset", "pve2/tank/web").options.dependsOn, [
      "command:remote:Command pve2/tank",
    ]);
    // What the policies read.
    assert.deepEqual(only(resources, "hybrid-estate:proxmox:ZfsPool").inputs, {
      pool: "tank",
      nodes: ["pve1", "pve2"],
    });
  });
});

describe("components: ZfsDataset", () => {
  it("runs the dataset script, and nothing at all when it is removed", async () => {
    const { resources } = await declare(
      () =>
        new ZfsDataset("tank-web", {
          connection: connection(),
          pool: "tank",
          dataset: "guests/web",
          properties: { recordsize: "1M", compression: "zstd" },
        }),
    );
    const { inputs, options } = only(resources, COMMAND, "tank-web");
    const apply =
      "bash -s -- apply --pool tank --dataset guests/web --property recordsize\\=1M --property compression\\=zstd";
    assert.equal(inputs.create, apply);
    assert.equal(inputs.update, apply);
    assert.ok(!("delete" in inputs));
    assert.equal(inputs.stdin, scriptText("zfs-dataset"));
    assert.equal(options.parent, "hybrid-estate:hosts:ZfsDataset tank-web");
  });
});
