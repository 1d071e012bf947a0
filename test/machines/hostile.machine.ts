import assert from "node:assert/strict";
import fc from "fast-check";
import { commandLine, type ScriptName } from "../../components/hosts/host-script";
import { exportArguments, unexportArguments } from "../../components/hosts/nfs-server";
import { volumeGroupArguments } from "../../components/hosts/volume-group";
import { datasetArguments } from "../../components/hosts/zfs-dataset";
import { poolArguments } from "../../components/hosts/zfs-pool";
import {
  createArguments,
  identityArguments,
  joinArguments,
  quorumArguments,
} from "../../components/proxmox/cluster-formation";
import { storageArguments } from "../../components/proxmox/storage-script";
import type { Machine } from "./machine";
import { byId, DISKS, site } from "./site";

/** Written by an argument that was taken for code, wherever its shell stood. */
const CANARY = "/run/canary";

const HOSTILE = [
  "",
  "-",
  "-f",
  "..",
  "/srv/../etc",
  "/srv/a b",
  `/srv/x'; touch ${CANARY}; '`,
  `/srv/x"; touch ${CANARY}; "`,
  `/srv/$(touch ${CANARY})`,
  `\`touch ${CANARY}\``,
  `/srv/x\ntouch ${CANARY}\n`,
  `x\n/srv 0.0.0.0/0(rw,no_root_squash)`,
  `/srv/x *(rw,no_root_squash)`,
  `x; touch ${CANARY}`,
  `a[$(touch ${CANARY})]`,
  "~root",
  "*",
  "\\",
  "/srv/x\r",
  "/srv/ü",
];

interface Place {
  readonly script: ScriptName;
  readonly args: (value: string) => string[];
  /** Values that are harmless there, although they look hostile: the script gets as far as to miss the pool. */
  readonly harmless?: readonly string[];
  /** What the script says in that case. */
  readonly missing?: string;
}

const ISCSI = { type: "iscsi", portal: "192.0.2.1", target: "iqn.2003-01.org.example:a" } as const;

/** Each place of each script's arguments that a value of the configuration reaches. */
const PLACES: Record<string, Place> = {
  "the path of an export": {
    script: "nfs-export",
    args: (value) => exportArguments(value, { "192.168.1.0/24": ["rw"] }),
  },
  "the path of an export to remove": { script: "nfs-export", args: unexportArguments },
  "the client of an export": {
    script: "nfs-export",
    args: (value) => exportArguments("/srv/x", { [value]: ["rw"] }),
  },
  "the options of an export": {
    script: "nfs-export",
    args: (value) => exportArguments("/srv/x", { "192.168.1.0/24": [value] }),
  },
  "the pool of a dataset": {
    script: "zfs-dataset",
    args: (pool) => datasetArguments({ pool, dataset: "x", properties: {} }),
  },
  "the name of a dataset": {
    script: "zfs-dataset",
    args: (dataset) => datasetArguments({ pool: "nowhere", dataset, properties: {} }),
  },
  "the name of a property": {
    script: "zfs-dataset",
    args: (name) => datasetArguments({ pool: "nowhere", dataset: "x", properties: { [name]: "on" } }),
  },
  "the value of a property": {
    script: "zfs-dataset",
    args: (value) => datasetArguments({ pool: "nowhere", dataset: "x", properties: { comment: value } }),
    harmless: ["-", "-f", "..", "/srv/../etc"],
    missing: "there is no pool nowhere",
  },
  "the name of a pool": {
    script: "zfs-pool",
    args: (pool) => poolArguments({ ...POOL, pool }),
  },
  "the compression of a pool": {
    script: "zfs-pool",
    args: (compression) => poolArguments({ ...POOL, compression }),
  },
  "the device of a pool": {
    script: "zfs-pool",
    args: (device) => poolArguments({ ...POOL, devices: [device] }),
  },
  "the name of a volume group": {
    script: "volume-group",
    args: (group) => volumeGroupArguments({ ...GROUP, group }),
  },
  "the device of a volume group": {
    script: "volume-group",
    args: (device) => volumeGroupArguments({ ...GROUP, devices: [device] }),
  },
  "the storage that brings a volume group's disks": {
    script: "volume-group",
    args: (activate) => volumeGroupArguments({ ...GROUP, activate }),
  },
  "the thin pool of a volume group": {
    script: "volume-group",
    args: (name) => volumeGroupArguments({ ...GROUP, thinPool: { name } }),
  },
  "the id of a storage": {
    script: "pve-storage",
    args: (storageId) => storageArguments({ storageId, content: ["images"] }, backing(ISCSI)),
  },
  "the target of a storage": {
    script: "pve-storage",
    args: (target) =>
      storageArguments({ storageId: "san", content: ["images"] }, backing({ ...ISCSI, target })),
  },
  "the nodes of a storage": {
    script: "pve-storage",
    args: (node) =>
      storageArguments({ storageId: "san", content: ["images"], nodes: [node] }, backing(ISCSI)),
  },
  "the name of a cluster": {
    script: "cluster-member",
    args: (cluster) => createArguments(cluster, "node", ["192.0.2.1"]),
  },
  "the name of a node to join": {
    script: "cluster-member",
    args: (node) => joinArguments("lab", node, ["192.0.2.1"], "192.0.2.2"),
  },
  "a link of a node": {
    script: "cluster-member",
    args: (link) => createArguments("lab", "node", [link]),
  },
  "the first node's address": {
    script: "cluster-member",
    args: (first) => joinArguments("lab", "node", ["192.0.2.1"], first),
  },
  "a member that is asked who it is": {
    script: "cluster-trust",
    args: (node) => identityArguments("lab", node, ["node"]),
  },
  "a member that has to be there": {
    script: "cluster-quorum",
    args: (member) => quorumArguments("lab", ["node", member]),
  },
};

const POOL = {
  pool: "hostile",
  raidlevel: "single",
  ashift: 12,
  compression: "on",
  devices: [byId(DISKS.interrupted[0])],
} as const;

const GROUP = { group: "hostile", devices: [byId(DISKS.interrupted[0])] };

/** How a storage that a script declares is described; the connection says nothing of its arguments. */
function backing<T>(storage: T) {
  return { ...storage, connection: { host: "192.0.2.1", user: "root", privateKey: "" } };
}

/** Where a script has something to lose: exports are on the server, pools on the node. */
function machineFor(script: ScriptName): Machine {
  return script.startsWith("nfs-") ? site().nas : site().node;
}

/**
 * Exports, pools, datasets, and every file since the mark that is not a log, a lock or a service's own, such as the
 * folder of credentials that systemd uses when it tidies up a quarter of an hour after the boot.
 */
function stateOf(machine: Machine): Promise<string> {
  return machine.bash(`if command -v exportfs >/dev/null; then exportfs -s; fi
    zpool list -H -o name; zfs list -H -o name
    find / /run -xdev -newer /run/mark -not -path /run -not -path '/run/systemd/*' -not -path '/run/udev/*' -not -path '/run/credentials*' \\
      -not -path '/var/log/*' -not -name 'hybrid-estate-*.lock'`);
}

describe("Arguments on their way to a real shell", () => {
  const anything = fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll("\0", ""));
  const shellish = fc.string({
    unit: fc.constantFrom(..."ab /-.$`'\"\\!#&|;<>(){}[]*?~=:,@%^\n\r\t\u00a0é"),
    maxLength: 12,
  });

  for (const shell of ["/bin/bash", "/bin/dash"]) {
    it(`arrive as they were when root's login shell is ${shell}`, async () => {
      const { node } = site();
      await node.bash(`usermod -s ${shell} root`);
      const texts = [...HOSTILE, ...fc.sample(fc.oneof(anything, shellish), 1500)];
      const result = await node.start(commandLine(texts), "printf '%s\\0' \"$@\"\n").result;
      await node.bash("usermod -s /bin/bash root");
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(result.stdout.split("\0").slice(0, -1), texts);
    });
  }
});

describe("Hostile names and paths", () => {
  const machines = () => [site().nas, site().node];
  let untouched: string[];

  before(async () => {
    await Promise.all(machines().map((machine) => machine.bash("touch /run/mark; sleep 1")));
    untouched = await Promise.all(machines().map(stateOf));
  });

  for (const [place, { script, args, harmless = [], missing }] of Object.entries(PLACES)) {
    it(`are refused as ${place}`, async () => {
      const check = async (value: string) => {
        const shown = `${place}: ${JSON.stringify(value)}`;
        const { code, stdout, stderr } = await machineFor(script).script(script, args(value));
        assert.equal(code, 1, `${shown}: ${stderr}`);
        const expected = harmless.includes(value) ? missing : "refused";
        assert.match(stderr, new RegExp(`^${script}: ${expected} [^\\n]*\\n$`), shown);
        assert.equal(stdout, "", shown);
      };
      // sshd lets ten sessions share a connection.
      for (let next = 0; next < HOSTILE.length; next += 7) {
        await Promise.all(HOSTILE.slice(next, next + 7).map(check));
      }
    });
  }

  it("leave no trace: no file, export, pool or dataset, whatever they were", async () => {
    assert.deepEqual(await Promise.all(machines().map(stateOf)), untouched);
  });
});
