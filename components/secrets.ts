import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../estate/secrets";
import { mapValues } from "./records";

/** The stack's secrets as outputs that the engine encrypts wherever they go. */
export type SecretOutputs = {
  readonly [Name in keyof Secrets]: Secrets[Name] extends string
    ? pulumi.Output<string>
    : Readonly<Record<string, pulumi.Output<string>>>;
};

/** Marks every secret as one. */
export function asOutputs({ proxmoxApiToken, sshPrivateKey, ...sections }: Secrets): SecretOutputs {
  const secret = (value: string) => pulumi.secret(value);
  return {
    proxmoxApiToken: secret(proxmoxApiToken),
    sshPrivateKey: secret(sshPrivateKey),
    alertReceivers: mapValues(sections.alertReceivers, secret),
    bgpKeys: mapValues(sections.bgpKeys, secret),
    grafanaPasswords: mapValues(sections.grafanaPasswords, secret),
    metricServerTokens: mapValues(sections.metricServerTokens, secret),
    monitoringTokens: mapValues(sections.monitoringTokens, secret),
    storageEncryptionKeys: mapValues(sections.storageEncryptionKeys, secret),
    storagePasswords: mapValues(sections.storagePasswords, secret),
    realmPasswords: mapValues(sections.realmPasswords, secret),
    userPasswords: mapValues(sections.userPasswords, secret),
    userTotpKeys: mapValues(sections.userTotpKeys, secret),
    vpnKeys: mapValues(sections.vpnKeys, secret),
  };
}
