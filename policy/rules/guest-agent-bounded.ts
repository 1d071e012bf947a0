import { VM_TYPE } from "../facts/guests";
import { flag, get, UNKNOWN } from "../facts/read";
import { answer, type ResourceRule } from "./rule";

export const guestAgentBounded: ResourceRule = {
  id: "guest-agent-bounded",
  title: "An agent that is not there is not waited for",
  description:
    "The provider waits for the guest agent at every read, a quarter of an hour by default: a guest without one makes every preview take that long.",
  severity: "low",
  level: "advisory",
  url: "https://github.com/bpg/terraform-provider-proxmox/issues/2091",
  tags: ["guests"],
  remediation: "Declare the agent only where the guest runs it, with a short timeout.",
  scope: "resource",
  types: [VM_TYPE],
  check: (resource) => {
    const agent = get(resource.properties, "agent");
    const enabled = agent === UNKNOWN ? UNKNOWN : (flag(agent, "enabled") ?? false);
    const bounded = get(agent, "timeout") !== undefined;
    return answer(resource, enabled === UNKNOWN ? UNKNOWN : enabled && !bounded, {
      wrong: `VM ${resource.name} declares a guest agent without a timeout. Set one, or leave the agent out.`,
      open: `Whether VM ${resource.name} declares a guest agent is not known yet.`,
    });
  },
};
