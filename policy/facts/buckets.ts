import { type DeclaredResource, sourcesOf } from "./declared";
import { flag, get, items, type Known, text, UNKNOWN, type Value } from "./read";
import { isPublicGrant, type PolicyStatement, parsePolicy } from "./s3-policy";

/** General purpose buckets; `BucketV2` is the same under its former name. */
export const BUCKET_TYPES: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** The resources that add to a bucket. */
export const SATELLITE_TYPES = {
  "public access block": ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  encryption: [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  versioning: ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
  policy: ["aws:s3/bucketPolicy:BucketPolicy"],
  acl: ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"],
} as const;

/** Closes every bucket of the account. */
export const ACCOUNT_BLOCK_TYPE = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";

/** What a resource adds to a bucket. */
export type SatelliteKind = keyof typeof SATELLITE_TYPES;

/** The four switches of a public access block; the provider leaves out those that are off. */
export interface PublicAccessBlock {
  readonly switches: Readonly<Record<(typeof SWITCHES)[number], Known<boolean>>>;
}

/** All four have to be on: each closes another way to the public. */
export const SWITCHES = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** A bucket with what all the resources that belong to it say. */
export interface Bucket {
  readonly source: DeclaredResource;
  readonly publicAccessBlocks: readonly PublicAccessBlock[];
  /** Algorithms of the default encryption. */
  readonly encryptions: readonly Value<string>[];
  /** Each source's word on versioning. */
  readonly versionings: readonly Known<boolean>[];
  /** Statements of all policies; UNKNOWN in it for a policy that cannot be read yet. */
  readonly statements: readonly Known<PolicyStatement>[];
  /** Whether an access control list opens the bucket to everyone. */
  readonly publicAcls: readonly Known<boolean>[];
  /** Kinds of which the program declares resources whose bucket is not known: one may be this bucket's. */
  readonly uncertain: ReadonlySet<SatelliteKind>;
}

/** Satellites by what they name; links that are not known by the URN they were computed from. */
export interface Satellites {
  readonly byBucket: ReadonlyMap<string, readonly DeclaredResource[]>;
  readonly uncertain: ReadonlySet<SatelliteKind>;
}

const KINDS: ReadonlyMap<string, SatelliteKind> = new Map([
  ...kind("public access block"),
  ...kind("encryption"),
  ...kind("versioning"),
  ...kind("policy"),
  ...kind("acl"),
]);

/** Whether resources of this type add to a bucket. */
export function isSatellite(type: string): boolean {
  return KINDS.has(type);
}

/** Sorts satellites by bucket: by name or id where known, else by URN of the bucket it was computed from. */
export function sortSatellites(
  satellites: readonly DeclaredResource[],
  buckets: readonly DeclaredResource[],
): Satellites {
  const urns = new Set(buckets.map((bucket) => bucket.urn));
  const byBucket = new Map<string, DeclaredResource[]>();
  const uncertain = new Set<SatelliteKind>();
  for (const satellite of satellites) {
    const named = text(satellite.properties, "bucket");
    const sources =
      typeof named === "string" ? [] : sourcesOf(satellite, "bucket").filter((urn) => urns.has(urn));
    const key = typeof named === "string" ? named : sources.length === 1 ? sources[0] : undefined;
    const satelliteKind = KINDS.get(satellite.type);
    if (key !== undefined) {
      byBucket.set(key, [...(byBucket.get(key) ?? []), satellite]);
    } else if (satelliteKind !== undefined) {
      uncertain.add(satelliteKind);
    }
  }
  return { byBucket, uncertain };
}

/** Joins a bucket, its own (older, inline) settings and its satellites. */
export function readBucket(resource: DeclaredResource, satellites: Satellites): Bucket {
  const own = (of: SatelliteKind) =>
    namesOf(resource)
      .flatMap((name) => satellites.byBucket.get(name) ?? [])
      .filter((satellite) => KINDS.get(satellite.type) === of);
  return {
    source: resource,
    publicAccessBlocks: own("public access block").map(readPublicAccessBlock),
    encryptions: [...own("encryption").flatMap(encryptionsOf), ...inlineEncryption(resource)],
    versionings: [...own("versioning").map(versioningOf), ...inlineVersioning(resource)],
    statements: [resource, ...own("policy")].flatMap((from) => {
      const document = get(from.properties, "policy");
      return document === undefined ? [] : parsePolicy(document);
    }),
    publicAcls: [resource, ...own("acl")].flatMap((from) => aclsOf(from)),
    uncertain: satellites.uncertain,
  };
}

/** Reads the block of a bucket or of an account; a switch that is left out is off. */
export function readPublicAccessBlock(resource: DeclaredResource): PublicAccessBlock {
  const read = (name: string) => flag(resource.properties, name) ?? false;
  return {
    switches: {
      blockPublicAcls: read("blockPublicAcls"),
      blockPublicPolicy: read("blockPublicPolicy"),
      ignorePublicAcls: read("ignorePublicAcls"),
      restrictPublicBuckets: read("restrictPublicBuckets"),
    },
  };
}

function kind(of: SatelliteKind): [string, SatelliteKind][] {
  return SATELLITE_TYPES[of].map((type) => [type, of]);
}

/** Everything by which a satellite may name the bucket, each once. */
function namesOf(bucket: DeclaredResource): string[] {
  const names = [
    bucket.urn,
    text(bucket.properties, "bucket"),
    text(bucket.outputs, "bucket"),
    text(bucket.outputs, "id"),
  ];
  return [...new Set(names.filter((name) => typeof name === "string"))];
}

function encryptionsOf(satellite: DeclaredResource): Value<string>[] {
  return items(satellite.properties, "rules").map(algorithm);
}

/** `BucketV2` writes the same in the plural. */
function inlineEncryption(bucket: DeclaredResource): readonly Value<string>[] {
  const inline = get(bucket.properties, "serverSideEncryptionConfiguration");
  const plural = items(bucket.properties, "serverSideEncryptionConfigurations")
    .flatMap((configuration) => items(configuration, "rules"))
    .flatMap((rule) => items(rule, "applyServerSideEncryptionByDefaults"))
    .map((defaults) => text(defaults, "sseAlgorithm"));
  return inline === undefined ? plural : [algorithm(get(inline, "rule")), ...plural];
}

function algorithm(rule: unknown): Value<string> {
  return text(get(rule, "applyServerSideEncryptionByDefault"), "sseAlgorithm");
}

function versioningOf(satellite: DeclaredResource): Known<boolean> {
  const status = text(get(satellite.properties, "versioningConfiguration"), "status");
  return status === UNKNOWN ? UNKNOWN : status === "Enabled";
}

/** Object Lock is only to be had with versioning, so it says the same. */
function inlineVersioning(bucket: DeclaredResource): readonly Known<boolean>[] {
  const inline = get(bucket.properties, "versioning");
  const declared: Value<boolean>[] = [
    inline === undefined ? undefined : (flag(inline, "enabled") ?? false),
    ...items(bucket.properties, "versionings").map((each) => flag(each, "enabled") ?? false),
    flag(bucket.properties, "objectLockEnabled") || undefined,
  ];
  return declared.filter((value) => value !== undefined);
}

function aclsOf(from: DeclaredResource): readonly Known<boolean>[] {
  const canned = text(from.properties, "acl");
  const grants = [
    ...items(from.properties, "grants"),
    ...items(get(from.properties, "accessControlPolicy"), "grants"),
  ];
  const open = grants.map(isPublicGrant);
  return canned === undefined ? open : [isPublicAcl(canned), ...open];
}

function isPublicAcl(canned: Known<string>): Known<boolean> {
  return canned === UNKNOWN ? UNKNOWN : /^(public-|authenticated-read)/.test(canned);
}
