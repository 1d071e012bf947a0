import type { World } from "../../world";
import { type Behaviour, hex, type Operation, uniqueHex } from "../behaviour";
import type { Inputs } from "../inputs";
import { anything, flag, list, number, object, type Schema, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { requireSubnet, requireVpc, SECURITY_GROUP } from "./ec2";

export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const CERTIFICATE = "aws:acm/certificate:Certificate";

/** Names of load balancers and target groups: 32 letters, digits and inner hyphens. */
const NAME = /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

const loadBalancer: Behaviour = {
  type: LOAD_BALANCER,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("accessLogs", "connectionLogs", "healthCheckLogs", "ipamPools", "minimumLoadBalancerCapacity"),
    name: text.computed.replaces.matching(NAME, "up to 32 letters, digits and inner hyphens"),
    namePrefix: text.computed.replaces,
    clientKeepAlive: number.default(3600),
    customerOwnedIpv4Pool: text,
    desyncMitigationMode: text.default("defensive").oneOf("defensive", "monitor", "strictest"),
    dnsRecordClientRoutingPolicy: text.default("any_availability_zone"),
    dropInvalidHeaderFields: flag.default(false),
    enableCrossZoneLoadBalancing: flag,
    enableDeletionProtection: flag.default(false),
    enableHttp2: flag.default(true),
    enablePrefixForIpv6SourceNat: text.computed,
    enableTlsVersionAndCipherSuiteHeaders: flag.default(false),
    enableWafFailOpen: flag.default(false),
    enableXffClientPort: flag.default(false),
    enableZonalShift: flag.default(false),
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: text.computed,
    idleTimeout: number.default(60).between(1, 4000),
    internal: flag.computed.replaces,
    ipAddressType: text.computed.oneOf("dualstack", "dualstack-without-public-ipv4", "ipv4"),
    loadBalancerType: text.default("application").replaces.oneOf("application", "gateway", "network"),
    preserveHostHeader: flag.default(false),
    secondaryIpsAutoAssignedPerSubnet: number.computed,
    securityGroups: set(text).computed,
    subnetMappings: set(anything).computed,
    subnets: set(text).computed,
    xffHeaderProcessingMode: text.default("append"),
    arn: text.output,
    arnSuffix: text.output,
    dnsName: text.output,
    vpcId: text.output,
    zoneId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => {
    const kind = operation.inputs.text("loadBalancerType") === "network" ? "net" : "app";
    const suffix = `${kind}/${operation.inputs.text("name")}/${uniqueHex(operation, 16)}`;
    return arn(placeOf(operation), "elasticloadbalancing", `loadbalancer/${suffix}`);
  },
  outputs: (operation, id) => {
    const { inputs, world } = operation;
    const { region } = placeOf(operation);
    const [first] = inputs.texts("subnets");
    const vpcId = first && world.find("aws:ec2/subnet:Subnet", first)?.inputs.vpcId;
    const internal = inputs.flag("internal");
    return {
      arn: id,
      arnSuffix: id.split(":loadbalancer/")[1] ?? "",
      dnsName: `${internal ? "internal-" : ""}${inputs.text("name")}-${hex(id, 10)}.elb.${region}.amazonaws.com`,
      enablePrefixForIpv6SourceNat: "off",
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "",
      internal,
      ipAddressType: inputs.optionalText("ipAddressType") ?? "ipv4",
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      region,
      secondaryIpsAutoAssignedPerSubnet: 0,
      securityGroups: inputs.texts("securityGroups"),
      subnetMappings: inputs.list("subnetMappings"),
      subnets: inputs.texts("subnets"),
      vpcId: typeof vpcId === "string" ? vpcId : "",
      zoneId: `Z${hex(`${region} load balancers`, 13).toUpperCase()}`,
    };
  },
  create: (operation) => {
    refuseBalancer(operation);
    return [];
  },
  remove: ({ world, object: { id }, olds }) => {
    if (olds.flag("enableDeletionProtection")) {
      throw awsRefusal(
        `deleting ELBv2 Load Balancer (${id})`,
        "Elastic Load Balancing v2.DeleteLoadBalancer",
        "OperationNotPermitted",
        `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
    }
    return world
      .list(LISTENER)
      .filter(({ inputs }) => inputs.loadBalancerArn === id)
      .map(({ type, key }) => ({ remove: { type, key } }));
  },
};

function refuseBalancer({ world, inputs }: Operation): void {
  const doing = `creating ELBv2 ${inputs.text("loadBalancerType")} Load Balancer (${inputs.text("name")})`;
  const call = "Elastic Load Balancing v2.CreateLoadBalancer";
  const taken = world.list(LOAD_BALANCER).some(({ inputs: { name } }) => name === inputs.text("name"));
  if (taken) {
    throw awsRefusal(doing, call, "DuplicateLoadBalancerName", "A load balancer with the same name exists");
  }
  const subnets = inputs.texts("subnets").map((id) => requireSubnet(world, id, doing, call));
  const zones = new Set(subnets.map(({ outputs }) => outputs.availabilityZone));
  if (zones.size < subnets.length) {
    throw awsRefusal(
      doing,
      call,
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
  if (inputs.text("loadBalancerType") === "application" && zones.size < 2) {
    throw awsRefusal(
      doing,
      call,
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  }
  for (const group of inputs.texts("securityGroups")) {
    if (!world.find(SECURITY_GROUP, group)) {
      throw awsRefusal(doing, call, "InvalidSecurityGroup", `Security group '${group}' does not exist`);
    }
  }
}

const PROTOCOLS = ["GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"];

const targetGroup: Behaviour = {
  type: TARGET_GROUP,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("targetFailovers", "targetGroupHealth", "targetHealthStates"),
    name: text.computed.replaces.matching(NAME, "up to 32 letters, digits and inner hyphens"),
    namePrefix: text.computed.replaces,
    connectionTermination: flag.computed,
    deregistrationDelay: number.default(300).between(0, 3600),
    healthCheck: object({
      enabled: flag.default(true),
      healthyThreshold: number.default(3).between(2, 10),
      interval: number.default(30).between(5, 300),
      matcher: text.computed,
      path: text.computed,
      port: text.default("traffic-port"),
      protocol: text.default("HTTP").oneOf("HTTP", "HTTPS", "TCP"),
      timeout: number.computed,
      unhealthyThreshold: number.default(3).between(2, 10),
    }).computed,
    ipAddressType: text.computed.replaces,
    lambdaMultiValueHeadersEnabled: flag.default(false),
    loadBalancingAlgorithmType: text.computed,
    loadBalancingAnomalyMitigation: text.computed,
    loadBalancingCrossZoneEnabled: text.computed,
    port: number.replaces.between(1, 65_535),
    preserveClientIp: text.computed,
    protocol: text.replaces.oneOf(...PROTOCOLS),
    protocolVersion: text.computed.replaces,
    proxyProtocolV2: flag.default(false),
    slowStart: number.default(0),
    stickiness: anything.computed,
    targetControlPort: number.replaces,
    targetType: text.default("instance").replaces.oneOf("alb", "instance", "ip", "lambda"),
    vpcId: text.replaces,
    arn: text.output,
    arnSuffix: text.output,
    loadBalancerArns: set(text).output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) => {
    const health = inputs.object("healthCheck");
    const [interval, timeout] = [health?.optionalNumber("interval"), health?.optionalNumber("timeout")];
    return interval !== undefined && timeout !== undefined && timeout >= interval
      ? [{ property: "healthCheck", reason: "health check timeout must be smaller than the interval" }]
      : [];
  },
  id: (operation) =>
    arn(
      placeOf(operation),
      "elasticloadbalancing",
      `targetgroup/${operation.inputs.text("name")}/${uniqueHex(operation, 16)}`,
    ),
  outputs: (operation, id) => {
    const { inputs } = operation;
    const web = inputs.optionalText("protocol")?.startsWith("HTTP") ?? false;
    return {
      arn: id,
      arnSuffix: id.split(":").at(-1) ?? "",
      connectionTermination: inputs.flag("connectionTermination"),
      healthCheck: {
        healthyThreshold: 3,
        interval: 30,
        matcher: web ? "200" : "",
        path: web ? "/" : "",
        timeout: web ? 5 : 10,
        ...inputs.object("healthCheck")?.values,
      },
      ipAddressType: inputs.optionalText("ipAddressType") ?? "ipv4",
      loadBalancerArns: [],
      loadBalancingAlgorithmType:
        inputs.optionalText("loadBalancingAlgorithmType") ?? (web ? "round_robin" : ""),
      loadBalancingAnomalyMitigation: inputs.optionalText("loadBalancingAnomalyMitigation") ?? "off",
      loadBalancingCrossZoneEnabled:
        inputs.optionalText("loadBalancingCrossZoneEnabled") ?? "use_load_balancer_configuration",
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      preserveClientIp: inputs.optionalText("preserveClientIp") ?? "",
      protocolVersion: inputs.optionalText("protocolVersion") ?? (web ? "HTTP1" : ""),
      region: placeOf(operation).region,
      stickiness: inputs.values.stickiness ?? { cookieDuration: 86_400, enabled: false, type: "lb_cookie" },
    };
  },
  create: ({ world, inputs }) => {
    const vpc = inputs.optionalText("vpcId");
    const doing = `creating ELBv2 Target Group (${inputs.text("name")})`;
    if (vpc !== undefined) requireVpc(world, vpc, doing, "Elastic Load Balancing v2.CreateTargetGroup");
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const used = world
      .list(LISTENER)
      .some((one) => forwards(JSON.stringify(one.inputs.defaultActions ?? []), id));
    if (used) {
      throw awsRefusal(
        `deleting ELBv2 Target Group (${id})`,
        "Elastic Load Balancing v2.DeleteTargetGroup",
        "ResourceInUse",
        `Target group '${id}' is currently in use by a listener or a rule`,
      );
    }
    return [];
  },
};

function forwards(actions: string, group: string): boolean {
  return actions.includes(JSON.stringify(group));
}

/** Where targets outside of a VPC may be: RFC 1918 and RFC 6598. */
const PRIVATE = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

const targetGroupAttachment: Behaviour = {
  type: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  schema: {
    ...regional,
    availabilityZone: text.replaces,
    port: number.replaces,
    quicServerId: text.replaces,
    targetGroupArn: text.required.replaces,
    targetId: text.required.replaces,
  },
  id: (operation) => `${operation.inputs.text("targetGroupArn")}-${uniqueHex(operation, 26)}`,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const group = inputs.text("targetGroupArn");
    const target = inputs.text("targetId");
    const doing = `registering ELBv2 Target Group (${group}) target`;
    const call = "Elastic Load Balancing v2.RegisterTargets";
    const found = world.find(TARGET_GROUP, group);
    if (!found) {
      throw awsRefusal(doing, call, "TargetGroupNotFound", `Target groups '${group}' not found`);
    }
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(target);
    if ((found.inputs.targetType === "ip") !== isAddress) {
      throw awsRefusal(doing, call, "ValidationError", `The target '${target}' is not of the group's type`);
    }
    if (isAddress && !PRIVATE.test(target)) {
      throw awsRefusal(
        doing,
        call,
        "InvalidTarget",
        `The IP address '${target}' is not within a range of RFC 1918 or RFC 6598`,
      );
    }
    if (
      isAddress &&
      inputs.optionalText("availabilityZone") !== "all" &&
      outside(world, found.inputs.vpcId, target)
    ) {
      throw awsRefusal(
        doing,
        call,
        "ValidationError",
        `You must specify an Availability Zone of 'all' for the target '${target}', which is outside the VPC`,
      );
    }
    return [];
  },
};

/** Whether an address is in no subnet of the VPC, by the text of /16 to /24 blocks' first octets. */
function outside(world: World, vpcId: unknown, address: string): boolean {
  const vpc = typeof vpcId === "string" ? world.find("aws:ec2/vpc:Vpc", vpcId) : undefined;
  const block = String(vpc?.inputs.cidrBlock ?? "0.0.0.0/16")
    .split(".")
    .slice(0, 2)
    .join(".");
  return !address.startsWith(`${block}.`);
}

/** Headers that a listener renames in requests and sets in responses. */
const HEADERS: Schema = Object.fromEntries([
  ...[
    "XAmznMtlsClientcert",
    "XAmznMtlsClientcertIssuer",
    "XAmznMtlsClientcertLeaf",
    "XAmznMtlsClientcertSerialNumber",
    "XAmznMtlsClientcertSubject",
    "XAmznMtlsClientcertValidity",
    "XAmznTlsCipherSuite",
    "XAmznTlsVersion",
  ].map((header) => [`routingHttpRequest${header}HeaderName`, text] as const),
  ...[
    "AccessControlAllowCredentials",
    "AccessControlAllowHeaders",
    "AccessControlAllowMethods",
    "AccessControlAllowOrigin",
    "AccessControlExposeHeaders",
    "AccessControlMaxAge",
    "ContentSecurityPolicy",
    "StrictTransportSecurity",
    "XContentTypeOptions",
    "XFrameOptions",
  ].map((header) => [`routingHttpResponse${header}HeaderValue`, text] as const),
]);

const LISTENER = "aws:lb/listener:Listener";

const listener: Behaviour = {
  type: LISTENER,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("mutualAuthentication"),
    alpnPolicy: text,
    certificateArn: text,
    defaultActions: list(
      object({
        authenticateCognito: anything,
        authenticateOidc: anything,
        fixedResponse: anything,
        forward: object({
          stickiness: anything,
          targetGroups: set(object({ arn: text.required, weight: number.default(1).between(0, 999) }))
            .required,
        }),
        order: number.computed,
        redirect: object({
          host: text.default("#{host}"),
          path: text.default("/#{path}"),
          port: text.default("#{port}"),
          protocol: text.default("#{protocol}"),
          query: text.default("#{query}"),
          statusCode: text.required.oneOf("HTTP_301", "HTTP_302"),
        }),
        targetGroupArn: text,
        type: text.required,
      }),
    ).required,
    loadBalancerArn: text.required.replaces,
    port: number.between(1, 65_535),
    protocol: text.computed.oneOf(...PROTOCOLS),
    sslPolicy: text.computed,
    ...HEADERS,
    routingHttpResponseServerEnabled: flag,
    tcpIdleTimeoutSeconds: number.computed,
    arn: text.output,
  },
  prepare: mergeTags,
  id: (operation) =>
    `${operation.inputs.text("loadBalancerArn").replace(":loadbalancer/", ":listener/")}/${uniqueHex(operation, 16)}`,
  outputs: (operation, id) => ({
    arn: id,
    protocol: operation.inputs.optionalText("protocol") ?? "HTTP",
    region: placeOf(operation).region,
    sslPolicy: operation.inputs.optionalText("sslPolicy") ?? "",
    tcpIdleTimeoutSeconds: operation.inputs.optionalNumber("tcpIdleTimeoutSeconds") ?? 0,
  }),
  create: (operation) => {
    refuseListener(operation, "CreateListener");
    return [];
  },
  update: (operation) => {
    refuseListener(operation, "ModifyListener");
    return [];
  },
};

function refuseListener({ world, inputs, urn }: Operation, call: string): void {
  const no = (code: string, message: string) =>
    awsRefusal("creating ELBv2 Listener", `Elastic Load Balancing v2.${call}`, code, message);
  const balancer = world.find(LOAD_BALANCER, inputs.text("loadBalancerArn"));
  if (!balancer)
    throw no("LoadBalancerNotFound", `Load balancer '${inputs.text("loadBalancerArn")}' not found`);
  const port = inputs.optionalNumber("port");
  const twice = world
    .list(LISTENER)
    .some(
      (other) =>
        other.urn !== urn &&
        other.inputs.loadBalancerArn === inputs.text("loadBalancerArn") &&
        other.inputs.port === port,
    );
  if (twice) throw no("DuplicateListener", "A listener already exists on this port for this load balancer");
  const protocol = inputs.optionalText("protocol") ?? "HTTP";
  const allowed =
    balancer.inputs.loadBalancerType === "network" ? ["TCP", "TLS", "TCP_UDP", "UDP"] : ["HTTP", "HTTPS"];
  if (!allowed.includes(protocol)) {
    throw no("UnsupportedProtocol", `Protocol '${protocol}' is not supported for this load balancer`);
  }
  const secure = protocol === "HTTPS" || protocol === "TLS";
  if (secure && !inputs.has("certificateArn")) {
    throw no("ValidationError", "A certificate must be specified for HTTPS listeners");
  }
  if (!secure && inputs.has("certificateArn")) {
    throw no("ValidationError", "A certificate cannot be specified for HTTP listeners");
  }
  for (const group of actionGroups(inputs)) {
    if (!world.find(TARGET_GROUP, group))
      throw no("TargetGroupNotFound", `Target group '${group}' not found`);
  }
}

function actionGroups(inputs: Inputs): string[] {
  return inputs
    .objects("defaultActions")
    .flatMap((action) => [
      ...(action.optionalText("targetGroupArn") ?? "").split(" ").filter(Boolean),
      ...(action.object("forward")?.objects("targetGroups") ?? []).map((group) => group.text("arn")),
    ]);
}

const certificate: Behaviour = {
  type: CERTIFICATE,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("options", "validationOptions"),
    certificateAuthorityArn: text.replaces,
    certificateBody: text,
    certificateChain: text,
    domainName: text.computed.replaces,
    earlyRenewalDuration: text,
    keyAlgorithm: text.computed.replaces,
    privateKey: text.secret,
    privateKeyWo: text.secret,
    privateKeyWoVersion: number,
    subjectAlternativeNames: set(text).computed.replaces,
    validationMethod: text.computed.replaces.oneOf("DNS", "EMAIL"),
    arn: text.output,
    domainValidationOptions: list(anything).output,
    notAfter: text.output,
    notBefore: text.output,
    pendingRenewal: flag.output,
    renewalEligibility: text.output,
    renewalSummaries: list(anything).output,
    status: text.output,
    type: text.output,
    validationEmails: list(text).output,
  },
  prepare: mergeTags,
  id: (operation) =>
    arn(
      placeOf(operation),
      "acm",
      `certificate/${uniqueHex(operation, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`,
    ),
  outputs: (operation, id) => {
    const { inputs } = operation;
    const domainName = inputs.text("domainName");
    const names = [...new Set([domainName, ...inputs.texts("subjectAlternativeNames")])];
    return {
      arn: id,
      domainValidationOptions: names.map((name) => ({
        domainName: name,
        resourceRecordName: `_${hex(name, 32)}.${name.replace(/^\*\./, "")}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${hex(`${name} proof`, 32)}.acm-validations.aws.`,
      })),
      keyAlgorithm: inputs.optionalText("keyAlgorithm") ?? "RSA_2048",
      notAfter: "",
      notBefore: "",
      pendingRenewal: false,
      region: placeOf(operation).region,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: "PENDING_VALIDATION",
      subjectAlternativeNames: names,
      type: "AMAZON_ISSUED",
      validationEmails: [],
      validationMethod: inputs.optionalText("validationMethod") ?? "NONE",
    };
  },
};

const certificateValidation: Behaviour = {
  type: "aws:acm/certificateValidation:CertificateValidation",
  schema: {
    ...regional,
    certificateArn: text.required.replaces,
    validationRecordFqdns: set(text).replaces,
  },
  id: (operation) => `2026-01-01 00:00:00 ${uniqueHex(operation, 8)}`,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const id = inputs.text("certificateArn");
    if (!world.find(CERTIFICATE, id)) {
      throw awsRefusal(
        `waiting for ACM Certificate (${id}) to be issued`,
        "ACM.DescribeCertificate",
        "ResourceNotFoundException",
        `Could not find certificate ${id}.`,
      );
    }
    return [];
  },
};

export const loadBalancingBehaviours: readonly Behaviour[] = [
  loadBalancer,
  targetGroup,
  targetGroupAttachment,
  listener,
  certificate,
  certificateValidation,
];
