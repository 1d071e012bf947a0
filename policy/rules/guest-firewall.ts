import { label } from "../facts/guests";
import { flag, items, UNKNOWN, whole } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { NO_OPEN_PORTS } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const OPTIONS = ["proxmoxve:firewall/options:Options", "proxmoxve:firewall/optionsLegacy:OptionsLegacy"];

export const guestFirewall: EstateRule = {
  id: "guest-firewall",
  title: "Guests are behind a firewall",
  description:
    "Without Proxmox's firewall every guest reaches every port of every other one in its network: one broken into is all broken into.",
  severity: "medium",
  level: "advisory",
  framework: NO_OPEN_PORTS,
  url: "https://pve.proxmox.com/pve-docs/chapter-pve-firewall.html",
  tags: ["guests", "network", "security"],
  remediation:
    "Set firewall: true on each interface, and declare the guest's firewall options with enabled: true.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.template !== true && guest.nics.length > 0);
    if (guests.length === 0) return notApplicable("This program declares no guest with a network");
    const enabled = new Set<unknown>();
    const urns = new Set<string>();
    for (const { properties, propertyDependencies } of resourcesOf(topology, ...OPTIONS)) {
      if (flag(properties, "enabled") !== true) continue;
      for (const name of ["vmId", "containerId"]) {
        enabled.add(whole(properties, name) ?? undefined);
        for (const urn of propertyDependencies?.[name] ?? []) urns.add(urn);
      }
    }
    return guests.flatMap((guest) => {
      const nics = [
        ...items(guest.source.properties, "networkDevices"),
        ...items(guest.source.properties, "networkInterfaces"),
      ];
      const states = nics.map((nic) => (nic === UNKNOWN ? UNKNOWN : (flag(nic, "firewall") ?? false)));
      const options = enabled.has(guest.vmId) || urns.has(guest.source.urn ?? "");
      const open = states.includes(UNKNOWN) || (!options && (guest.vmId === UNKNOWN || enabled.has(UNKNOWN)));
      return answer(
        guest.source,
        states.includes(false) || (!options && !open) ? true : open ? UNKNOWN : false,
        {
          wrong: `${label(guest)} has ${states.includes(false) ? "an interface without firewall" : "its firewall switched off"}: whatever is in its network reaches it.`,
          open: `Whether ${label(guest)} is behind a firewall is not known yet.`,
        },
      );
    });
  },
};
