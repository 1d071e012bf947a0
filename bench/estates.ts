import { readFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import type { EstateDescription } from "../estate";
import { ESTATE_KEY } from "../estate/file";

/** The dev file, whose cluster the benchmarks fill with guests. */
const DEV_FILE = path.join(__dirname, "..", "Pulumi.dev.yaml");

/** An environment file with the dev cluster and `count` HA-managed VMs, each with a disk on shared storage. */
export function estateFile(count: number): string {
  const file: { config: Record<string, EstateDescription> } = parse(readFileSync(DEV_FILE, "utf8"));
  const description = file.config[ESTATE_KEY];
  if (description === undefined) throw new Error(`${DEV_FILE} describes no estate`);
  return stringify({ config: { [ESTATE_KEY]: withGuests(description, count) } });
}

function withGuests(description: EstateDescription, count: number): EstateDescription {
  const nodes = Object.keys(description.nodes);
  // Monitoring lives on a guest that is not among these; the second site is the same for however many guests.
  const { monitoring: _, aws: __, ...others } = description;
  return {
    ...others,
    // Nodes that hold all of them, also when one is gone.
    nodes: Object.fromEntries(
      Object.entries(description.nodes).map(([name, node]) => [
        name,
        { ...node, memory: "2048 GiB", cpus: 512 },
      ]),
    ),
    networks: {
      ...description.networks,
      guests: { purpose: "guests", cidr: "10.100.0.0/16", bridge: "vmbr2" },
    },
    bridges: { ...description.bridges, vmbr2: { ports: ["enp3s0"] } },
    haRules: {},
    guests: {
      vm: {
        kind: "vm",
        count,
        id: 1000,
        node: nodes[0] ?? "",
        memory: "1 GiB",
        disks: { scsi0: { storage: "nfs-local", size: "8 GiB" } },
        nics: { net0: { bridge: "vmbr2", address: "10.100.1.1/16" } },
        cloudInitStorage: "nfs-local",
        ha: {},
      },
    },
  };
}
