import assert from "node:assert/strict";
import { LoadBalancer, type LoadBalancerArgs } from "../../components/aws/load-balancer";
import { declare, only } from "../support/declared";

const ARGS: LoadBalancerArgs = {
  kind: "application",
  internal: true,
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  from: ["192.168.137.0/24"],
  port: 80,
  targetPort: 8080,
  health: { path: "/up", intervalSeconds: 10, healthy: 2, unhealthy: 3 },
};
const GUESTS = { weight: 80, of: { web: "192.168.1.15" } };

async function balancer(changes: Partial<LoadBalancerArgs>) {
  const { resources, result } = await declare(() => new LoadBalancer("shop", { ...ARGS, ...changes }));
  return { resources, result, one: (type: string, name?: string) => only(resources, type, name) };
}

describe("components: LoadBalancer", () => {
  it("leads to guests by their addresses, in any zone, and checks their health", async () => {
    const { one } = await balancer({ addresses: GUESTS });
    assert.deepEqual(one("aws:lb/targetGroupAttachment:TargetGroupAttachment").inputs, {
      targetGroupArn: "arn:aws:::shop-guests",
      targetId: "192.168.1.15",
      port: 8080,
      availabilityZone: "all",
    });
    const group = one("aws:lb/targetGroup:TargetGroup").inputs;
    assert.equal(group.targetType, "ip");
    assert.deepEqual(group.healthCheck, {
      enabled: true,
      interval: 10,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
      timeout: 5,
      protocol: "HTTP",
      path: "/up",
      matcher: "200-399",
    });
    assert.deepEqual(one("aws:lb/listener:Listener").inputs.defaultActions, [
      { type: "forward", targetGroupArn: "arn:aws:::shop-guests" },
    ]);
  });

  it("shares between both sites by weight", async () => {
    const { one } = await balancer({ addresses: GUESTS, instances: { weight: 20 } });
    assert.deepEqual(one("aws:lb/listener:Listener").inputs.defaultActions, [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: "arn:aws:::shop-instances", weight: 20 },
            { arn: "arn:aws:::shop-guests", weight: 80 },
          ],
        },
      },
    ]);
  });

  it("with a certificate speaks modern TLS, and only redirects plain text", async () => {
    const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
    const { one } = await balancer({ addresses: GUESTS, port: 443, certificate: { arn } });
    const { port, protocol, certificateArn, sslPolicy } = one("aws:lb/listener:Listener", "shop").inputs;
    assert.deepEqual([port, protocol, certificateArn], [443, "HTTPS", arn]);
    assert.match(String(sslPolicy), /TLS13-1-2/);
    const { defaultActions, ...plain } = one("aws:lb/listener:Listener", "shop-redirect").inputs;
    assert.deepEqual([plain.port, plain.protocol], [80, "HTTP"]);
    assert.deepEqual(defaultActions, [
      { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
    ]);
  });

  it("lets in whom it is for, and reaches its targets only", async () => {
    const { resources } = await balancer({ addresses: GUESTS, instances: { weight: 1 } });
    const rules = (type: string) =>
      resources
        .filter((resource) => resource.type.endsWith(`:${type}`))
        .map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort]);
    assert.deepEqual(rules("SecurityGroupIngressRule"), [["192.168.137.0/24", 80]]);
    // The instances' group is let in beside it: see test/components/aws-access.test.ts.
    assert.deepEqual(rules("SecurityGroupEgressRule"), [["192.168.1.15/32", 8080]]);
  });

  it("has a record that follows the health of its targets", async () => {
    const record = { zone: "Z1", name: "shop.example.org", failover: "primary" } as const;
    const { one } = await balancer({ addresses: GUESTS, record });
    const { aliases, setIdentifier, failoverRoutingPolicies } = one("aws:route53/record:Record").inputs;
    assert.ok(Array.isArray(aliases));
    assert.equal(aliases[0].evaluateTargetHealth, true);
    assert.equal(setIdentifier, "shop");
    assert.deepEqual(failoverRoutingPolicies, [{ type: "PRIMARY" }]);
  });

  it("as a network load balancer carries TCP and checks that the port opens", async () => {
    const { one } = await balancer({
      kind: "network",
      port: 5432,
      addresses: GUESTS,
      health: { intervalSeconds: 5, healthy: 2, unhealthy: 2 },
    });
    assert.equal(one("aws:lb/listener:Listener").inputs.protocol, "TCP");
    const { healthCheck } = one("aws:lb/targetGroup:TargetGroup").inputs;
    assert.deepEqual(healthCheck, {
      enabled: true,
      interval: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      timeout: 4,
      protocol: "TCP",
    });
  });
});
