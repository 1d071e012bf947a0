import { Eip, Instance, NatGateway, Subnet, Vpc } from "@pulumi/aws/ec2";
import { Provider } from "@pulumi/aws/provider";
import { Bucket } from "@pulumi/aws/s3";

/**
 * What the field report's reference month pays for: an instance, a bucket and a NAT gateway in Singapore, with the
 * use that usage.yaml states. `npm run cost -- --program examples/reference-month --currency IDR --rate 15000`
 */
const provider = new Provider("aws", { region: "ap-southeast-1" });
const vpc = new Vpc("vpc", { cidrBlock: "10.42.0.0/16" }, { provider });
const subnet = new Subnet("public", { vpcId: vpc.id, cidrBlock: "10.42.0.0/24" }, { provider });
const address = new Eip("nat", { domain: "vpc" }, { provider });

new Instance(
  "server",
  { instanceType: "t4g.small", ami: "ami-00000000000000000", subnetId: subnet.id },
  { provider },
);
new Bucket("backups", { bucket: "reference-month-backups" }, { provider });
new NatGateway("nat", { subnetId: subnet.id, allocationId: address.id }, { provider });
