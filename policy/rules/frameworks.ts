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
