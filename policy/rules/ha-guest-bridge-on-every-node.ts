import { eligibleNodes, recovers } from "../facts/eligible";
import { label, type Nic } from "../facts/guests";
import type { Guest } from "../facts/links";
import { bridgeReach, type Reach } from "../facts/reach";
import { UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { type EstateRule, type Finding, listed, notApplicable, undecided, violated } from "./rule";

export const haGuestBridgeOnEveryNode: EstateRule = {
  id: "ha-guest-bridge-on-every-node",
  title: "Bridges of HA guests exist on every node that may run them",
  description:
    "Proxmox does not start a guest on a node that lacks one of its bridges: HA tries again there, then leaves the " +
    "guest in state error.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html",
  tags: ["ha", "network"],
  remediation:
    "Declare the bridge on each of those nodes, attach the guest to a bridge or SDN network that all of them have, or " +
    "narrow its nodes with one strict node-affinity rule.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(recovers);
    if (guests.length === 0 || topology.bridges.length + topology.vnets.length === 0) {
      return notApplicable("No guest is managed by HA, or this program does not declare the nodes' bridges");
    }
    const reach = bridgeReach(topology);
    return guests.flatMap((guest) => guest.nics.flatMap((nic) => checkNic(topology, guest, nic, reach)));
  },
};

function checkNic(topology: Topology, guest: Guest, nic: Nic, reach: (name: string) => Reach): Finding[] {
  const open = (because: string) => [
    undecided(
      guest.source,
      `${label(guest)} is managed by HA, but whether the bridge of ${nic.slot} is on every node that may run it ` +
        `cannot be decided: ${because}.`,
    ),
  ];
  if (nic.bridge === UNKNOWN) {
    return open("its name is not known yet");
  }
  const { nodes, maybeMore } = reach(nic.bridge);
  if (nodes === "every node") {
    return [];
  }
  if (nodes === undefined) {
    return open(
      maybeMore ? "bridges are not known yet" : `bridge "${nic.bridge}" is not declared in this program`,
    );
  }
  const eligible = eligibleNodes(topology, guest);
  const missing = [...eligible.nodes].filter((node) => !nodes.has(node)).sort();
  if (missing.length === 0) {
    return [];
  }
  if (maybeMore || !eligible.certain) {
    return open("values that may provide for it are not known yet");
  }
  return [
    violated(
      guest.source,
      `${label(guest)} is managed by HA, but bridge "${nic.bridge}" of ${nic.slot} is not declared on ` +
        `${listed(missing)}, where HA may have to start it. Declare it there, use a bridge that every node has, or ` +
        "narrow the nodes of the guest with one strict node-affinity rule.",
    ),
  ];
}
