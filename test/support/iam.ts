import assert from "node:assert/strict";
import type { Declared } from "./declared";
import { type Ask, effects } from "./iam-policy";

export type { Ask } from "./iam-policy";

const ACCOUNT = "123456789012";

/** A principal of AWS with everything that decides about what it may do. */
export interface Identity {
  /** ARN of the user or role. */
  readonly arn: string;
  /** Policy documents that are attached to it, by name. */
  readonly policies: Readonly<Record<string, unknown>>;
  /** Its permission boundary. */
  readonly boundary?: unknown;
}

export type Decision = "allowed" | "denied" | "not allowed";

/**
 * What AWS decides within one account: a denial anywhere counts; the boundary has to allow; and one of the identity's
 * own policies. What a resource allows by itself is not counted (it is asked for its denials): the estate grants nothing that way.
 *
 * @returns `denied` where a policy says so, `not allowed` where none says anything
 * @throws for a policy that IAM would not take
 */
export function decision(identity: Identity, ask: Ask): Decision {
  const own = Object.values(identity.policies).map((policy) => effects(policy, ask));
  const by = { AWS: identity.arn };
  const resource = ask.resourcePolicy === undefined ? undefined : effects(ask.resourcePolicy, ask, by);
  const boundary = identity.boundary === undefined ? undefined : effects(identity.boundary, ask);
  if ([...own, resource, boundary].some((one) => one?.denies)) return "denied";
  const allowed = own.some(({ allows }) => allows) && (boundary?.allows ?? true);
  return allowed ? "allowed" : "not allowed";
}

/** A row of a table of permissions: action, resource and what else the request says. */
export type Row = readonly [action: string, resource: string, more?: Omit<Ask, "action" | "resource">];

/**
 * One test for each row of what an identity may and may not do.
 *
 * @example
 * describe("IAM: nodes", () => {
 *   permissions(async () => identityOf((await declareEstate(dev)).resources, "aws:iam/user:User", "aws-nodes"), {
 *     may: [["s3:PutObject", "arn:aws:s3:::backups/dump/a"]],
 *     mayNot: [["s3:DeleteObject", "arn:aws:s3:::backups/dump/a"]],
 *   });
 * });
 */
export function permissions(
  identity: () => Promise<Identity> | Identity,
  { may, mayNot }: { readonly may: readonly Row[]; readonly mayNot: readonly Row[] },
): void {
  let known: Identity | undefined;
  const decided = async ([action, resource, more]: Row) => {
    known ??= await identity();
    return decision(known, { action, resource, ...more });
  };
  for (const row of may) {
    it(`may ${said(row)}`, async () => assert.equal(await decided(row), "allowed"));
  }
  for (const row of mayNot) {
    it(`may not ${said(row)}`, async () => assert.notEqual(await decided(row), "allowed"));
  }
}

function said([action, resource, more]: Row): string {
  const context = more?.context ? ` when ${JSON.stringify(more.context)}` : "";
  return `${action} on ${resource}${context}`;
}

/**
 * The identity that a program declared as a user or a role: its inline policies, its managed policies that the
 * program declared too, and its boundary (ditto). Documents are JSON in the inputs.
 */
export function identityOf(
  resources: readonly Declared[],
  type: "aws:iam/role:Role" | "aws:iam/user:User",
  name: string,
): Identity {
  const entity = resources.find((one) => one.type === type && one.name === name);
  assert.ok(entity, `there is no ${type} ${name}`);
  const kind = type === "aws:iam/role:Role" ? "role" : "user";
  // Attached by its name or, where the provider makes that up, by its id.
  const names = new Set([String(entity.inputs.name ?? name), `${name}-id`]);
  const mine = resources.filter(({ inputs }) => names.has(String(inputs[kind])));
  const policies: Record<string, unknown> = {};
  for (const { type: attached, name: policy, inputs } of mine) {
    if (typeof inputs.policy === "string") policies[policy] = JSON.parse(inputs.policy);
    else if (attached.includes("olicyAttachment")) policies[policy] = managed(resources, inputs.policyArn);
  }
  const { managedPolicyArns } = entity.inputs;
  for (const policyArn of Array.isArray(managedPolicyArns) ? managedPolicyArns : []) {
    policies[String(policyArn)] = managed(resources, policyArn);
  }
  const { permissionsBoundary } = entity.inputs;
  return {
    arn: `arn:aws:iam::${ACCOUNT}:${kind}/${String(entity.inputs.name ?? name)}`,
    policies,
    ...(permissionsBoundary === undefined ? {} : { boundary: managed(resources, permissionsBoundary) }),
  };
}

/** The document of a managed policy that the program declared. */
function managed(resources: readonly Declared[], arn: unknown): unknown {
  // Under mocks, an ARN ends in the logical name.
  const found = resources.find(
    ({ type, name }) => type === "aws:iam/policy:Policy" && arn === `arn:aws:::${name}`,
  );
  assert.ok(found && typeof found.inputs.policy === "string", `no policy ${String(arn)} is declared`);
  return JSON.parse(found.inputs.policy);
}
