import { Certificate, CertificateValidation } from "@pulumi/aws/acm";
import { SecurityGroup } from "@pulumi/aws/ec2";
import {
  LoadBalancer as AwsLoadBalancer,
  Listener,
  TargetGroup,
  TargetGroupAttachment,
} from "@pulumi/aws/lb";
import { Record as DnsRecord } from "@pulumi/aws/route53";
import type { input } from "@pulumi/aws/types";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

export interface LoadBalancerArgs {
  /** application: HTTP and HTTPS; network: TCP. */
  readonly kind: "application" | "network";
  /** Private addresses only. */
  readonly internal: boolean;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Networks that may reach it. */
  readonly from: readonly string[];
  readonly port: number;
  readonly targetPort: number;
  /** ARN of a certificate, or the name to have one made for; no TLS without. */
  readonly certificate?: { readonly arn?: string; readonly domain?: string };
  /** Whether instances of an Auto Scaling group are put into it, and their share; they let in its security group. */
  readonly instances?: { readonly weight: number };
  /** Private addresses outside the VPC by name, and their share. */
  readonly addresses?: { readonly weight: number; readonly of: Readonly<Record<string, string>> };
  readonly health: {
    readonly path?: string;
    readonly intervalSeconds: number;
    readonly healthy: number;
    readonly unhealthy: number;
  };
  readonly record?: {
    readonly zone: string;
    readonly name: string;
    readonly failover?: "primary" | "secondary";
  };
}

/** TLS 1.3 and 1.2 with forward secrecy; AWS's own recommendation. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** Seconds that a target which leaves may finish its requests. */
const DRAIN = 60;

/**
 * A load balancer over instances in AWS, guests on the cluster, or both by weight, and the name that leads to it. The
 * record is an alias that follows the targets' health, which the load balancer itself sees: Route 53's own checkers
 * are outside and reach no private address.
 *
 * @example
 * new LoadBalancer("shop", { kind: "application", internal: true, vpcId, subnetIds,
 *   from: ["192.168.137.0/24"], port: 80, targetPort: 8080, addresses: { weight: 1, of: { web: "192.168.1.15" } },
 *   health: { path: "/", intervalSeconds: 15, healthy: 2, unhealthy: 3 } });
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly balancer: AwsLoadBalancer;
  readonly securityGroup: SecurityGroup;
  /** ARN of the target group that an Auto Scaling group puts its instances into. */
  readonly instanceGroup: pulumi.Output<string> | undefined;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:LoadBalancer", name, {}, opts);
    this.securityGroup = this.createSecurityGroup(name, args);
    this.balancer = new AwsLoadBalancer(
      name,
      {
        loadBalancerType: args.kind,
        internal: args.internal,
        subnets: args.subnetIds,
        securityGroups: [this.securityGroup.id],
        ipAddressType: "ipv4",
        enableDeletionProtection: false,
        // A zone without a healthy target of its own reaches those of the others.
        enableCrossZoneLoadBalancing: true,
        // HTTP desynchronisation and odd headers stop here.
        ...(args.kind === "application"
          ? { dropInvalidHeaderFields: true, desyncMitigationMode: "defensive", idleTimeout: 60 }
          : {}),
        tags: { Name: name },
      },
      { parent: this },
    );
    const instances = args.instances && this.createTargetGroup(`${name}-instances`, "instance", args);
    const addresses = args.addresses && this.createTargetGroup(`${name}-guests`, "ip", args);
    this.instanceGroup = instances?.arn;
    for (const [guest, address] of Object.entries(args.addresses?.of ?? {})) {
      if (!addresses) continue;
      new TargetGroupAttachment(
        `${name}-${guest}`,
        // Outside the VPC no zone is the target's own.
        { targetGroupArn: addresses.arn, targetId: address, port: args.targetPort, availabilityZone: "all" },
        { parent: this },
      );
    }
    const shares = [
      ...(instances ? [{ arn: instances.arn, weight: args.instances?.weight ?? 1 }] : []),
      ...(addresses ? [{ arn: addresses.arn, weight: args.addresses?.weight ?? 1 }] : []),
    ];
    this.listen(name, args, shares);
    this.createRecord(name, args);
    this.registerOutputs({ dnsName: this.balancer.dnsName });
  }

  private createSecurityGroup(name: string, args: LoadBalancerArgs): SecurityGroup {
    const group = new SecurityGroup(
      `${name}-balancer`,
      { vpcId: args.vpcId, description: `Load balancer ${name}`, tags: { Name: `${name}-balancer` } },
      { parent: this },
    );
    const redirected = args.certificate && args.kind === "application" ? [80] : [];
    for (const port of [args.port, ...redirected]) {
      for (const cidrIpv4 of args.from) {
        new SecurityGroupIngressRule(
          `${name}-balancer-${port}-${cidrIpv4}`,
          {
            securityGroupId: group.id,
            description: "its users",
            cidrIpv4,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
          },
          { parent: this },
        );
      }
    }
    for (const address of Object.values(args.addresses?.of ?? {})) {
      const cidrIpv4 = `${address}/32`;
      new SecurityGroupEgressRule(
        `${name}-balancer-${cidrIpv4}`,
        {
          securityGroupId: group.id,
          description: "its targets",
          cidrIpv4,
          ipProtocol: "tcp",
          fromPort: args.targetPort,
          toPort: args.targetPort,
        },
        { parent: this },
      );
    }
    return group;
  }

  private createTargetGroup(
    name: string,
    targetType: "instance" | "ip",
    args: LoadBalancerArgs,
  ): TargetGroup {
    const { path, intervalSeconds, healthy, unhealthy } = args.health;
    return new TargetGroup(
      name,
      {
        vpcId: args.vpcId,
        targetType,
        port: args.targetPort,
        protocol: args.kind === "application" ? "HTTP" : "TCP",
        deregistrationDelay: DRAIN,
        healthCheck: {
          enabled: true,
          interval: intervalSeconds,
          healthyThreshold: healthy,
          unhealthyThreshold: unhealthy,
          // Less than the interval, as AWS wants.
          timeout: Math.min(5, intervalSeconds - 1),
          ...(path === undefined ? { protocol: "TCP" } : { protocol: "HTTP", path, matcher: "200-399" }),
        },
        tags: { Name: name },
      },
      { parent: this },
    );
  }

  private listen(
    name: string,
    args: LoadBalancerArgs,
    shares: readonly { readonly arn: pulumi.Output<string>; readonly weight: number }[],
  ): void {
    const [only] = shares;
    const forward: input.lb.ListenerDefaultAction =
      shares.length === 1 && only
        ? { type: "forward", targetGroupArn: only.arn }
        : { type: "forward", forward: { targetGroups: shares.map(({ arn, weight }) => ({ arn, weight })) } };
    const tls = args.certificate && {
      certificateArn: this.certificate(name, args),
      sslPolicy: TLS_POLICY,
    };
    const plain = args.kind === "application" ? "HTTP" : "TCP";
    const secure = args.kind === "application" ? "HTTPS" : "TLS";
    new Listener(
      name,
      {
        loadBalancerArn: this.balancer.arn,
        port: args.port,
        protocol: tls ? secure : plain,
        defaultActions: [forward],
        ...tls,
      },
      { parent: this },
    );
    if (!tls || args.kind !== "application") return;
    new Listener(
      `${name}-redirect`,
      {
        loadBalancerArn: this.balancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          {
            type: "redirect",
            redirect: { port: String(args.port), protocol: "HTTPS", statusCode: "HTTP_301" },
          },
        ],
      },
      { parent: this },
    );
  }

  /** ARN of the certificate; of one that is made here, once it is proven. */
  private certificate(name: string, { certificate, record }: LoadBalancerArgs): pulumi.Input<string> {
    if (certificate?.arn !== undefined || certificate?.domain === undefined) return certificate?.arn ?? "";
    const made = new Certificate(
      name,
      { domainName: certificate.domain, validationMethod: "DNS", tags: { Name: name } },
      { parent: this },
    );
    const proof = made.domainValidationOptions.apply(([option]) => option);
    const validation = new DnsRecord(
      `${name}-proof`,
      {
        zoneId: record?.zone ?? "",
        name: proof.apply((option) => option?.resourceRecordName ?? ""),
        type: proof.apply((option) => option?.resourceRecordType ?? "CNAME"),
        records: [proof.apply((option) => option?.resourceRecordValue ?? "")],
        ttl: 300,
        // The same name at both sites has the same proof.
        allowOverwrite: true,
      },
      { parent: this },
    );
    return new CertificateValidation(
      name,
      { certificateArn: made.arn, validationRecordFqdns: [validation.fqdn] },
      { parent: this },
    ).certificateArn;
  }

  private createRecord(name: string, { record }: LoadBalancerArgs): void {
    if (!record) return;
    const { failover } = record;
    new DnsRecord(
      name,
      {
        zoneId: record.zone,
        name: record.name,
        type: "A",
        aliases: [{ name: this.balancer.dnsName, zoneId: this.balancer.zoneId, evaluateTargetHealth: true }],
        ...(failover === undefined
          ? {}
          : {
              setIdentifier: name,
              failoverRoutingPolicies: [{ type: failover.toUpperCase() }],
            }),
      },
      { parent: this },
    );
  }
}
