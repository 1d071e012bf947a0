import { isProperties, type Value } from "../../world";
import { type Behaviour, hex, type Operation, uniqueHex } from "../behaviour";
import { anything, flag, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { ENDPOINT, having, requireSecurityGroup, requireVpc, SECURITY_GROUP } from "./ec2";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

export const securityGroup: Behaviour = {
  type: SECURITY_GROUP,
  schema: {
    ...regional,
    ...tagged,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    description: text.default("Managed by Pulumi").replaces,
    vpcId: text.computed.replaces,
    ingress: set(anything).computed,
    egress: set(anything).computed,
    revokeRulesOnDelete: flag.default(false),
    arn: text.output,
    ownerId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => `sg-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const { inputs } = operation;
    return {
      arn: arn(place, "ec2", `security-group/${id}`),
      region: place.region,
      ownerId: place.account,
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      name: inputs.optionalText("name") ?? `${inputs.text("namePrefix")}${hex(`${id} name`, 26)}`,
      ingress: inputs.list("ingress"),
      egress: inputs.list("egress"),
    };
  },
  create: ({ world, inputs }) => {
    const [vpcId, name] = [inputs.optionalText("vpcId"), inputs.optionalText("name")];
    if (vpcId === undefined) return [];
    const doing = `creating Security Group (${name ?? ""})`;
    requireVpc(world, vpcId, doing, "EC2.CreateSecurityGroup");
    if (having(world, SECURITY_GROUP, "vpcId", vpcId).some((group) => group.inputs.name === name)) {
      throw awsRefusal(
        doing,
        "EC2.CreateSecurityGroup",
        "InvalidGroup.Duplicate",
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const used =
      having(world, ENDPOINT, "securityGroupIds", id).length > 0 ||
      [INGRESS, EGRESS].some((type) => having(world, type, "referencedSecurityGroupId", id).length > 0);
    if (used) {
      throw awsRefusal(
        `deleting Security Group (${id})`,
        "EC2.DeleteSecurityGroup",
        "DependencyViolation",
        `resource ${id} has a dependent object`,
      );
    }
    // A group's own rules go with it.
    return [INGRESS, EGRESS].flatMap((type) =>
      having(world, type, "securityGroupId", id).map(({ key }) => ({ remove: { type, key } })),
    );
  },
};

/** The group that every VPC has: taken over, never made, and left behind as it is. */
export const defaultSecurityGroup: Behaviour = {
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  schema: {
    ...regional,
    ...tagged,
    vpcId: text.computed.replaces,
    ingress: set(anything),
    egress: set(anything),
    revokeRulesOnDelete: flag.default(false),
    arn: text.output,
    description: text.output,
    name: text.output,
    namePrefix: text.output,
    ownerId: text.output,
  },
  prepare: mergeTags,
  id: ({ world, inputs }) => {
    const vpc = requireVpc(
      world,
      inputs.text("vpcId"),
      "reading EC2 Default Security Group",
      "EC2.DescribeSecurityGroups",
    );
    return String(vpc.outputs.defaultSecurityGroupId);
  },
  overwrites: true,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "ec2", `security-group/${id}`),
      region: place.region,
      ownerId: place.account,
      description: "default VPC security group",
      name: "default",
      namePrefix: "",
    };
  },
};

/** What the rule is open to: exactly one of these. */
const PEERS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
/** What makes two rules the same to AWS. */
const IDENTITY = [...PEERS, "securityGroupId", "ipProtocol", "fromPort", "toPort"];

function rule(type: string, call: string): Behaviour {
  return {
    type,
    schema: {
      ...regional,
      ...tagged,
      securityGroupId: text.required.replaces,
      ipProtocol: text.required,
      cidrIpv4: text,
      cidrIpv6: text,
      prefixListId: text,
      referencedSecurityGroupId: text,
      description: text,
      fromPort: number,
      toPort: number,
      arn: text.output,
      securityGroupRuleId: text.output,
    },
    prepare: mergeTags,
    check: (inputs) =>
      PEERS.filter((peer) => inputs.has(peer)).length === 1
        ? []
        : [{ property: "cidrIpv4", reason: `exactly one of ${PEERS.join(", ")} must be specified` }],
    id: (operation) => `sgr-${uniqueHex(operation, 17)}`,
    outputs: (operation, id) => {
      const place = placeOf(operation);
      return {
        arn: arn(place, "ec2", `security-group-rule/${id}`),
        region: place.region,
        securityGroupRuleId: id,
      };
    },
    create: (operation) => {
      refuse(operation, type, call);
      return [];
    },
  };
}

function refuse({ world, inputs }: Operation, type: string, call: string): void {
  const doing = "creating VPC Security Group Rule";
  for (const property of ["securityGroupId", "referencedSecurityGroupId"]) {
    const group = inputs.optionalText(property);
    if (group !== undefined) requireSecurityGroup(world, group, doing, call);
  }
  const identity = identityOf(inputs.values);
  if (world.list(type).some((other) => identityOf(other.inputs) === identity)) {
    throw awsRefusal(doing, call, "InvalidPermission.Duplicate", "the specified rule already exists");
  }
}

function identityOf(inputs: Value): string {
  return JSON.stringify(IDENTITY.map((name) => (isProperties(inputs) ? (inputs[name] ?? null) : null)));
}

export const securityGroupRules: readonly Behaviour[] = [
  rule(INGRESS, "EC2.AuthorizeSecurityGroupIngress"),
  rule(EGRESS, "EC2.AuthorizeSecurityGroupEgress"),
];
