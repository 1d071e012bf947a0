import type * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import type { Connection } from "../../hosts/host-script";
import type { SecretOutputs } from "../../secrets";

/** What every part of the site is made from. */
export interface Site {
  readonly estate: Estate;
  readonly secrets: SecretOutputs;
  /** The site's component, which all of it belongs to. */
  readonly parent: pulumi.Resource;
}

/** The address that a node answers on for the API and SSH. */
export function managementAddress(estate: Estate, node: string): string {
  const [network] = Object.entries(estate.networks).find(([, { purpose }]) => purpose === "management") ?? [];
  const address = network && estate.nodes[node]?.addresses[network];
  if (!address) throw new Error(`node ${node} has no management address; validation should have refused it`);
  return address;
}

/** How host scripts reach a node. */
export function nodeConnection({ estate, secrets }: Site, node: string): Connection {
  return {
    host: managementAddress(estate, node),
    user: estate.cluster.sshUser,
    privateKey: secrets.sshPrivateKey,
    hostKey: estate.nodes[node]?.sshHostKey,
  };
}
