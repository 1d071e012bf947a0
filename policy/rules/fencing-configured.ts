import { allKnown, knownIn, text, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

export const fencingConfigured: EstateRule = {
  id: "fencing-configured",
  title: "Nodes are fenced by a watchdog of their own",
  description:
    "HA starts guests elsewhere once a node must have been reset; the kernel's software watchdog does not reset a node whose kernel hangs.",
  severity: "medium",
  level: "advisory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html#ha_manager_fencing",
  tags: ["ha", "cluster"],
  remediation:
    "Declare the hardware watchdog of the nodes (ipmi_watchdog, iTCO_wdt); softdog is what they have by themselves.",
  scope: "estate",
  check: (topology) => {
    const [cluster] = topology.clusters;
    if (cluster === undefined || topology.haResources.length === 0)
      return notApplicable("No guest is managed by HA, or this program does not say which nodes there are");
    const modules = resourcesOf(topology, "hybrid-estate:hosts:Watchdog").map(
      ({ name, properties }) => [name, text(properties, "module")] as const,
    );
    const byNode = new Map(modules);
    const nodes = knownIn(cluster.nodes);
    const soft = nodes.filter((node) => (byNode.get(node) ?? "softdog") === "softdog");
    const open = nodes.filter((node) => byNode.get(node) === UNKNOWN);
    return answer(
      cluster.source,
      soft.length > 0 ? true : open.length > 0 || !allKnown(cluster.nodes) ? UNKNOWN : false,
      {
        wrong: `Of cluster ${cluster.name}, ${listed(soft)} would be fenced by the kernel's own watchdog, which a kernel that hangs takes along.`,
        open: `What fences the nodes of cluster ${cluster.name} is not known yet.`,
      },
    );
  },
};
