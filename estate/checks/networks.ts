import {
  carrierOf,
  DEFAULT_MTU,
  gatewayNetwork,
  interfaceOn,
  LONGEST_NAME,
  migrationNetwork,
  mtuOf,
  networksWithGateway,
  splitPort,
} from "../interfaces";
import { entry, pathText } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, Network } from "../schema";

/** Mistakes in what carries networks: ports used twice, bonds that cannot be, MTUs, addresses without an interface. */
export function checkNetworks(estate: Estate): Finding[] {
  return [
    ...portsTwice(estate),
    ...strangePorts(estate),
    ...bondSettings(estate),
    ...bridgeMtus(estate),
    ...existingOnNew(estate),
    ...Object.entries(estate.networks).flatMap(([name, network]) => carrierProblems(estate, name, network)),
    ...addressesOnOneInterface(estate),
    ...nodeInterfaces(estate),
    ...gatewaysTwice(estate),
    ...migration(estate),
  ];
}

/** A port of a bridge or a slave of a bond, and where the description says so. */
interface Port {
  readonly path: readonly Step[];
  readonly name: string;
}

function portsOf({ bonds, bridges }: Estate): Port[] {
  return [
    ...Object.entries(bonds).flatMap(([bond, { slaves }]) =>
      slaves.map((name, index) => ({ path: ["bonds", bond, "slaves", index], name })),
    ),
    ...Object.entries(bridges).flatMap(([bridge, { ports }]) =>
      ports.map((name, index) => ({ path: ["bridges", bridge, "ports", index], name })),
    ),
  ];
}

/** Proxmox refuses an interface that is in two bridges or bonds; a VLAN of a bond's slave gets no packets. */
function portsTwice(estate: Estate): Finding[] {
  const ports = portsOf(estate);
  return ports.flatMap(({ path, name }, index) => {
    const { base } = splitPort(name);
    const earlier = ports
      .slice(0, index)
      // What one list has twice is reported as such.
      .filter((other) => other.path[1] !== path[1])
      .find((other) => other.name === name || (other.path[0] === "bonds" && other.name === base));
    return earlier === undefined
      ? []
      : [
          problem(path, name, `an interface that nothing else uses (${pathText(earlier.path)} has it)`, [
            earlier.path,
          ]),
        ];
  });
}

function strangePorts(estate: Estate): Finding[] {
  const bonds = Object.keys(estate.bonds);
  return portsOf(estate).flatMap(({ path, name }) => {
    const { base } = splitPort(name);
    if (path[0] === "bonds" && base.startsWith("bond")) {
      return [problem(path, name, "a physical interface, as a bond of bonds carries nothing more")];
    }
    if (/^bond\d+$/.test(base) && !bonds.includes(base)) {
      return [
        problem(path, name, `a physical interface, or one of bonds: ${oneOf(bonds, base)}`, [["bonds"]]),
      ];
    }
    return /^vmbr\d+$/.test(base)
      ? [problem(path, name, "a bond or a physical interface, as Proxmox has no bridge in a bridge or bond")]
      : [];
  });
}

function bondSettings({ bonds }: Estate): Finding[] {
  return Object.entries(bonds).flatMap(([name, { slaves, mode, primary, hashPolicy }]) => {
    const at = (key: string) => ["bonds", name, key];
    const basis = [at("mode")];
    const found: Finding[] = [];
    if (primary !== undefined && mode !== "active-backup") {
      found.push(problem(at("primary"), primary, `none, as mode is ${mode}`, basis));
    } else if (primary !== undefined && !slaves.includes(primary)) {
      found.push(
        problem(at("primary"), primary, `one of its slaves: ${oneOf(slaves, primary)}`, [
          ...basis,
          [...at("slaves"), "*"],
        ]),
      );
    }
    if (hashPolicy !== undefined && mode !== "802.3ad" && mode !== "balance-xor") {
      found.push(problem(at("hashPolicy"), hashPolicy, `none, as mode is ${mode}`, basis));
    }
    return found;
  });
}

/** Proxmox refuses a bridge with larger packets than its ports take, and can only set the MTU of bonds. */
function bridgeMtus(estate: Estate): Finding[] {
  return Object.entries(estate.bridges).flatMap(([name, { mtu = DEFAULT_MTU, ports }]) =>
    ports.flatMap((port) => {
      const { base } = splitPort(port);
      const bond = entry(estate.bonds, base);
      const most = mtuOf(estate, base);
      if (mtu <= most || (bond === undefined && base.startsWith("bond"))) return [];
      const advice = bond ? `bonds.${base}.mtu` : `${base} is no bond, and only a bond's MTU can be set`;
      return [
        problem(["bridges", name, "mtu"], estate.bridges[name]?.mtu, `up to ${most} (${advice})`, [
          ["bridges", name, "ports", "*"],
          ["bonds", base, "mtu"],
        ]),
      ];
    }),
  );
}

function carrierProblems(estate: Estate, name: string, network: Network): Finding[] {
  const at = (key: string) => ["networks", name, key];
  const { bridge, interface: link, vlan, mtu } = network;
  const found: Finding[] = [];
  if (bridge !== undefined && link !== undefined) {
    found.push(problem(at("interface"), link, "none, as a bridge carries the network", [at("bridge")]));
  }
  if (mtu !== undefined && vlan === undefined) {
    const where = bridge === undefined ? `bonds.${link ?? "NAME"}.mtu` : `bridges.${bridge}.mtu`;
    found.push(problem(at("mtu"), mtu, `none, as the network has no VLAN tag: set ${where}`, [at("vlan")]));
  }
  const carrier = carrierOf(network);
  if (mtu !== undefined && vlan !== undefined && carrier !== undefined && mtu > mtuOf(estate, carrier)) {
    found.push(
      problem(at("mtu"), mtu, `up to ${mtuOf(estate, carrier)}, the MTU of ${carrier}`, [
        at("bridge"),
        at("interface"),
        ["bonds", carrier, "mtu"],
        ["bridges", carrier, "mtu"],
      ]),
    );
  }
  if (link !== undefined && bridge === undefined) found.push(...linkProblems(estate, name, network, link));
  if (carrier === undefined && nodesIn(estate, name).length > 0) {
    found.push(
      problem(
        at("bridge"),
        undefined,
        "the bridge (or interface) that it is on, as nodes have addresses in it",
        [["nodes", "*", "addresses", name]],
      ),
    );
  }
  return found;
}

/** A network straight on a bond or physical interface. */
function linkProblems(estate: Estate, name: string, { vlan }: Network, link: string): Finding[] {
  const path = ["networks", name, "interface"];
  const bonds = Object.keys(estate.bonds);
  if (/^vmbr\d+$/.test(link))
    return [problem(path, link, "a bond or physical interface; a bridge goes into bridge")];
  const bond = entry(estate.bonds, link);
  if (bond === undefined && /^bond\d+$/.test(link)) {
    return [problem(path, link, `a physical interface, or one of bonds: ${oneOf(bonds, link)}`, [["bonds"]])];
  }
  const user = portsOf(estate).find(
    (port) => port.name === link && (port.path[0] === "bonds" || vlan === undefined),
  );
  if (user !== undefined) {
    return [
      problem(path, link, `an interface that no bridge or bond has (${pathText(user.path)} has it)`, [
        user.path,
      ]),
    ];
  }
  return vlan === undefined && bond === undefined
    ? [
        problem(
          path,
          link,
          "a bond, or a VLAN tag beside it: Proxmox's API sets no address on a bare interface",
          [["networks", name, "vlan"], ["bonds"]],
        ),
      ]
    : [];
}

/** An interface of a node has one address; several networks without addresses of nodes may share it. */
function addressesOnOneInterface(estate: Estate): Finding[] {
  const holders = new Map<string, string>();
  return Object.entries(estate.networks).flatMap(([name, network]) => {
    const carrier = carrierOf(network);
    if (carrier === undefined || nodesIn(estate, name).length === 0) return [];
    const key = `${carrier}.${network.vlan ?? ""}`;
    const holder = holders.get(key);
    if (holder === undefined) {
      holders.set(key, name);
      return [];
    }
    return [
      problem(
        ["networks", name, "vlan"],
        network.vlan,
        `a VLAN tag of its own on ${carrier}, as nodes have addresses in ${holder} there`,
        ["bridge", "interface", "vlan"].flatMap((step) => [
          ["networks", name, step],
          ["networks", holder, step],
        ]),
      ),
    ];
  });
}

function nodeInterfaces(estate: Estate): Finding[] {
  const used = new Set([
    ...portsOf(estate).map(({ name }) => splitPort(name).base),
    ...Object.values(estate.networks).flatMap(({ interface: link }) => (link === undefined ? [] : [link])),
  ]);
  const physical = [...used].filter((name) => !/^(bond|vmbr)\d+$/.test(name));
  return Object.entries(estate.nodes).flatMap(([node, { interfaces }]) => {
    const path = ["nodes", node, "interfaces"];
    const owners = new Map<string, string>();
    const mapped = physical.flatMap((name) => {
      const real = interfaceOn(estate, node, name);
      const owner = owners.get(real);
      owners.set(real, owner ?? name);
      return owner === undefined
        ? []
        : [problem([...path, name], real, `another interface than that of ${owner}`, [[...path, owner]])];
    });
    const unknown = Object.keys(interfaces)
      .filter((name) => !physical.includes(name))
      .map((name) =>
        problem(
          [...path, name],
          name,
          `an interface of a bridge, bond or network: ${oneOf(physical, name)}`,
          [
            ["bridges", "*", "ports", "*"],
            ["bonds", "*", "slaves", "*"],
            ["networks", "*", "interface"],
          ],
        ),
      );
    return [...unknown, ...mapped, ...longNames(estate, node)];
  });
}

/** The name of a VLAN interface is that of what it is on, a dot and the tag. */
function longNames(estate: Estate, node: string): Finding[] {
  const addresses = entry(estate.nodes, node)?.addresses ?? {};
  const ports = Object.values(estate.bridges).flatMap(({ ports: names }) => names);
  const vlans = Object.keys(addresses).flatMap((name) => {
    const network = entry(estate.networks, name);
    const carrier = network && carrierOf(network);
    return carrier === undefined || network?.vlan === undefined ? [] : [`${carrier}.${network.vlan}`];
  });
  return [...new Set([...ports.filter((port) => port.includes(".")), ...vlans])].flatMap((port) => {
    const name = interfaceOn(estate, node, port);
    const { base } = splitPort(port);
    return name.length <= LONGEST_NAME
      ? []
      : [
          problem(
            ["nodes", node, "interfaces", base],
            interfaceOn(estate, node, base),
            `a name short enough for its VLAN ${name}: Linux takes ${LONGEST_NAME} letters (put it in a bond)`,
            [
              ["networks", "*", "vlan"],
              ["networks", "*", "interface"],
              ["bridges", "*", "ports", "*"],
            ],
          ),
        ];
  });
}

/** A bridge that is there already stands on what is there already. */
function existingOnNew({ bridges, bonds }: Estate): Finding[] {
  return Object.entries(bridges).flatMap(([name, { existing, ports }]) =>
    ports
      .map((port) => splitPort(port).base)
      .filter((base) => existing && entry(bonds, base)?.existing === false)
      .map((base) =>
        problem(["bonds", base, "existing"], false, `true, as bridges.${name}, which exists, is on it`, [
          ["bridges", name, "existing"],
          ["bridges", name, "ports", "*"],
        ]),
      ),
  );
}

/** Proxmox refuses a second default gateway on a node. */
function gatewaysTwice(estate: Estate): Finding[] {
  return Object.keys(estate.nodes).flatMap((node) => {
    const candidates = networksWithGateway(estate, node).map(([name]) => name);
    if (candidates.length < 2 || gatewayNetwork(estate, node) !== undefined) return [];
    const [first, second = ""] = candidates;
    return [
      problem(
        ["nodes", node, "addresses", second],
        estate.nodes[node]?.addresses[second],
        `none, or a gateway of the management network: ${first} and ${second} both have one, and a node has one default route`,
        [
          ["networks", "*", "gateway"],
          ["networks", "*", "purpose"],
        ],
      ),
    ];
  });
}

function migration(estate: Estate): Finding[] {
  const { networks, cluster, nodes } = estate;
  const path = ["cluster", "migration", "network"];
  const able = Object.entries(networks)
    .filter(([, { purpose }]) => purpose === "migration")
    .map(([name]) => name);
  if (cluster.migration.network === undefined && able.length > 1) {
    return [problem(path, undefined, `which of them migrations go over: ${able.join(", ")}`, [["networks"]])];
  }
  const name = migrationNetwork(estate);
  const network = name === undefined ? undefined : entry(networks, name);
  if (name === undefined || network === undefined) return []; // a dangling reference has been reported as such
  return Object.entries(nodes)
    .filter(([, { addresses }]) => !Object.hasOwn(addresses, name))
    .map(([node]) =>
      problem(
        ["nodes", node, "addresses", name],
        undefined,
        `an address in ${network.cidr}, as migrations go over ${name}`,
        [path, ["networks", name, "purpose"]],
      ),
    );
}

function nodesIn({ nodes }: Estate, network: string): string[] {
  return Object.entries(nodes)
    .filter(([, { addresses }]) => Object.hasOwn(addresses, network))
    .map(([node]) => node);
}
