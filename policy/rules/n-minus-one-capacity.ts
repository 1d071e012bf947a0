import { afterEachNode, type NodeLoad, settleCluster } from "../../placement";
import { haCluster } from "../facts/ha-cluster";
import { UNKNOWN } from "../facts/read";
import { numberSetting, wholeSetting } from "../settings";
import { CAPACITY } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

const RESERVED = wholeSetting("reservedMemory", {
  description: "Memory in MiB that a node keeps for itself.",
  default: 2048,
  minimum: 0,
  maximum: 1_048_576,
});
const FACTOR = numberSetting("cpuFactor", {
  description: "Virtual CPUs per CPU of a node; memory is never promised twice.",
  default: 4,
  minimum: 0.1,
  maximum: 100,
});

export const nMinusOneCapacity: EstateRule = {
  id: "n-minus-one-capacity",
  title: "The cluster can lose any one node",
  description:
    "When a node dies the others take its guests: without the memory they kill some of them, and a guest that no node may take stays down.",
  severity: "high",
  level: "mandatory",
  framework: CAPACITY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html#ha_manager_crs",
  tags: ["ha", "capacity"],
  remediation: "Add memory or a node, make guests smaller, or loosen the rules that keep them apart.",
  settings: [RESERVED, FACTOR],
  scope: "estate",
  check: (topology, config) => {
    const subject = haCluster(topology);
    if (subject === undefined)
      return notApplicable("No guest is managed by HA, or this program does not say what its nodes have");
    const limits = { reservedMemory: RESERVED.in(config), cpuFactor: FACTOR.in(config) };
    return afterEachNode(settleCluster(subject.cluster).cluster, limits).flatMap(
      ({ failed, nodes, outcome }) => {
        const short = nodes.filter(({ missingMemory, missingCpus }) => missingMemory > 0 || missingCpus > 0);
        const homeless = [...outcome.fates]
          .filter(([, { kind }]) => kind === "waits" || kind === "fails")
          .map(([id]) => id);
        const wrong = short.length + homeless.length > 0;
        return answer(subject.source, wrong || (subject.complete ? false : UNKNOWN), {
          wrong: `When ${listed(failed)} dies, ${[...short.map(missing), ...(homeless.length > 0 ? [`${listed(homeless)} find no node`] : [])].join("; ")}.`,
          open: `Whether the others can take the guests of ${listed(failed)} is not known: of some guests or nodes the size is not.`,
        });
      },
    );
  },
};

function missing({ node, missingMemory, missingCpus }: NodeLoad): string {
  return missingMemory > 0
    ? `${node} lacks ${missingMemory} MiB of memory`
    : `${node} has ${missingCpus} virtual CPUs too many`;
}
