/** What the state machine hands to the function. */
export interface LatencyEvent {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds of a round trip, or why there is no figure. */
export interface LatencyAnswer {
  readonly ms?: number;
  readonly why?: string;
}

export declare function handler(event: LatencyEvent): Promise<LatencyAnswer>;
