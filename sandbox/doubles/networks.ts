import { IPv4, IPv4CidrRange } from "ip-num";

/** Whether an IPv4 address lies in a network in CIDR notation. */
export function contains(cidr: string, address: string): boolean {
  return within(`${address}/32`, cidr);
}

/** Whether a network lies in another. */
export function within(inner: string, outer: string): boolean {
  const [a, b] = [IPv4CidrRange.fromCidr(inner), IPv4CidrRange.fromCidr(outer)];
  return a.getFirst().isGreaterThanOrEquals(b.getFirst()) && a.getLast().isLessThanOrEquals(b.getLast());
}

/** Whether two networks share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [IPv4CidrRange.fromCidr(one), IPv4CidrRange.fromCidr(other)];
  return a.getFirst().isLessThanOrEquals(b.getLast()) && b.getFirst().isLessThanOrEquals(a.getLast());
}

/** The prefix length of a network in CIDR notation, undefined where the text is none. */
export function prefixLength(cidr: string): number | undefined {
  const [address = "", prefix = ""] = cidr.split("/");
  if (!/^\d{1,2}$/.test(prefix)) return undefined;
  try {
    const range = IPv4CidrRange.fromCidr(cidr);
    return range.getFirst().isEquals(new IPv4(address)) ? Number(prefix) : undefined;
  } catch {
    return undefined;
  }
}
