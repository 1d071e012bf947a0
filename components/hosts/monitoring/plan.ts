/** What is to be watched, and what to say when it is not as it should be: all that the configuration files need. */
export interface MonitoringPlan {
  /** The cluster's name. */
  readonly cluster: string;
  /** Management addresses of the nodes by name. */
  readonly nodes: Readonly<Record<string, string>>;
  /** The authority that signs the nodes' certificates, in PEM form; without one, whoever answers is trusted. */
  readonly certificateAuthority?: string;
  readonly retentionDays: number;
  readonly scrapeSeconds: number;
  /** Probes by name. */
  readonly probes: Readonly<Record<string, Probe>>;
  /** Guests that a backup job saves, and how old their newest backup may be. */
  readonly backups: readonly BackupObjective[];
  readonly objectives: Objectives;
  /** Who hears of alerts, by name. */
  readonly receivers: Readonly<Record<string, Receiver>>;
  /** Port of Grafana; none where absent. */
  readonly grafanaPort?: number;
}

export type Probe = (
  | { readonly type: "icmp"; readonly address: string }
  | { readonly type: "tcp"; readonly server: string; readonly port: number }
  | { readonly type: "http"; readonly url: string; readonly verifyCertificate: boolean }
) & {
  /** Whether the way leads through the tunnel to the other site. */
  readonly tunnel: boolean;
  /** Longest answer that is not reported, in milliseconds. */
  readonly latencyMs: number;
};

export interface BackupObjective {
  readonly guest: string;
  readonly vmId: number;
  /** Oldest that the newest backup may be, in hours. */
  readonly hours: number;
}

export interface Objectives {
  /** Longest time since a replication job's last success, in minutes. */
  readonly replicationLagMinutes: number;
  /** How full a storage may be, in percent. */
  readonly storageFullPercent: number;
  /** Days before its end at which a certificate is reported. */
  readonly certificateDays: number;
}

export type Severity = "critical" | "warning";

export type Receiver = { readonly severities: readonly Severity[] } & (
  | {
      readonly type: "email";
      readonly to: string;
      readonly from: string;
      readonly smtpServer: string;
      readonly smtpPort: number;
      readonly user: string;
    }
  | { readonly type: "webhook" }
);

/** The secrets that the files hold. */
export interface MonitoringSecrets {
  /** `user@realm!name=uuid`, with the role PVEAuditor. */
  readonly proxmoxToken: string;
  /** A webhook's URL or a mail user's password, by receiver. */
  readonly receivers: Readonly<Record<string, string>>;
  /** Password of Grafana's user `admin`. */
  readonly grafanaPassword?: string;
}
