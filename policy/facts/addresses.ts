import { contains } from "../../estate/addresses";
import { get, items, text } from "./read";

/** Whether an address lies in a network; false for whatever is not an IPv4 address and a network. */
export function isInside(address: string, cidr: string): boolean {
  try {
    return contains(cidr, address);
  } catch {
    return false;
  }
}

/** IPv4 addresses that a guest's resource gives it, without their prefix. */
export function guestAddresses(properties: unknown): string[] {
  return items(get(properties, "initialization"), "ipConfigs").flatMap((config) => {
    const address = text(get(config, "ipv4"), "address");
    return typeof address === "string" && /^\d/.test(address) ? [address.split("/")[0] ?? address] : [];
  });
}
