import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate, Guest } from "../schema";

/** Mistakes inside guests, HA rules and recovery that only show when several entries are read together. */
export function checkGuests(estate: Estate): Finding[] {
  return [
    ...idsTwice(estate),
    ...Object.entries(estate.guests).flatMap(([name, guest]) => [
      ...imageKinds(estate, name, guest),
      ...vlansOnPlainBridges(estate, name, guest),
      ...(guest.kind === "vm" ? [...vmNeeds(name, guest), ...gaps(name, guest)] : []),
    ]),
    ...ruleGuests(estate),
    ...loneGuests(estate),
    ...zonesElsewhere(estate),
  ];
}

function idsTwice(estate: Estate): Finding[] {
  const holders = new Map<number, string>();
  return Object.entries(estate.guests).flatMap(([name, { id }]) => {
    const holder = holders.get(id);
    if (holder !== undefined) {
      return [
        problem(["guests", name, "id"], id, `an id that no other guest has (${holder} has it)`, [
          ["guests", holder, "id"],
        ]),
      ];
    }
    holders.set(id, name);
    return [];
  });
}

function imageKinds(estate: Estate, name: string, guest: Guest): Finding[] {
  const wanted = (content: "import" | "vztmpl") =>
    `an image with content ${content}: ${oneOf(
      Object.entries(estate.images)
        .filter(([, image]) => image.content === content)
        .map(([id]) => id),
    )}`;
  if (guest.kind === "lxc") {
    const image = entry(estate.images, guest.template);
    return image && image.content !== "vztmpl"
      ? [
          problem(["guests", name, "template"], guest.template, wanted("vztmpl"), [
            ["images", guest.template, "content"],
          ]),
        ]
      : [];
  }
  return Object.entries(guest.disks).flatMap(([slot, disk]) => {
    const image = disk.image === undefined ? undefined : entry(estate.images, disk.image);
    return image && image.content !== "import"
      ? [
          problem(["guests", name, "disks", slot, "image"], disk.image, wanted("import"), [
            ["images", disk.image ?? "", "content"],
          ]),
        ]
      : [];
  });
}

function vlansOnPlainBridges(estate: Estate, name: string, guest: Guest): Finding[] {
  return Object.entries(guest.nics).flatMap(([slot, { bridge, vlan }]) =>
    vlan !== undefined && entry(estate.bridges, bridge)?.vlanAware === false
      ? [
          problem(
            ["guests", name, "nics", slot, "vlan"],
            vlan,
            `none, or vlanAware: true on bridges.${bridge}`,
            [
              ["guests", name, "nics", slot, "bridge"],
              ["bridges", bridge, "vlanAware"],
            ],
          ),
        ]
      : [],
  );
}

function vmNeeds(name: string, vm: Extract<Guest, { kind: "vm" }>): Finding[] {
  const problems: Finding[] = [];
  const firmware = [["guests", name, "firmware"]];
  if (vm.firmware === "ovmf" && vm.efiStorage === undefined) {
    problems.push(
      problem(
        ["guests", name, "efiStorage"],
        undefined,
        "a storage for the EFI disk, as firmware is ovmf",
        firmware,
      ),
    );
  }
  if (vm.firmware === "seabios" && vm.efiStorage !== undefined) {
    problems.push(
      problem(["guests", name, "efiStorage"], vm.efiStorage, "none, as firmware is seabios", firmware),
    );
  }
  const configured = vm.sshKeys.length > 0 || Object.values(vm.nics).some((nic) => nic.address !== "dhcp");
  if (configured && vm.cloudInitStorage === undefined) {
    problems.push(
      problem(
        ["guests", name, "cloudInitStorage"],
        undefined,
        "a storage for the cloud-init drive, through which static addresses and keys reach the guest",
        [
          ["guests", name, "sshKeys", "*"],
          ["guests", name, "nics", "*", "address"],
        ],
      ),
    );
  }
  return problems;
}

/** Proxmox numbers interfaces by their place in the list: after a gap, every one would get another's slot. */
function gaps(name: string, { nics }: Extract<Guest, { kind: "vm" }>): Finding[] {
  return Object.keys(nics)
    .sort()
    .flatMap((slot, index) =>
      slot === `net${index}`
        ? []
        : [
            problem(["guests", name, "nics", slot], slot, `net${index}, as slots have no gaps`, [
              ["guests", name, "nics", "*"],
            ]),
          ],
    );
}

function ruleGuests(estate: Estate): Finding[] {
  return Object.entries(estate.haRules).flatMap(([rule, { guests }]) =>
    guests.flatMap((guest, index) => {
      const target = entry(estate.guests, guest);
      const managed = target === undefined || (target.kind === "vm" && target.ha !== undefined);
      return managed
        ? []
        : [
            problem(["haRules", rule, "guests", index], guest, "a VM with an ha section", [
              ["guests", guest, "ha"],
            ]),
          ];
    }),
  );
}

/** What is together or apart is more than one; a group counts as its guests. */
function loneGuests(estate: Estate): Finding[] {
  return Object.entries(estate.haRules).flatMap(([rule, { type, guests }]) =>
    type === "resource-affinity" && guests.length < 2
      ? [
          problem(["haRules", rule, "guests"], guests, "at least 2 guests, or a group of them", [
            ["haRules", rule, "guests", "*"],
            ["guests", "*", "count"],
          ]),
        ]
      : [],
  );
}

function zonesElsewhere(estate: Estate): Finding[] {
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
            [["aws", "region"]],
          ),
        ],
  );
}
