/** What the runbooks hand to the probe function. */
export interface ProbeEvent {
  readonly addresses: readonly string[];
  readonly probe: { readonly port: number; readonly path?: string; readonly tls: boolean };
}

/** Works, or why it does not. */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly why?: string;
}

export declare function handler(event: ProbeEvent): Promise<ProbeAnswer>;
