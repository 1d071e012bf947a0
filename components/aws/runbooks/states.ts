/**
 * The Amazon States Language as far as the runbooks use it, in its JSONata form
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html).
 */

export type Json = boolean | number | string | null | readonly Json[] | { readonly [key: string]: Json };

interface Flow {
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: true;
  /** Variables that hold from the next state on. */
  readonly Assign?: Readonly<Record<string, Json>>;
  readonly Output?: Json;
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, Json>>;
  readonly Output?: Json;
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

interface Caught {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export type State =
  | (Flow & { readonly Type: "Pass" })
  | (Flow & { readonly Type: "Wait"; readonly Seconds: number | string })
  | (Flow & Caught & { readonly Type: "Task"; readonly Resource: string; readonly Arguments: Json })
  | (Flow &
      Caught & {
        readonly Type: "Map";
        readonly Items: Json;
        readonly ItemSelector: Json;
        readonly MaxConcurrency: number;
        readonly ItemProcessor: Processor & { readonly ProcessorConfig: { readonly Mode: "INLINE" } };
      })
  | (Flow & Caught & { readonly Type: "Parallel"; readonly Branches: readonly Processor[] })
  | {
      readonly Type: "Choice";
      readonly Comment?: string;
      readonly Choices: readonly { readonly Condition: string; readonly Next: string }[];
      readonly Default: string;
    }
  | { readonly Type: "Succeed"; readonly Comment?: string; readonly Output?: Json }
  | { readonly Type: "Fail"; readonly Comment?: string; readonly Error: string; readonly Cause: string };

export type States = Readonly<Record<string, State>>;

interface Processor {
  readonly StartAt: string;
  readonly States: States;
}

/** The definition of a state machine. */
export interface Definition extends Processor {
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  /** Seconds after which AWS ends the execution without running any Catch. */
  readonly TimeoutSeconds: number;
}

/** A JSONata expression as a value of a definition. */
export function expression(text: string): string {
  return `{% ${text} %}`;
}

/** Tries a call that AWS throttles or that fails in passing again: 4 times in about 30 seconds. */
const RETRY: readonly Retrier[] = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 4, BackoffRate: 2, MaxDelaySeconds: 15 },
];

/** Retries for what must happen: 10 times in about 7 minutes. */
export const PATIENT_RETRY: readonly Retrier[] = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 10, BackoffRate: 2, MaxDelaySeconds: 60 },
];

/** Where an error leads, and the variable that says what it was (`why`). */
interface Handling {
  readonly onError?: string;
  readonly reason?: string;
}

/** A call of an AWS API (`ec2:describeImages`) or of an optimised integration (`lambda:invoke`, `sns:publish`). */
export function call(
  action: string,
  args: Json,
  rest: Flow & Handling & { readonly retry?: readonly Retrier[] },
): State {
  const { onError, reason, retry = RETRY, ...flow } = rest;
  const integration = OPTIMISED.has(action) ? action : `aws-sdk:${action}`;
  return {
    Type: "Task",
    Resource: `arn:aws:states:::${integration}`,
    Arguments: args,
    Retry: retry,
    ...(onError === undefined ? {} : { Catch: [caught(onError, reason)] }),
    ...flow,
  };
}

const OPTIMISED: ReadonlySet<string> = new Set(["lambda:invoke", "sns:publish"]);

/** What a caught error says, as an expression. */
export const ERROR_WORDS =
  "$states.errorOutput.Error & ($exists($states.errorOutput.Cause) ? ': ' & $states.errorOutput.Cause : '')";

/** Leads every error to a state, with the words for it in a variable. */
export function caught(next: string, reason = "why"): Catcher {
  return {
    ErrorEquals: ["States.ALL"],
    Next: next,
    Assign: {
      [reason]: expression(ERROR_WORDS),
    },
  };
}

/** Runs states for each item, in the same execution; each sees what `item` makes of its item. */
export function each(
  items: string,
  item: Json,
  start: string,
  states: States,
  rest: Flow & Handling & { readonly concurrency: number },
): State {
  const { concurrency, onError, reason, ...flow } = rest;
  return {
    Type: "Map",
    Items: expression(items),
    ItemSelector: item,
    MaxConcurrency: concurrency,
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: start, States: states },
    ...(onError === undefined ? {} : { Catch: [caught(onError, reason)] }),
    ...flow,
  };
}

/** Goes to the first state whose condition holds. */
export function choice(
  otherwise: string,
  ...choices: readonly (readonly [condition: string, next: string])[]
): State {
  return {
    Type: "Choice",
    Choices: choices.map(([condition, next]) => ({ Condition: expression(condition), Next: next })),
    Default: otherwise,
  };
}
