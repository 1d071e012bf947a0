/** What somebody asks AWS for. */
export interface Ask {
  readonly action: string;
  /** ARN; `*` for actions that know no resources. */
  readonly resource: string;
  /** Condition keys of the request, such as `s3:prefix`; `aws:SecureTransport` is true where it says nothing of it. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Policy of the resource itself, such as a bucket's. */
  readonly resourcePolicy?: unknown;
}

/** Who asks: a user or role of the account, or a service of AWS. */
export type Principal = { readonly AWS: string } | { readonly Service: string };

type OneOrMore = string | readonly string[];

interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, OneOrMore>>;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

const ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/** The effects of a policy's statements that are about the request. */
export interface Effects {
  readonly allows: boolean;
  readonly denies: boolean;
}

/**
 * What the statements of one policy say of a request, by the logic that IAM documents
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 *
 * @param by who asks, for a policy that names principals; such a policy is a resource's
 * @throws for a policy that IAM would not take, or that uses what this evaluator does not know: it never guesses
 */
export function effects(document: unknown, ask: Ask, by?: Principal): Effects {
  const about = statementsOf(document).filter((statement) => isAbout(checked(statement, by), ask, by));
  return {
    allows: about.some(({ Effect }) => Effect === "Allow"),
    denies: about.some(({ Effect }) => Effect === "Deny"),
  };
}

function statementsOf(document: unknown): Statement[] {
  if (typeof document !== "object" || document === null) throw new Error("a policy is an object");
  const { Version, Statement: statements } = document as { Version?: unknown; Statement?: unknown };
  if (Version !== "2012-10-17") throw new Error(`a policy of Version ${String(Version)}`);
  return [statements].flat() as Statement[];
}

/** @throws unless IAM would take the statement in that kind of policy */
function checked(statement: Statement, by: Principal | undefined): Statement {
  const { Sid = "", Effect, Action, NotAction, Resource, NotResource } = statement;
  const wrong = (why: string) => new Error(`statement ${Sid}: ${why}`);
  const unknown = Object.keys(statement).find((key) => !ELEMENTS.has(key));
  if (unknown !== undefined) throw wrong(`an element ${unknown}`);
  if (!/^[A-Za-z0-9]*$/.test(Sid)) throw wrong("a Sid of other than letters and digits");
  if (Effect !== "Allow" && Effect !== "Deny") throw wrong(`an effect ${String(Effect)}`);
  if ((Action === undefined) === (NotAction === undefined)) throw wrong("Action and NotAction, or neither");
  if (Resource !== undefined && NotResource !== undefined) throw wrong("Resource and NotResource");
  if (by === undefined) {
    if (statement.Principal !== undefined) throw wrong("a principal in a policy of an identity");
    if (Resource === undefined && NotResource === undefined) throw wrong("no resource");
  } else if (statement.Principal === undefined) throw wrong("no principal in a policy of a resource");
  const actions = list(Action ?? NotAction);
  if (actions.length === 0) throw wrong("no action");
  for (const action of actions) {
    if (!/^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(action)) throw wrong(`an action ${action}`);
  }
  for (const resource of list(Resource ?? NotResource)) {
    // Under mocks, ARNs are shorter than AWS's.
    if (!/^(\*|arn:[^:]+:.*:.+)$/.test(resource)) throw wrong(`a resource ${resource}`);
  }
  return statement;
}

function isAbout(statement: Statement, ask: Ask, by: Principal | undefined): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const names = (patterns: OneOrMore | undefined, value: string, caseless = false) =>
    list(patterns).some((pattern) => like(pattern, value, caseless));
  // Actions are the same in capitals; resources are not.
  if (Action !== undefined ? !names(Action, ask.action, true) : names(NotAction, ask.action, true))
    return false;
  if (Resource !== undefined && !names(Resource, ask.resource)) return false;
  if (NotResource !== undefined && names(NotResource, ask.resource)) return false;
  if (by !== undefined && !isNamed(statement.Principal, by)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, list(values), ask)),
  );
}

function isNamed(named: Statement["Principal"], by: Principal): boolean {
  if (named === "*") return true;
  return Object.entries(by).some(([kind, who]) =>
    list(named?.[kind]).some((one) => one === "*" || one === who || isAccountOf(one, who)),
  );
}

/** An account as principal is everybody in it, as far as their own policies go. */
function isAccountOf(named: string, who: string): boolean {
  const account = /^arn:[^:]+:iam::(\d{12}):root$/.exec(named)?.[1];
  return account !== undefined && who.split(":")[4] === account;
}

type Test = (found: string, wanted: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (found, wanted) => found === wanted,
  StringEqualsIgnoreCase: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  StringLike: (found, wanted) => like(wanted, found),
  ArnEquals: (found, wanted) => like(wanted, found),
  ArnLike: (found, wanted) => like(wanted, found),
  Bool: (found, wanted) => found.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (found, wanted) => Number(found) === Number(wanted),
  NumericLessThan: (found, wanted) => Number(found) < Number(wanted),
  NumericLessThanEquals: (found, wanted) => Number(found) <= Number(wanted),
  NumericGreaterThan: (found, wanted) => Number(found) > Number(wanted),
  NumericGreaterThanEquals: (found, wanted) => Number(found) >= Number(wanted),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
};

function holds(operator: string, key: string, wanted: readonly string[], { context = {} }: Ask): boolean {
  const { "aws:SecureTransport": tls = "true", ...given } = context;
  const known = Object.entries({ "aws:SecureTransport": tls, ...given }).find(
    ([name]) => name.toLowerCase() === key.toLowerCase(),
  )?.[1];
  const found = known === undefined ? [] : list(known);
  if (operator === "Null") return wanted.includes(String(found.length === 0));
  const [, set, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = NEGATED[name];
  const test = TESTS[negated ?? name];
  if (!test) throw new Error(`a condition operator ${operator}`);
  if (found.length === 0) {
    // A key that the request does not have: no value can be equal to it, and none is the same as unequal.
    return ifExists !== undefined || set === "ForAllValues" || (negated !== undefined && set === undefined);
  }
  const one = (value: string) => {
    const equal = wanted.some((other) => test(value, other));
    return negated === undefined ? equal : !equal;
  };
  return set === "ForAllValues" || (negated !== undefined && set === undefined)
    ? found.every(one)
    : found.some(one);
}

/** IAM's `*` and `?`. */
function like(pattern: string, value: string, caseless = false): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, caseless ? "is" : "s").test(value);
}

function list(value: OneOrMore | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
