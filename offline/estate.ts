import { program } from "../components";
import type { Problem } from "../estate";
import { readEstate } from "../estate";
import { ESTATE_KEY, readEnvironmentFile } from "../estate/file";
import type { DeclaredResource } from "../policy/facts/declared";
import { declare } from "./declare";

/** The resources that an environment file declares, or the file's mistakes. */
export type Declaration =
  | { readonly ok: true; readonly resources: readonly DeclaredResource[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Stand-ins for the stack's secrets: an offline check has no credentials, and no rule looks at them. They are of
 * the right form, as the program validates it.
 */
const SECRETS = {
  proxmoxApiToken: "offline@pve!check=00000000-0000-0000-0000-000000000000",
  sshPrivateKey: "-----BEGIN OFFLINE CHECK-----",
};

/** Declares the estate of an environment file (`Pulumi.<env>.yaml`) offline. */
export async function declareEnvironment(file: string, stack: string): Promise<Declaration> {
  const read = readEnvironmentFile(file);
  if (!read.ok) return read;
  return declareEstate(read.description, stack);
}

/** Declares the estate of a description, as an environment file has it below `hybrid-estate:estate`. */
export async function declareEstate(description: unknown, stack: string): Promise<Declaration> {
  const reading = readEstate(description);
  if (!reading.ok) return reading;
  const account = reading.estate.aws?.account ?? "";
  const resources = await declare({
    program,
    project: "hybrid-estate",
    stack,
    config: { [ESTATE_KEY]: JSON.stringify(description), "hybrid-estate:secrets": JSON.stringify(SECRETS) },
    invokes: {
      "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
      "aws:index/getPartition:getPartition": { partition: "aws" },
      "aws:ec2/getAmi:getAmi": { id: "ami-00000000000000000", rootDeviceName: "/dev/xvda" },
    },
  });
  return { ok: true, resources };
}
