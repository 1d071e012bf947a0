import { Provider } from "@muhlba91/pulumi-proxmoxve/provider";
import { Provider as HostsProvider } from "@pulumi/command/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import type { SecretOutputs } from "../../secrets";
import { createAccess } from "./access";
import { createBackupJobs } from "./backup";
import { createBackupServers, createBackupStorages } from "./backup-servers";
import { createCluster } from "./cluster";
import type { Site } from "./context";
import { createCephPools, createVolumeGroups, createZfsPools } from "./disks";
import { createFencing } from "./fencing";
import { createFirewall } from "./firewall";
import { createGuests } from "./guests";
import { createHardware } from "./hardware";
import { createHighAvailability } from "./high-availability";
import { createImages } from "./images";
import { createMetricServers, createMonitoring } from "./monitoring";
import { createNodes } from "./nodes";
import { createPools } from "./pools";
import { createReplications } from "./replication";
import { createSdn } from "./sdn";
import { createNfsServers, createStorages } from "./storages";

export interface ProxmoxSiteArgs {
  readonly estate: Estate;
  readonly secrets: SecretOutputs;
}

/**
 * The Proxmox VE site of an estate, from its nodes' settings to its backup jobs.
 *
 * @example
 * new ProxmoxSite("proxmox", { estate, secrets }, { parent, dependsOn: formation });
 */
export class ProxmoxSite extends pulumi.ComponentResource {
  /** Values of the declared API tokens by `user@realm!token`; secret. */
  readonly apiTokens: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, { estate, secrets }: ProxmoxSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "hybrid-estate:proxmox:ProxmoxSite",
      name,
      {},
      { ...opts, providers: createProviders(name, estate, secrets, opts) },
    );
    const site: Site = { estate, secrets, parent: this };

    createCluster(site);
    const nodes = createNodes(site);
    const sdn = createSdn(site, nodes);
    const pools = createZfsPools(site);
    const volumeGroups = createVolumeGroups(site);
    const cephPools = createCephPools(site);
    const nfsServers = createNfsServers(site);
    const storages = createStorages(site, { nodes, pools, volumeGroups, cephPools, nfsServers });
    const images = createImages(site, storages);
    const guests = createGuests(site, { nodes, sdn, storages, images, hardware: createHardware(site) });
    const backupServers = createBackupServers(site, guests);
    const allStorages = { ...storages, ...createBackupStorages(site, backupServers) };
    const resourcePools = createPools(site, { guests, storages: allStorages });
    createFencing(site);
    createReplications(site, { storages, guests });
    createHighAvailability(site, { guests, pools: resourcePools });
    createBackupJobs(site, { storages: allStorages, guests, pools: resourcePools });
    createMetricServers(site);
    this.apiTokens = createAccess(site);
    createFirewall(site, guests);
    createMonitoring(site, guests, this.apiTokens);
    this.registerOutputs();
  }
}

/** Explicit providers: a default one would take its settings from wherever the program runs (P#427). */
function createProviders(
  name: string,
  { cluster }: Estate,
  { proxmoxApiToken }: SecretOutputs,
  opts?: pulumi.ComponentResourceOptions,
) {
  const { endpoint, trustAnyCertificate } = cluster;
  return {
    command: new HostsProvider(name, {}, opts),
    proxmoxve: new Provider(
      name,
      { endpoint, apiToken: proxmoxApiToken, insecure: trustAnyCertificate },
      opts,
    ),
  };
}
