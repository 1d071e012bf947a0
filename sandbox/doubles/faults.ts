const OPERATIONS = ["create", "update", "delete", "read"] as const;
const KINDS = ["fail", "fail-after", "hang", "hang-after", "kill", "kill-after"] as const;

export type FaultOperation = (typeof OPERATIONS)[number];

/**
 * What goes wrong: the operation fails, hangs until it is cancelled, or this process is killed (SIGKILL). With
 * `-after` its effect has happened, and only the answer is lost.
 */
export type FaultKind = (typeof KINDS)[number];

/** Something that goes wrong at the nth operation of a kind. */
export interface Fault {
  /** Any provider when absent. */
  readonly provider?: string;
  readonly operation: FaultOperation;
  /** Counted from 1, over the operations that `provider` and `operation` select. Previews do not count. */
  readonly nth: number;
  readonly kind: FaultKind;
}

/**
 * Faults from text such as `create:5:fail,aws/update:1:hang`; none from an empty or absent one.
 *
 * @throws Error that says what is allowed
 */
export function parseFaults(faults: string | undefined): Fault[] {
  if (faults === undefined || faults.trim() === "") return [];
  return faults.split(",").map((fault) => parseFault(fault.trim()));
}

function parseFault(fault: string): Fault {
  const [where = "", nth = "", what = ""] = fault.split(":");
  const [first = "", second] = where.split("/");
  const operation = OPERATIONS.find((known) => known === (second ?? first));
  const kind = KINDS.find((known) => known === what);
  if (operation === undefined || kind === undefined || !/^[1-9]\d*$/.test(nth)) {
    throw new Error(
      `not a fault: ${JSON.stringify(fault)}; want [PROVIDER/]${OPERATIONS.join("|")}:NTH:${KINDS.join("|")}`,
    );
  }
  return { ...(second === undefined ? {} : { provider: first }), operation, nth: Number(nth), kind };
}

/** Counts operations and tells when one is to go wrong. */
export class FaultPlan {
  private readonly counts: number[];

  constructor(private readonly faults: readonly Fault[]) {
    this.counts = faults.map(() => 0);
  }

  /** Counts one operation and returns its fault, if it has one. */
  next(provider: string, operation: FaultOperation): FaultKind | undefined {
    let due: FaultKind | undefined;
    for (const [index, fault] of this.faults.entries()) {
      if (fault.operation !== operation || (fault.provider ?? provider) !== provider) continue;
      const count = (this.counts[index] ?? 0) + 1;
      this.counts[index] = count;
      if (count === fault.nth) due ??= fault.kind;
    }
    return due;
  }
}
