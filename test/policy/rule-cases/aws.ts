import { type Case, resource, UNKNOWN_LIST, UNKNOWN_TEXT, urnOf, vm } from "../estate";

const aws = (type: string, properties: object, extra: object = {}) =>
  resource(`aws:${type}`, "it", { ...properties }, extra);
const instance = (properties: object) => aws("ec2/instance:Instance", properties);
const template = (properties: object) => aws("ec2/launchTemplate:LaunchTemplate", properties);
const userPolicy = (policy: unknown) => aws("iam/userPolicy:UserPolicy", { policy });
const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (action: unknown, resources: unknown = "*") => ({
  Effect: "Allow",
  Action: action,
  Resource: resources,
});
const provider = (properties: object) =>
  resource("pulumi:providers:aws", "aws", { region: "eu-west-1", ...properties });
const tags = (...keys: readonly string[]) =>
  JSON.stringify({ tags: Object.fromEntries(keys.map((key) => [key, "x"])) });

const STRONG = {
  tunnel1IkeVersions: ["ikev2"],
  tunnel2IkeVersions: ["ikev2"],
  tunnel1Phase1EncryptionAlgorithms: ["AES256-GCM-16"],
  tunnel2Phase1EncryptionAlgorithms: ["AES256"],
  tunnel1Phase2EncryptionAlgorithms: ["AES256-GCM-16"],
  tunnel2Phase2EncryptionAlgorithms: ["AES256-GCM-16"],
  tunnel1Phase1IntegrityAlgorithms: ["SHA2-384"],
  tunnel2Phase1IntegrityAlgorithms: ["SHA2-256", "SHA2-512"],
  tunnel1Phase2IntegrityAlgorithms: ["SHA2-384"],
  tunnel2Phase2IntegrityAlgorithms: ["SHA2-384"],
  tunnel1Phase1DhGroupNumbers: [14, 20],
  tunnel2Phase1DhGroupNumbers: [21],
  tunnel1Phase2DhGroupNumbers: [19],
  tunnel2Phase2DhGroupNumbers: [20],
};
const vpn = (properties: object) => aws("ec2/vpnConnection:VpnConnection", properties);
const tunnels = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, name.endsWith("Cidr") ? "169.254.10.0/30" : "a-secret"]));

const VPC = aws("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
const flowLog = (properties: object, extra: object = {}) => aws("ec2/flowLog:FlowLog", properties, extra);
const record = (properties: object) => aws("route53/record:Record", { name: "app", ...properties });
const primary = { failoverRoutingPolicies: [{ type: "PRIMARY" }] };

const lock = (properties: object, extra: object = {}) =>
  aws("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", properties, extra);
const bucket = (properties: object) => aws("s3/bucket:Bucket", { bucket: "b", ...properties });
const retention = { rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } };

const LT = "aws:ec2/launchTemplate:LaunchTemplate";
const group = (properties: object, guest = "db") =>
  resource(
    "aws:autoscaling/group:Group",
    "pilot",
    {
      maxSize: 1,
      tags: [{ key: "other" }, { key: "hybrid-estate:guest", value: guest }],
      launchTemplate: { id: UNKNOWN_TEXT },
      ...properties,
    },
    { propertyDependencies: { launchTemplate: [urnOf(LT, "it")] } },
  );
const db = (memory: unknown) => vm("db", { name: "db", vmId: 100, memory: { dedicated: memory } });
const LOGIN = aws("iam/userLoginProfile:UserLoginProfile", { user: "alice" });
const denyUnless = (condition: object) =>
  userPolicy(document({ Effect: "Deny", Action: "*", Resource: "*", Condition: condition }));
const budget = (properties: object) => aws("budgets/budget:Budget", properties);

/** 88 dollars a month in Ireland. */
const VOLUME = aws("ebs/volume:Volume", { type: "gp3", size: 1000 });
const limit = (amount: unknown, more: object = {}, name = "it") =>
  resource("aws:budgets/budget:Budget", name, {
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitUnit: "USD",
    limitAmount: amount,
    notifications: [{}],
    ...more,
  });
const stated = (usage: object) =>
  resource("hybrid-estate:aws:RecoverySite", "aws", { region: "eu-west-1", usage });

/** Rules about AWS: what they say of small estates. */
export const AWS_CASES: Readonly<Record<string, readonly Case[]>> = {
  "kms-key-rotates": [
    ["rotates", "fine", [aws("kms/key:Key", { enableKeyRotation: true })]],
    ["does not say", "violated", [aws("kms/key:Key", {})], "Key it"],
    [
      "does not",
      "violated",
      [aws("kms/key:Key", { enableKeyRotation: false, customerMasterKeySpec: "SYMMETRIC_DEFAULT" })],
    ],
    ["can't: a key for signing", "fine", [aws("kms/key:Key", { customerMasterKeySpec: "RSA_4096" })]],
    ["can't: a key of a store", "fine", [aws("kms/key:Key", { customKeyStoreId: "cks-1" })]],
    ["not known", "undecided", [aws("kms/key:Key", { enableKeyRotation: UNKNOWN_TEXT })]],
  ],
  "imds-v2-only": [
    ["required", "fine", [instance({ metadataOptions: { httpTokens: "required" } })]],
    ["off", "fine", [template({ metadataOptions: { httpEndpoint: "disabled" } })]],
    ["optional", "violated", [template({ metadataOptions: { httpTokens: "optional" } })], "it answers"],
    ["left out", "violated", [instance({})]],
    ["not known", "undecided", [instance({ metadataOptions: { httpTokens: UNKNOWN_TEXT } })]],
    ["the block is not known", "undecided", [instance({ metadataOptions: UNKNOWN_TEXT })]],
    [
      "whether it is on is not known",
      "undecided",
      [instance({ metadataOptions: { httpEndpoint: UNKNOWN_TEXT } })],
    ],
  ],
  "volumes-encrypted": [
    ["a volume", "fine", [aws("ebs/volume:Volume", { encrypted: true })]],
    ["a volume in the clear", "violated", [aws("ebs/volume:Volume", {})], "it has a volume"],
    [
      "an instance",
      "fine",
      [instance({ rootBlockDevice: { encrypted: true }, ebsBlockDevices: [{ encrypted: true }] })],
    ],
    ["its root in the clear", "violated", [instance({ ebsBlockDevices: [{ encrypted: true }] })]],
    [
      "its second volume in the clear",
      "violated",
      [instance({ rootBlockDevice: { encrypted: true }, ebsBlockDevices: [{}] })],
    ],
    [
      "a template",
      "fine",
      [template({ blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { noDevice: "x" }] })],
    ],
    [
      "a template in the clear",
      "violated",
      [template({ blockDeviceMappings: [{ ebs: { encrypted: "false" } }] })],
    ],
    ["an imported snapshot in the clear", "violated", [aws("ebs/snapshotImport:SnapshotImport", {})]],
    ["a copied snapshot in the clear", "violated", [aws("ebs/snapshotCopy:SnapshotCopy", {})]],
    ["not known", "undecided", [template({ blockDeviceMappings: UNKNOWN_LIST })]],
    [
      "one not known, one in the clear",
      "violated",
      [instance({ rootBlockDevice: UNKNOWN_TEXT, ebsBlockDevices: [{}] })],
    ],
  ],
  "no-public-instance": [
    ["none", "fine", [instance({}), template({ networkInterfaces: [{}] })]],
    ["an instance", "violated", [instance({ associatePublicIpAddress: true })], "it gets a public address"],
    [
      "an interface of a template",
      "violated",
      [template({ networkInterfaces: [{}, { associatePublicIpAddress: "true" }] })],
    ],
    ["not known", "undecided", [instance({ associatePublicIpAddress: UNKNOWN_TEXT })]],
  ],
  "iam-no-star": [
    ["named", "fine", [userPolicy(document(allow(["s3:PutObject", "s3:Get*"], ["arn:aws:s3:::b/*"])))]],
    ["every action on one bucket", "fine", [userPolicy(document(allow("s3:*", "arn:aws:s3:::b/*")))]],
    ["named actions on everything", "fine", [userPolicy(document(allow("ec2:DescribeInstances")))]],
    ["everything", "violated", [userPolicy(document(allow("*")))], "IAM policy it"],
    [
      "everything of a service, in a list",
      "violated",
      [userPolicy({ Statement: [allow(["a:b", "s3:*"], ["x", "*"])] })],
    ],
    ["everything denied", "fine", [userPolicy(document({ Effect: "Deny", Action: "*", Resource: "*" }))]],
    ["no policy", "fine", [userPolicy(undefined)]],
    ["not known", "undecided", [userPolicy(UNKNOWN_TEXT)]],
    ["not JSON", "undecided", [userPolicy("{")]],
    [
      "a resource not known, every action",
      "undecided",
      [userPolicy({ Statement: allow("*", [UNKNOWN_TEXT]) })],
    ],
    [
      "an action not known, every resource",
      "undecided",
      [userPolicy({ Statement: allow([UNKNOWN_TEXT], "*") })],
    ],
    [
      "a resource not known, named actions",
      "fine",
      [userPolicy({ Statement: allow("s3:PutObject", [UNKNOWN_TEXT]) })],
    ],
    [
      "an action not known, named resources",
      "fine",
      [userPolicy({ Statement: allow([UNKNOWN_TEXT], "arn:x") })],
    ],
    [
      "one not known, another everything",
      "violated",
      [userPolicy({ Statement: [UNKNOWN_TEXT, allow("*")] })],
    ],
  ],
  "iam-no-administrator": [
    [
      "a policy of the program",
      "fine",
      [aws("iam/userPolicyAttachment:UserPolicyAttachment", { policyArn: "arn:aws:iam::1:policy/backups" })],
    ],
    [
      "AWS' own for everything",
      "violated",
      [
        aws("iam/userPolicyAttachment:UserPolicyAttachment", {
          policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
      ],
      "it attaches",
    ],
    [
      "on a role",
      "violated",
      [aws("iam/role:Role", { managedPolicyArns: ["arn:x", "arn:aws:iam::aws:policy/PowerUserAccess"] })],
    ],
    [
      "not known",
      "undecided",
      [aws("iam/groupPolicyAttachment:GroupPolicyAttachment", { policyArn: UNKNOWN_TEXT })],
    ],
    ["one of a role's not known", "undecided", [aws("iam/role:Role", { managedPolicyArns: [UNKNOWN_TEXT] })]],
  ],
  "iam-people-with-mfa": [
    [
      "denied without, beside what is allowed",
      "fine",
      [
        LOGIN,
        userPolicy(
          document(allow("s3:PutObject", "arn:x"), {
            Effect: "Deny",
            Action: "*",
            Resource: "*",
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } },
          }),
        ),
      ],
    ],
    ["nobody logs in", "not applicable", [userPolicy("{}")]],
    [
      "denied without",
      "fine",
      [LOGIN, denyUnless({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } })],
    ],
    [
      "nothing denied",
      "violated",
      [LOGIN, userPolicy(document(allow("s3:PutObject", "arn:x")))],
      "it may log in",
    ],
    [
      "denied for another reason",
      "violated",
      [LOGIN, denyUnless({ Bool: { "aws:SecureTransport": "false" } })],
    ],
    [
      "denied with a second factor",
      "violated",
      [LOGIN, denyUnless({ Bool: { "aws:MultiFactorAuthPresent": "true" } })],
    ],
    [
      "allowed without",
      "violated",
      [
        LOGIN,
        userPolicy(
          document({ ...allow("a:b"), Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }),
        ),
      ],
    ],
    ["not known", "undecided", [LOGIN, userPolicy(UNKNOWN_TEXT)]],
  ],
  "vpn-strong-crypto": [
    ["strong", "fine", [vpn(STRONG)]],
    ["left to AWS", "violated", [vpn({})], "tunnel1IkeVersions"],
    ...Object.keys(STRONG).map(
      (name): Case => [`${name} left out`, "violated", [vpn({ ...STRONG, [name]: undefined })], name],
    ),
    [
      "IKEv1 too",
      "violated",
      [vpn({ ...STRONG, tunnel2IkeVersions: ["ikev2", "ikev1"] })],
      "tunnel2IkeVersions",
    ],
    [
      "a weak group",
      "violated",
      [vpn({ ...STRONG, tunnel1Phase2DhGroupNumbers: [2] })],
      "tunnel1Phase2DhGroupNumbers",
    ],
    ["a group of weak parameters", "violated", [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: [23] })]],
    ["a group in quotes", "fine", [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: ["20"] })]],
    [
      "the first group and the last that are strong",
      "fine",
      [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: [14, 21] })],
    ],
    ["the last weak group", "violated", [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: [5] })]],
    ["the first group beyond", "violated", [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: [22] })]],
    ["a group not known", "undecided", [vpn({ ...STRONG, tunnel1Phase1DhGroupNumbers: [20, UNKNOWN_TEXT] })]],
    ["a list not known", "undecided", [vpn({ ...STRONG, tunnel1IkeVersions: UNKNOWN_LIST })]],
    ["a value not known", "undecided", [vpn({ ...STRONG, tunnel1IkeVersions: [UNKNOWN_TEXT] })]],
  ],
  "vpn-both-tunnels": [
    [
      "both",
      "fine",
      [vpn(tunnels("tunnel1InsideCidr", "tunnel2InsideCidr", "tunnel1PresharedKey", "tunnel2PresharedKey"))],
    ],
    [
      "one",
      "violated",
      [vpn(tunnels("tunnel1InsideCidr", "tunnel1PresharedKey"))],
      "tunnel2InsideCidr, tunnel2PresharedKey",
    ],
    [
      "a key not known, which is one",
      "fine",
      [
        vpn({
          ...tunnels("tunnel1InsideCidr", "tunnel2InsideCidr", "tunnel1PresharedKey"),
          tunnel2PresharedKey: UNKNOWN_TEXT,
        }),
      ],
    ],
  ],
  "vpc-flow-logs": [
    ["no VPC", "not applicable", []],
    [
      "logged, by what it was computed from",
      "fine",
      [VPC, flowLog({ vpcId: UNKNOWN_TEXT }, { propertyDependencies: { vpcId: [VPC.urn] } })],
    ],
    ["logged, by id", "fine", [{ ...VPC, outputs: { id: "vpc-1" } }, flowLog({ vpcId: "vpc-1" })]],
    ["not logged", "violated", [VPC], "VPC it"],
    ["another is", "violated", [{ ...VPC, outputs: { id: "vpc-1" } }, flowLog({ vpcId: "vpc-2" })]],
    ["a log of a subnet", "violated", [VPC, flowLog({ subnetId: "subnet-1" })]],
    ["a log of something not known", "undecided", [VPC, flowLog({ vpcId: UNKNOWN_TEXT })]],
  ],
  "failover-record-health": [
    ["an alias that does not say whether it looks", "violated", [record({ ...primary, aliases: [{}] })]],
    ["no failover", "fine", [record({ weightedRoutingPolicies: [{ weight: 1 }] })]],
    ["the secondary", "fine", [record({ failoverRoutingPolicies: [{ type: "SECONDARY" }] })]],
    ["a health check", "fine", [record({ ...primary, healthCheckId: UNKNOWN_TEXT })]],
    ["an alias that looks", "fine", [record({ ...primary, aliases: [{ evaluateTargetHealth: true }] })]],
    [
      "an alias that does not look",
      "violated",
      [record({ ...primary, aliases: [{ evaluateTargetHealth: false }] })],
      "Record it",
    ],
    ["nothing", "violated", [record(primary)]],
    ["whether the alias looks is not known", "undecided", [record({ ...primary, aliases: UNKNOWN_LIST })]],
    ["the role is not known", "undecided", [record({ failoverRoutingPolicies: [{ type: UNKNOWN_TEXT }] })]],
  ],
  "bucket-lock-holds": [
    ["no lock asked for", "not applicable", [bucket({})]],
    ["locked by default", "fine", [bucket({ objectLockEnabled: true }), lock({ bucket: "b", ...retention })]],
    [
      "locked, by what it was computed from",
      "fine",
      [
        bucket({ objectLockEnabled: true }),
        lock(
          { bucket: UNKNOWN_TEXT, ...retention },
          { propertyDependencies: { bucket: [urnOf("aws:s3/bucket:Bucket", "it")] } },
        ),
      ],
    ],
    ["no default", "violated", [bucket({ objectLockEnabled: true })], "no default retention"],
    ["a configuration without one", "violated", [bucket({ objectLockEnabled: true }), lock({ bucket: "b" })]],
    [
      "that of another bucket",
      "violated",
      [bucket({ objectLockEnabled: true }), lock({ bucket: "c", ...retention })],
    ],
    [
      "whose is not known",
      "undecided",
      [bucket({ objectLockEnabled: true }), lock({ bucket: UNKNOWN_TEXT, ...retention })],
    ],
  ],
  "pilot-light-grows": [
    [
      "onto what is large enough, beside another",
      "fine",
      [
        resource(LT, "another", { instanceType: "t3.nano" }),
        group({}),
        template({ instanceType: "t3.small" }),
        db(2048),
      ],
    ],
    [
      "for a guest of a size not known",
      "fine",
      [group({}), template({ instanceType: "t3.small" }), db(UNKNOWN_TEXT)],
    ],
    ["no group", "not applicable", [db(1024)]],
    ["to one", "fine", [group({})]],
    ["to none", "violated", [group({ maxSize: 0 })], "maxSize is 0"],
    ["to what is not known", "undecided", [group({ maxSize: UNKNOWN_TEXT })]],
    ["onto what is large enough", "fine", [group({}), template({ instanceType: "t3.small" }), db(2048)]],
    [
      "onto what is too small",
      "violated",
      [group({}), template({ instanceType: "t3.small" }), db(2049)],
      "2048 MiB for db",
    ],
    ["onto a type that nobody knows", "fine", [group({}), template({ instanceType: "x9.huge" }), db(65_536)]],
    ["for another guest", "fine", [group({}, "web"), template({ instanceType: "t3.small" }), db(4096)]],
  ],
  "aws-allowed-regions": [["any, by default", "fine", [provider({})]]],
  "aws-allowed-instance-types": [["any, by default", "fine", [instance({ instanceType: "t3.small" })]]],
  "aws-tagged": [
    ["tagged", "fine", [provider({ defaultTags: tags("environment", "owner") })]],
    ["an object", "fine", [provider({ defaultTags: { tags: { environment: "dev" } } })]],
    ["without the tag", "violated", [provider({ defaultTags: tags("owner") })], "no default tag environment"],
    ["without any", "violated", [provider({})]],
    ["not known", "undecided", [provider({ defaultTags: UNKNOWN_TEXT })]],
    ["no JSON", "undecided", [provider({ defaultTags: "{" })]],
  ],
  "aws-budget": [
    ["no AWS", "not applicable", [budget({})]],
    ["notifies", "fine", [provider({}), budget({ notifications: [{}] })]],
    ["none", "violated", [provider({})], "declares no budget"],
    ["tells nobody", "violated", [provider({}), budget({ notifications: [] })], "notifies nobody"],
    ["tells nobody, as it does not say whom", "violated", [provider({}), budget({})], "notifies nobody"],
    ["not known", "undecided", [provider({}), budget({ notifications: UNKNOWN_LIST })]],
  ],
  "aws-cost-ceiling": [
    ["no AWS", "not applicable", [vm("db", {})]],
    ["a provider alone", "not applicable", [provider({})]],
    ["nobody says how much", "not applicable", [provider({}), VOLUME]],
    ["as much as it may", "fine", [provider({}), VOLUME, limit("88")]],
    ["a cent more", "violated", [provider({}), VOLUME, limit("87.99")], "USD 87.99", "USD 88.00"],
    [
      "the smaller of two",
      "violated",
      [provider({}), VOLUME, limit("87", {}, "first"), limit("100", {}, "second")],
      "USD 87.00",
    ],
    [
      "the smaller of two, which comes later",
      "violated",
      [provider({}), VOLUME, limit("100", {}, "first"), limit("87", {}, "second")],
      "USD 87.00",
    ],
    ["of a year", "not applicable", [provider({}), VOLUME, limit("1", { timeUnit: "ANNUALLY" })]],
    ["of other money", "not applicable", [provider({}), VOLUME, limit("1", { limitUnit: "EUR" })]],
    ["of use", "not applicable", [provider({}), VOLUME, limit("1", { budgetType: "USAGE" })]],
    ["of a month, if that is all it says", "violated", [provider({}), VOLUME, budget({ limitAmount: "1" })]],
    [
      "of a kind not known",
      "violated",
      [
        provider({}),
        VOLUME,
        limit("1", { budgetType: UNKNOWN_TEXT, timeUnit: UNKNOWN_TEXT, limitUnit: UNKNOWN_TEXT }),
      ],
    ],
    ["a limit not known", "undecided", [provider({}), VOLUME, limit(UNKNOWN_TEXT)], "may cost is not known"],
    [
      "one of two limits not known",
      "undecided",
      [provider({}), VOLUME, limit("100", {}, "first"), limit(UNKNOWN_TEXT, {}, "second")],
    ],
    ["a limit that is none", "undecided", [provider({}), VOLUME, limit("a lot")]],
    [
      "a size not known",
      "undecided",
      [provider({}), aws("ebs/volume:Volume", { type: "gp3", size: UNKNOWN_TEXT }), limit("88")],
      "USD 0.00",
      "volume of it",
    ],
    [
      "too much, whatever else there is",
      "violated",
      [provider({}), VOLUME, aws("kms/key:Key", {}), limit("88.50")],
      "USD 89.00",
    ],
    [
      "in a region not known",
      "undecided",
      [provider({ region: UNKNOWN_TEXT }), VOLUME, limit("88")],
      "region",
    ],
    [
      "in one without prices",
      "undecided",
      [provider({ region: "xx-south-9" }), VOLUME, limit("88")],
      "no prices",
    ],
    [
      "use that is stated",
      "violated",
      [stated({ internetGb: 200 }), VOLUME, limit("96.99")],
      "comes to USD 97.00",
    ],
    ["no use", "fine", [stated({ internetGb: 0 }), VOLUME, limit("88")]],
    [
      "a price book that is none",
      "undecided",
      [stated({ prices: "none.yaml" }), VOLUME, limit("88")],
      "price book",
    ],
    ["a statement that is none", "fine", [stated({ internetGb: "much" }), VOLUME, limit("88")]],
    ["a statement not known", "fine", [stated({ internetGb: UNKNOWN_TEXT }), VOLUME, limit("88")]],
  ],
};
