/** What a provider does with a changed configuration. */
export type Action = "none" | "refused" | "replace" | "update";

export interface Verdict {
  readonly action: Action;
  /** What was refused or forces the replacement. */
  readonly why?: string;
}
