/** A long step that is under way: what it shows to whoever waits. */
export interface Progress {
  /** Replace the text that says what is happening now. */
  update(text: string): void;
  /** The step is done. */
  succeed(text: string): void;
  /** The step did not work. */
  fail(text: string): void;
}

/** Begin to show a step. */
export type StartProgress = (text: string) => Progress;
