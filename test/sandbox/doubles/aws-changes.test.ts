import { T, testChanges } from "./site";

const POLICY = '{"Version":"2012-10-17","Statement":[]}';
const VPC = { cidrBlock: "10.42.0.0/16" };

describe("a change in AWS", () => {
  testChanges([
    {
      what: "a VPC's CIDR",
      type: T.vpc,
      olds: VPC,
      news: { cidrBlock: "10.43.0.0/16", tags: { a: "b" } },
      does: { cidrBlock: "replace", tags: "update" },
    },
    {
      what: "a subnet's zone and public addresses",
      type: T.subnet,
      olds: { vpcId: "v", availabilityZone: "a" },
      news: { vpcId: "v", availabilityZone: "b", mapPublicIpOnLaunch: true },
      does: { availabilityZone: "replace", mapPublicIpOnLaunch: "update" },
    },
    {
      what: "which table a subnet uses",
      type: T.association,
      olds: { routeTableId: "a", subnetId: "s" },
      news: { routeTableId: "b", subnetId: "t" },
      does: { routeTableId: "update", subnetId: "replace" },
    },
    {
      what: "an endpoint's tables and private DNS",
      type: T.endpoint,
      olds: { vpcId: "v", privateDnsEnabled: false },
      news: { vpcId: "v", privateDnsEnabled: true, routeTableIds: ["t"] },
      does: { privateDnsEnabled: "replace", routeTableIds: "update" },
    },
    {
      what: "a security group's words",
      type: T.securityGroup,
      olds: { name: "a", description: "x" },
      news: { name: "a", description: "y" },
      does: { description: "replace" },
    },
    {
      what: "whom a rule lets in",
      type: T.ingress,
      olds: { securityGroupId: "g", ipProtocol: "tcp", cidrIpv4: "10.0.0.0/8" },
      news: { securityGroupId: "h", ipProtocol: "tcp", cidrIpv4: "10.1.0.0/16" },
      does: { securityGroupId: "replace", cidrIpv4: "update" },
    },
    {
      what: "a launch template's machine",
      type: T.launchTemplate,
      olds: { name: "a", imageId: "x" },
      news: { name: "b", imageId: "y" },
      does: { name: "replace", imageId: "update" },
    },
    {
      what: "a scaling group's size",
      type: T.scalingGroup,
      olds: { name: "a", minSize: 0, maxSize: 1 },
      news: { name: "a", minSize: 1, maxSize: 2 },
      does: { minSize: "update", maxSize: "update" },
    },
    {
      what: "the end of a test environment",
      type: T.scalingSchedule,
      olds: { autoscalingGroupName: "a", scheduledActionName: "end", startTime: "2099-01-01T00:00:00Z" },
      news: { autoscalingGroupName: "b", scheduledActionName: "end", startTime: "2099-02-01T00:00:00Z" },
      does: { autoscalingGroupName: "replace", startTime: "update" },
    },
    {
      what: "a bucket's name and lock",
      type: T.bucket,
      olds: { bucket: "a" },
      news: { bucket: "b", objectLockEnabled: true, forceDestroy: true },
      does: { bucket: "replace", objectLockEnabled: "replace", forceDestroy: "update" },
    },
    {
      what: "the spelling of a policy",
      type: T.bucketPolicy,
      olds: { bucket: "a", policy: POLICY },
      news: { bucket: "a", policy: JSON.stringify(JSON.parse(POLICY), null, 2) },
      does: {},
    },
    {
      what: "a key's rotation and use",
      type: T.key,
      olds: {},
      news: { enableKeyRotation: true, keyUsage: "SIGN_VERIFY" },
      does: { enableKeyRotation: "update", keyUsage: "replace" },
    },
    {
      what: "what an alias points at",
      type: T.alias,
      olds: { name: "alias/a", targetKeyId: "1" },
      news: { name: "alias/b", targetKeyId: "2" },
      does: { name: "replace", targetKeyId: "update" },
    },
    {
      what: "a user's name",
      type: T.user,
      olds: { name: "a" },
      news: { name: "b", path: "/c/" },
      does: { name: "update", path: "update" },
    },
    {
      what: "whose key it is",
      type: T.accessKey,
      olds: { user: "a" },
      news: { user: "b", status: "Inactive" },
      does: { user: "replace", status: "update" },
    },
    {
      what: "a managed policy",
      type: T.policy,
      olds: { name: "a", policy: POLICY },
      news: { name: "a", description: "d", policy: "{}" },
      does: { description: "replace", policy: "update" },
    },
    {
      what: "a role",
      type: T.iamRole,
      olds: { name: "a", assumeRolePolicy: POLICY },
      news: { name: "b", assumeRolePolicy: "{}", maxSessionDuration: 3600 },
      does: { name: "replace", assumeRolePolicy: "update" },
    },
    {
      what: "the region",
      type: T.vpc,
      olds: { ...VPC, region: "eu-central-1" },
      news: { ...VPC, region: "eu-west-1" },
      does: { region: "replace" },
    },
  ]);
});
