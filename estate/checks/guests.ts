import { mebibytes } from "../offerings";
import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate, Guest, Image } from "../schema";
import { checkDevices } from "./hardware";
import { checkLimits } from "./limits";
import { checkLxc } from "./lxc";
import { checkVm } from "./vm";

/** Mistakes inside guests, offerings and recovery that only show when several entries are read together. */
export function checkGuests(estate: Estate): Finding[] {
  return [
    ...idsTwice(estate),
    ...Object.entries(estate.guests).flatMap(([name, guest]) => [
      ...imageKinds(estate, name, guest),
      ...vlansOnPlainBridges(estate, name, guest),
      ...(guest.kind === "vm" ? checkVm(name, guest) : checkLxc(name, guest)),
      ...checkDevices(estate, name, guest),
    ]),
    ...macsTwice(estate),
    ...smallOfferings(estate),
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
  const uses: [steps: string[], image: string | undefined, content: Image["content"]][] =
    guest.kind === "lxc"
      ? [[["template"], guest.template, "vztmpl"]]
      : [
          ...Object.entries(guest.disks).map(([slot, { image }]): (typeof uses)[number] => [
            ["disks", slot, "image"],
            image,
            "import",
          ]),
          [["cdrom"], guest.cdrom, "iso"],
        ];
  return uses.flatMap(([steps, used, content]) => {
    const image = used === undefined ? undefined : entry(estate.images, used);
    if (used === undefined || image === undefined || image.content === content) return [];
    const able = Object.entries(estate.images).filter(([, other]) => other.content === content);
    return [
      problem(
        ["guests", name, ...steps],
        used,
        `an image with content ${content}: ${oneOf(able.map(([id]) => id))}`,
        [["images", used, "content"]],
      ),
    ];
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

function macsTwice({ guests }: Estate): Finding[] {
  const holders = new Map<string, string>();
  return Object.entries(guests).flatMap(([name, { nics }]) =>
    Object.entries(nics).flatMap(([slot, { mac }]) => {
      if (mac === undefined) return [];
      const steps = ["guests", name, "nics", slot, "mac"];
      const holder = holders.get(mac);
      if (holder === undefined) holders.set(mac, name);
      return holder === undefined
        ? []
        : [
            problem(steps, mac, `an address that no other interface has (${holder} has it)`, [
              ["guests", holder],
            ]),
          ];
    }),
  );
}

function smallOfferings({ offerings }: Estate): Finding[] {
  return Object.entries(offerings).flatMap(
    ([name, { memory, balloonMinimum, diskLimits, cores, cpuLimit }]) => [
      ...(balloonMinimum !== undefined && balloonMinimum > memory
        ? [
            problem(
              ["offerings", name, "balloonMinimum"],
              mebibytes(balloonMinimum),
              `at most the memory, ${mebibytes(memory)}`,
              [["offerings", name, "memory"]],
            ),
          ]
        : []),
      ...(cpuLimit !== undefined && cpuLimit > cores
        ? [
            problem(["offerings", name, "cpuLimit"], cpuLimit, `at most the cores, ${cores}`, [
              ["offerings", name, "cores"],
            ]),
          ]
        : []),
      ...checkLimits(["offerings", name, "diskLimits"], diskLimits),
    ],
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
