import { get } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { listed, type ResourceRule, violated } from "./rule";

export const vpnBothTunnels: ResourceRule = {
  id: "vpn-both-tunnels",
  title: "Both tunnels of a VPN are configured",
  description:
    "AWS takes one tunnel down for maintenance whenever it likes; a gateway that only knows one loses the second site with it.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html",
  tags: ["aws", "network"],
  remediation:
    "Give both tunnels their inside network and pre-shared key, and configure both on the gateway of the site.",
  scope: "resource",
  types: ["aws:ec2/vpnConnection:VpnConnection"],
  check: (resource) => {
    const parts = ["InsideCidr", "PresharedKey"].flatMap((part) =>
      ["tunnel1", "tunnel2"].map(
        (tunnel) => [`${tunnel}${part}`, get(resource.properties, `${tunnel}${part}`)] as const,
      ),
    );
    const missing = parts.filter(([, value]) => value === undefined).map(([name]) => name);
    return missing.length === 0
      ? []
      : [
          violated(
            resource,
            `VPN ${resource.name} leaves ${listed(missing)} to AWS, which makes the connection anew when they change. Set ` +
              "them for both tunnels, and configure both on the gateway of the site.",
          ),
        ];
  },
};
