import { readPriceBook } from "../../cost/book";
import { type EstimateOptions, estimate } from "../../cost/estimate";
import { type Usage, usageSchema } from "../../estate/schema/aws/usage";
import type { DeclaredResource } from "../../policy/facts/declared";

/** A resource of an AWS type, such as `aws("ec2/eip:Eip", "nat")`. */
export function aws(type: string, name: string, properties: object = {}, id?: string): DeclaredResource {
  return { type: `aws:${type}`, name, properties, ...(id === undefined ? {} : { outputs: { id } }) };
}

export function usage(stated: object = {}): Usage {
  return usageSchema.parse(stated);
}

/** Round prices, of which sums are seen at a glance. */
export const BOOK = readPriceBook(
  `
region: eu-west-1
title: round prices
date: 2026-01-01
currency: USD
sources:
  sure: { title: sure, date: 2026-01-01, confirmed: true }
  unsure: { title: unsure, date: 2026-01-01, confirmed: false }
prices:
  ec2.instance.t3.small: { usd: "0.01", source: sure }
  ec2.publicIpv4: { usd: "0.005", source: sure }
  ebs.volume.gp3: { usd: "0.1", source: sure }
  ebs.gp3.iops: { usd: "0.006", source: sure }
  nat.hours: { usd: "0.05", source: sure }
  nat.processed: { usd: "0.05", source: sure }
  vpn.connection: { usd: "0.05", source: unsure }
  endpoint.hours: { usd: "0.01", source: sure }
  transfer.internet: { tiers: [{ upTo: "100", usd: "0" }, { upTo: "1000", usd: "0.1" }, { usd: "0.01" }], source: sure }
  transfer.regions: { usd: "0.02", source: sure }
  s3.standard: { tiers: [{ upTo: "50", usd: "0.02" }, { usd: "0.01" }], source: sure }
  s3.standardIa: { usd: "0.0125", source: sure }
  s3.writes: { usd: "0.000005", source: sure }
  kms.key: { usd: "1", source: sure }
  kms.requests: { tiers: [{ upTo: "20000", usd: "0" }, { usd: "0.000003" }], source: sure }
  route53.zone: { usd: "0.5", source: sure }
  route53.healthCheck.other: { usd: "0.75", source: sure }
  lb.application: { usd: "0.02", source: sure }
  lb.application.lcu: { usd: "0.008", source: sure }
  cloudwatch.alarm: { tiers: [{ upTo: "10", usd: "0" }, { usd: "0.1" }], source: sure }
  cloudwatch.alarm.fast: { usd: "0.3", source: sure }
  cloudwatch.dashboard: { tiers: [{ upTo: "3", usd: "0" }, { usd: "3" }], source: sure }
  logs.ingested: { tiers: [{ upTo: "5", usd: "0" }, { usd: "0.5" }], source: sure }
  logs.stored: { usd: "0.03", source: sure }
`,
  "round",
);

/** Estimates at round prices and 100 hours a month. */
export function priced(
  resources: readonly DeclaredResource[],
  stated: object = {},
  options: Partial<EstimateOptions> = {},
) {
  return estimate(resources, { book: BOOK, usage: usage({ hours: 100, ...stated }), ...options });
}
