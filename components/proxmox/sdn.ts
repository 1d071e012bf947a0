import { Applier, Subnet, Vnet } from "@muhlba91/pulumi-proxmoxve/sdn";
import { Evpn as EvpnController } from "@muhlba91/pulumi-proxmoxve/sdn/controller";
import { Evpn, Simple, Vlan, Vxlan } from "@muhlba91/pulumi-proxmoxve/sdn/zone";
import * as pulumi from "@pulumi/pulumi";
import { mapValues, present } from "../records";

interface ZoneSettings {
  /** Nodes that have its networks; every node when absent. */
  readonly nodes?: readonly string[];
  /** MTU in bytes; Proxmox's choice when absent. */
  readonly mtu?: number;
}

/** What carries the virtual networks of a zone between nodes. */
export type SdnZoneSettings = ZoneSettings &
  (
    | { readonly type: "simple"; readonly dhcp: boolean }
    | { readonly type: "vlan"; readonly bridge: string }
    | { readonly type: "vxlan"; readonly peers: readonly string[] }
    | {
        readonly type: "evpn";
        readonly vrfVxlan: number;
        readonly exitNodes: readonly string[];
        readonly primaryExitNode?: string;
        readonly advertiseSubnets: boolean;
      }
  );

/** A subnet of a virtual network. */
export interface SdnSubnetSettings {
  readonly gateway?: string;
  readonly snat: boolean;
  readonly dhcpRange?: { readonly start: string; readonly end: string };
  readonly dnsServer?: string;
}

/** A virtual network: guests are plugged into it by name, as into a bridge. */
export interface SdnVnetSettings {
  readonly zone: string;
  /** VLAN tag or VXLAN id. */
  readonly tag?: number;
  readonly alias?: string;
  readonly vlanAware: boolean;
  readonly isolatePorts: boolean;
  /** By network in CIDR notation. */
  readonly subnets: Readonly<Record<string, SdnSubnetSettings>>;
}

export interface SdnArgs {
  /** Zones by id. */
  readonly zones: Readonly<Record<string, SdnZoneSettings>>;
  /** Virtual networks by id. */
  readonly vnets: Readonly<Record<string, SdnVnetSettings>>;
  /** BGP between the nodes, for evpn zones. */
  readonly evpn?: { readonly asn: number; readonly peers: readonly string[] };
}

/** Id of the controller of evpn zones, of which Proxmox takes one. */
const CONTROLLER = "evpn";

/**
 * The cluster's virtual networks (Proxmox SDN). Proxmox keeps changes of them back until they are applied, which
 * this does in one go after all of them, and once more after removals: two resources stand for that, and are replaced
 * whenever the networks change. What uses a network depends on `applied`. Zones are protected, as bridges are.
 *
 * @example
 * new Sdn("lab", {
 *   zones: { tenants: { type: "vlan", bridge: "vmbr1" } },
 *   vnets: { acme: { zone: "tenants", tag: 101, vlanAware: false, isolatePorts: false,
 *     subnets: { "198.51.100.0/24": { gateway: "198.51.100.1", snat: false } } } },
 * }, { dependsOn: bridges });
 */
export class Sdn extends pulumi.ComponentResource {
  /** The networks as they are declared are there on every node of their zones. */
  readonly applied: pulumi.Resource;

  constructor(name: string, args: SdnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Sdn", name, args, opts);
    const replacementTrigger = JSON.stringify(args);
    // What goes is gone before this one's predecessor is, which then applies that.
    const removals = new Applier(
      `${name}-removals`,
      { onCreate: false, onDestroy: true },
      { parent: this, replacementTrigger },
    );
    const controller = args.evpn && this.createController(args.evpn, removals);
    const before = controller ? [removals, controller] : [removals];
    const zones = mapValues(args.zones, (zone, id) => this.createZone(id, zone, before));
    const networks = Object.entries(args.vnets).flatMap(([id, vnet]) =>
      this.createVnet(id, vnet, present([removals, zones[vnet.zone]])),
    );
    this.applied = new Applier(
      name,
      { onCreate: true, onDestroy: false },
      { parent: this, replacementTrigger, dependsOn: [...before, ...Object.values(zones), ...networks] },
    );
    this.registerOutputs();
  }

  private createController(
    { asn, peers }: NonNullable<SdnArgs["evpn"]>,
    dependsOn: pulumi.Resource,
  ): EvpnController {
    return new EvpnController(
      CONTROLLER,
      { sdnControllerEvpnId: CONTROLLER, asn, peers: [...peers] },
      { parent: this, protect: true, dependsOn },
    );
  }

  private createZone(
    id: string,
    zone: SdnZoneSettings,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.CustomResource {
    const common = { resourceId: id, ipam: "pve", nodes: zone.nodes && [...zone.nodes], mtu: zone.mtu };
    const opts = { parent: this, protect: true, dependsOn: [...dependsOn] };
    switch (zone.type) {
      case "simple":
        return new Simple(id, { ...common, dhcp: zone.dhcp ? "dnsmasq" : undefined }, opts);
      case "vlan":
        return new Vlan(id, { ...common, bridge: zone.bridge }, opts);
      case "vxlan":
        return new Vxlan(id, { ...common, peers: [...zone.peers] }, opts);
      case "evpn":
        return new Evpn(
          id,
          {
            ...common,
            controller: CONTROLLER,
            vrfVxlan: zone.vrfVxlan,
            ...(zone.exitNodes.length > 0 ? { exitNodes: [...zone.exitNodes] } : {}),
            primaryExitNode: zone.primaryExitNode,
            exitNodesLocalRouting: false,
            advertiseSubnets: zone.advertiseSubnets,
            disableArpNdSuppression: false,
          },
          opts,
        );
    }
  }

  /** A network, and its subnets after it. */
  private createVnet(
    id: string,
    { zone, tag, alias, vlanAware, isolatePorts, subnets }: SdnVnetSettings,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.Resource[] {
    const vnet = new Vnet(
      id,
      { resourceId: id, zone, tag, alias, vlanAware, isolatePorts },
      { parent: this, dependsOn: [...dependsOn] },
    );
    const created = Object.entries(subnets).map(
      ([cidr, { gateway, snat, dhcpRange, dnsServer }]) =>
        new Subnet(
          `${id}-${cidr}`,
          {
            vnet: id,
            cidr,
            gateway,
            snat,
            dhcpRange: dhcpRange && { startAddress: dhcpRange.start, endAddress: dhcpRange.end },
            dhcpDnsServer: dnsServer,
          },
          // The provider replaces a subnet for whatever changes, and its id is the same: it must go first. Nodes and
          // guests see nothing of that, as both are applied together.
          { parent: this, dependsOn: [...dependsOn, vnet], deleteBeforeReplace: true },
        ),
    );
    return [vnet, ...created];
  }
}
