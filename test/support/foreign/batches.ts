import { isDeepStrictEqual } from "node:util";
import type { PackConfig } from "../../../policy/config";
import { configOf, NO_CONFIG } from "../../../policy/config";
import type { DeclaredResource } from "../../../policy/facts/declared";
import { readTopology } from "../../../policy/facts/topology";
import { outcomeOf } from "../../../policy/outcomes";
import { isNotApplicable, type Rule } from "../../../policy/rules/rule";
import { type Case, resource, sentProperties, urnOf } from "../../policy/estate";

/** A case in an estate that holds several. */
export interface Placed {
  readonly rule: Rule;
  readonly what: string;
  readonly expectation: Case[1];
  /** Its resources, under the names that they have there. */
  readonly resources: readonly DeclaredResource[];
}

/** Several cases as one estate. */
export interface Batch {
  readonly resources: readonly DeclaredResource[];
  readonly cases: readonly Placed[];
}

const EMPTY: Batch = { resources: [], cases: [] };

/** More cases in one estate are found out slower than they save previews. */
const MOST_CASES = 80;

/**
 * Puts cases together in as few estates as is sound: a case only joins others where its rule says of it there
 * exactly what it says of the case alone, and the rules of the others go on saying what they said.
 */
export function batchesOf(
  cases: readonly (readonly [Rule, Case])[],
  config: PackConfig = NO_CONFIG,
): Batch[] {
  const batches: Batch[] = [];
  const placeFor = (rule: Rule, one: Case) =>
    batches.findIndex((batch) => batch.cases.length < MOST_CASES && isSound(join(batch, rule, one), config));
  for (const [rule, one] of cases) {
    const place = placeFor(rule, one);
    if (place === -1) batches.push(join(EMPTY, rule, one));
    else batches[place] = join(batches[place] ?? EMPTY, rule, one);
  }
  return batches;
}

/** The estate with one case more. What it has already is shared, what has a name that is taken gets another. */
function join(batch: Batch, rule: Rule, [what, expectation, declared]: Case): Batch {
  const resources = [...batch.resources];
  const own: DeclaredResource[] = [];
  const renamed = new Map<string, string>();
  for (const each of declared) {
    const there = resources.find((other) => isSame(other, each, own));
    if (there !== undefined) {
      own.push(there);
      continue;
    }
    const name = freeName(each, resources);
    const urn = urnOf(each.type, name);
    const placed = {
      ...resource(each.type, name, sentProperties(each)),
      // As CrossGuard tells it: what is not said of the options is off.
      options: each.options ?? { protect: false, ignoreChanges: [] },
      ...(each.outputs !== undefined && { outputs: each.outputs }),
      ...(each.propertyDependencies && {
        propertyDependencies: Object.fromEntries(
          Object.entries(each.propertyDependencies).map(([key, urns]) => [
            key,
            urns.map((one) => renamed.get(one) ?? one),
          ]),
        ),
      }),
    };
    if (each.urn !== undefined && !renamed.has(each.urn)) renamed.set(each.urn, urn);
    own.push(placed);
    resources.push(placed);
  }
  return { resources, cases: [...batch.cases, { rule, what, expectation, resources: own }] };
}

/** Whether the estate has that very resource, which then stands for both; two alike of one case stay two. */
function isSame(one: DeclaredResource, other: DeclaredResource, own: readonly DeclaredResource[]): boolean {
  return (
    one.urn === other.urn &&
    !own.includes(one) &&
    other.propertyDependencies === undefined &&
    one.propertyDependencies === undefined &&
    isDeepStrictEqual(one.outputs, other.outputs) &&
    isDeepStrictEqual(one.options, other.options ?? { protect: false, ignoreChanges: [] }) &&
    isDeepStrictEqual(sentProperties(one), sentProperties(other))
  );
}

function freeName({ type, name }: DeclaredResource, taken: readonly DeclaredResource[]): string {
  const isTaken = (wanted: string) => taken.some((other) => other.urn === urnOf(type, wanted));
  let wanted = name;
  for (let number = 2; isTaken(wanted); number += 1) wanted = `${name}-${number}`;
  return wanted;
}

function isSound({ resources, cases }: Batch, config: PackConfig): boolean {
  const topology = readTopology(resources);
  return [...cases].reverse().every(({ rule, resources: own }) => {
    const urns = new Set(own.map(({ urn }) => urn));
    const together = said(rule, resources, config, topology).filter(
      ({ urn }) => urn === undefined || urns.has(urn),
    );
    return isDeepStrictEqual(together, said(rule, own, config));
  });
}

/** What the rule says, in a form that can be compared. */
export function said(
  rule: Rule,
  resources: readonly DeclaredResource[],
  config: PackConfig = NO_CONFIG,
  topology = readTopology(resources),
) {
  const outcome = outcomeOf(rule, resources, topology, configOf(config, rule));
  if (isNotApplicable(outcome)) return [];
  return outcome.map(({ verdict, resource: about, message }) => ({ verdict, urn: about?.urn, message }));
}
