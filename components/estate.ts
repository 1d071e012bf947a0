import * as pulumi from "@pulumi/pulumi";
import { CONTRACT_VERSION, type EstateContract, type EstateSecrets } from "../contract";
import type { Estate, Guest } from "../estate";
import { splitInterface } from "../estate/addresses";
import { isShared } from "../estate/storage";
import { RecoverySite } from "./aws/site";
import { SiteLink } from "./link";
import { ProxmoxSite } from "./proxmox/site";
import { createFormation } from "./proxmox/site/formation";
import { mapValues } from "./records";
import type { SecretOutputs } from "./secrets";

export interface HybridEstateArgs {
  readonly estate: Estate;
  readonly secrets: SecretOutputs;
}

/**
 * A whole estate: the Proxmox VE site, and the second site in AWS where there is one.
 *
 * @example
 * const { contract } = new HybridEstate("estate", { estate, secrets });
 */
export class HybridEstate extends pulumi.ComponentResource {
  /** What other teams build on: the stack output `estate`. */
  readonly contract: pulumi.Output<EstateContract>;
  /** The stack output `secrets`. */
  readonly secrets: pulumi.Output<EstateSecrets>;

  constructor(name: string, { estate, secrets }: HybridEstateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:index:HybridEstate", name, {}, opts);
    const { aws } = estate;
    const formation = createFormation({ estate, secrets, parent: this });
    // A child registers once its parent is registered, and that waits: all of the site comes after the formation.
    const site = new ProxmoxSite("proxmox", { estate, secrets }, { parent: this, dependsOn: formation });
    const recovery =
      aws && new RecoverySite("aws", { aws, estate, secrets, firstSite: site }, { parent: this });
    if (aws?.vpn && recovery) {
      new SiteLink(
        "link",
        { estate, vpn: aws.vpn, secrets, connections: recovery.links.vpn },
        { parent: this, dependsOn: site },
      );
    }
    this.contract = pulumi.output({ ...siteContract(estate), aws: recovery?.contract });
    this.secrets = pulumi.secret(
      pulumi.all([recovery?.secrets, site.apiTokens]).apply(([recovered, apiTokens]) => ({
        ...recovered,
        ...(Object.keys(apiTokens).length === 0 ? {} : { apiTokens }),
      })),
    );
    this.registerOutputs();
  }
}

/** The part of the contract that the description alone decides. */
function siteContract(estate: Estate): Omit<EstateContract, "aws"> {
  const { cluster, nodes, networks, storages, guests } = estate;
  return {
    contractVersion: CONTRACT_VERSION,
    cluster: { name: cluster.name, endpoint: cluster.endpoint },
    nodes: mapValues(nodes, ({ addresses }) => ({ addresses })),
    networks: mapValues(networks, ({ cidr, gateway, bridge, vlan }) => ({ cidr, gateway, bridge, vlan })),
    storages: mapValues(storages, (storage) => ({
      type: storage.type,
      content: [...storage.content],
      shared: isShared(estate, storage),
    })),
    guests: mapValues(guests, guestContract),
  };
}

function guestContract(guest: Guest): EstateContract["guests"][string] {
  return {
    kind: guest.kind,
    vmId: guest.id,
    node: guest.node,
    addresses: Object.values(guest.nics)
      .filter(({ address }) => address !== "dhcp")
      .map(({ address }) => splitInterface(address).address),
    haState: guest.kind === "vm" ? guest.ha?.state : undefined,
  };
}
