import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Settled } from "./exemptions";
import type { DeclaredResource } from "./facts/declared";
import { readTopology, type Topology } from "./facts/topology";
import type { RuleConfig } from "./settings";

/** What a rule has said of an estate, and what its exemptions made of that. */
export type Judged = Settled;

/** The estate as one stack validation sees it, and what the policies have said of it so far. */
export interface Round {
  readonly resources: readonly DeclaredResource[];
  readonly topology: Topology;
  /** By rule id, in the order in which CrossGuard ran them. */
  readonly judged: Map<string, Judged>;
  /** Ids of the policies that have reported on the rules. */
  readonly reported: Set<string>;
}

/**
 * What the policies of one pack process share. CrossGuard shows a resource's inputs when it is registered and its
 * outputs at the end of a preview, where whatever the provider may compute is unknown, also what the program left
 * out. Only the inputs say what is declared, so they are kept for the end.
 *
 * CrossGuard also hands every stack policy its own copy of all resources, one policy after the other: the first of
 * a round makes the topology and the others take it.
 */
export class Session {
  readonly #inputs = new Map<string, unknown>();
  readonly #ran = new Map<string, RuleConfig>();
  #round: Round | undefined;

  /** Keeps the inputs of a resource that a resource policy was shown. */
  declare(policy: string, args: ResourceValidationArgs, config: RuleConfig): DeclaredResource {
    this.#ran.set(policy, config);
    this.#inputs.set(args.urn, args.props);
    const { protect, ignoreChanges } = args.opts;
    return {
      type: args.type,
      name: args.name,
      urn: args.urn,
      properties: args.props,
      options: { protect, ignoreChanges },
    };
  }

  /** The configuration under which a resource policy ran; undefined when it is disabled. */
  configOfRun(policy: string): RuleConfig | undefined {
    return this.#ran.get(policy);
  }

  /**
   * The round that a stack policy belongs to. It lasts as long as CrossGuard's loop over the policies, which leaves
   * the event loop no turn; the next preview says anew what is declared and which rules run.
   */
  round(policy: string, resources: readonly PolicyResource[]): Round {
    const current = this.#round;
    if (current !== undefined && !current.judged.has(policy) && !current.reported.has(policy)) return current;
    const declared = resources.map((resource) => this.#declared(resource));
    const round = {
      resources: declared,
      topology: readTopology(declared),
      judged: new Map(),
      reported: new Set<string>(),
    };
    this.#round = round;
    setImmediate(() => this.#finish(round));
    return round;
  }

  #finish(round: Round): void {
    if (this.#round !== round) return;
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
      options: { protect: resource.opts.protect, ignoreChanges: resource.opts.ignoreChanges },
      propertyDependencies: mapValues(resource.propertyDependencies, urnsOf),
      dependencies: urnsOf(resource.dependencies),
      // The id of a provider is not told; what reads a reference goes by the URN before it.
      ...(resource.provider !== undefined && { provider: `${resource.provider.urn}::` }),
      ...(resource.parent !== undefined && { parent: resource.parent.urn }),
    };
  }
}

function urnsOf(resources: readonly PolicyResource[]): string[] {
  return resources.map((resource) => resource.urn);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
