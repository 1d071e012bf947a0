import { program, type StackOutputs } from "../../components";
import { readEstate } from "../../estate";
import { standInSecrets } from "../../estate/secrets";
import { type Declaration, declare } from "./declared";

/** Secrets of the right form. */
export const SECRETS = {
  proxmoxApiToken: "root@pam!pulumi=01234567-89ab-cdef-0123-456789abcdef",
  sshPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n",
};

/** {@link SECRETS}, and stand-ins of those that the description's entries need. */
export function secretsFor(description: unknown): object {
  const reading = readEstate(description);
  return reading.ok ? { ...standInSecrets(reading.estate), ...SECRETS } : SECRETS;
}

/** The program on a description, as a stack's configuration would hand it over. */
export function declareEstate(
  description: unknown,
  secrets: unknown = secretsFor(description),
): Promise<Declaration<StackOutputs>> {
  return declare(program, {
    "hybrid-estate:estate": JSON.stringify(description),
    "hybrid-estate:secrets": JSON.stringify(secrets),
  });
}
