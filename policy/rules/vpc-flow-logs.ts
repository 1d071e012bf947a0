import { linksTo, negated } from "../facts/references";
import { resourcesOf } from "../facts/topology";
import { FLOW_LOGS } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const vpcFlowLogs: EstateRule = {
  id: "vpc-flow-logs",
  title: "Every VPC logs its flows",
  description:
    "Without flow logs nobody can say afterwards what reached a recovered guest, or why the tunnel carried nothing.",
  severity: "medium",
  level: "advisory",
  framework: FLOW_LOGS,
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
  tags: ["aws", "network", "security"],
  remediation: "Declare a FlowLog for the VPC, to CloudWatch or a bucket.",
  scope: "estate",
  check: (topology) => {
    const networks = resourcesOf(topology, "aws:ec2/vpc:Vpc");
    if (networks.length === 0) return notApplicable("This program declares no VPC");
    const logged = linksTo(resourcesOf(topology, "aws:ec2/flowLog:FlowLog"), "vpcId");
    return networks.flatMap((network) =>
      answer(network, negated(logged(network)), {
        wrong: `VPC ${network.name} has no flow log. Declare one.`,
        open: `Whether a flow log is that of VPC ${network.name} is not known yet.`,
      }),
    );
  },
};
