import { backupNotOnProtectedStorage } from "./backup-not-on-protected-storage";
import { bucketEncrypted } from "./bucket-encrypted";
import { bucketPrivate } from "./bucket-private";
import { bucketTlsOnly } from "./bucket-tls-only";
import { bucketVersioned } from "./bucket-versioned";
import { containerUnprivileged } from "./container-unprivileged";
import { guestHasBackup } from "./guest-has-backup";
import { haGuestBridgeOnEveryNode } from "./ha-guest-bridge-on-every-node";
import { haGuestCloudInitDrive } from "./ha-guest-cloud-init-drive";
import { haGuestOnSharedStorage } from "./ha-guest-on-shared-storage";
import { noLegacyHaGroups } from "./no-legacy-ha-groups";
import { noOpenIngress } from "./no-open-ingress";
import { quorumVotes } from "./quorum-votes";
import type { Rule } from "./rule";
import { stableVmResource } from "./stable-vm-resource";

/** Every rule, in the order in which verdicts are reported. */
export const RULES: readonly Rule[] = [
  haGuestOnSharedStorage,
  haGuestBridgeOnEveryNode,
  haGuestCloudInitDrive,
  quorumVotes,
  noLegacyHaGroups,
  stableVmResource,
  containerUnprivileged,
  backupNotOnProtectedStorage,
  guestHasBackup,
  bucketPrivate,
  bucketEncrypted,
  bucketVersioned,
  bucketTlsOnly,
  noOpenIngress,
];
