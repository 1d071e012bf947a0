import { program } from "../components";
import type { Problem } from "../estate";
import { readEstate } from "../estate";
import { ESTATE_KEY, readEnvironmentFile } from "../estate/file";
import { standInSecrets } from "../estate/secrets";
import type { DeclaredResource } from "../policy/facts/declared";
import { type DeclareOptions, declare } from "./declare";

/** The resources that an environment file declares, or the file's mistakes. */
export type Declaration =
  | { readonly ok: true; readonly resources: readonly DeclaredResource[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How to declare. */
export type DeclarationOptions = Pick<DeclareOptions, "ids">;

/** Declares the estate of an environment file (`Pulumi.<env>.yaml`) offline. */
export async function declareEnvironment(
  file: string,
  stack: string,
  options: DeclarationOptions = {},
): Promise<Declaration> {
  const read = readEnvironmentFile(file);
  if (!read.ok) return read;
  return declareEstate(read.description, stack, options);
}

/** Declares the estate of a description, as an environment file has it below `hybrid-estate:estate`. */
export async function declareEstate(
  description: unknown,
  stack: string,
  options: DeclarationOptions = {},
): Promise<Declaration> {
  const reading = readEstate(description);
  if (!reading.ok) return reading;
  const account = reading.estate.aws?.account ?? "";
  const resources = await declare({
    ...options,
    program,
    project: "hybrid-estate",
    stack,
    // An offline check has no credentials, and no rule looks at them.
    config: {
      [ESTATE_KEY]: JSON.stringify(description),
      "hybrid-estate:secrets": JSON.stringify(standInSecrets(reading.estate)),
    },
    invokes: {
      "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
      "aws:index/getPartition:getPartition": { partition: "aws" },
      "aws:ec2/getAmiIds:getAmiIds": { ids: [] },
      "aws:ec2/getAmi:getAmi": { id: "ami-00000000000000000", rootDeviceName: "/dev/xvda" },
      "aws:ec2/getLaunchTemplate:getLaunchTemplate": {
        imageId: "ami-00000000000000000",
        blockDeviceMappings: [{ deviceName: "/dev/xvda" }],
      },
    },
  });
  return { ok: true, resources };
}
