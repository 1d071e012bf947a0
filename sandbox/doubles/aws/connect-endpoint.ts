import { type Behaviour, uniqueHex } from "../behaviour";
import { anything, flag, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { having, requireSecurityGroup, requireSubnet, SUBNET } from "./ec2";

const TYPE = "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint";
const [DOING, CALL] = ["creating EC2 Instance Connect Endpoint", "EC2.CreateInstanceConnectEndpoint"];

/** A way for SSH into a VPC; each VPC has one at most. */
export const connectEndpoint: Behaviour = {
  type: TYPE,
  schema: {
    ...regional,
    ...tagged,
    ipAddressType: text.computed.replaces,
    preserveClientIp: flag.default(true).replaces,
    securityGroupIds: set(text).computed.replaces,
    subnetId: text.required.replaces,
    timeouts: anything,
    arn: text.output,
    availabilityZone: text.output,
    dnsName: text.output,
    fipsDnsName: text.output,
    networkInterfaceIds: set(text).output,
    ownerId: text.output,
    vpcId: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `eice-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const { world, inputs } = operation;
    const place = placeOf(operation);
    const subnet = requireSubnet(world, inputs.text("subnetId"), DOING, CALL);
    return {
      arn: arn(place, "ec2", `instance-connect-endpoint/${id}`),
      region: place.region,
      availabilityZone: String(subnet.outputs.availabilityZone),
      dnsName: `${id}.ec2-instance-connect-endpoint.${place.region}.amazonaws.com`,
      fipsDnsName: "",
      ipAddressType: inputs.optionalText("ipAddressType") ?? "ipv4",
      networkInterfaceIds: [`eni-${uniqueHex(operation, 16)}0`],
      ownerId: place.account,
      securityGroupIds: inputs.texts("securityGroupIds"),
      vpcId: String(subnet.inputs.vpcId),
    };
  },
  create: ({ world, inputs }) => {
    const subnet = requireSubnet(world, inputs.text("subnetId"), DOING, CALL);
    for (const group of inputs.texts("securityGroupIds")) requireSecurityGroup(world, group, DOING, CALL);
    const vpc = String(subnet.inputs.vpcId);
    const neighbours = having(world, SUBNET, "vpcId", vpc).map(({ id }) => id);
    if (world.list(TYPE).some((other) => neighbours.includes(String(other.inputs.subnetId)))) {
      throw awsRefusal(
        DOING,
        CALL,
        "InstanceConnectEndpointLimitExceeded",
        `The maximum number of instance connect endpoints for vpc ${vpc} has been reached.`,
      );
    }
    return [];
  },
};
