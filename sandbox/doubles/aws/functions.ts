import type { Properties, Value } from "../../world";
import type { SiteFunction } from "../behaviour";
import type { Inputs } from "../inputs";
import { arn, placeOf } from "./account";
import { zoneId } from "./ec2";
import { getAmi } from "./images";
import { getAmiIds } from "./imports";
import { getLaunchTemplate } from "./launch-template";

const getCallerIdentity: SiteFunction = (call) => {
  const place = placeOf(call);
  return {
    id: place.account,
    accountId: place.account,
    arn: arn(place, "iam", "user/sandbox", true),
    userId: "AIDASANDBOX0000000000",
  };
};

const getRegion: SiteFunction = (call) => {
  const { region, partition } = placeOf(call);
  const endpoint = `ec2.${region}.${dnsSuffix(partition)}`;
  return { id: region, region, name: region, description: region, endpoint };
};

const getPartition: SiteFunction = (call) => {
  const { partition } = placeOf(call);
  const suffix = dnsSuffix(partition);
  return {
    id: partition,
    partition,
    dnsSuffix: suffix,
    reverseDnsPrefix: suffix.split(".").reverse().join("."),
  };
};

function dnsSuffix(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

const getAvailabilityZones: SiteFunction = (call) => {
  const { region, zones } = placeOf(call);
  const excluded = new Set(call.args.texts("excludeNames"));
  const names = zones.filter((zone) => !excluded.has(zone));
  return {
    id: region,
    names,
    zoneIds: names.map(zoneId),
    groupNames: [region],
    region,
    state: call.args.optionalText("state") ?? "available",
  };
};

/** Renders a policy document as the provider does: only what is given, one value as a text. */
const getPolicyDocument: SiteFunction = ({ args }) => {
  const document = {
    Version: args.optionalText("version") ?? "2012-10-17",
    ...(args.has("policyId") ? { Id: args.text("policyId") } : {}),
    Statement: args.objects("statements").map(statement),
  };
  const rendered = JSON.stringify(document, null, 2);
  return { id: "policy", json: rendered, minifiedJson: JSON.stringify(document), ...args.values };
};

function statement(inputs: Inputs): Properties {
  const conditions: Record<string, Record<string, Value>> = {};
  for (const condition of inputs.objects("conditions")) {
    const test = condition.text("test");
    conditions[test] = {
      ...conditions[test],
      [condition.text("variable")]: single(condition.texts("values")),
    };
  }
  return {
    ...(inputs.has("sid") ? { Sid: inputs.text("sid") } : {}),
    Effect: inputs.optionalText("effect") ?? "Allow",
    ...listed("Principal", principals(inputs.objects("principals"))),
    ...listed("NotPrincipal", principals(inputs.objects("notPrincipals"))),
    ...listed("Action", inputs.texts("actions")),
    ...listed("NotAction", inputs.texts("notActions")),
    ...listed("Resource", inputs.texts("resources")),
    ...listed("NotResource", inputs.texts("notResources")),
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function listed(name: string, values: readonly string[] | Properties | undefined): Properties {
  if (values === undefined || (Array.isArray(values) && values.length === 0)) return {};
  return { [name]: Array.isArray(values) ? single(values) : values };
}

function single(values: readonly string[]): Value {
  return values.length === 1 ? (values[0] ?? "") : [...values].sort();
}

function principals(all: readonly Inputs[]): Properties | undefined {
  if (all.length === 0) return undefined;
  return Object.fromEntries(all.map((one) => [one.text("type"), single(one.texts("identifiers"))]));
}

/** The functions of the AWS double by token. */
export const awsFunctions: Readonly<Record<string, SiteFunction>> = {
  "aws:ec2/getAmi:getAmi": getAmi,
  "aws:ec2/getLaunchTemplate:getLaunchTemplate": getLaunchTemplate,
  "aws:ec2/getAmiIds:getAmiIds": getAmiIds,
  "aws:iam/getPolicyDocument:getPolicyDocument": getPolicyDocument,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getPartition:getPartition": getPartition,
  "aws:index/getRegion:getRegion": getRegion,
};
