import { addressAt, splitInterface } from "../../../estate/addresses";
import type { GatewayPlan, TunnelPlan } from "./plan";

/**
 * Largest packet inside a tunnel, in bytes. AES-GCM with ESP, UDP encapsulation (NAT) and the outer header take up to
 * 65 bytes of an outer packet of 1500, and some lines take a few themselves (PPPoE: 8).
 */
export const TUNNEL_MTU = 1400;

/** Largest TCP segment that fits: less 20 bytes of IPv4 and 20 of TCP. */
export const TUNNEL_MSS = TUNNEL_MTU - 40;

/** A tunnel as the gateway has it. */
export interface Tunnel {
  /** Connection and CHILD_SA in strongSwan: `office-1`. */
  readonly name: string;
  /** The XFRM interface. */
  readonly device: string;
  /** What ties security associations to the interface. */
  readonly interfaceId: number;
  /** AWS's end, outside and inside. */
  readonly remote: string;
  readonly remoteInside: string;
  /** The gateway's end inside, with prefix length. */
  readonly inside: string;
  /** Preference among all tunnels of the site, from 0: the lowest that works is taken. */
  readonly preference: number;
}

/** All devices of tunnels begin so. */
export const DEVICE_PREFIX = "aws";

/** The gateway's tunnels, in the order of preference. */
export function tunnelsOf({ name, tunnels, routing }: GatewayPlan): Tunnel[] {
  const first = routing.type === "bgp" ? routing.rank * tunnels.length : 0;
  return tunnels.map(({ outsideAddress, insideCidr }: TunnelPlan, index) => {
    const { address, prefix } = splitInterface(insideCidr);
    return {
      name: `${name}-${index + 1}`,
      device: `${DEVICE_PREFIX}${index + 1}`,
      interfaceId: 101 + index,
      remote: outsideAddress,
      remoteInside: addressAt(address, 1),
      inside: `${addressAt(address, 2)}/${prefix}`,
      preference: first + index,
    };
  });
}
