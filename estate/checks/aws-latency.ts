import { contains } from "../addresses";
import { gatewayAddress, onPremisesNetworks } from "../aws-network";
import { type Finding, problem } from "../problems";
import type { Estate } from "../schema";

const TARGET = ["aws", "latency", "target"];
/** What says which networks are reached. */
const REACHED = [
  ["aws", "onPremises", "*"],
  ["networks", "*", "cidr"],
  ["vnets", "*", "subnets", "*"],
];
const ANSWERER = "an address and TCP port of the site that answer";

/** Mistakes in how the way between the sites is measured: nobody is asked, or somebody where it doesn't lead. */
export function checkAwsLatency(estate: Estate): Finding[] {
  const { aws } = estate;
  if (!aws) return [];
  const { target } = aws.latency;
  if (!aws.vpn && !aws.directConnect) {
    return target ? [problem(TARGET, target, "nothing, as there is no way between the sites")] : [];
  }
  return target ? notReached(estate, target.address) : nobody(estate);
}

function notReached(estate: Estate, address: string): Finding[] {
  return isReached(estate, address)
    ? []
    : [
        problem([...TARGET, "address"], address, `an address ${reached(estate)}: nothing else is reached`, [
          ...REACHED,
        ]),
      ];
}

/** Without a target the gateways answer, or their shared address, which is of the same network. */
function nobody(estate: Estate): Finding[] {
  const { vpn } = estate.aws ?? {};
  if (!vpn) {
    return [
      problem(TARGET, undefined, `${ANSWERER}: the router of a private line is not this program's`, [
        ["aws", "directConnect"],
        ["aws", "vpn"],
      ]),
    ];
  }
  const [first] = Object.values(vpn.gateways);
  const address = first && gatewayAddress(estate, first.guest);
  // Gateways without a static address are reported there.
  if (address === undefined || isReached(estate, address)) return [];
  return [
    problem(TARGET, undefined, `${ANSWERER} ${reached(estate)}, as the gateway's ${address} is not`, [
      ["aws", "vpn", "gateways", "*", "guest"],
      ["guests", "*", "nics", "*", "address"],
      ...REACHED,
    ]),
  ];
}

/** Whether the way leads there; where it leads nowhere at all, that is reported instead. */
function isReached(estate: Estate, address: string): boolean {
  const networks = onPremisesNetworks(estate);
  return networks.length === 0 || networks.some((cidr) => contains(cidr, address));
}

function reached(estate: Estate): string {
  return `in ${onPremisesNetworks(estate).join(", ")}`;
}
