import { isProperties, type Properties, type Value, type World } from "../../world";
import { type Behaviour, type CheckContext, Refusal } from "../behaviour";
import { anything, map, type Schema, text } from "../schema";
import { UNKNOWN } from "../wire";

/** Where a call goes. */
export interface Place {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly zones: readonly string[];
}

/** The account and region of a call: the resource's region, or its provider's. */
export function placeOf(call: {
  readonly world: World;
  readonly config: Properties;
  readonly inputs?: { optionalText(name: string): string | undefined };
}): Place {
  const { awsAccount } = call.world.installed;
  if (!awsAccount)
    throw new Refusal("the sandbox has no AWS account: the environment declares no second site");
  const configured = call.config.region;
  const region =
    call.inputs?.optionalText("region") ??
    (typeof configured === "string" && configured !== UNKNOWN ? configured : awsAccount.region);
  return {
    account: awsAccount.account,
    region,
    partition: region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
    // Other regions than the account's own have zones by AWS's naming.
    zones:
      region === awsAccount.region ? awsAccount.zones : ["a", "b", "c"].map((letter) => `${region}${letter}`),
  };
}

/** An ARN of the account, such as `arn("ec2", "vpc/vpc-1")`; `global` leaves the region out, as IAM does. */
export function arn(place: Place, service: string, resource: string, global = false): string {
  return `arn:${place.partition}:${service}:${global ? "" : place.region}:${place.account}:${resource}`;
}

/** AWS's "no", as the provider words it. */
export function awsRefusal(doing: string, call: string, code: string, message: string): Refusal {
  const [service = "", operation = ""] = call.split(".");
  return new Refusal(
    `${doing}: operation error ${service}: ${operation}, https response error StatusCode: 400, api error ${code}: ${message}`,
  );
}

/** The properties of every resource that lives in a region. */
export const regional: Schema = { region: text.computed.replaces };

/** The properties of every resource that takes tags, and the provider's default tags in `tagsAll`. */
export const tagged: Schema = { tags: map(text), tagsAll: map(text).computed };

/** Properties whose inside no double looks at. */
export function opaque(...names: readonly string[]): Schema {
  return Object.fromEntries(names.map((name) => [name, anything]));
}

/** Merges the provider's default tags with the resource's into `tagsAll`, as pulumi-aws does in its check. */
export const mergeTags: NonNullable<Behaviour["prepare"]> = (inputs, { config }: CheckContext) => ({
  ...inputs,
  tagsAll: mergedTags(config, inputs.tags),
});

function mergedTags({ defaultTags }: Properties, tags: Value | undefined): Value {
  const defaults = isProperties(defaultTags) ? defaultTags.tags : undefined;
  if (tags === UNKNOWN || defaults === UNKNOWN || defaultTags === UNKNOWN) return UNKNOWN;
  return { ...(isProperties(defaults) ? defaults : {}), ...(isProperties(tags) ? tags : {}) };
}
