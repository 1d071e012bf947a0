import assert from "node:assert/strict";
import { decision, type Identity, permissions } from "../support/iam";
import { effects } from "../support/iam-policy";

const document = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

const reader: Identity = {
  arn: "arn:aws:iam::123456789012:user/reader",
  policies: {
    read: document(
      { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::example/*" },
      { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::example/secret/*" },
      {
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::example/*",
        Condition: { StringEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      },
    ),
  },
};

describe("permission tables: what the evaluator decides", () => {
  permissions(() => reader, {
    may: [
      ["s3:GetObject", "arn:aws:s3:::example/a"],
      [
        "s3:PutObject",
        "arn:aws:s3:::example/a",
        { context: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      ],
    ],
    mayNot: [
      ["s3:GetObject", "arn:aws:s3:::other/a"],
      ["s3:GetObject", "arn:aws:s3:::example/secret/a"],
      ["s3:PutObject", "arn:aws:s3:::example/a"],
    ],
  });

  it("tells a denial from a silence, and heeds boundary and resource policy", () => {
    const get = { action: "s3:GetObject", resource: "arn:aws:s3:::example/secret/a" };
    assert.equal(decision(reader, get), "denied");
    assert.equal(decision({ ...reader, policies: {} }, get), "not allowed");
    const allowed = { action: "s3:GetObject", resource: "arn:aws:s3:::example/a" };
    const boundary = document({ Effect: "Allow", Action: "ec2:*", Resource: "*" });
    assert.equal(decision({ ...reader, boundary }, allowed), "not allowed");
    const resourcePolicy = document({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::example", "arn:aws:s3:::example/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    assert.equal(decision(reader, { ...allowed, resourcePolicy }), "allowed");
    const plain = { ...allowed, resourcePolicy, context: { "aws:SecureTransport": "false" } };
    assert.equal(decision(reader, plain), "denied");
  });
});

/** Whether a statement with that condition is about a request with that context. */
function meets(Condition: object, context: Readonly<Record<string, string | string[]>>): boolean {
  const policy = document({ Effect: "Allow", Action: "*", Resource: "*", Condition });
  return effects(policy, { action: "s3:GetObject", resource: "*", context }).allows;
}

describe("permission tables: conditions", () => {
  for (const [condition, context, met] of [
    [{ StringEquals: { "aws:x": ["a", "b"] } }, { "aws:x": "b" }, true],
    [{ StringEquals: { "AWS:X": "a" } }, { "aws:x": "a" }, true],
    [{ StringEquals: { "aws:x": "a" } }, { "aws:x": "A" }, false],
    [{ StringEquals: { "aws:x": "a" } }, {}, false],
    [{ StringEqualsIfExists: { "aws:x": "a" } }, {}, true],
    [{ StringEqualsIfExists: { "aws:x": "a" } }, { "aws:x": "b" }, false],
    [{ StringNotEquals: { "aws:x": ["a", "b"] } }, { "aws:x": "b" }, false],
    [{ StringNotEquals: { "aws:x": "a" } }, { "aws:x": "b" }, true],
    [{ StringNotEquals: { "aws:x": "a" } }, {}, true],
    [{ StringLike: { "s3:prefix": "dump/*" } }, { "s3:prefix": "dump/a" }, true],
    [{ StringLike: { "s3:prefix": "dump/*" } }, { "s3:prefix": "other" }, false],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:::a*" } }, { "aws:SourceArn": "arn:aws:s3:::ab" }, true],
    [{ Bool: { "aws:MultiFactorAuthPresent": "true" } }, { "aws:MultiFactorAuthPresent": "false" }, false],
    [{ Bool: { "aws:MultiFactorAuthPresent": "true" } }, {}, false],
    [{ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } }, {}, true],
    [{ NumericLessThan: { "aws:age": "10" } }, { "aws:age": "9" }, true],
    [{ NumericLessThan: { "aws:age": "10" } }, { "aws:age": "11" }, false],
    [{ Null: { "aws:x": "true" } }, {}, true],
    [{ Null: { "aws:x": "true" } }, { "aws:x": "a" }, false],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, { "aws:TagKeys": ["a"] }, true],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, { "aws:TagKeys": ["a", "c"] }, false],
    [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }, { "aws:TagKeys": ["c", "a"] }, true],
    [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }, {}, false],
    [{ StringEquals: { "aws:x": "a", "aws:y": "b" } }, { "aws:x": "a" }, false],
  ] as const satisfies readonly (readonly [object, Record<string, string | string[]>, boolean])[]) {
    it(`${JSON.stringify(condition)} ${met ? "holds" : "fails"} for ${JSON.stringify(context)}`, () =>
      assert.equal(meets(condition, context), met));
  }
});

describe("permission tables: statements", () => {
  const says = (statement: object, action: string, resource: string) =>
    effects(document(statement), { action, resource });

  it("match actions in any capitals, and resources as they are written", () => {
    const one = { Effect: "Allow", Action: "S3:getobject*", Resource: "arn:aws:s3:::example/?" };
    assert.equal(says(one, "s3:GetObjectVersion", "arn:aws:s3:::example/a").allows, true);
    assert.equal(says(one, "s3:GetObject", "arn:aws:s3:::example/ab").allows, false);
    assert.equal(says(one, "s3:GetObject", "arn:aws:s3:::Example/a").allows, false);
  });

  it("read what is not named", () => {
    const one = { Effect: "Deny", NotAction: "iam:*", Resource: "*" };
    assert.equal(says(one, "iam:GetUser", "*").denies, false);
    assert.equal(says(one, "ec2:RunInstances", "*").denies, true);
    const other = { Effect: "Deny", Action: "*", NotResource: "arn:aws:s3:::example" };
    assert.equal(says(other, "s3:ListBucket", "arn:aws:s3:::example").denies, false);
    assert.equal(says(other, "s3:ListBucket", "arn:aws:s3:::else").denies, true);
  });

  it("name principals: a service, a user, an account", () => {
    const policy = document({
      Effect: "Allow",
      Principal: { Service: "vmie.amazonaws.com", AWS: "arn:aws:iam::123456789012:root" },
      Action: "sts:AssumeRole",
    });
    const ask = { action: "sts:AssumeRole", resource: "*" };
    assert.equal(effects(policy, ask, { Service: "vmie.amazonaws.com" }).allows, true);
    assert.equal(effects(policy, ask, { Service: "ec2.amazonaws.com" }).allows, false);
    assert.equal(effects(policy, ask, { AWS: "arn:aws:iam::123456789012:user/a" }).allows, true);
    assert.equal(effects(policy, ask, { AWS: "arn:aws:iam::210987654321:user/a" }).allows, false);
  });

  for (const [what, statement] of Object.entries({
    "an effect that there is not": { Effect: "Perhaps", Action: "s3:*", Resource: "*" },
    "no action": { Effect: "Allow", Resource: "*" },
    "an action without service": { Effect: "Allow", Action: "GetObject", Resource: "*" },
    "no resource": { Effect: "Allow", Action: "s3:*" },
    "a resource that is no ARN": { Effect: "Allow", Action: "s3:*", Resource: "example" },
    "a principal": { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" },
    "a misspelt element": { Effect: "Allow", Actions: "s3:*", Resource: "*" },
    "a condition operator that is not known": {
      Effect: "Allow",
      Action: "s3:*",
      Resource: "*",
      Condition: { StringSimilar: { "aws:x": "a" } },
    },
  })) {
    it(`are refused with ${what}`, () =>
      assert.throws(() => says(statement, "s3:GetObject", "arn:aws:s3:::example/a")));
  }
});
