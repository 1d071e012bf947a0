import { contains, isHostAddress, prefixLength, splitInterface } from "../addresses";
import { gatewayAddress } from "../aws-network";
import { entry } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Aws, Estate, Guest, Vpn } from "../schema";
import { networkOf } from "./addresses";

type Gateway = Vpn["gateways"][string];

const VPN = ["aws", "vpn"];

/** Mistakes in the ways between both sites: gateways that cannot be ones, addresses that AWS or the internet refuses. */
export function checkAwsLink(estate: Estate): Finding[] {
  const { aws } = estate;
  if (!aws) return [];
  const gateways = Object.entries(aws.vpn?.gateways ?? {});
  return [
    ...nothingReached(aws),
    ...clusterTraffic(estate),
    ...gatewayCount(aws),
    ...gateways.flatMap(([name, gateway]) => unfitGuest(estate, name, gateway)),
    ...sharedFate(estate),
    ...publicAddresses(gateways),
    ...insideAddresses(aws),
    ...numbers(aws),
    ...sharedAddress(estate),
    ...lineAndTransit(aws),
  ];
}

function nothingReached({ vpn, directConnect, onPremises }: Aws): Finding[] {
  if (onPremises.length > 0 || (!vpn && !directConnect)) return [];
  return [
    problem(["aws", "onPremises"], onPremises, "one network at least, as there is a way between the sites"),
  ];
}

/** Corosync's packets must not wait behind others, and nobody outside has business there. */
function clusterTraffic({ aws, networks }: Estate): Finding[] {
  return (aws?.onPremises ?? []).flatMap((name, index) =>
    entry(networks, name)?.purpose === "corosync"
      ? [
          problem(["aws", "onPremises", index], name, "a network that is not corosync's", [
            ["networks", name, "purpose"],
          ]),
        ]
      : [],
  );
}

/** AWS has quotas for connections; four gateways are eight tunnels. */
function gatewayCount({ vpn }: Aws): Finding[] {
  if (!vpn) return [];
  const count = Object.keys(vpn.gateways).length;
  return count >= 1 && count <= 4 ? [] : [problem([...VPN, "gateways"], count, "1 to 4 gateways")];
}

function unfitGuest(estate: Estate, name: string, { guest: guestName, sshUser }: Gateway): Finding[] {
  const guest = entry(estate.guests, guestName);
  const because = [...VPN, "gateways", name, "guest"];
  if (!guest) return []; // reported as a dangling reference
  const path = ["guests", guestName];
  if (guest.kind !== "vm") {
    return [
      problem(because, guestName, "a virtual machine: a container has no kernel of its own for IPsec", [
        path,
      ]),
    ];
  }
  const findings: Finding[] = [];
  if (gatewayAddress(estate, guestName) === undefined) {
    findings.push(
      problem([...path, "nics"], guest.nics, "an interface with a static address, as it is a VPN gateway", [
        because,
      ]),
    );
  }
  if (guest.sshKeys.length === 0) {
    findings.push(
      problem(
        [...path, "sshKeys"],
        guest.sshKeys,
        "the public key of secrets.sshPrivateKey, as the gateway is set up over SSH",
        [because],
      ),
    );
  }
  if (sshUser !== "root" || (guest.user !== undefined && guest.user !== sshUser)) {
    findings.push(
      problem(
        [...VPN, "gateways", name, "sshUser"],
        sshUser,
        "root, which the guest's cloud-init makes too (user: root), as the script sets up the kernel's network",
        [because, [...path, "user"]],
      ),
    );
  }
  return [...findings, ...filtered(estate, guest, path, because)];
}

/** The Proxmox firewall drops what a guest gets for others, or sends for them. */
function filtered({ firewall }: Estate, guest: Guest, path: Step[], because: Step[]): Finding[] {
  if (!firewall) return [];
  return Object.entries(guest.nics).flatMap(([slot, nic]) =>
    nic.firewall
      ? [
          problem(
            [...path, "nics", slot, "firewall"],
            true,
            "false: the Proxmox firewall would drop what a gateway passes on, and the gateway has a filter of its own",
            [because, ["firewall"]],
          ),
        ]
      : [],
  );
}

/** Two gateways that go together are one. */
function sharedFate({ aws, guests }: Estate): Finding[] {
  const gateways = Object.entries(aws?.vpn?.gateways ?? {});
  return gateways.flatMap(([name, { guest }], index) => {
    const path = [...VPN, "gateways", name, "guest"];
    return gateways.slice(0, index).flatMap(([earlier, { guest: other }]) => {
      const basis = [[...VPN, "gateways", earlier, "guest"]];
      if (guest === other) return [problem(path, guest, `another guest than ${earlier}'s`, basis)];
      const [mine, theirs] = [entry(guests, guest)?.node, entry(guests, other)?.node];
      return mine !== undefined && mine === theirs
        ? [
            problem(
              path,
              guest,
              `a guest on another node than ${other} (${mine}): one failure would take both`,
              [...basis, ["guests", guest, "node"], ["guests", other, "node"]],
            ),
          ]
        : [];
    });
  });
}

/** What no router of the internet takes: RFC 1918, RFC 6598, and addresses with a meaning of their own. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
];

function publicAddresses(gateways: readonly [string, Gateway][]): Finding[] {
  return gateways.flatMap(([name, { publicAddress }], index) => {
    const path = [...VPN, "gateways", name, "publicAddress"];
    const twin = gateways.slice(0, index).find(([, other]) => other.publicAddress === publicAddress);
    return [
      ...(NOT_PUBLIC.some((cidr) => contains(cidr, publicAddress))
        ? [
            problem(
              path,
              publicAddress,
              "a public address that never changes: the router's, where the gateway is behind NAT",
            ),
          ]
        : []),
      ...(twin
        ? [
            problem(
              path,
              publicAddress,
              `another address than ${twin[0]}'s: AWS takes one gateway an address`,
              [[...VPN, "gateways", twin[0], "publicAddress"]],
            ),
          ]
        : []),
    ];
  });
}

/** AWS's own, in every tunnel. */
const RESERVED = [0, 1, 2, 3, 4, 5].map((third) => `169.254.${third}.0/30`).concat("169.254.169.252/30");

function insideAddresses({ vpn, directConnect }: Aws): Finding[] {
  const tunnels = Object.entries(vpn?.gateways ?? {}).flatMap(([name, { insideCidrs }]) =>
    insideCidrs.map((cidr, index) => ({ path: [...VPN, "gateways", name, "insideCidrs", index], cidr })),
  );
  const line = Object.entries(directConnect?.addresses ?? {}).map(([end, address]) => ({
    path: ["aws", "directConnect", "addresses", end],
    address: splitInterface(address),
  }));
  const findings = tunnels.flatMap(({ path, cidr }, index) => {
    const inside = contains("169.254.0.0/16", splitInterface(cidr).address);
    if (!inside || prefixLength(cidr) !== 30 || RESERVED.includes(cidr)) {
      return [problem(path, cidr, `a /30 of 169.254.0.0/16 other than ${RESERVED.join(", ")}`)];
    }
    return tunnels
      .slice(0, index)
      .filter((earlier) => earlier.cidr === cidr)
      .map((earlier) => problem(path, cidr, "a block that no other tunnel has", [earlier.path]));
  });
  const [site, amazon] = line;
  if (!site || !amazon) return findings;
  const block = `${site.address.address}/30`;
  if (
    site.address.address === amazon.address.address ||
    !sameBlock(site.address.address, amazon.address.address)
  ) {
    findings.push(
      problem(amazon.path, amazon.address.address, `the other host address of ${block}`, [site.path]),
    );
  }
  for (const { path, cidr } of tunnels) {
    if (contains(cidr, site.address.address)) {
      findings.push(problem(path, cidr, "a block that the private line does not have", [site.path]));
    }
  }
  return findings;
}

/** Whether both are host addresses of one /30. */
function sameBlock(one: string, other: string): boolean {
  const last = Number(one.split(".")[3]);
  const network = `${one.split(".").slice(0, 3).join(".")}.${last - (last % 4)}/30`;
  return isHostAddress(network, one) && isHostAddress(network, other);
}

function isPrivateAsn(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}

/** Numbers of AWS's own in some regions, which it takes from no one. */
const AMAZON_NUMBERS = [7224, 9059, 10_124, 17_943];

function numbers({ amazonAsn, vpn, directConnect }: Aws): Finding[] {
  if (!vpn && !directConnect) return [];
  const sites = [
    ...(vpn ? [{ path: [...VPN, "asn"], asn: vpn.asn }] : []),
    ...(directConnect ? [{ path: ["aws", "directConnect", "asn"], asn: directConnect.asn }] : []),
  ];
  return [
    ...(isPrivateAsn(amazonAsn)
      ? []
      : [problem(["aws", "amazonAsn"], amazonAsn, "64512 to 65534, or 4200000000 to 4294967294")]),
    ...sites.flatMap(({ path, asn }) => {
      if (asn === amazonAsn)
        return [problem(path, asn, "another number than aws.amazonAsn", [["aws", "amazonAsn"]])];
      return AMAZON_NUMBERS.includes(asn) ? [problem(path, asn, "a number that is not Amazon's")] : [];
    }),
  ];
}

/** An address that gateways hand to each other is one of their network, and nobody's. */
function sharedAddress(estate: Estate): Finding[] {
  const { aws, guests, nodes } = estate;
  const shared = aws?.vpn?.sharedAddress;
  if (!aws?.vpn || !shared) return [];
  const path = [...VPN, "sharedAddress", "address"];
  const gateways = Object.entries(aws.vpn.gateways);
  if (gateways.length < 2) {
    return [
      problem([...VPN, "sharedAddress"], shared.address, "nothing, as there is one gateway only", [
        [...VPN, "gateways"],
      ]),
    ];
  }
  const { address, prefix } = splitInterface(shared.address);
  const taken = [
    ...Object.values(guests).flatMap(({ nics }) =>
      Object.values(nics).map((nic) => splitInterface(nic.address).address),
    ),
    ...Object.values(nodes).flatMap(({ addresses }) => Object.values(addresses)),
    ...Object.values(estate.networks).flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway])),
  ];
  const outside = gateways.flatMap(([name, { guest }]) => {
    const nics = Object.values(entry(guests, guest)?.nics ?? {});
    const own = gatewayAddress(estate, guest);
    const nic = nics.find((one) => splitInterface(one.address).address === own);
    const network = nic && networkOf(estate, nic);
    if (!network || (isHostAddress(network.cidr, address) && prefix === prefixLength(network.cidr)))
      return [];
    return [
      problem(
        path,
        shared.address,
        `a host address of ${network.cidr}, ${guest}'s network, with its prefix length`,
        [[...VPN, "gateways", name, "guest"], network.path],
      ),
    ];
  });
  return [
    // Gateways of one network say the same of it.
    ...outside.slice(0, 1),
    ...(taken.includes(address)
      ? [
          problem(path, shared.address, "an address that nobody has", [
            ["guests", "*", "nics"],
            ["nodes", "*"],
          ]),
        ]
      : []),
  ];
}

/** A private virtual interface ends at the VPC's own gateway; a transit gateway wants another kind of interface. */
function lineAndTransit({ vpn, directConnect }: Aws): Finding[] {
  return vpn?.through === "transit-gateway" && directConnect
    ? [
        problem([...VPN, "through"], vpn.through, "vpc, as the private line ends at the VPC's own gateway", [
          ["aws", "directConnect"],
        ]),
      ]
    : [];
}
