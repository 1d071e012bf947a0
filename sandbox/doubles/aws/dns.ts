import type { Behaviour, Operation } from "../behaviour";
import { anything, flag, list, number, object, set, text } from "../schema";
import { awsRefusal } from "./account";

const RECORD = "aws:route53/record:Record";

const POLICIES = [
  "cidrRoutingPolicy",
  "failoverRoutingPolicies",
  "geolocationRoutingPolicies",
  "geoproximityRoutingPolicy",
  "latencyRoutingPolicies",
  "weightedRoutingPolicies",
];

/** A record of a hosted zone; any zone id exists, as the sandbox has no list of zones. */
export const dnsRecord: Behaviour = {
  type: RECORD,
  schema: {
    aliases: list(
      object({ evaluateTargetHealth: flag.required, name: text.required, zoneId: text.required }),
    ),
    allowOverwrite: flag.computed,
    cidrRoutingPolicy: anything,
    failoverRoutingPolicies: list(object({ type: text.required.oneOf("PRIMARY", "SECONDARY") })),
    geolocationRoutingPolicies: list(anything),
    geoproximityRoutingPolicy: anything,
    healthCheckId: text,
    latencyRoutingPolicies: list(anything),
    multivalueAnswerRoutingPolicy: flag,
    name: text.required.replaces,
    records: set(text),
    setIdentifier: text.replaces,
    ttl: number,
    type: text.required.oneOf("A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "TXT"),
    weightedRoutingPolicies: list(anything),
    zoneId: text.required.replaces,
    fqdn: text.output,
  },
  check: (inputs) => {
    const kinds = ["aliases", "records"].filter((name) => inputs.has(name));
    if (kinds.length !== 1) {
      return [{ property: "records", reason: "one of `alias,records` must be specified" }];
    }
    if (inputs.has("records") !== inputs.has("ttl")) {
      return [{ property: "ttl", reason: "`ttl` and `records` go together" }];
    }
    const routed = POLICIES.some((policy) => inputs.has(policy));
    return routed && !inputs.has("setIdentifier")
      ? [{ property: "setIdentifier", reason: '"set_identifier": required field is not set' }]
      : [];
  },
  id: ({ inputs }) =>
    [inputs.text("zoneId"), inputs.text("name"), inputs.text("type"), inputs.optionalText("setIdentifier")]
      .filter((part) => part !== undefined)
      .join("_"),
  // With allowOverwrite, which proofs of certificates have.
  overwrites: true,
  outputs: ({ inputs }) => ({ allowOverwrite: inputs.flag("allowOverwrite"), fqdn: inputs.text("name") }),
  create: (operation) => {
    refuse(operation);
    return [];
  },
};

function refuse({ world, inputs, urn }: Operation): void {
  const [zone, name, type] = [inputs.text("zoneId"), inputs.text("name"), inputs.text("type")];
  const no = (message: string) =>
    awsRefusal(
      "creating Route53 Record",
      "Route 53.ChangeResourceRecordSets",
      "InvalidChangeBatch",
      `[Tried to create resource record set [name='${name}.', type='${type}'] ${message}]`,
    );
  const others = world
    .list(RECORD)
    .filter(
      ({ urn: other, inputs: record }) =>
        other !== urn && record.zoneId === zone && record.name === name && record.type === type,
    );
  if (inputs.flag("allowOverwrite")) return;
  const own = inputs.optionalText("setIdentifier");
  if (
    others.some(
      ({ inputs: { setIdentifier } }) =>
        setIdentifier === own || (setIdentifier === undefined) !== (own === undefined),
    )
  ) {
    throw no("but it already exists");
  }
  const role = inputs.objects("failoverRoutingPolicies")[0]?.text("type");
  if (
    role !== undefined &&
    others.some(({ inputs: record }) => JSON.stringify(record.failoverRoutingPolicies ?? []).includes(role))
  ) {
    throw no(`but a ${role} record set already exists`);
  }
}
