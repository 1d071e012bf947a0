import assert from "node:assert/strict";
import { type Assessment, assess, findingsOf, type GuestEffect, type Scenario } from "../../assessment";
import { readTopology } from "../../policy/facts/topology";
import {
  affinity,
  bridge,
  disk,
  ha,
  job,
  nfs,
  type Properties,
  replication,
  resource,
  UNKNOWN_TEXT,
  vm,
  zfspool,
} from "../policy/estate";

const NODES = ["pve1", "pve2", "pve3"];

const NETWORKS = {
  management: {
    purpose: "management",
    cidr: "203.0.113.0/24",
    carrier: "vmbr0",
    addresses: { pve1: "203.0.113.1" },
  },
  storage: {
    purpose: "storage",
    cidr: "192.0.2.0/24",
    carrier: "vmbr1",
    addresses: { pve1: "192.0.2.1" },
  },
};

function lab(properties: Properties = {}) {
  return resource("hybrid-estate:proxmox:Cluster", "lab", {
    clusterName: "lab",
    nodes: NODES,
    networks: NETWORKS,
    corosyncLinks: ["management"],
    capacities: Object.fromEntries(NODES.map((node) => [node, { cpus: 8, memory: 16_384 }])),
    ...properties,
  });
}

const web = (properties: Properties = {}) =>
  vm("web", {
    vmId: 100,
    name: "web",
    disks: [disk("nas")],
    networkDevices: [{ bridge: "vmbr0" }],
    memory: { dedicated: 2048 },
    ...properties,
  });

function assessed(...resources: Parameters<typeof readTopology>[0]): Assessment {
  return assess(readTopology(resources), { pairs: true });
}

function scenario(assessment: Assessment, id: string): Scenario {
  const found = assessment.scenarios.find((one) => one.id === id);
  assert.ok(found, `no ${id} among ${assessment.scenarios.map((one) => one.id).join(", ")}`);
  return found;
}

function effect(assessment: Assessment, id: string, guest = "web"): GuestEffect | undefined {
  return scenario(assessment, id).guests.find(({ name }) => name === guest);
}

describe("assessment", () => {
  const bridges = NODES.map((node) => bridge("vmbr0", node));
  const base = [lab(), nfs("nas"), ...bridges];

  describe("a node dies", () => {
    it("HA restarts its guests from shared storage: two minutes, and nothing that was written through is lost", () => {
      const found = effect(assessed(...base, web(), ha("vm:100")), "node:pve1");
      assert.equal(found?.effect, "restarts");
      assert.equal(found.to, "pve2");
      assert.equal(found.downtime.minutes, 2);
      assert.match(found.downtime.source, /watchdog fires after 60 s/);
      assert.equal(found.dataLoss.minutes, 0);
    });

    it("a guest outside HA is down until its node is back", () => {
      const found = effect(assessed(...base, web()), "node:pve1");
      assert.deepEqual([found?.effect, found?.downtime.minutes], ["down", "repair"]);
      assert.match(found?.because ?? "", /HA does not manage it/);
      assert.equal(found?.dataLoss.minutes, 0, "its disk is on the NAS");
    });

    it("HA cannot start a guest without its disk: it is down, and that is an error", () => {
      const assessment = assessed(...base, web({ disks: [disk("local-lvm")] }), ha("vm:100"));
      const found = effect(assessment, "node:pve1");
      assert.equal(found?.effect, "down");
      assert.match(found.because, /scsi0 on local-lvm is not there, and gives up \(state error\)/);
      assert.equal(found.dataLoss.minutes, "all");
      assert.deepEqual(
        findingsOf(assessment).map(({ rule, level }) => [rule, level]),
        [
          ["ha-guest-not-recovered", "error"],
          ["data-lost", "warning"],
        ],
      );
    });

    it("a replica loses up to one interval", () => {
      const resources = [
        ...base,
        zfspool("tank"),
        web({ disks: [disk("tank")] }),
        ha("vm:100"),
        affinity("r", ["vm:100"], ["pve1", "pve2"]),
        replication("100-0", "pve2", { schedule: "*/5" }),
      ];
      const found = effect(assessed(...resources), "node:pve1");
      assert.deepEqual([found?.effect, found?.to, found?.dataLoss.minutes], ["restarts", "pve2", 5]);
      assert.match(found?.dataLoss.source ?? "", /replication with schedule \*\/5/);
    });

    it("without HA the replica is there for a person to start", () => {
      const resources = [
        ...base,
        zfspool("tank"),
        web({ disks: [disk("tank")] }),
        replication("100-0", "pve2"),
      ];
      const found = effect(assessed(...resources), "node:pve1");
      assert.deepEqual([found?.effect, found?.dataLoss.minutes], ["down", 15]);
      assert.match(found?.dataLoss.text ?? "", /by hand from its replica on pve2/);
    });

    it("a guest starts only where its bridge is", () => {
      const found = effect(
        assessed(lab(), nfs("nas"), bridge("vmbr0", "pve1"), bridge("vmbr0", "pve3"), web(), ha("vm:100")),
        "node:pve1",
      );
      assert.deepEqual([found?.effect, found?.to], ["restarts", "pve3"], "after a failed start on pve2");
    });

    it("a strict rule leaves no node: HA waits", () => {
      const found = effect(
        assessed(...base, web(), ha("vm:100"), affinity("r", ["vm:100"], ["pve1"])),
        "node:pve1",
      );
      assert.match(found?.because ?? "", /leave no node that it may start on/);
    });

    it("memory that is not there is an error", () => {
      const heavy = (name: string, vmId: number, nodeName: string) =>
        vm(name, { vmId, name, nodeName, disks: [disk("nas")], memory: { dedicated: 12_288 } });
      const guests = NODES.map((node, index) => heavy(node, 100 + index, node));
      const assessment = assessed(...base, ...guests, ...[100, 101, 102].map((id) => ha(`vm:${id}`)));
      const short = findingsOf(assessment).filter(({ rule }) => rule === "capacity-short");
      assert.equal(short.length, 3);
      assert.match(short[0]?.message ?? "", /short of 10 GiB of memory/);
    });

    it("two of three nodes leave no quorum: the guests of the third are reset too", () => {
      const assessment = assessed(...base, web({ nodeName: "pve3" }), ha("vm:100"));
      const found = effect(assessment, "nodes:pve1+pve2");
      assert.equal(found?.effect, "down");
      assert.match(found.because, /no quorum.*watchdog resets it after 60 s/);
    });

    it("Ceph stops when more nodes are gone than copies to spare", () => {
      const ceph = resource("hybrid-estate:proxmox:Storage", "ceph", {
        storageId: "ceph",
        content: ["images"],
        backing: { type: "rbd", pool: "vm" },
      });
      const five = lab({ nodes: [...NODES, "pve4", "pve5"] });
      const assessment = assessed(five, ceph, web({ disks: [disk("ceph")], nodeName: "pve5" }), ha("vm:100"));
      assert.equal(effect(assessment, "nodes:pve1+pve2")?.effect, "stalls");
      assert.equal(effect(assessment, "node:pve1"), undefined);
    });
  });

  describe("storages, servers and networks", () => {
    const saved = [
      ...base,
      nfs("copies", { server: "192.0.2.77" }),
      web(),
      ha("vm:100"),
      job("nightly", { all: true, storage: "copies", schedule: "02:00" }),
    ];

    it("a shared storage takes its guests with it, and HA cannot help", () => {
      const found = effect(assessed(...saved), "storage:nas");
      assert.deepEqual(
        [found?.effect, found?.downtime.minutes, found?.dataLoss.minutes],
        ["stalls", "repair", 24 * 60],
      );
      assert.match(found?.dataLoss.source ?? "", /backup job nightly on copies, schedule 02:00/);
    });

    it("so does its server, and the network that it is reached over", () => {
      const assessment = assessed(...saved);
      assert.equal(effect(assessment, "server:192.0.2.10")?.effect, "stalls");
      const network = effect(assessment, "network:storage");
      assert.equal(network?.effect, "stalls");
      assert.equal(network.dataLoss.minutes, 0, "the disks are whole: a dead switch destroys none");
      assert.match(network.dataLoss.source, /only the way to them is cut/);
      assert.deepEqual(scenario(assessment, "network:storage").notes, [
        "1 guest has no backup within reach.",
      ]);
    });

    it("a storage of backups stops nobody, and says who has none left", () => {
      const found = scenario(assessed(...saved), "storage:copies");
      assert.equal(found.guests.length, 0);
      assert.deepEqual(found.notes, ["1 guest has no backup left."]);
    });

    it("the only corosync link takes the quorum with it; a second one keeps it", () => {
      const one = effect(assessed(...saved), "network:management");
      assert.match(one?.because ?? "", /corosync has no other link/);
      const two = assessed(lab({ corosyncLinks: ["storage", "management"] }), ...saved.slice(1));
      assert.equal(effect(two, "network:management")?.effect, "cut-off");
    });

    it("a local storage fails on one node, with the guests that are there", () => {
      const assessment = assessed(...base, web({ disks: [disk("local-lvm")] }));
      assert.equal(effect(assessment, "storage:local-lvm@pve1")?.effect, "down");
      assert.equal(
        assessment.scenarios.some(({ id }) => id === "storage:local-lvm@pve2"),
        false,
        "nothing is on it",
      );
    });

    it("a backup server that is a guest goes with its node", () => {
      const pbs = resource("proxmoxve:storage/pbs:Pbs", "pbs", {
        resourceId: "pbs",
        server: "203.0.113.50",
        datastore: "main",
        contents: ["backup"],
      });
      const server = vm("pbs1", {
        vmId: 150,
        name: "pbs1",
        disks: [disk("local-lvm")],
        initialization: { ipConfigs: [{ ipv4: { address: "203.0.113.50/24" } }] },
      });
      const guest = web({ disks: [disk("local-lvm")] });
      const assessment = assessed(
        ...base,
        pbs,
        server,
        guest,
        job("nightly", { vmids: ["100"], storage: "pbs" }),
      );
      assert.equal(effect(assessment, "node:pve1")?.dataLoss.minutes, "all");
      assert.equal(effect(assessment, "storage:local-lvm@pve1")?.dataLoss.minutes, "all");
    });
  });

  describe("the rest", () => {
    it("management, the state and the link to AWS stop no guest", () => {
      const assessment = assessed(...base, web(), resource("aws:s3/bucket:Bucket", "copies", {}));
      for (const id of ["management", "state-backend", "aws-link"]) {
        assert.equal(scenario(assessment, id).counts.stays, 1, id);
      }
    });

    it("without anything in AWS there is no link to fail", () => {
      assert.equal(
        assessed(...base, web()).scenarios.some(({ kind }) => kind === "aws-link"),
        false,
      );
    });

    it("the site burns: who has a place in AWS comes back there", () => {
      const tags = [{ key: "hybrid-estate:guest", value: "web" }];
      const other = vm("app", { vmId: 101, name: "app", disks: [disk("nas")] });
      const group = resource("aws:autoscaling/group:Group", "web", { tags, minSize: 0, maxSize: 1 });
      const assessment = assessed(...base, web({ tags: ["rpo-6h", "rto-1h"] }), other, group);
      assert.equal(assessment.scenarios[0]?.id, "site", "the worst on top");
      const inAws = effect(assessment, "site");
      assert.deepEqual([inAws?.effect, inAws?.downtime.minutes, inAws?.dataLoss.minutes], ["aws", 60, 360]);
      const lost = effect(assessment, "site", "app");
      assert.deepEqual([lost?.effect, lost?.dataLoss.minutes], ["down", "all"]);
    });

    describe("copies in AWS", () => {
      const offsite = (properties: Properties) =>
        resource("hybrid-estate:hosts:OffsiteCopies", "pve1", { storages: ["nas"], ...properties });
      const lossOf = (properties: Properties, ...more: Parameters<typeof readTopology>[0]) =>
        effect(
          assessed(
            ...base,
            web(),
            job("nightly", { storage: "nas", all: true }),
            offsite(properties),
            ...more,
          ),
          "site",
        )?.dataLoss;
      const group = resource("aws:autoscaling/group:Group", "web", {
        tags: [{ key: "hybrid-estate:guest", value: "web" }],
        minSize: 0,
        maxSize: 1,
      });

      it("are as old as the backup that they are of, and as the timer makes them", () => {
        const loss = lossOf({ schedule: "*:20" });
        assert.equal(loss?.minutes, 24 * 60 + 60);
        for (const part of ["nightly", "nas", "02:00", "copied to S3", "*:20"])
          assert.ok(loss?.source.includes(part), part);
        assert.equal(lossOf({ schedule: "*:20" }, group)?.minutes, 24 * 60 + 60);
      });

      it("wait until the window is open", () => {
        const loss = lossOf({ schedule: "*:20", window: { from: "21:00", to: "06:00" } });
        assert.equal(loss?.minutes, 24 * 60 + 60 + 15 * 60);
        assert.match(loss?.source ?? "", /sends nothing for 15 h/);
      });

      it("of disks go by the timer of exports", () => {
        const exports = { guests: ["web"], schedule: "05:30" };
        const loss = lossOf({ schedule: "*:20", exports }, group);
        assert.equal(loss?.minutes, 2 * 24 * 60);
        assert.match(loss?.source ?? "", /exported to S3 as a disk by a timer, 05:30/);
      });

      it("of disks are unpacked from backups on storages that are copied, however new others are", () => {
        const exports = { guests: ["web"], schedule: "05:30" };
        const hourly = job("hourly", { storage: "pbs", all: true, schedule: "*:00" });
        const loss = lossOf({ schedule: "*:20", exports }, group, hourly);
        assert.equal(loss?.minutes, 2 * 24 * 60);
        assert.match(loss?.source ?? "", /^backup job nightly on nas/);
        assert.equal(lossOf({ storages: ["tank"], schedule: "*:20", exports })?.minutes, "all");
      });

      it("are none of another storage, and of no known age without a known schedule", () => {
        assert.equal(lossOf({ storages: ["tank"], schedule: "*:20" })?.minutes, "all");
        assert.equal(lossOf({ schedule: UNKNOWN_TEXT })?.minutes, "unknown");
        assert.equal(lossOf({ storages: UNKNOWN_TEXT, schedule: "*:20" })?.minutes, "all");
      });
    });

    it("members of a group share its place, and too small a place is said", () => {
      const tags = [{ key: "hybrid-estate:guest", value: "web" }];
      const member = (n: number) => vm(`web-${n}`, { vmId: 100 + n, name: `web-${n}`, disks: [disk("nas")] });
      const group = resource("aws:autoscaling/group:Group", "web", { tags, minSize: 0, maxSize: 1 });
      const found = scenario(assessed(...base, member(1), member(2), group), "site");
      assert.equal(found.counts.aws, 2);
      assert.match(found.notes.join(), /takes the place of 2 guests with 1 instance at most/);
    });

    it("objectives that are missed are said, and are an error for a critical guest whose node dies", () => {
      const of = (tags: string[]) => findingsOf(assessed(...base, web({ tags })));
      assert.deepEqual(
        of(["rto-1h"])
          .filter(({ rule }) => rule === "objective-missed")
          .map(({ level }) => level),
        ["warning"],
      );
      assert.deepEqual(
        of(["rto-1h", "critical"])
          .filter(({ rule }) => rule === "objective-missed")
          .map(({ level }) => level),
        ["error"],
      );
      assert.deepEqual(
        of([]).filter(({ rule }) => rule === "objective-missed"),
        [],
      );
    });

    it("guests that do not run are not missed", () => {
      const assessment = assessed(...base, web({ onBoot: false }), ha("vm:100", { state: "stopped" }));
      assert.equal(assessment.guests.running, 0);
      assert.ok(assessment.scenarios.every(({ guests }) => guests.length === 0));
    });
  });

  describe("what is not known, or malformed", () => {
    it("is said, and breaks nothing", () => {
      const assessment = assessed(
        lab({ capacities: undefined }),
        vm("a", { vmId: UNKNOWN_TEXT, disks: [disk("nas")] }),
        web({ memory: UNKNOWN_TEXT, cpu: 5, disks: [{ interface: "scsi0", datastoreId: UNKNOWN_TEXT }] }),
        ha("vm:100", { state: UNKNOWN_TEXT, maxRestart: "often" }),
        affinity("r", UNKNOWN_TEXT, ["pve1"]),
        job("nightly", { all: UNKNOWN_TEXT, storage: UNKNOWN_TEXT }),
      );
      assert.match(assessment.notes.join("\n"), /1 guests? (has|have) no id or node/);
      assert.match(assessment.notes.join("\n"), /What pve1, pve2, pve3 have is not known/);
      assert.match(assessment.notes.join("\n"), /The HA rule r is not known in full/);
    });

    it("an empty program has nothing that fails, and says so", () => {
      const assessment = assessed();
      assert.match(assessment.notes.join(), /names no node/);
      assert.ok(assessment.scenarios.every(({ guests }) => guests.length === 0));
    });

    it("a rule that Proxmox drops is said", () => {
      const rules = [affinity("r", ["vm:100"], ["pve1"]), affinity("s", ["vm:100"], ["pve2"])];
      const assessment = assessed(...base, web(), ha("vm:100"), ...rules);
      assert.match(assessment.notes.join("\n"), /Proxmox drops the HA rule r/);
      assert.equal(effect(assessment, "node:pve1")?.effect, "restarts");
    });
  });
});
