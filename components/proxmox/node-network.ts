import { linux } from "@muhlba91/pulumi-proxmoxve/network";
import * as pulumi from "@pulumi/pulumi";
import { splitPort } from "../../estate/interfaces";
import { mapValues, present } from "../records";

/** What interfaces of every kind may have. */
export interface NodeAddress {
  /** The node's address with prefix length; an interface without one carries others. */
  readonly address?: string;
  /** Default gateway: a node has one. */
  readonly gateway?: string;
  /** MTU in bytes; Linux's default of 1500, or that of what it is on, when absent. */
  readonly mtu?: number;
  readonly comment?: string;
}

/** A bridge of one node. */
export interface NodeBridge extends NodeAddress {
  /** Bonds, physical interfaces or VLANs of them (`bond0.50`) behind it. */
  readonly ports: readonly string[];
  readonly vlanAware: boolean;
  /** The installer made it: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

/** A bond of one node. */
export interface NodeBond extends NodeAddress {
  /** Physical interfaces that form it. */
  readonly slaves: readonly string[];
  /** Mode of the bonding driver, such as `802.3ad` or `active-backup`. */
  readonly mode: string;
  /** For `802.3ad` and `balance-xor`. */
  readonly hashPolicy?: string;
  /** For `active-backup`: the slave that is used while it has a link. */
  readonly primary?: string;
  /** It was there before: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

/** A VLAN of a bond, bridge or physical interface, in which the node has an address. Its name says of which. */
export interface NodeVlan extends NodeAddress {
  /** It was there before: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

/** Interfaces of a node by name: bonds come first, then bridges, then VLANs on either. */
export interface NodeInterfaces {
  readonly bonds: Readonly<Record<string, NodeBond>>;
  readonly bridges: Readonly<Record<string, NodeBridge>>;
  /** By name, such as `bond0.50`. */
  readonly vlans: Readonly<Record<string, NodeVlan>>;
}

/** Whose interfaces they are. */
interface InterfacesOf {
  readonly nodeName: string;
  readonly interfaces: NodeInterfaces;
  /** It is not the first of its cluster: before it has joined, the cluster's API knows nothing of it. */
  readonly joins: boolean;
}

/** The interfaces of a node as resources. */
export interface CreatedInterfaces {
  readonly bridges: Readonly<Record<string, linux.Bridge>>;
  readonly all: readonly pulumi.Resource[];
}

/**
 * Declares a node's interfaces, each after what it is on, and protected: without its management interface a node
 * is out of reach of this program too.
 */
export function createInterfaces(
  name: string,
  { nodeName, interfaces, joins }: InterfacesOf,
  parent: pulumi.Resource,
): CreatedInterfaces {
  // An import asks the API in a preview too, where nobody has joined yet: the preview says create, the up imports.
  const askable = !(joins && pulumi.runtime.isDryRun());
  const options = (
    id: string,
    existing: boolean,
    dependsOn: readonly (pulumi.Resource | undefined)[],
  ): pulumi.CustomResourceOptions => ({
    parent,
    protect: true,
    dependsOn: present(dependsOn),
    ...(existing && askable ? { import: `${nodeName}:${id}` } : {}),
  });
  const common = (id: string) => ({ nodeName, name: id, autostart: true });

  const bonds = mapValues(
    interfaces.bonds,
    ({ existing, slaves, mode, hashPolicy, primary, ...address }, id) =>
      new linux.Bond(
        `${name}-${id}`,
        {
          ...common(id),
          // The provider answers with them in this order.
          slaves: [...slaves].sort(),
          bondMode: mode,
          bondXmitHashPolicy: hashPolicy,
          bondPrimary: primary,
          ...address,
        },
        options(id, existing, []),
      ),
  );
  const bridges = mapValues(
    interfaces.bridges,
    ({ existing, ports, ...rest }, id) =>
      new linux.Bridge(
        `${name}-${id}`,
        { ...common(id), ports: [...ports], ...rest },
        options(
          id,
          existing,
          ports.map((port) => bonds[splitPort(port).base]),
        ),
      ),
  );
  const vlans = mapValues(interfaces.vlans, ({ existing, ...address }, id) => {
    const { base } = splitPort(id);
    // Such a name says what it is on and its tag: the provider wants neither beside it.
    return new linux.Vlan(
      `${name}-${id}`,
      { ...common(id), ...address },
      options(id, existing, [bonds[base], bridges[base]]),
    );
  });
  return { bridges, all: [bonds, bridges, vlans].flatMap((some) => Object.values(some)) };
}
