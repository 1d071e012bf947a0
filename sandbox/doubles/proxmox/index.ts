import pkg = require("@muhlba91/pulumi-proxmoxve/package.json");

import { type Behaviour, type ProviderDouble, Refusal } from "../behaviour";
import { acl, group, role, token, user } from "./access";
import { aptBehaviours } from "./apt";
import { backupJob, replication } from "./backup";
import { cephPool } from "./ceph";
import { nodeNames, requireNode } from "./cluster";
import { container } from "./container";
import {
  clusterFirewall,
  firewallRules,
  guestFirewall,
  ipset,
  nodeFirewall,
  securityGroup,
} from "./firewall";
import { haGroups, haResource, haRule } from "./ha";
import { hardwareMappings } from "./hardware";
import { metricServer } from "./metrics";
import { bond, bridge, vlan } from "./network";
import { clusterOptions, nodeBehaviours } from "./node";
import { backupServerStorage } from "./pbs";
import { poolMembership, resourcePool } from "./pool";
import { ldapRealm, openIdRealm, realmSync } from "./realm";
import { sdnBehaviours } from "./sdn";
import { downloadedFile, storageBehaviours } from "./storage";
import { experimentalVm, virtualMachine } from "./vm";

const VERSION = { release: "9.1", repositoryId: "0000000000000000", version: "9.1.1" };

/** Proxmox VE 9.1 behind the bridge over bpg/terraform-provider-proxmox v0.112.0. */
export const proxmoxDouble: ProviderDouble = {
  name: "proxmoxve",
  version: pkg.version,
  behaviours: onMembers([
    ...nodeBehaviours,
    ...aptBehaviours,
    ...storageBehaviours,
    ...haGroups,
    ...hardwareMappings,
    acl,
    clusterFirewall,
    firewallRules,
    group,
    guestFirewall,
    ipset,
    ldapRealm,
    nodeFirewall,
    openIdRealm,
    realmSync,
    role,
    securityGroup,
    token,
    user,
    ...sdnBehaviours,
    backupJob,
    backupServerStorage,
    bond,
    bridge,
    cephPool,
    clusterOptions,
    container,
    downloadedFile,
    experimentalVm,
    haResource,
    haRule,
    metricServer,
    poolMembership,
    replication,
    resourcePool,
    virtualMachine,
    vlan,
  ]),
  functions: {
    "proxmoxve:index/getVersion:getVersion": () => ({ id: "version", ...VERSION }),
    "proxmoxve:index/getVersionLegacy:getVersionLegacy": () => ({ id: "version", ...VERSION }),
    "proxmoxve:index/getNodesLegacy:getNodesLegacy": ({ world }) => ({
      id: "nodes",
      names: nodeNames(world),
      onlines: nodeNames(world).map(() => true),
    }),
  },
  configure: (config) => {
    const endpoint = config.optionalText("endpoint");
    if (endpoint !== undefined && !/^https?:\/\/\S+$/.test(endpoint)) {
      throw new Refusal("the endpoint must be a URL, such as https://192.0.2.10:8006/");
    }
  },
};

/** The API can be asked about what is on a node once that has joined. */
function onMembers(behaviours: readonly Behaviour[]): Behaviour[] {
  return behaviours.map((behaviour) => ({
    ...behaviour,
    read: (world, { inputs }) => {
      const node = inputs.nodeName ?? inputs.node;
      if (typeof node === "string") requireNode(world, node);
    },
  }));
}
