import type { Framework } from "./rule";

/** Controls of NIST SP 800-53 Revision 5, by number and title. */
function nist(reference: string, specification: string): Framework {
  return { name: "NIST SP 800-53", version: "Rev. 5", reference, specification };
}

/** Sections of the CIS Amazon Web Services Foundations Benchmark v3.0.0. */
function cisAws(reference: string, specification: string): Framework {
  return {
    name: "CIS Amazon Web Services Foundations Benchmark",
    version: "3.0.0",
    reference,
    specification,
  };
}

export const RECOVERY = nist("CP-10", "System Recovery and Reconstitution");
export const BACKUP = nist("CP-9", "System Backup");
export const LEAST_PRIVILEGE = nist("AC-6", "Least Privilege");
export const AT_REST = nist("SC-28", "Protection of Information at Rest");
export const TLS_ONLY = cisAws("2.1.1", "Ensure S3 Bucket Policy is set to deny HTTP requests");
export const PRIVATE_BUCKETS = cisAws(
  "2.1.4",
  "Ensure that S3 is configured with 'Block Public Access' enabled",
);
export const NO_OPEN_PORTS = nist("SC-7", "Boundary Protection");
export const CAPACITY = nist("CP-2(2)", "Contingency Plan: Capacity Planning");
export const CONTINGENCY_TEST = nist("CP-4", "Contingency Plan Testing");
export const ALTERNATE_STORAGE = nist("CP-6", "Alternate Storage Site");
export const ALTERNATE_SITE = nist("CP-7", "Alternate Processing Site");
export const TWO_FACTOR = nist("IA-2(1)", "Multi-factor Authentication to Privileged Accounts");
export const IN_TRANSIT = nist("SC-8", "Transmission Confidentiality and Integrity");
export const AWS_MFA = cisAws(
  "1.10",
  "Ensure multi-factor authentication (MFA) is enabled for all IAM users that have a console password",
);
export const NO_STAR_POLICIES = cisAws(
  "1.16",
  'Ensure IAM policies that allow full "*:*" administrative privileges are not attached',
);
export const EBS_ENCRYPTED = cisAws("2.2.1", "Ensure EBS Volume Encryption is Enabled in all Regions");
export const KEY_ROTATION = cisAws("3.6", "Ensure rotation for customer-created symmetric CMKs is enabled");
export const FLOW_LOGS = cisAws("3.7", "Ensure VPC flow logging is enabled in all VPCs");
export const IMDS_V2 = cisAws("5.6", "Ensure that EC2 Metadata Service only allows IMDSv2");
