import { assess } from "../../assessment";
import { readTopology } from "../../policy/facts/topology";
import { judge } from "../../policy/judge";
import type { Report } from "../../report/subject";
import { disk, ha, nfs, type Properties, resource, vm } from "../policy/estate";

/** What somebody might call a thing to get at whoever reads of it. */
export const HOSTILE = `</title><script>alert("x")</script>'"&|\`[a](javascript:1) @team \u0007 <img src=x onerror=alert(1)>`;

/** An estate whose guest is not recovered, and whose every name is `name`. */
export function report(name = "web", properties: Properties = {}, stack = "lab"): Report {
  const resources = [
    resource("hybrid-estate:proxmox:Cluster", name, {
      clusterName: name,
      nodes: ["pve1", "pve2", name],
      networks: { [name]: { purpose: name, cidr: "192.0.2.0/24", carrier: "vmbr0", addresses: {} } },
      corosyncLinks: [name],
    }),
    nfs(name),
    vm(name, { vmId: 100, name, disks: [disk("local-lvm")], ...properties }),
    ha("vm:100"),
    resource("aws:s3/bucket:Bucket", name, {}),
    resource("aws:autoscaling/group:Group", name, { tags: [{ key: "hybrid-estate:guest", value: name }] }),
  ];
  const topology = readTopology(resources);
  return {
    stack,
    file: "Pulumi.lab.yaml",
    text: `config:\n  hybrid-estate:estate:\n    guests:\n      web:\n        kind: vm\n`,
    resources: resources.length,
    topology,
    verdicts: judge(resources, { topology }),
    assessment: assess(topology),
    costGap: name,
  };
}
