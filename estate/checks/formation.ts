import { corosyncLinks } from "../corosync";
import { carrierOf, splitPort } from "../interfaces";
import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import type { Estate, Network } from "../schema";

/** corosync's limit. */
const MOST_LINKS = 8;

/** What corosync's links rest on where the description does not name them. */
const BASIS = [
  ["cluster", "corosyncLinks"],
  ["networks", "*", "purpose"],
];

/** Mistakes in what the cluster is formed from: before it is there, nothing else of the site can be made. */
export function checkFormation(estate: Estate): Finding[] {
  const links = corosyncLinks(estate);
  return [...tooManyLinks(links), ...linksWithoutAddress(estate, links), ...oddWithQdevice(estate)];
}

function tooManyLinks(links: readonly string[]): Finding[] {
  if (links.length <= MOST_LINKS) return [];
  return [problem(["cluster", "corosyncLinks"], undefined, `the ${MOST_LINKS} networks to use`, BASIS)];
}

/** A link's address has to be on every node, and before the cluster is: interfaces are made through its API. */
function linksWithoutAddress(estate: Estate, links: readonly string[]): Finding[] {
  return links.flatMap((name) => {
    const network = entry(estate.networks, name);
    // The management network's are checked as such, and a name that is no network is.
    if (network === undefined || network.purpose === "management") return [];
    const addresses = Object.entries(estate.nodes)
      .filter(([, node]) => entry(node.addresses, name) === undefined)
      .map(([node]) =>
        problem(
          ["nodes", node, "addresses", name],
          undefined,
          `an address in ${network.cidr}, as corosync has a link there`,
          BASIS,
        ),
      );
    return [...addresses, ...madeTooLate(estate, name, network)];
  });
}

/** What this program would only make once there is a cluster. */
function madeTooLate(estate: Estate, name: string, network: Network): Finding[] {
  const why = `true: corosync has a link in ${name}, so that the nodes need their addresses there before the cluster is formed`;
  const late = (section: "bridges" | "bonds" | "networks", entryName: string) =>
    problem([section, entryName, "existing"], false, why, [
      ...BASIS,
      ["networks", name, "bridge"],
      ["networks", name, "interface"],
      ["networks", name, "vlan"],
    ]);
  const carrier = splitPort(carrierOf(network) ?? "").base;
  return [
    ...(entry(estate.bridges, carrier)?.existing === false ? [late("bridges", carrier)] : []),
    ...(entry(estate.bonds, carrier)?.existing === false ? [late("bonds", carrier)] : []),
    ...(network.vlan !== undefined && !network.existing ? [late("networks", name)] : []),
  ];
}

/** With an odd number of nodes a QDevice has as many votes as all others but one: if it fails, so does the cluster. */
function oddWithQdevice({ cluster: { qdevice }, nodes }: Estate): Finding[] {
  if (qdevice === undefined) return [];
  const count = Object.keys(nodes).length;
  const own = Object.entries(nodes).find(([, { addresses }]) =>
    Object.values(addresses).includes(qdevice.address),
  );
  return [
    ...(count % 2 === 1
      ? [
          problem(
            ["cluster", "qdevice"],
            `a QDevice for ${count} nodes`,
            "one for an even number of nodes only",
            [["nodes"]],
          ),
        ]
      : []),
    ...(own !== undefined
      ? [
          problem(
            ["cluster", "qdevice", "address"],
            qdevice.address,
            `a host outside the cluster (node ${own[0]} has it)`,
            [["nodes", own[0], "addresses"]],
          ),
        ]
      : []),
  ];
}
