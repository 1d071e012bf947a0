import { CLUSTER_TYPE, type Cluster } from "./cluster";
import type { DeclaredResource } from "./declared";
import type { Bridge } from "./network";
import { get, type Known, keys, text, texts, UNKNOWN, type Value } from "./read";

/** A network of the first site: what fails as one. */
export interface SiteNetwork {
  readonly name: string;
  /** management, storage, migration, corosync, guests, ...; left out where the program does not say. */
  readonly purpose: Value<string>;
  readonly cidr: Value<string>;
  /** The bridge, bond or interface that it is on. */
  readonly carrier: Value<string>;
  /** Address of each node that has one in it. */
  readonly addresses: ReadonlyMap<string, Known<string>>;
}

/** The networks of the first site, and what the cluster itself talks over. */
export interface SiteNetworks {
  readonly networks: readonly SiteNetwork[];
  /** Names of the networks of corosync's links, the preferred one first; left out where the program does not say. */
  readonly corosyncLinks: Value<readonly Known<string>[]>;
  /** Where the program reaches the API. */
  readonly endpoint: Value<string>;
}

/** Our component says them; of another program, the addresses of its bridges do. */
export function readSiteNetworks(clusters: readonly Cluster[], bridges: readonly Bridge[]): SiteNetworks {
  const source = clusters.find(({ source: { type } }) => type === CLUSTER_TYPE)?.source;
  const told = source === undefined ? [] : toldNetworks(source);
  return {
    networks: told.length > 0 ? told : networksOfBridges(bridges),
    corosyncLinks: source === undefined ? undefined : texts(source.properties, "corosyncLinks"),
    endpoint: source === undefined ? undefined : text(source.properties, "endpoint"),
  };
}

function toldNetworks({ properties }: DeclaredResource): SiteNetwork[] {
  const all = get(properties, "networks");
  const names = keys(properties, "networks");
  if (names === undefined || names === UNKNOWN) return [];
  return names.map((name): SiteNetwork => {
    const network = get(all, name);
    const nodes = keys(network, "addresses");
    const addresses = get(network, "addresses");
    return {
      name,
      purpose: text(network, "purpose"),
      cidr: text(network, "cidr"),
      carrier: text(network, "carrier"),
      addresses: new Map(
        nodes === undefined || nodes === UNKNOWN
          ? []
          : nodes.map((node) => [node, text(addresses, node) ?? UNKNOWN]),
      ),
    };
  });
}

/** Bridges of one name with addresses are one network. */
function networksOfBridges(bridges: readonly Bridge[]): SiteNetwork[] {
  const found = new Map<string, Map<string, Known<string>>>();
  for (const { source, name, node } of bridges) {
    const address = text(source.properties, "address");
    if (name === UNKNOWN || node === UNKNOWN || address === undefined) continue;
    const addresses = found.get(name) ?? new Map<string, Known<string>>();
    addresses.set(node, address === UNKNOWN ? UNKNOWN : (address.split("/")[0] ?? address));
    found.set(name, addresses);
  }
  return [...found].map(([name, addresses]) => ({
    name,
    purpose: undefined,
    cidr: cidrOf(bridges, name),
    carrier: name,
    addresses,
  }));
}

function cidrOf(bridges: readonly Bridge[], name: string): Value<string> {
  const address = bridges
    .filter((bridge) => bridge.name === name)
    .map(({ source }) => text(source.properties, "address"))
    .find((one) => one !== undefined);
  return address;
}
