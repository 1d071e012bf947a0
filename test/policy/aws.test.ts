import type { DeclaredResource } from "../../policy/facts/declared";
import { bucketEncrypted } from "../../policy/rules/bucket-encrypted";
import { bucketPrivate } from "../../policy/rules/bucket-private";
import { bucketTlsOnly } from "../../policy/rules/bucket-tls-only";
import { bucketVersioned } from "../../policy/rules/bucket-versioned";
import { noOpenIngress } from "../../policy/rules/no-open-ingress";
import {
  type Case,
  cases,
  type Extra,
  type Properties,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
} from "./estate";

const BUCKET = "aws:s3/bucket:Bucket";
const bucket = (properties: Properties = {}, extra: Extra = {}) =>
  resource(BUCKET, "backup", { bucket: "backups", ...properties }, extra);

/** Everything that may stand between a bucket and a resource that is meant for it. */
function linkCases(satellite: (to: Properties, extra?: Extra) => DeclaredResource): Case[] {
  const computed = { propertyDependencies: { bucket: [urnOf(BUCKET, "backup")] } };
  const elsewhere = { propertyDependencies: { bucket: [urnOf(BUCKET, "other")] } };
  const other = resource(BUCKET, "other", { bucket: "other" });
  return [
    ["no bucket", "not applicable", []],
    ["nothing attached", "violated", [bucket()], "Bucket backup"],
    ["attached by name", "fine", [bucket(), satellite({ bucket: "backups" })]],
    [
      "attached by id",
      "fine",
      [bucket({}, { outputs: { id: "backups-1f" } }), satellite({ bucket: "backups-1f" })],
    ],
    [
      "attached by an id that is not known yet",
      "fine",
      [bucket(), satellite({ bucket: UNKNOWN_TEXT }, computed)],
    ],
    ["attached to another bucket", "violated", [bucket(), satellite({ bucket: "other" })]],
    [
      "attached to another by an id that is not known yet",
      "violated",
      [bucket(), other, satellite({ bucket: UNKNOWN_TEXT }, elsewhere)],
    ],
    ["attached to who knows what", "undecided", [bucket(), satellite({ bucket: UNKNOWN_TEXT })]],
    [
      "two buckets, one without",
      "violated",
      [bucket(), other, satellite({ bucket: "backups" })],
      "Bucket other",
    ],
  ];
}

const SWITCHED_ON = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const block = (properties: Properties, extra?: Extra) =>
  resource(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "block",
    { ...SWITCHED_ON, ...properties },
    extra,
  );

describe("rule bucket-private", () => {
  const here = { bucket: "backups" };
  const acl = (properties: Properties) =>
    resource("aws:s3/bucketAcl:BucketAcl", "acl", { ...here, ...properties });
  const everyone = { uri: "http://acs.amazonaws.com/groups/global/AllUsers" };
  cases(bucketPrivate, [
    ...linkCases(block),
    ["one switch off", "violated", [bucket(), block({ ...here, ignorePublicAcls: false })]],
    ["one switch left out", "violated", [bucket(), block({ ...here, restrictPublicBuckets: undefined })]],
    ["one switch not known yet", "undecided", [bucket(), block({ ...here, blockPublicAcls: UNKNOWN_TEXT })]],
    [
      "blocked for the whole account",
      "fine",
      [bucket(), resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "a", SWITCHED_ON)],
    ],
    [
      "a public access control list",
      "violated",
      [bucket(), block(here), acl({ acl: "public-read" })],
      "access control list",
    ],
    [
      "a public grant",
      "violated",
      [bucket(), block(here), acl({ accessControlPolicy: { grants: [{ grantee: everyone }] } })],
    ],
    ["an inline public access control list", "violated", [bucket({ acl: "public-read-write" }), block(here)]],
    [
      "an access control list that is not known yet",
      "undecided",
      [bucket(), block(here), acl({ acl: UNKNOWN_TEXT })],
    ],
    ["a private access control list", "fine", [bucket(), block(here), acl({ acl: "private" })]],
    ["the older BucketV2", "violated", [resource("aws:s3/bucketV2:BucketV2", "backup", {})]],
  ]);
});

describe("rule bucket-encrypted", () => {
  const rules = (sseAlgorithm: unknown) => [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }];
  const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  const encryption = (properties: Properties, extra?: Extra) =>
    resource(type, "sse", { rules: rules("aws:kms"), ...properties }, extra);
  cases(bucketEncrypted, [
    ...linkCases(encryption),
    ["AES256", "fine", [bucket(), encryption({ bucket: "backups", rules: rules("AES256") })]],
    ["no algorithm", "violated", [bucket(), encryption({ bucket: "backups", rules: [{}] })]],
    [
      "an algorithm that is not known yet",
      "undecided",
      [bucket(), encryption({ bucket: "backups", rules: rules(UNKNOWN_TEXT) })],
    ],
    [
      "rules that are not known yet",
      "undecided",
      [bucket(), encryption({ bucket: "backups", rules: UNKNOWN_LIST })],
    ],
    ["inline", "fine", [bucket({ serverSideEncryptionConfiguration: { rule: rules("AES256")[0] } })]],
    [
      "inline, the older way",
      "fine",
      [
        resource("aws:s3/bucketV2:BucketV2", "b", {
          serverSideEncryptionConfigurations: [
            { rules: [{ applyServerSideEncryptionByDefaults: [{ sseAlgorithm: "AES256" }] }] },
          ],
        }),
      ],
    ],
  ]);
});

describe("rule bucket-versioned", () => {
  const versioning = (properties: Properties, extra?: Extra) =>
    resource(
      "aws:s3/bucketVersioning:BucketVersioning",
      "v",
      { versioningConfiguration: { status: "Enabled" }, ...properties },
      extra,
    );
  cases(bucketVersioned, [
    ...linkCases(versioning),
    [
      "suspended",
      "violated",
      [bucket(), versioning({ bucket: "backups", versioningConfiguration: { status: "Suspended" } })],
    ],
    [
      "a status that is not known yet",
      "undecided",
      [bucket(), versioning({ bucket: "backups", versioningConfiguration: { status: UNKNOWN_TEXT } })],
    ],
    ["inline", "fine", [bucket({ versioning: { enabled: true } })]],
    ["inline, without a word", "violated", [bucket({ versioning: {} })]],
    ["inline, off", "violated", [bucket({ versioning: { enabled: false } })]],
    ["Object Lock", "fine", [bucket({ objectLockEnabled: true })]],
  ]);
});

describe("rule bucket-tls-only", () => {
  const here = { bucket: "backups" };
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::backups", "arn:aws:s3:::backups/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const policy = (properties: Properties, extra?: Extra) =>
    resource(
      "aws:s3/bucketPolicy:BucketPolicy",
      "p",
      { policy: JSON.stringify({ Statement: [deny] }), ...properties },
      extra,
    );
  const stating = (statement: unknown) => [bucket(), policy({ ...here, policy: { Statement: statement } })];
  const says = (changes: Properties) => stating([{ ...deny, ...changes }]);
  cases(bucketTlsOnly, [
    ...linkCases(policy),
    ["as an object", "fine", says({})],
    ["one statement without brackets", "fine", stating(deny)],
    ["among other statements", "fine", stating([{ Effect: "Allow", Principal: "*" }, deny])],
    ["principal AWS *", "fine", says({ Principal: { AWS: ["*"] } })],
    ["other case of letters", "fine", says({ Condition: { Bool: { "AWS:SecureTransport": ["false"] } } })],
    ["inline", "fine", [bucket({ policy: JSON.stringify({ Statement: deny }) })]],
    ["allowing instead", "violated", says({ Effect: "Allow" })],
    ["one account only", "violated", says({ Principal: { AWS: "arn:aws:iam::123456789012:root" } })],
    ["reading only", "violated", says({ Action: "s3:GetObject" })],
    ["the objects only", "violated", says({ Resource: "arn:aws:s3:::backups/*" })],
    ["the bucket only", "violated", says({ Resource: "arn:aws:s3:::backups" })],
    [
      "encrypted connections instead",
      "violated",
      says({ Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ],
    [
      "with a second condition",
      "violated",
      says({
        Condition: { Bool: { "aws:SecureTransport": "false" }, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
      }),
    ],
    [
      "without a condition (denies everything, says nothing of TLS)",
      "violated",
      says({ Condition: undefined }),
    ],
    ["a policy that is not known yet", "undecided", [bucket(), policy({ ...here, policy: UNKNOWN_TEXT })]],
    ["resources that are not known yet", "undecided", says({ Resource: [UNKNOWN_TEXT, UNKNOWN_TEXT] })],
    ["a policy that is not JSON", "undecided", [bucket(), policy({ ...here, policy: "{" })]],
  ]);
});

describe("rule no-open-ingress", () => {
  const group = (ingress: unknown) => [resource("aws:ec2/securityGroup:SecurityGroup", "web", { ingress })];
  const tcp = (properties: Properties) => ({ protocol: "tcp", fromPort: 22, toPort: 22, ...properties });
  const rule = (properties: Properties) => [
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", "ssh", tcp({ type: "ingress", ...properties })),
  ];
  const ingressRule = (properties: Properties) => [
    resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ssh", {
      ipProtocol: "-1",
      ...properties,
    }),
  ];
  cases(noOpenIngress, [
    ["no ingress", "fine", group(undefined)],
    ["a known range", "fine", group([tcp({ cidrBlocks: ["192.168.137.0/24"] })])],
    ["everything", "violated", group([tcp({ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] })]), "web", "tcp 22"],
    [
      "everything, on a range of ports",
      "violated",
      group([{ protocol: "tcp", fromPort: 22, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }]),
      "tcp 22-80",
    ],
    ["everything over IPv6", "violated", group([tcp({ ipv6CidrBlocks: ["::/0"] })])],
    ["everything, written at length", "violated", group([tcp({ ipv6CidrBlocks: ["0:0:0:0:0:0:0:0/0"] })])],
    ["a range that is not known yet", "undecided", group([tcp({ cidrBlocks: [UNKNOWN_TEXT] })])],
    [
      "one not known yet, another open",
      "violated",
      group([tcp({ cidrBlocks: [UNKNOWN_TEXT] }), tcp({ cidrBlocks: ["0.0.0.0/0"] })]),
    ],
    ["ingress that is not known yet", "undecided", group(UNKNOWN_LIST)],
    [
      "the default group",
      "violated",
      [
        resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", {
          ingress: [tcp({ cidrBlocks: ["0.0.0.0/0"] })],
        }),
      ],
    ],
    ["a rule", "violated", rule({ cidrBlocks: ["0.0.0.0/0"] })],
    ["an egress rule", "fine", rule({ type: "egress", cidrBlocks: ["0.0.0.0/0"] })],
    [
      "a rule whose direction is not known yet",
      "undecided",
      rule({ type: UNKNOWN_TEXT, cidrBlocks: ["0.0.0.0/0"] }),
    ],
    ["an ingress rule", "violated", ingressRule({ cidrIpv4: "0.0.0.0/0" }), "every port"],
    ["an ingress rule over IPv6", "violated", ingressRule({ cidrIpv6: "::/0" })],
    ["an ingress rule from a group", "fine", ingressRule({ referencedSecurityGroupId: "sg-1" })],
    ["an ingress rule that is not known yet", "undecided", ingressRule({ cidrIpv4: UNKNOWN_TEXT })],
  ]);
});
