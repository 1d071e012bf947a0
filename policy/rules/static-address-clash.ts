import { label } from "../facts/guests";
import type { Guest } from "../facts/links";
import { get, items, text, UNKNOWN, type Value } from "../facts/read";
import { type EstateRule, listed, undecided, violated } from "./rule";

export const staticAddressClash: EstateRule = {
  id: "static-address-clash",
  title: "Static addresses are given once",
  description:
    "Two guests with one address answer in turns: both services fail now and then, and nobody sees why.",
  severity: "high",
  level: "mandatory",
  url: "https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_cloud_init",
  tags: ["guests", "network"],
  remediation: "Give each guest an address of its own, or let DHCP give them out.",
  scope: "estate",
  check: (topology) => {
    const holders = new Map<string, Guest[]>();
    for (const guest of topology.guests) {
      for (const address of addressesOf(guest))
        holders.set(address, [...(holders.get(address) ?? []), guest]);
    }
    return [
      ...[...holders]
        .filter(([, guests]) => guests.length > 1)
        .map(([address, guests]) =>
          violated(
            guests.at(-1)?.source,
            `Address ${address} is given to ${listed(guests.map((guest) => label(guest)))}.`,
          ),
        ),
      ...topology.guests
        .filter((guest) => configs(guest).includes(UNKNOWN))
        .map((guest) =>
          undecided(
            guest.source,
            `Whether the address of ${label(guest)} is another guest's is not known yet.`,
          ),
        ),
    ];
  },
};

function configs({ source }: Guest): readonly Value<string>[] {
  return items(get(source.properties, "initialization"), "ipConfigs").map((config) =>
    config === UNKNOWN ? UNKNOWN : text(get(config, "ipv4"), "address"),
  );
}

/** Without prefix lengths; DHCP gives addresses of its own. */
function addressesOf(guest: Guest): string[] {
  const given = configs(guest).filter((address) => typeof address === "string");
  return [
    ...new Set(
      given.filter((address) => address !== "dhcp").map((address) => address.split("/")[0] ?? address),
    ),
  ];
}
