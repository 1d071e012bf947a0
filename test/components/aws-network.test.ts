import assert from "node:assert/strict";
import { FlowLogs } from "../../components/aws/flow-logs";
import { InterfaceEndpoints } from "../../components/aws/interface-endpoints";
import { RecoveryNetwork, type RecoveryNetworkArgs } from "../../components/aws/recovery-network";
import { subnetPlan } from "../../estate/aws-network";
import { type Declared, declare, only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const T = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  table: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  internet: "aws:ec2/internetGateway:InternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  group: "aws:ec2/securityGroup:SecurityGroup",
  defaultGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  flowLog: "aws:ec2/flowLog:FlowLog",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
} as const;

const inputs = (resources: readonly Declared[], type: string, name?: string) =>
  only(resources, type, name).inputs;
const ofType = (resources: readonly Declared[], type: string) => resources.filter((one) => one.type === type);

describe("components: RecoveryNetwork", () => {
  const ARGS: RecoveryNetworkArgs = {
    account: "123456789012",
    region: "eu-central-1",
    cidr: "10.42.0.0/16",
    subnets: subnetPlan({ cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] }),
  };
  const network = (more: Partial<RecoveryNetworkArgs> = {}) =>
    declare(() => new RecoveryNetwork("dr", { ...ARGS, ...more }));

  it("is a protected VPC whose own security group lets nothing through", async () => {
    const { resources } = await network();
    assert.deepEqual(inputs(resources, T.vpc, "dr"), {
      cidrBlock: "10.42.0.0/16",
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: "dr" },
    });
    assert.equal(only(resources, T.vpc).options.protect, true);
    assert.deepEqual(inputs(resources, T.defaultGroup), {
      vpcId: "dr-id",
      ingress: [],
      egress: [],
      tags: { Name: "dr-default" },
    });
  });

  const tiers: [tier: string, first: string, second: string][] = [
    ["private", "10.42.0.0/20", "10.42.16.0/20"],
    ["public", "10.42.64.0/20", "10.42.80.0/20"],
    ["isolated", "10.42.128.0/20", "10.42.144.0/20"],
  ];
  for (const [tier, ...blocks] of tiers) {
    it(`has a ${tier} subnet a zone, on the table of its tier`, async () => {
      const { resources } = await network();
      for (const [index, zone] of ["eu-central-1a", "eu-central-1b"].entries()) {
        const name = `dr-${tier}-${zone}`;
        assert.deepEqual(inputs(resources, T.subnet, name), {
          vpcId: "dr-id",
          availabilityZone: zone,
          cidrBlock: blocks[index],
          mapPublicIpOnLaunch: false,
          tags: { Name: name },
        });
        assert.deepEqual(inputs(resources, T.association, name), {
          subnetId: `${name}-id`,
          routeTableId: `dr-${tier}-id`,
        });
      }
    });
  }

  it("without NAT has one route: from the public subnets to the internet", async () => {
    const { resources, result } = await network();
    assert.deepEqual(
      ofType(resources, T.route).map((route) => [route.name, route.inputs]),
      [
        [
          "dr-public-internet",
          { routeTableId: "dr-public-id", destinationCidrBlock: "0.0.0.0/0", gatewayId: "dr-id" },
        ],
      ],
    );
    assert.deepEqual(inputs(resources, T.internet), { vpcId: "dr-id", tags: { Name: "dr" } });
    assert.ok(!resources.some(({ type }) => [T.nat, T.eip].some((other) => other === type)));
    assert.deepEqual(Object.keys(result.routeTables), ["dr-private", "dr-public"]);
  });

  it("reaches S3 from everywhere, and DynamoDB where wanted", async () => {
    const { resources } = await network({ endpoints: ["dynamodb"] });
    for (const service of ["s3", "dynamodb"]) {
      assert.deepEqual(inputs(resources, T.endpoint, `dr-${service}`), {
        vpcId: "dr-id",
        serviceName: `com.amazonaws.eu-central-1.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: ["dr-private-id", "dr-isolated-id", "dr-public-id"],
        tags: { Name: `dr-${service}` },
      });
    }
    assert.equal(ofType(resources, T.group).length, 0);
  });

  it("with one NAT gateway: all private subnets go out through it, isolated ones never", async () => {
    const { resources } = await network({ nat: "one" });
    assert.deepEqual(inputs(resources, T.nat), {
      allocationId: "dr-nat-eu-central-1a-id",
      connectivityType: "public",
      subnetId: "dr-public-eu-central-1a-id",
      tags: { Name: "dr-nat-eu-central-1a" },
    });
    assert.deepEqual(only(resources, T.nat).options.dependsOn, [`${T.internet} dr`]);
    assert.deepEqual(inputs(resources, T.eip), { domain: "vpc", tags: { Name: "dr-nat-eu-central-1a" } });
    assert.deepEqual(inputs(resources, T.route, "dr-private-internet"), {
      routeTableId: "dr-private-id",
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: "dr-nat-eu-central-1a-id",
    });
    assert.ok(!ofType(resources, T.route).some((route) => route.inputs.routeTableId === "dr-isolated-id"));
  });

  it("with a NAT gateway a zone: each private subnet goes out in its own zone", async () => {
    const { resources, result } = await network({ nat: "per-zone" });
    for (const zone of ["eu-central-1a", "eu-central-1b"]) {
      assert.equal(
        inputs(resources, T.association, `dr-private-${zone}`).routeTableId,
        `dr-private-${zone}-id`,
      );
      const route = inputs(resources, T.route, `dr-private-${zone}-internet`);
      assert.deepEqual(
        [route.routeTableId, route.natGatewayId],
        [`dr-private-${zone}-id`, `dr-nat-${zone}-id`],
      );
      assert.equal(inputs(resources, T.nat, `dr-nat-${zone}`).subnetId, `dr-public-${zone}-id`);
    }
    assert.deepEqual(inputs(resources, T.endpoint, "dr-s3").routeTableIds, [
      "dr-private-eu-central-1a-id",
      "dr-private-eu-central-1b-id",
      "dr-isolated-id",
      "dr-public-id",
    ]);
    assert.deepEqual(Object.keys(result.routeTables), [
      "dr-private-eu-central-1a",
      "dr-private-eu-central-1b",
      "dr-public",
    ]);
  });

  it("has endpoints with addresses in the private subnets where wanted", async () => {
    const { resources } = await network({ endpoints: ["dynamodb", "ssm"] });
    assert.deepEqual(inputs(resources, T.endpoint, "dr-ssm").subnetIds, [
      "dr-private-eu-central-1a-id",
      "dr-private-eu-central-1b-id",
    ]);
    assert.equal(inputs(resources, T.endpoint, "dr-ssm").vpcEndpointType, "Interface");
  });

  it("wants the same zones in every tier where each has a NAT gateway", async () => {
    // Zones without one would have no way out, and nobody would notice before a failover.
    await assert.rejects(
      network({ nat: "per-zone", subnets: { ...ARGS.subnets, public: {} } }),
      /zone eu-central-1a has no public subnet/,
    );
  });

  it("in an estate: a further zone leaves the subnets of the others where they are", async () => {
    const subnets = async (zones: readonly string[]) => {
      const { resources } = await declareEstate(devDescription([["aws", "network", "zones"], zones]));
      return Object.fromEntries(
        ofType(resources, T.subnet).map(({ name, inputs: { cidrBlock } }) => [name, cidrBlock]),
      );
    };
    const two = await subnets(["ap-southeast-1a", "ap-southeast-1b"]);
    assert.equal(Object.keys(two).length, 6);
    assert.equal(two["aws-private-ap-southeast-1a"], "10.42.0.0/20");
    assert.equal(two["aws-private-ap-southeast-1b"], "10.42.16.0/20");
    const three = await subnets(["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"]);
    assert.deepEqual({ ...three, ...two }, three);
    assert.equal(three["aws-private-ap-southeast-1c"], "10.42.32.0/20");
  });
});

describe("components: FlowLogs", () => {
  it("writes connections into a log group of its own, with a role for that group alone", async () => {
    const { resources } = await declare(
      () =>
        new FlowLogs("f", {
          account: "123456789012",
          region: "eu-central-1",
          vpcId: "vpc-1",
          traffic: "reject",
          intervalSeconds: 60,
          retentionDays: 14,
        }),
    );
    assert.deepEqual(inputs(resources, T.flowLog), {
      vpcId: "vpc-1",
      trafficType: "REJECT",
      maxAggregationInterval: 60,
      logDestinationType: "cloud-watch-logs",
      logDestination: "arn:aws:::f",
      iamRoleArn: "arn:aws:::f",
      tags: { Name: "f" },
    });
    assert.deepEqual(inputs(resources, T.logGroup), { retentionInDays: 14, tags: { Name: "f" } });
    assert.deepEqual(JSON.parse(String(inputs(resources, T.role).assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:*:ec2:eu-central-1:123456789012:vpc-flow-log/*" },
          },
        },
      ],
    });
    assert.deepEqual(JSON.parse(String(inputs(resources, T.rolePolicy).policy)).Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: "arn:aws:::f:*",
      },
    ]);
  });
});

describe("components: InterfaceEndpoints", () => {
  it("answers the VPC on 443, under the services' usual names", async () => {
    const { resources } = await declare(
      () =>
        new InterfaceEndpoints("dr", {
          region: "eu-central-1",
          vpcId: "vpc-1",
          vpcCidr: "10.42.0.0/16",
          subnetIds: ["subnet-1"],
          services: ["logs", "ssm"],
        }),
    );
    for (const service of ["logs", "ssm"]) {
      assert.deepEqual(inputs(resources, T.endpoint, `dr-${service}`), {
        vpcId: "vpc-1",
        serviceName: `com.amazonaws.eu-central-1.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: ["subnet-1"],
        securityGroupIds: ["dr-endpoints-id"],
        tags: { Name: `dr-${service}` },
      });
    }
    assert.deepEqual(inputs(resources, T.ingress), {
      securityGroupId: "dr-endpoints-id",
      description: "from the VPC",
      cidrIpv4: "10.42.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  });
});
