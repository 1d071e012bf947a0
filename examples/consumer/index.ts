import { SecurityGroup } from "@pulumi/aws/ec2";
import { Provider } from "@pulumi/aws/provider";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { type EstateContract, readEstate } from "../../contract";

/**
 * Another team's program: it puts a security group of its own into the recovery network, open to the site's
 * management network, and knows the guests' addresses. All it needs to know of the estate is the contract.
 */
async function program() {
  const config = new pulumi.Config("hybrid-estate-consumer");
  const estate = readEstate(new pulumi.StackReference(config.require("estateStack")));
  const site = estate.apply(secondSite);
  const provider = new Provider("aws", {
    region: site.region,
    allowedAccountIds: [site.account],
    defaultTags: { tags: { environment: pulumi.getStack() } },
  });
  const group = new SecurityGroup(
    "front-end",
    { vpcId: site.vpc.id, description: "Front end of another team" },
    { provider },
  );
  new SecurityGroupIngressRule(
    "front-end-management",
    {
      securityGroupId: group.id,
      cidrIpv4: estate.apply(managementCidr),
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    },
    { provider },
  );
  return {
    securityGroup: group.id,
    subnets: site.privateSubnets,
    highlyAvailableGuests: estate.apply(({ guests }) =>
      Object.entries(guests).flatMap(([name, { haState, addresses }]) =>
        haState ? [{ name, addresses }] : [],
      ),
    ),
  };
}

function secondSite({ aws, cluster }: EstateContract): NonNullable<EstateContract["aws"]> {
  if (aws === undefined) throw new pulumi.RunError(`the estate of ${cluster.name} has no second site in AWS`);
  return aws;
}

function managementCidr({ networks, cluster }: EstateContract): string {
  const { management } = networks;
  if (management === undefined) throw new pulumi.RunError(`${cluster.name} has no network named management`);
  return management.cidr;
}

export = program;
