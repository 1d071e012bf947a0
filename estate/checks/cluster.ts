import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import type { Estate } from "../schema";

/** Mistakes in the networks' roles: Proxmox's API, corosync and SSH need one management address on each node. */
export function checkCluster(estate: Estate): Finding[] {
  if (Object.keys(estate.nodes).length === 0) return [problem(["nodes"], {}, "at least one node")];
  const management = Object.entries(estate.networks).filter(
    ([, network]) => network.purpose === "management",
  );
  const [first] = management;
  if (first === undefined || management.length > 1) {
    const found = management.map(([name]) => name);
    return [
      problem(["networks"], found, "exactly one network with purpose management", [
        ["networks", "*", "purpose"],
      ]),
    ];
  }
  const [name, network] = first;
  return [
    ...Object.entries(estate.nodes)
      .filter(([, node]) => entry(node.addresses, name) === undefined)
      .map(([node]) =>
        problem(["nodes", node, "addresses", name], undefined, `an address in ${network.cidr}`, [
          ["networks", "*", "purpose"],
        ]),
      ),
    ...Object.entries(estate.networks)
      .filter(
        ([, { bridge, vlan }]) =>
          bridge !== undefined && vlan !== undefined && entry(estate.bridges, bridge)?.vlanAware === false,
      )
      .map(([other, { vlan, bridge }]) =>
        problem(["networks", other, "vlan"], vlan, `none, or vlanAware: true on bridges.${bridge}`, [
          ["networks", other, "bridge"],
          ["bridges", bridge ?? "", "vlanAware"],
        ]),
      ),
  ];
}
