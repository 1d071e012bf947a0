/** Units that AWS bills in; a price book states each price for one unit. */
export type Unit =
  | "hour"
  | "GB"
  | "GB-month"
  | "month"
  | "request"
  | "transition"
  | "LCU-hour"
  | "GB-second"
  | "message";

interface MeterInfo {
  readonly unit: Unit;
  /** What it measures, as a line of the table says it. */
  readonly what: string;
}

/** What AWS meters, by the name that price books use. Instances and volumes have a meter for every type. */
const METERS = {
  "ec2.publicIpv4": { unit: "hour", what: "public IPv4 address" },
  "ebs.gp3.iops": { unit: "month", what: "gp3 IOPS beyond 3,000" },
  "ebs.gp3.throughput": { unit: "month", what: "gp3 MB/s beyond 125" },
  "ebs.snapshot": { unit: "GB-month", what: "EBS snapshots" },
  "nat.hours": { unit: "hour", what: "NAT gateway" },
  "nat.processed": { unit: "GB", what: "processed by NAT gateways" },
  "vpn.connection": { unit: "hour", what: "site-to-site VPN connection, both tunnels" },
  "endpoint.hours": { unit: "hour", what: "interface endpoint, one zone" },
  "endpoint.processed": { unit: "GB", what: "processed by interface endpoints" },
  "transit.attachment": { unit: "hour", what: "transit gateway attachment" },
  "transfer.internet": { unit: "GB", what: "out to the internet and through the VPN" },
  "transfer.zones": { unit: "GB", what: "between availability zones, each way" },
  "transfer.regions": { unit: "GB", what: "to another region" },
  "s3.standard": { unit: "GB-month", what: "S3 Standard" },
  "s3.standardIa": { unit: "GB-month", what: "S3 Standard-IA" },
  "s3.glacierIr": { unit: "GB-month", what: "S3 Glacier Instant Retrieval" },
  "s3.glacier": { unit: "GB-month", what: "S3 Glacier Flexible Retrieval" },
  "s3.deepArchive": { unit: "GB-month", what: "S3 Glacier Deep Archive" },
  "s3.writes": { unit: "request", what: "S3 PUT, COPY, POST and LIST requests" },
  "s3.reads": { unit: "request", what: "S3 GET and other requests" },
  "s3.iaRetrieval": { unit: "GB", what: "retrieved from Standard-IA" },
  "kms.key": { unit: "month", what: "KMS key" },
  "kms.requests": { unit: "request", what: "KMS requests" },
  "route53.zone": { unit: "month", what: "hosted zone" },
  "route53.queries": { unit: "request", what: "DNS queries" },
  "route53.healthCheck.aws": { unit: "month", what: "health check of an AWS endpoint" },
  "route53.healthCheck.other": { unit: "month", what: "health check of another endpoint" },
  "route53.healthCheck.alarm": { unit: "month", what: "health check on an alarm or on other checks" },
  "route53.healthCheck.option": { unit: "month", what: "health check option (HTTPS, string, fast, latency)" },
  "lb.application": { unit: "hour", what: "Application Load Balancer" },
  "lb.application.lcu": { unit: "LCU-hour", what: "Application Load Balancer capacity" },
  "lb.network": { unit: "hour", what: "Network Load Balancer" },
  "lb.network.lcu": { unit: "LCU-hour", what: "Network Load Balancer capacity" },
  "cloudwatch.alarm": { unit: "month", what: "alarm metric" },
  "cloudwatch.alarm.fast": { unit: "month", what: "alarm metric below one minute" },
  "cloudwatch.alarm.composite": { unit: "month", what: "composite alarm" },
  "cloudwatch.dashboard": { unit: "month", what: "dashboard" },
  "cloudwatch.metric": { unit: "month", what: "custom metrics" },
  "logs.ingested": { unit: "GB", what: "logs ingested" },
  "logs.vended": { unit: "GB", what: "flow logs delivered" },
  "logs.stored": { unit: "GB-month", what: "logs stored" },
  "states.transitions": { unit: "transition", what: "Step Functions state transitions" },
  "lambda.requests": { unit: "request", what: "Lambda requests" },
  "lambda.compute": { unit: "GB-second", what: "Lambda compute" },
  "sns.emails": { unit: "message", what: "e-mails sent by SNS" },
  "secrets.secret": { unit: "month", what: "secret" },
} as const satisfies Record<string, MeterInfo>;

const VOLUME_TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];

/** Name of a meter: one of the table's, `ec2.instance.<type>`, `ebs.volume.<type>` or `directConnect.port.<Gbps>`. */
export type Meter =
  | keyof typeof METERS
  | `ec2.instance.${string}`
  | `ebs.volume.${string}`
  | `directConnect.port.${string}`;

/** Unit and meaning of a meter; nothing where there is no such meter. */
export function meterInfo(meter: string): MeterInfo | undefined {
  if (isNamed(meter)) return METERS[meter];
  const [, family, kind, type = ""] =
    /^(ec2|ebs|directConnect)\.(instance|volume|port)\.(.+)$/.exec(meter) ?? [];
  if (family === "ec2" && kind === "instance" && /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type)) {
    return { unit: "hour", what: `${type} instance (Linux, on demand)` };
  }
  if (family === "ebs" && kind === "volume" && VOLUME_TYPES.includes(type)) {
    return { unit: "GB-month", what: `${type} volume` };
  }
  if (family === "directConnect" && kind === "port" && /^\d+[MG]bps$/.test(type)) {
    return { unit: "hour", what: `${type} Direct Connect port` };
  }
  return undefined;
}

function isNamed(meter: string): meter is keyof typeof METERS {
  return Object.hasOwn(METERS, meter);
}
