import { splitInterface } from "./addresses";
import { entry } from "./paths";
import type { Estate, Traffic } from "./schema";

/** Port that a load balancer listens on. */
export function listenPort({ port, certificate }: Traffic): number {
  return port ?? (certificate ? 443 : 80);
}

/** First static address of each guest that traffic leads to, by guest; undefined for a guest that has none. */
export function targetAddresses(
  { guests }: Pick<Estate, "guests">,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    names.map((name) => {
      const nic = Object.values(entry(guests, name)?.nics ?? {}).find(({ address }) => address !== "dhcp");
      return [name, nic && splitInterface(nic.address).address];
    }),
  );
}

/** Whether a load balancer takes an address outside its VPC for a target: RFC 1918 and RFC 6598 only. */
export function isPrivate(address: string): boolean {
  const [first = 0, second = 0] = address.split(".").map(Number);
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}
