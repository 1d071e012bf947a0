import type { DeclaredNames } from "./names";
import { type Finding, problem, type Step } from "./problems";
import type { Bond, Bridge, Estate, Network } from "./schema";

type HostNetworks = NonNullable<Estate["hostNetworks"]>;
type Side = keyof HostNetworks;

/** What each of the three networks is made of: identities, which never change. */
const PARTS = {
  management: { bridge: "vmbr0", bond: "bond0" },
  private: { bridge: "vmbr1", bond: "bond1" },
  public: { bridge: "vmbr2", bond: "bond2" },
} as const satisfies Record<Side, { bridge: string; bond: string }>;

const SIDES = ["management", "private", "public"] as const satisfies readonly Side[];

/** The sections that the short form is written out to. */
interface Parts {
  readonly networks: Record<string, Network>;
  readonly bridges: Record<string, Bridge>;
  readonly bonds: Record<string, Bond>;
}

function partsOf(short: HostNetworks): Parts {
  const parts: Parts = { networks: {}, bridges: {}, bonds: {} };
  for (const side of SIDES) {
    const { cidr, gateway, ports, mode, hashPolicy, mtu, existing } = short[side];
    const { bridge, bond } = PARTS[side];
    const bonded = ports.length > 1;
    parts.networks[side] = {
      cidr,
      gateway,
      bridge,
      purpose: side === "management" ? "management" : "guests",
      existing: false,
    };
    parts.bridges[bridge] = {
      ports: bonded ? [bond] : ports,
      vlanAware: side !== "management" && short[side].vlanAware,
      mtu,
      existing,
    };
    if (bonded) parts.bonds[bond] = { slaves: ports, mode, hashPolicy, mtu, existing };
  }
  return parts;
}

/**
 * Writes `hostNetworks` out to networks, bridges and bonds, so that everything behind sees only those. Entries of the
 * same names are refused: one of the two would be lost.
 */
export function withHostNetworks<T extends Pick<Estate, "bonds" | "bridges" | "hostNetworks" | "networks">>(
  written: T,
): { readonly estate: T; readonly findings: readonly Finding[] } {
  const { hostNetworks, networks, bridges, bonds } = written;
  if (hostNetworks === undefined) return { estate: written, findings: [] };
  const parts = partsOf(hostNetworks);
  const findings = Object.entries({ networks, bridges, bonds }).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => Object.hasOwn(parts[section as keyof Parts], name))
      .map((name) =>
        problem([section, name], name, "another name, as hostNetworks makes this one", [["hostNetworks"]]),
      ),
  );
  return {
    estate: {
      ...written,
      networks: { ...networks, ...parts.networks },
      bridges: { ...bridges, ...parts.bridges },
      bonds: { ...bonds, ...parts.bonds },
    },
    findings,
  };
}

/** Declared names with those that `hostNetworks` stands for. */
export function withHostNetworkNames(
  names: DeclaredNames,
  { hostNetworks }: Pick<Estate, "hostNetworks">,
): DeclaredNames {
  if (hostNetworks === undefined) return names;
  const made = Object.entries(partsOf(hostNetworks)).map(([section, entries]): [string, string[]] => [
    section,
    [...new Set([...(names[section] ?? []), ...Object.keys(entries)])],
  ]);
  return { ...names, ...Object.fromEntries(made) };
}

/** Findings about what `hostNetworks` was written out to as findings about its own lines, which alone are in the file. */
export function aboutHostNetworks(
  findings: readonly Finding[],
  { hostNetworks }: Pick<Estate, "hostNetworks">,
): Finding[] {
  if (hostNetworks === undefined) return [...findings];
  const made = partsOf(hostNetworks);
  return findings.map((finding) => ({
    ...finding,
    steps: written(finding.steps, made),
    basis: finding.basis.map((steps) => written(steps, made)),
  }));
}

/** Keys that the entries and the short form have in common. */
const COMMON: readonly Step[] = [
  "cidr",
  "gateway",
  "hashPolicy",
  "existing",
  "mode",
  "mtu",
  "ports",
  "vlanAware",
];

function written(steps: readonly Step[], made: Parts): readonly Step[] {
  const [section, name, key, ...rest] = steps;
  const side = SIDES.find(
    (one) =>
      (section === "networks" && name === one) ||
      (section === "bridges" && name === PARTS[one].bridge) ||
      (section === "bonds" && name === PARTS[one].bond && Object.hasOwn(made.bonds, name)),
  );
  if (side === undefined) return steps;
  const own = ["hostNetworks", side];
  if (key === "slaves") return [...own, "ports", ...rest];
  return key !== undefined && COMMON.includes(key) ? [...own, key, ...rest] : own;
}
