import * as pulumi from "@pulumi/pulumi";
import type { EstateContract, EstateSecrets } from "../contract";
import { EstateError, readEstate } from "../estate";
import { readSecrets } from "../estate/secrets";
import { HybridEstate } from "./estate";
import { asOutputs } from "./secrets";
import { saveStackTraces } from "./stack-traces";

/** What a stack exports. */
export interface StackOutputs {
  readonly estate: pulumi.Output<EstateContract>;
  readonly secrets: pulumi.Output<EstateSecrets>;
}

/**
 * The program: reads the environment file's description and secrets, and declares the estate.
 *
 * @throws pulumi.RunError with every mistake of the environment file, before anything is declared
 */
export async function program(): Promise<StackOutputs> {
  saveStackTraces();
  const config = new pulumi.Config("hybrid-estate");
  const description = readEstate(structured(config, "estate"));
  const secrets = readSecrets(structured(config, "secrets"), description.ok ? description.estate : undefined);
  if (!description.ok || !secrets.ok) {
    const problems = [description, secrets].flatMap((reading) => (reading.ok ? [] : reading.problems));
    throw new pulumi.RunError(new EstateError(problems).message);
  }
  const hybrid = new HybridEstate("estate", {
    estate: description.estate,
    secrets: asOutputs(secrets.secrets),
  });
  return { estate: hybrid.contract, secrets: hybrid.secrets };
}

/**
 * A structured value of the configuration; text that is no JSON as it is, for the validation to refuse.
 * Config.getObject throws an error that shows such text, and it may be a secret.
 */
function structured(config: pulumi.Config, key: string): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
