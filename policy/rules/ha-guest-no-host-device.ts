import { eligibleNodes, recovers } from "../facts/eligible";
import { label } from "../facts/guests";
import type { Guest } from "../facts/links";
import { items, type Known, text, UNKNOWN, type Value } from "../facts/read";
import { resourcesOf, type Topology } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, type Finding, listed, notApplicable } from "./rule";

export const haGuestNoHostDevice: EstateRule = {
  id: "ha-guest-no-host-device",
  title: "HA guests need nothing of one node",
  description:
    "A device, port or folder of one node is not on the node where HA starts the guest next: it does not start there, and ends in state error.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html",
  tags: ["ha", "guests"],
  remediation:
    "Take the device away or the guest out of HA; a PCI device may stay where a mapping has one on every node that may run the guest.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.kind === "vm" && recovers(guest));
    if (guests.length === 0) return notApplicable("No VM of this program is managed by HA");
    const mapped = mappedNodes(topology);
    return guests.flatMap((guest) =>
      devicesOf(guest).flatMap((device) => checkDevice(topology, guest, device, mapped)),
    );
  },
};

interface Device {
  readonly what: Known<string>;
  /** Mapping that finds it by node; left out: it is one of the node itself. */
  readonly mapping: Value<string>;
}

const MAPPINGS = ["pci:Pci", "usb:Usb"]
  .flatMap((kind) => [kind, kind.replace(/:(.*)/, "Legacy:$1Legacy")])
  .map((kind) => `proxmoxve:hardware/mapping/${kind}`);

function devicesOf({ source: { properties } }: Guest): Device[] {
  const of = (property: string, what: (from: unknown) => Known<string> | undefined, mapped = true) =>
    items(properties, property).flatMap((from): Device[] => {
      const name = from === UNKNOWN ? UNKNOWN : what(from);
      return name === undefined ? [] : [{ what: name, mapping: mapped ? text(from, "mapping") : undefined }];
    });
  return [
    ...of("hostpcis", () => "a PCI device"),
    ...of("usbs", (from) => (text(from, "host") === "spice" ? undefined : "a USB device")),
    ...of("serialDevices", (from) => onHost(text(from, "device"), "a serial port")),
    ...of("virtiofs", () => "a folder", false),
  ];
}

/** `socket` is made anew on each node. */
function onHost(device: Value<string>, what: string): Known<string> | undefined {
  return device === UNKNOWN ? UNKNOWN : device?.startsWith("/dev/") ? what : undefined;
}

/** Nodes of each mapping of devices. */
function mappedNodes(topology: Topology): ReadonlyMap<unknown, readonly Value<string>[]> {
  return new Map(
    resourcesOf(topology, ...MAPPINGS).map(({ properties }) => [
      text(properties, "name"),
      items(properties, "maps").map((each) => text(each, "node")),
    ]),
  );
}

function checkDevice(
  topology: Topology,
  guest: Guest,
  { what, mapping }: Device,
  mapped: ReadonlyMap<unknown, readonly Value<string>[]>,
): Finding[] {
  const eligible = eligibleNodes(topology, guest);
  const nodes = mapping === undefined ? [] : mapped.get(mapping);
  const missing = [...eligible.nodes].filter((node) => !nodes?.includes(node)).sort();
  if (what !== UNKNOWN && missing.length === 0 && nodes !== undefined && nodes.length > 0) return [];
  const pinned = eligible.nodes.size === 1 && eligible.rule !== undefined;
  if (what !== UNKNOWN && mapping === undefined && pinned) return [];
  const open = what === UNKNOWN || nodes === undefined || nodes.includes(UNKNOWN) || !eligible.certain;
  return answer(guest.source, open ? UNKNOWN : true, {
    wrong:
      `${label(guest)} is managed by HA and needs ${String(what)} of its node` +
      `${mapping === undefined ? "" : `, which no mapping has on ${listed(missing)}`}: HA can't start it elsewhere.`,
    open: `Whether ${label(guest)}, which is managed by HA, needs a device of one node is not known yet.`,
  });
}
