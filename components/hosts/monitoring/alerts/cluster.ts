import type { Alert } from "../rules";

const NODE = `label_replace(max by (id) (pve_up{id=~"node/.+"}), "node", "$1", "id", "node/(.+)")`;

/** Nodes, quorum, HA and guests. */
export function clusterAlerts(): Alert[] {
  return [
    {
      name: "NodeDown",
      expression: `${NODE} == 0`,
      lasting: "2m",
      severity: "critical",
      summary: "Node {{ $labels.node }} is down",
      description:
        "The rest of the cluster has lost it. HA starts its guests elsewhere after about two minutes; guests without HA stay down until it is back. Look at its console and power; do not move its guests by hand while it may still be writing to shared storage.",
    },
    {
      name: "ClusterSilent",
      expression: `sum(up{job="pve"}) == 0`,
      lasting: "3m",
      severity: "critical",
      summary: "The API of no node answers",
      description:
        "Nothing is known of the cluster: the nodes, the network to them, the exporter or its token may be at fault. Try https://NODE:8006/ from the monitoring guest, then journalctl -u prometheus-pve-exporter.",
    },
    {
      name: "QuorumLost",
      expression: "hybrid_estate_quorum_quorate == 0",
      lasting: "1m",
      severity: "critical",
      summary: "Node {{ $labels.node }} has no quorum",
      description:
        "Its configuration is read-only, nothing can be started, and a node with HA guests is about to be fenced. Bring back the other nodes or the corosync network (pvecm status). Lower the expected votes only when the others are certainly off.",
    },
    {
      name: "QuorumAtRisk",
      expression:
        "max(hybrid_estate_quorum_votes) - max(hybrid_estate_quorum_votes_needed) < 1 and max(hybrid_estate_quorum_quorate) == 1",
      lasting: "5m",
      severity: "warning",
      summary: "One more lost vote stops the cluster",
      description:
        "The votes that are there are just enough. Bring back what is missing (pvecm status, and pvecm qdevice where there is one) before any maintenance.",
    },
    {
      name: "HaError",
      expression: `max by (id) (pve_ha_state{state="error", id!~"node/.+"}) == 1`,
      lasting: "1m",
      severity: "critical",
      summary: "HA gave up on {{ $labels.id }}",
      description:
        "It will not be started again by itself. Find out why (ha-manager status, the task log), mend it, then set its state to disabled and back to started.",
    },
    {
      name: "HaStuck",
      expression: `max by (id, state) (pve_ha_state{state=~"fence|recovery", id!~"node/.+"}) == 1`,
      lasting: "10m",
      severity: "critical",
      summary: "HA can't recover {{ $labels.id }} ({{ $labels.state }})",
      description:
        "Recovery takes about two minutes. After ten there is no node that may have it, or fencing did not finish: see ha-manager status, the rules, and whether its disks are on storage that another node has.",
    },
    {
      name: "GuestDown",
      expression: `max by (id) (pve_up{id=~"(qemu|lxc)/.+"}) == 0 and on (id) max by (id) (pve_onboot_status) == 1`,
      lasting: "5m",
      severity: "warning",
      summary: "Guest {{ $labels.id }} is not running",
      description:
        "It is set to start with its node. If it was stopped on purpose, take startOnBoot away; otherwise see its task log.",
    },
  ];
}
