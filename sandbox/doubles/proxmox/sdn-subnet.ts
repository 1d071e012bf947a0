import type { Operation } from "../behaviour";
import { contains } from "../networks";
import { TYPES } from "./cluster";
import { parameterRefusal } from "./rules";

/** @throws Refusal for a subnet that PVE::Network::SDN::SubnetPlugin does not take */
export function refuseSubnet({ world, inputs }: Operation): [] {
  const id = inputs.text("vnet");
  const vnet = world.find(TYPES.vnet, id);
  if (!vnet) throw parameterRefusal("vnet", `${id} don't exist`);
  if (vnet.inputs.vlanAware === true)
    throw parameterRefusal("vnet", "you can't add a subnet on a vlanaware vnet");
  const cidr = inputs.text("cidr");
  const gateway = inputs.optionalText("gateway");
  if (gateway !== undefined && !contains(cidr, gateway)) {
    throw parameterRefusal("gateway", `${gateway} is not in subnet ${cidr}`);
  }
  const range = inputs.object("dhcpRange");
  for (const [name, key] of [
    ["start-address", "startAddress"],
    ["end-address", "endAddress"],
  ] as const) {
    const address = range?.optionalText(key);
    if (address !== undefined && !contains(cidr, address)) {
      throw parameterRefusal("dhcp-range", `${name} ${address} is not in subnet ${cidr}`);
    }
  }
  const server = inputs.optionalText("dhcpDnsServer");
  if (server !== undefined && !contains(cidr, server)) {
    throw parameterRefusal("dhcp-dns-server", `${server} must be within the subnet ${cidr}`);
  }
  return [];
}
