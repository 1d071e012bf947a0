import { contains } from "../../estate/addresses";

/** Whether an address lies in a network; false for whatever is not an IPv4 address and a network. */
export function isInside(address: string, cidr: string): boolean {
  try {
    return contains(cidr, address);
  } catch {
    return false;
  }
}
