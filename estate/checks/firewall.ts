import { addressSets, NODES_SET } from "../firewall-sets";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, FirewallRule } from "../schema";

/** What rests on which sets there are. */
const SETS = [
  ["firewall", "sets", "*"],
  ["networks", "*"],
];

/** Mistakes in the firewall: sets and groups that are nowhere, rules that Proxmox refuses, guests that expect one. */
export function checkFirewall(estate: Estate): Finding[] {
  const { firewall } = estate;
  const guests = Object.entries(estate.guests).flatMap(([name, { firewall: own }]) =>
    own === undefined ? [] : [{ at: ["guests", name, "firewall"], ...own }],
  );
  if (firewall === undefined) {
    return guests.map(({ at }) =>
      problem(at, {}, "none, or a firewall section for the site", [["firewall"]]),
    );
  }
  return [
    ...names(estate, ["firewall", "management"], firewall.management),
    ...names(estate, ["firewall", "spice"], firewall.spice),
    ...takenNames(estate),
    ...Object.entries(firewall.groups).flatMap(([name, group]) =>
      rules(estate, ["firewall", "groups", name], group.rules),
    ),
    ...[
      { at: ["firewall", "nodes"], ...firewall.nodes },
      { at: ["firewall", "guests"], ...firewall.guests, rules: [] },
      ...guests,
    ].flatMap((holder) => [
      ...groups(estate, holder.at, holder.groups),
      ...rules(estate, holder.at, holder.rules),
    ]),
  ];
}

function names(estate: Estate, at: readonly Step[], found: readonly string[]): Finding[] {
  const known = Object.keys(addressSets(estate));
  return found.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [problem([...at, index], name, `one of networks or firewall.sets: ${oneOf(known, name)}`, SETS)],
  );
}

function groups(estate: Estate, at: readonly Step[], found: readonly string[]): Finding[] {
  const known = Object.keys(estate.firewall?.groups ?? {});
  return found.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          problem([...at, "groups", index], name, `one of firewall.groups: ${oneOf(known, name)}`, [
            ["firewall", "groups", "*"],
          ]),
        ],
  );
}

function rules(estate: Estate, at: readonly Step[], found: readonly FirewallRule[]): Finding[] {
  return found.flatMap(({ protocol, ports, from, to }, index) => {
    const place = [...at, "rules", index];
    return [
      ...names(estate, [...place, "from"], from),
      ...names(estate, [...place, "to"], to),
      ...(ports !== undefined && protocol !== "tcp" && protocol !== "udp"
        ? [problem([...place, "protocol"], protocol, "tcp or udp, which have ports", [[...place, "ports"]])]
        : []),
      ...(ports ?? []).flatMap((port, where) =>
        soundRange(port) ? [] : [badRange([...place, "ports", where], port)],
      ),
    ];
  });
}

function soundRange(port: number | string): boolean {
  const [first = 0, last = first] = String(port).split("-").map(Number);
  return first <= last && last <= 65535;
}

function badRange(steps: Step[], port: number | string): Finding {
  return problem(steps, port, "a range from the lower port to the higher one, up to 65535");
}

/** A set may not be called as one that is there anyway, nor differ from another by case only. */
function takenNames(estate: Estate): Finding[] {
  const networks = new Map(
    Object.keys(estate.networks).map((name) => [name.toLowerCase(), `network ${name}`]),
  );
  return [
    ...Object.keys(estate.firewall?.sets ?? {}).flatMap((name) => {
      const taken = name === NODES_SET ? "the nodes' set" : networks.get(name);
      return taken === undefined
        ? []
        : [
            problem(["firewall", "sets", name], name, `a name that ${taken} does not have`, [
              ["networks", "*"],
            ]),
          ];
    }),
    ...(entry(estate.networks, NODES_SET)
      ? [
          problem(["networks", NODES_SET], NODES_SET, "another name, as the firewall calls all nodes so", [
            ["firewall"],
          ]),
        ]
      : []),
  ];
}
