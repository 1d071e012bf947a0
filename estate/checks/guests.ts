import { oneOf, type Problem, problem } from "../problems";
import type { Estate, Guest } from "../schema";

/** Mistakes inside guests, HA rules and recovery that only show when several entries are read together. */
export function checkGuests(estate: Estate): Problem[] {
  return [
    ...idsTwice(estate),
    ...Object.entries(estate.guests).flatMap(([name, guest]) => [
      ...imageKinds(estate, name, guest),
      ...vlansOnPlainBridges(estate, name, guest),
      ...(guest.kind === "vm" ? vmNeeds(name, guest) : []),
    ]),
    ...ruleGuests(estate),
    ...zonesElsewhere(estate),
  ];
}

function idsTwice(estate: Estate): Problem[] {
  const holders = new Map<number, string>();
  return Object.entries(estate.guests).flatMap(([name, { id }]) => {
    const holder = holders.get(id);
    if (holder !== undefined)
      return [problem(["guests", name, "id"], id, `an id that no other guest has (${holder} has it)`)];
    holders.set(id, name);
    return [];
  });
}

function imageKinds(estate: Estate, name: string, guest: Guest): Problem[] {
  const wanted = (content: "import" | "vztmpl") =>
    `an image with content ${content}: ${oneOf(
      Object.entries(estate.images)
        .filter(([, image]) => image.content === content)
        .map(([id]) => id),
    )}`;
  if (guest.kind === "lxc") {
    const image = estate.images[guest.template];
    return image && image.content !== "vztmpl"
      ? [problem(["guests", name, "template"], guest.template, wanted("vztmpl"))]
      : [];
  }
  return Object.entries(guest.disks).flatMap(([slot, disk]) => {
    const image = disk.image === undefined ? undefined : estate.images[disk.image];
    return image && image.content !== "import"
      ? [problem(["guests", name, "disks", slot, "image"], disk.image, wanted("import"))]
      : [];
  });
}

function vlansOnPlainBridges(estate: Estate, name: string, guest: Guest): Problem[] {
  return Object.entries(guest.nics).flatMap(([slot, { bridge, vlan }]) =>
    vlan !== undefined && estate.bridges[bridge]?.vlanAware === false
      ? [
          problem(
            ["guests", name, "nics", slot, "vlan"],
            vlan,
            `none, or vlanAware: true on bridges.${bridge}`,
          ),
        ]
      : [],
  );
}

function vmNeeds(name: string, vm: Extract<Guest, { kind: "vm" }>): Problem[] {
  const problems: Problem[] = [];
  if (vm.firmware === "ovmf" && vm.efiStorage === undefined) {
    problems.push(
      problem(["guests", name, "efiStorage"], undefined, "a storage for the EFI disk, as firmware is ovmf"),
    );
  }
  if (vm.firmware === "seabios" && vm.efiStorage !== undefined) {
    problems.push(problem(["guests", name, "efiStorage"], vm.efiStorage, "none, as firmware is seabios"));
  }
  const configured = vm.sshKeys.length > 0 || Object.values(vm.nics).some((nic) => nic.address !== "dhcp");
  if (configured && vm.cloudInitStorage === undefined) {
    problems.push(
      problem(
        ["guests", name, "cloudInitStorage"],
        undefined,
        "a storage for the cloud-init drive, through which static addresses and keys reach the guest",
      ),
    );
  }
  return problems;
}

function ruleGuests(estate: Estate): Problem[] {
  return Object.entries(estate.haRules).flatMap(([rule, { guests }]) =>
    guests.flatMap((guest, index) => {
      const target = estate.guests[guest];
      const managed = target === undefined || (target.kind === "vm" && target.ha !== undefined);
      return managed ? [] : [problem(["haRules", rule, "guests", index], guest, "a VM with an ha section")];
    }),
  );
}

function zonesElsewhere(estate: Estate): Problem[] {
  const { aws } = estate;
  if (aws === undefined) return [];
  return aws.network.zones.flatMap((zone, index) =>
    zone.startsWith(aws.region) && zone.length === aws.region.length + 1
      ? []
      : [
          problem(
            ["aws", "network", "zones", index],
            zone,
            `a zone of ${aws.region}, such as ${aws.region}a`,
          ),
        ],
  );
}
