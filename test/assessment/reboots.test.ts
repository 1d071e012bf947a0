import assert from "node:assert/strict";
import { assess, findingsOf, type Scenario } from "../../assessment";
import { readTopology } from "../../policy/facts/topology";
import {
  affinity,
  bridge,
  container,
  disk,
  ha,
  NODES,
  nfs,
  type Properties,
  replication,
  resource,
  vm,
  zfspool,
} from "../policy/estate";

describe("assessment: a node is rebooted on purpose", () => {
  const lab = resource("hybrid-estate:proxmox:Cluster", "lab", { clusterName: "lab", nodes: NODES });
  const base = [lab, nfs("nas"), ...NODES.map((node) => bridge("vmbr0", node))];
  const policy = (haShutdownPolicy: string) =>
    resource("proxmoxve:cluster/options:Options", "lab", { haShutdownPolicy });
  const web = (properties: Properties = {}) =>
    vm("web", {
      vmId: 100,
      name: "web",
      nodeName: "pve1",
      disks: [disk("nas")],
      networkDevices: [{ bridge: "vmbr0" }],
      ...properties,
    });

  function reboot(node: string, ...resources: Parameters<typeof readTopology>[0]): Scenario {
    const { scenarios } = assess(readTopology([...base, ...resources]), { reboots: true });
    const found = scenarios.find(({ id }) => id === `reboot:${node}`);
    assert.ok(found);
    return found;
  }

  const told = ({ guests, notes }: Scenario) => ({
    guests: guests.map(({ name, effect, to, copies }) => [name, effect, to, ...(copies ?? [])]),
    notes,
  });

  it("migrate: a VM on shared storage moves live, and nothing is copied", () => {
    const found = reboot("pve1", policy("migrate"), web(), ha("vm:100"));
    assert.deepEqual(told(found), { guests: [["web", "moves", "pve2"]], notes: [] });
    assert.equal(found.guests[0]?.downtime.text, "below a second");
    assert.equal(found.guests[0]?.dataLoss.minutes, 0);
    assert.deepEqual(
      found.capacity?.map(({ node, guests }) => [node, guests]),
      [
        ["pve2", 1],
        ["pve3", 0],
      ],
    );
  });

  it("migrate: one on a disk of its node moves as well, by a copy", () => {
    const found = reboot("pve1", policy("migrate"), web({ disks: [disk("local-lvm")] }), ha("vm:100"));
    assert.deepEqual(told(found).guests, [["web", "moves", "pve2", "scsi0 on local-lvm"]]);
  });

  it("migrate: a container is stopped to be moved", () => {
    const app = container("app", { vmId: 101, nodeName: "pve1", disk: { datastoreId: "nas" } });
    const found = reboot("pve1", policy("migrate"), app, ha("ct:101"));
    assert.deepEqual([found.guests[0]?.effect, found.guests[0]?.downtime.minutes], ["moves", 1]);
  });

  for (const [what, resources, note] of [
    [
      "that may run nowhere else",
      [web(), affinity("r", ["vm:100"], ["pve1"])],
      "web may run on no other node",
    ],
    [
      "whose storage is not on the other node",
      [zfspool("tank", { nodes: ["pve1"] }), web({ disks: [disk("tank")] })],
      "web cannot be moved, as tank is not on pve2",
    ],
    [
      "with an image of its node in the drive",
      [web({ cdrom: { interface: "ide2", fileId: "local:iso/debian.iso" } })],
      "web cannot be moved, as ide2 is an image on its node",
    ],
  ] as const) {
    it(`migrate: the shutdown waits for a guest ${what}`, () => {
      const found = reboot("pve1", policy("migrate"), ha("vm:100"), ...resources);
      assert.deepEqual(told(found), {
        guests: [],
        notes: [`The shutdown of pve1 waits until somebody stops a guest: ${note}.`],
      });
    });
  }

  for (const chosen of ["conditional", "freeze"]) {
    it(`${chosen}: HA guests are frozen, and start with their node`, () => {
      const found = reboot("pve1", policy(chosen), web(), ha("vm:100"));
      assert.deepEqual(told(found), { guests: [["web", "pauses", undefined]], notes: [] });
      assert.equal(found.guests[0]?.downtime.minutes, "unknown");
    });
  }

  it("without a declared policy it is conditional, Proxmox's default", () => {
    assert.match(reboot("pve1", web(), ha("vm:100")).what, /shutdown policy conditional/);
  });

  it("failover: they start elsewhere, a replica without its last interval, and a local disk nowhere", () => {
    const replica = [zfspool("tank"), web({ disks: [disk("tank")] }), replication("100-0", "pve2")];
    const rule = affinity("r", ["vm:100"], ["pve1", "pve2"]);
    const found = reboot("pve1", policy("failover"), ha("vm:100"), rule, ...replica);
    assert.deepEqual(told(found).guests, [["web", "restarts", "pve2"]]);
    assert.equal(found.guests[0]?.dataLoss.minutes, 15);
    const local = reboot("pve1", policy("failover"), ha("vm:100"), web({ disks: [disk("local-lvm")] }));
    assert.equal(local.guests[0]?.effect, "down");
  });

  it("a guest outside HA stops with its own node alone, whatever the policy", () => {
    for (const chosen of ["conditional", "failover", "freeze", "migrate"]) {
      assert.deepEqual(told(reboot("pve1", policy(chosen), web())).guests, [["web", "pauses", undefined]]);
      assert.deepEqual(told(reboot("pve2", policy(chosen), web())).guests, []);
    }
  });

  it("comes after everything that fails, and is no finding", () => {
    const resources = [...base, policy("failover"), web({ disks: [disk("local-lvm")] }), ha("vm:100")];
    const { scenarios } = assess(readTopology(resources), { reboots: true });
    const first = scenarios.findIndex(({ kind }) => kind === "reboot");
    assert.deepEqual(
      scenarios.slice(first).map(({ kind }) => kind),
      NODES.map(() => "reboot"),
    );
    const findings = findingsOf(assess(readTopology(resources), { reboots: true }));
    assert.deepEqual(findings, findingsOf(assess(readTopology(resources))));
  });
});
