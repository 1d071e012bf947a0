import { assess } from "../assessment";
import type { DeclaredResource } from "../policy/facts/declared";
import { readTopology } from "../policy/facts/topology";

/** Seconds for reading the facts and assessing every single-node failure (and all others) of such a cluster. */
export function assessSeconds(nodeCount: number, guestCount: number): number {
  const resources = estate(nodeCount, guestCount);
  const began = process.hrtime.bigint();
  const { scenarios } = assess(readTopology(resources));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const nodes = scenarios.filter(({ kind }) => kind === "node").length;
  if (nodes !== nodeCount) throw new Error(`${nodes} of ${nodeCount} nodes were assessed`);
  return seconds;
}

/** Nodes of one size, HA guests by turns on each, a tenth of them kept together or apart in threes. */
function estate(nodeCount: number, guestCount: number): DeclaredResource[] {
  const nodes = Array.from({ length: nodeCount }, (_, index) => `node${String(index).padStart(2, "0")}`);
  const resource = (type: string, name: string, properties: object): DeclaredResource => ({
    type,
    name,
    properties,
  });
  const guests = Array.from({ length: guestCount }, (_, index) => {
    const vmId = 1000 + index;
    return [
      resource("proxmoxve:index/vmLegacy:VmLegacy", `vm-${index}`, {
        vmId,
        name: `vm-${index}`,
        nodeName: nodes[index % nodeCount],
        cpu: { cores: 1 + (index % 4) },
        memory: { dedicated: 2048 },
        disks: [{ interface: "scsi0", datastoreId: "nas" }],
        networkDevices: [{ bridge: "vmbr0" }],
      }),
      resource("proxmoxve:index/haresource:Haresource", `vm:${vmId}`, { resourceId: `vm:${vmId}` }),
    ];
  }).flat();
  const rules = Array.from({ length: Math.floor(guestCount / 30) }, (_, index) =>
    resource("proxmoxve:index/harule:Harule", `rule-${index}`, {
      rule: `rule-${index}`,
      type: "resource-affinity",
      affinity: index % 2 === 0 ? "positive" : "negative",
      resources: [0, 1, 2].map((member) => `vm:${1000 + 30 * index + member}`),
    }),
  );
  return [
    resource("hybrid-estate:proxmox:Cluster", "bench", {
      clusterName: "bench",
      nodes,
      capacities: Object.fromEntries(nodes.map((node) => [node, { cpus: 64, memory: 262_144 }])),
    }),
    resource("proxmoxve:cluster/options:Options", "bench", { crsHa: "static" }),
    resource("proxmoxve:storage/nfs:Nfs", "nas", { resourceId: "nas", server: "192.0.2.10", export: "/srv" }),
    resource("proxmoxve:backup/job:Job", "nightly", { all: true, storage: "nas", schedule: "02:00" }),
    ...guests,
    ...rules,
  ];
}
