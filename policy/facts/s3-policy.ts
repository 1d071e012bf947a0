import { get, type Known, keys, list, text, UNKNOWN, type Value } from "./read";

/** A statement of a bucket policy, as far as rules ask for it. */
export interface PolicyStatement {
  readonly effect: Known<string>;
  readonly everyone: Known<boolean>;
  /** Whether it is about every S3 action. */
  readonly allActions: Known<boolean>;
  /** Whether it is about the bucket and all its objects. */
  readonly allResources: Known<boolean>;
  /** Whether "the connection is not encrypted" is its only condition. */
  readonly onlyInsecure: Known<boolean>;
}

/** The statements of a policy document: JSON or an object; one UNKNOWN where it cannot be read. */
export function parsePolicy(document: unknown): Known<PolicyStatement>[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  const statements = oneOrMany(parsed, "Statement");
  return statements === UNKNOWN
    ? [UNKNOWN]
    : statements.map((each) => (each === UNKNOWN ? UNKNOWN : statement(each)));
}

/** Whether a grant of an access control list is to everyone or to every AWS account. */
export function isPublicGrant(grant: unknown): Known<boolean> {
  const uri = text(grant, "uri") ?? text(get(grant, "grantee"), "uri");
  return uri === UNKNOWN ? UNKNOWN : uri !== undefined && /\/(AllUsers|AuthenticatedUsers)$/.test(uri);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return UNKNOWN;
  }
}

function statement(from: unknown): PolicyStatement {
  return {
    effect: text(from, "Effect") ?? UNKNOWN,
    everyone: everyone(get(from, "Principal")),
    allActions: some(
      oneOrMany(from, "Action"),
      (action) => action === "*" || action.toLowerCase() === "s3:*",
    ),
    allResources: wholeBucket(oneOrMany(from, "Resource")),
    onlyInsecure: onlyInsecure(get(from, "Condition")),
  };
}

function everyone(principal: unknown): Known<boolean> {
  if (principal === UNKNOWN || typeof principal === "string") {
    return principal === UNKNOWN ? UNKNOWN : principal === "*";
  }
  return some(oneOrMany(principal, "AWS"), (account) => account === "*");
}

function wholeBucket(resources: Known<readonly unknown[]>): Known<boolean> {
  const objects = some(resources, (arn) => arn === "*" || arn.endsWith("/*"));
  const bucket = some(resources, (arn) => arn === "*" || !arn.includes("/"));
  return objects === false || bucket === false
    ? false
    : objects === UNKNOWN || bucket === UNKNOWN
      ? UNKNOWN
      : true;
}

/** `{"Bool": {"aws:SecureTransport": "false"}}` and nothing else, which would let some plain requests through. */
function onlyInsecure(condition: unknown): Known<boolean> {
  const operators = keys({ condition }, "condition");
  if (operators === UNKNOWN) {
    return UNKNOWN;
  }
  const operator = operators?.length === 1 ? operators[0] : undefined;
  if (operator !== "Bool" && operator !== "BoolIfExists") {
    return false;
  }
  const test = get(condition, operator);
  const names = keys({ test }, "test");
  if (names === UNKNOWN) {
    return UNKNOWN;
  }
  const name = names?.length === 1 ? names[0] : undefined;
  return name?.toLowerCase() === "aws:securetransport"
    ? some(
        oneOrMany(test, name),
        (value) => value === "false",
        (value) => value === false,
      )
    : false;
}

/** IAM lets a list of one be written without brackets. */
function oneOrMany(from: unknown, key: string): Known<readonly unknown[]> {
  const value = get(from, key);
  const many: Value<readonly unknown[]> = Array.isArray(value)
    ? list(from, key)
    : value === undefined
      ? []
      : [value];
  return value === UNKNOWN ? UNKNOWN : (many ?? []);
}

function some(
  values: Known<readonly unknown[]>,
  matches: (value: string) => boolean,
  matchesOther: (value: unknown) => boolean = () => false,
): Known<boolean> {
  if (values === UNKNOWN) {
    return UNKNOWN;
  }
  if (values.some((value) => (typeof value === "string" ? matches(value) : matchesOther(value)))) {
    return true;
  }
  return values.includes(UNKNOWN) ? UNKNOWN : false;
}
