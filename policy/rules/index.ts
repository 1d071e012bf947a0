import { awsAllowedInstanceTypes } from "./aws-allowed-instance-types";
import { awsAllowedRegions } from "./aws-allowed-regions";
import { awsBudget } from "./aws-budget";
import { awsCostCeiling } from "./aws-cost-ceiling";
import { awsTagged } from "./aws-tagged";
import { backupEncrypted } from "./backup-encrypted";
import { backupNotOnProtectedStorage } from "./backup-not-on-protected-storage";
import { backupOffSite } from "./backup-off-site";
import { backupRetention } from "./backup-retention";
import { backupVerified } from "./backup-verified";
import { backupWithinRpo } from "./backup-within-rpo";
import { bucketEncrypted } from "./bucket-encrypted";
import { bucketLockHolds } from "./bucket-lock-holds";
import { bucketPrivate } from "./bucket-private";
import { bucketTlsOnly } from "./bucket-tls-only";
import { bucketVersioned } from "./bucket-versioned";
import { containerLinuxOnly } from "./container-linux-only";
import { containerUnprivileged } from "./container-unprivileged";
import { corosyncLinksRedundant } from "./corosync-links-redundant";
import { criticalGuestRecovers } from "./critical-guest-recovers";
import { criticalGuestRedundantStore } from "./critical-guest-redundant-store";
import { datastoreExplicit } from "./datastore-explicit";
import { evenVotesNeedQdevice } from "./even-votes-need-qdevice";
import { failoverRecordHealth } from "./failover-record-health";
import { fencingConfigured } from "./fencing-configured";
import { guestAgentBounded } from "./guest-agent-bounded";
import { guestFirewall } from "./guest-firewall";
import { guestHasBackup } from "./guest-has-backup";
import { guestIdExplicit } from "./guest-id-explicit";
import { guestSizeDeclared } from "./guest-size-declared";
import { haContainer } from "./ha-container";
import { haGuestBridgeOnEveryNode } from "./ha-guest-bridge-on-every-node";
import { haGuestCloudInitDrive } from "./ha-guest-cloud-init-drive";
import { haGuestNoHostDevice } from "./ha-guest-no-host-device";
import { haGuestNoLocalClone } from "./ha-guest-no-local-clone";
import { haGuestOnSharedStorage } from "./ha-guest-on-shared-storage";
import { haRulesInForce } from "./ha-rules-in-force";
import { haVmMigrates } from "./ha-vm-migrates";
import { iamNoAdministrator } from "./iam-no-administrator";
import { iamNoStar } from "./iam-no-star";
import { iamPeopleWithMfa } from "./iam-people-with-mfa";
import { imdsV2Only } from "./imds-v2-only";
import { kmsKeyRotates } from "./kms-key-rotates";
import { knownNetworksOnly } from "./known-networks-only";
import { leastPrivilege } from "./least-privilege";
import { migrationNetworkApart } from "./migration-network-apart";
import { nMinusOneCapacity } from "./n-minus-one-capacity";
import { nfsExportKnownClients } from "./nfs-export-known-clients";
import { nfsRootSquash } from "./nfs-root-squash";
import { noDestructiveFlags } from "./no-destructive-flags";
import { noLegacyHaGroups } from "./no-legacy-ha-groups";
import { noOpenIngress } from "./no-open-ingress";
import { noPasswordInGuest } from "./no-password-in-guest";
import { noPublicInstance } from "./no-public-instance";
import { noRootToken } from "./no-root-token";
import { pilotLightGrows } from "./pilot-light-grows";
import { poolRedundant } from "./pool-redundant";
import { poolWithinQuota } from "./pool-within-quota";
import { quorumVotes } from "./quorum-votes";
import { replicationWithinRpo } from "./replication-within-rpo";
import { restoreDrilled } from "./restore-drilled";
import type { Rule } from "./rule";
import { singleSharedStore } from "./single-shared-store";
import { stableDevicePaths } from "./stable-device-paths";
import { stableVmResource } from "./stable-vm-resource";
import { statefulGuestProtected } from "./stateful-guest-protected";
import { staticAddressClash } from "./static-address-clash";
import { thinPoolOvercommit } from "./thin-pool-overcommit";
import { tlsVerified } from "./tls-verified";
import { twoFactor } from "./two-factor";
import { volumeContentType } from "./volume-content-type";
import { volumesEncrypted } from "./volumes-encrypted";
import { vpcFlowLogs } from "./vpc-flow-logs";
import { vpnBothTunnels } from "./vpn-both-tunnels";
import { vpnStrongCrypto } from "./vpn-strong-crypto";

/** The rules by family, in the order in which verdicts are reported. */
export const FAMILIES: Readonly<Record<string, readonly Rule[]>> = {
  "High availability and cluster": [
    haGuestOnSharedStorage,
    haGuestBridgeOnEveryNode,
    haGuestNoHostDevice,
    haGuestNoLocalClone,
    haGuestCloudInitDrive,
    haVmMigrates,
    haContainer,
    haRulesInForce,
    nMinusOneCapacity,
    quorumVotes,
    evenVotesNeedQdevice,
    fencingConfigured,
    corosyncLinksRedundant,
    migrationNetworkApart,
    noLegacyHaGroups,
    stableVmResource,
    singleSharedStore,
    criticalGuestRedundantStore,
    criticalGuestRecovers,
    replicationWithinRpo,
  ],
  "Storage and backup": [
    stableDevicePaths,
    poolRedundant,
    noDestructiveFlags,
    nfsExportKnownClients,
    nfsRootSquash,
    volumeContentType,
    thinPoolOvercommit,
    guestHasBackup,
    backupNotOnProtectedStorage,
    backupWithinRpo,
    backupRetention,
    backupEncrypted,
    backupVerified,
    backupOffSite,
    restoreDrilled,
  ],
  Guests: [
    containerUnprivileged,
    containerLinuxOnly,
    guestIdExplicit,
    datastoreExplicit,
    guestSizeDeclared,
    poolWithinQuota,
    staticAddressClash,
    guestFirewall,
    statefulGuestProtected,
    guestAgentBounded,
    noPasswordInGuest,
  ],
  Access: [noRootToken, leastPrivilege, twoFactor, tlsVerified, knownNetworksOnly],
  AWS: [
    bucketPrivate,
    bucketEncrypted,
    bucketVersioned,
    bucketTlsOnly,
    bucketLockHolds,
    kmsKeyRotates,
    imdsV2Only,
    volumesEncrypted,
    noPublicInstance,
    noOpenIngress,
    iamNoStar,
    iamNoAdministrator,
    iamPeopleWithMfa,
    vpnBothTunnels,
    vpnStrongCrypto,
    vpcFlowLogs,
    failoverRecordHealth,
    pilotLightGrows,
    awsAllowedRegions,
    awsAllowedInstanceTypes,
    awsTagged,
    awsBudget,
    awsCostCeiling,
  ],
};

/** Every rule. */
export const RULES: readonly Rule[] = Object.values(FAMILIES).flat();
