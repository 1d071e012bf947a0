import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { DeclaredResource } from "./facts/declared";
import { readTopology, type Topology } from "./facts/topology";
import type { Outcome } from "./rules/rule";

/** The estate as one stack validation sees it, and what the rules have said of it so far. */
export interface Round {
  readonly resources: readonly DeclaredResource[];
  readonly topology: Topology;
  /** By rule id, in the order in which CrossGuard ran them. */
  readonly outcomes: Map<string, Outcome>;
}

/**
 * What the policies of one pack process share. CrossGuard shows a resource's inputs when it is registered and its
 * outputs at the end of a preview, where whatever the provider may compute is unknown, also what the program left
 * out. Only the inputs say what is declared, so they are kept for the end.
 *
 * CrossGuard also hands every stack policy its own copy of all resources, one policy after the other: the first of
 * a round makes the topology and the others take it. A policy that comes a second time starts a new round.
 */
export class Session {
  readonly #inputs = new Map<string, unknown>();
  readonly #ran = new Set<string>();
  #round: Round | undefined;

  /** Keeps the inputs of a resource that a resource policy was shown. */
  declare(policy: string, args: ResourceValidationArgs): DeclaredResource {
    this.#ran.add(policy);
    this.#inputs.set(args.urn, args.props);
    return { type: args.type, name: args.name, urn: args.urn, properties: args.props };
  }

  /** Whether a resource policy was run, that is, is not disabled. */
  hasRun(policy: string): boolean {
    return this.#ran.has(policy);
  }

  /** The round that a stack policy belongs to. */
  round(policy: string, resources: readonly PolicyResource[]): Round {
    const current = this.#round;
    if (current !== undefined && !current.outcomes.has(policy) && sameUrns(current.resources, resources)) {
      return current;
    }
    const declared = resources.map((resource) => this.#declared(resource));
    this.#round = { resources: declared, topology: readTopology(declared), outcomes: new Map() };
    return this.#round;
  }

  /** Ends the round after its last policy: the next preview says anew what is declared and which rules run. */
  finish(): void {
    this.#inputs.clear();
    this.#ran.clear();
    this.#round = undefined;
  }

  #declared(resource: PolicyResource): DeclaredResource {
    return {
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      properties: this.#inputs.get(resource.urn) ?? resource.props,
      outputs: resource.props,
      propertyDependencies: mapValues(resource.propertyDependencies, urnsOf),
      dependencies: urnsOf(resource.dependencies),
      ...(resource.parent !== undefined && { parent: resource.parent.urn }),
    };
  }
}

function sameUrns(declared: readonly DeclaredResource[], resources: readonly PolicyResource[]): boolean {
  return (
    declared.length === resources.length &&
    declared.every((each, index) => each.urn === resources[index]?.urn)
  );
}

function urnsOf(resources: readonly PolicyResource[]): string[] {
  return resources.map((resource) => resource.urn);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
