import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";
import { framed } from "./monitoring/files";
import { gatewayArguments, gatewayFiles } from "./vpn/gateway-files";
import type { GatewayPlan, TunnelKeys, TunnelPlan } from "./vpn/plan";

export interface VpnGatewayArgs {
  /** The Debian 13 virtual machine, a guest of the cluster. */
  readonly connection: Connection;
  readonly plan: Omit<GatewayPlan, "tunnels">;
  /** AWS's ends, which it says once the connection is made. */
  readonly tunnels: readonly [TunnelInput, TunnelInput];
}

/** One tunnel, as AWS made it. */
export interface TunnelInput {
  readonly outsideAddress: pulumi.Input<string>;
  readonly insideCidr: pulumi.Input<string>;
  /** The pre-shared key; a secret. */
  readonly key: pulumi.Input<string>;
}

/**
 * The site's end of a site-to-site VPN on one Debian machine: strongSwan with both tunnels of a connection, FRR for
 * BGP, a packet filter. Removing it ends the tunnels and takes the keys off the machine.
 *
 * @example
 * new VpnGateway("office", { connection, plan, tunnels: [
 *   { outsideAddress: vpn.tunnel1Address, insideCidr: "169.254.10.0/30", key: keys["office-1"] },
 *   { outsideAddress: vpn.tunnel2Address, insideCidr: "169.254.10.4/30", key: keys["office-2"] } ] });
 */
export class VpnGateway extends pulumi.ComponentResource {
  /** The command that configured it. */
  readonly command: remote.Command;

  constructor(name: string, args: VpnGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:VpnGateway", name, {}, opts);
    const { connection, plan, tunnels } = args;
    const [first, second] = tunnels;
    const input = pulumi.secret(pulumi.all([first, second])).apply(([one, two]) => {
      const known: readonly [TunnelPlan, TunnelPlan] = [one, two];
      const keys: TunnelKeys = [one.key, two.key];
      return framed(gatewayFiles({ ...plan, tunnels: known }, keys));
    });
    this.command = runHostScript(
      name,
      {
        connection,
        script: "vpn-gateway",
        apply: gatewayArguments(plan),
        remove: ["remove"],
        input,
      },
      { parent: this },
    );
    this.registerOutputs({ host: connection.host });
  }
}
