import { IPv4, IPv4CidrRange, IPv4Prefix } from "ip-num";

/** Whether `address` lies in `cidr`, be it the network, a host or the broadcast address. */
export function contains(cidr: string, address: string): boolean {
  const range = IPv4CidrRange.fromCidr(cidr);
  const ip = new IPv4(address);
  return ip.isGreaterThanOrEquals(range.getFirst()) && ip.isLessThanOrEquals(range.getLast());
}

/** Whether a host may have `address` in `cidr`: inside, and neither the network nor the broadcast address. */
export function isHostAddress(cidr: string, address: string): boolean {
  const range = IPv4CidrRange.fromCidr(cidr);
  const ip = new IPv4(address);
  return contains(cidr, address) && !ip.isEquals(range.getFirst()) && !ip.isEquals(range.getLast());
}

/** Below 0 where `one` comes before `other`, 0 where they are the same address, above 0 otherwise. */
export function compare(one: string, other: string): number {
  const [a, b] = [new IPv4(one).getValue(), new IPv4(other).getValue()];
  return a < b ? -1 : Number(a > b);
}

/** Whether two networks share an address. */
export function overlap(one: string, other: string): boolean {
  const a = IPv4CidrRange.fromCidr(one);
  const b = IPv4CidrRange.fromCidr(other);
  return a.getFirst().isLessThanOrEquals(b.getLast()) && b.getFirst().isLessThanOrEquals(a.getLast());
}

/** The address and the prefix length of `192.168.137.20/24`. */
export function splitInterface(text: string): { readonly address: string; readonly prefix: number } {
  const [address = "", prefix = ""] = text.split("/");
  return { address, prefix: Number(prefix) };
}

/** The prefix length of a network in CIDR notation. */
export function prefixLength(cidr: string): number {
  return splitInterface(cidr).prefix;
}

/**
 * The first `count` subnets of `cidr`, each `bits` longer in prefix: `subnets("10.0.0.0/16", 4, 2)` are
 * `10.0.0.0/20` and `10.0.16.0/20`. A subnet keeps its place when `count` grows.
 */
export function subnets(cidr: string, bits: number, count: number): string[] {
  const range = IPv4CidrRange.fromCidr(cidr);
  const prefix = IPv4Prefix.fromNumber(BigInt(prefixLength(cidr) + bits));
  const size = 2n ** BigInt(32 - prefixLength(cidr) - bits);
  const first = range.getFirst().getValue();
  return Array.from({ length: count }, (_, index) => {
    const start = IPv4.fromNumber(first + BigInt(index) * size);
    return new IPv4CidrRange(start, prefix).toCidrString();
  });
}

/** The address `offset` places behind `address`, over the borders of networks; callers check where it lands. */
export function addressAt(address: string, offset: number): string {
  const value = new IPv4(address).getValue() + BigInt(offset);
  return IPv4.fromNumber(value & 0xffff_ffffn).toString();
}
