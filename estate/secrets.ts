import { z } from "zod";
import { backupStorages } from "./backup";
import { isEncryptionKey, standInKey } from "./encryption-key";
import { pathText } from "./paths";
import type { Problem } from "./problems";
import type { Estate } from "./schema";

const apiToken = z
  .string()
  .regex(/^[^@!=\s]+@[^@!=\s]+![^@!=\s]+=[0-9a-f-]{36}$/, {
    error: "a token of the form user@realm!name=uuid",
  })
  .describe("API token that this program works with");

const privateKey = z
  .string()
  .startsWith("-----BEGIN ", { error: "a private key in PEM form" })
  .describe("Private key that host scripts log in with");

/** Secrets that entries of the description need, by the name of the entry. */
interface SecretSection {
  readonly form: z.ZodString;
  /** A secret of that form for runs without real sites: the offline check and the sandbox. */
  readonly standIn: string;
  /** Names of the entries that need one. */
  readonly names: (estate: Estate) => readonly string[];
}

const password = z.string().min(1, { error: "a password" });

type SectionName =
  | "alertReceivers"
  | "bgpKeys"
  | "grafanaPasswords"
  | "metricServerTokens"
  | "monitoringTokens"
  | "realmPasswords"
  | "storageEncryptionKeys"
  | "storagePasswords"
  | "userPasswords"
  | "userTotpKeys"
  | "vpnKeys";

/** The key of an authenticator: 80 bits or more in base32. */
const totpKey = z.string().regex(/^[A-Z2-7]{16,128}$/, { error: "a TOTP key: 16 to 128 letters of base32" });

const SECTIONS: Readonly<Record<SectionName, SecretSection>> = {
  /** Webhook URLs and mail passwords, by receiver of alerts. */
  alertReceivers: {
    form: z.string().regex(/^[^\s]+$/, { error: "a URL or a password without blanks" }),
    standIn: "https://stand-in.invalid/hook",
    names: ({ monitoring }) => Object.keys(monitoring?.receivers ?? {}),
  },
  /** Keys of BGP sessions: `directConnect`. */
  bgpKeys: {
    form: z.string().regex(/^[\x21-\x7e]{6,80}$/, { error: "6 to 80 letters without blanks" }),
    standIn: "stand-in-bgp-key",
    names: ({ aws }) => (aws?.directConnect ? ["directConnect"] : []),
  },
  /** Grafana's passwords by user: `admin`. */
  grafanaPasswords: {
    form: z
      .string()
      .regex(/^[\x21-\x7e]{12,}$/, { error: "a password of 12 letters or more, without blanks" }),
    standIn: "stand-in-password",
    names: ({ monitoring }) => (monitoring?.grafana ? ["admin"] : []),
  },
  /** Tokens of metric servers that speak InfluxDB over HTTP, by server. */
  metricServerTokens: {
    form: password,
    standIn: "stand-in-token",
    names: ({ metricServers }) =>
      Object.keys(metricServers).filter((name) => {
        const server = metricServers[name];
        return server?.type === "influxdb" && server.protocol !== "udp";
      }),
  },
  /** The token that the exporter reads the cluster with (role PVEAuditor), where none of `access` is: `proxmox`. */
  monitoringTokens: {
    form: apiToken,
    standIn: "monitoring@pve!prometheus=00000000-0000-0000-0000-000000000000",
    names: ({ monitoring }) => (monitoring && monitoring.token === undefined ? ["proxmox"] : []),
  },
  /** Client keys of Proxmox Backup Server by storage id. */
  storageEncryptionKeys: {
    form: z.string().refine(isEncryptionKey, {
      error:
        "the whole file that proxmox-backup-client key create --kdf none wrote, unchanged and without passphrase",
    }),
    standIn: standInKey(),
    names: (estate) =>
      backupStorages(estate)
        .filter(([, { encrypted }]) => encrypted)
        .map(([id]) => id),
  },
  /** Passwords of storages, by storage id. */
  storagePasswords: {
    form: password,
    standIn: "stand-in-password",
    names: ({ storages }) =>
      Object.entries(storages)
        .filter(([, { type }]) => type === "cifs" || type === "pbs")
        .map(([id]) => id),
  },
  /** What a realm needs to talk to its directory or provider: the bind password, the client's key. By realm. */
  realmPasswords: {
    form: password,
    standIn: "stand-in-password",
    names: ({ access }) =>
      Object.entries(access.realms).flatMap(([name, realm]) =>
        (realm.type === "openid" ? realm.clientKey : realm.bindDn !== undefined) ? [name] : [],
      ),
  },
  /** Passwords that accounts start with, by user. */
  userPasswords: {
    form: z.string().min(8, { error: "a password of at least 8 letters, as Proxmox VE asks" }),
    standIn: "stand-in-password",
    names: ({ access }) => Object.keys(access.users).filter((user) => access.users[user]?.password),
  },
  /** TOTP keys that accounts start with, by user. */
  userTotpKeys: {
    form: totpKey,
    standIn: "STANDINSTANDINAA",
    names: ({ access }) => Object.keys(access.users).filter((user) => access.users[user]?.totp),
  },
  /** Pre-shared keys of the tunnels to AWS by gateway and tunnel, such as `office-1` and `office-2`. */
  vpnKeys: {
    form: z.string().regex(/^[A-Za-z1-9._][A-Za-z0-9._]{23,63}$/, {
      error:
        "24 to 64 letters, digits, periods and underscores, not beginning with 0, such as openssl rand -hex 24 with an x before it",
    }),
    standIn: "stand.in.pre_shared.key.of.a.tunnel",
    names: ({ aws }) =>
      Object.keys(aws?.vpn?.gateways ?? {}).flatMap((gateway) => [`${gateway}-1`, `${gateway}-2`]),
  },
};

/** The secrets of a stack, set with `pulumi config set --secret --path hybrid-estate:secrets.NAME`. */
export type Secrets = {
  readonly proxmoxApiToken: string;
  readonly sshPrivateKey: string;
} & Readonly<Record<SectionName, Readonly<Record<string, string>>>>;

/** The secrets that every stack has, by name. */
export const SECRET_NAMES: readonly string[] = ["proxmoxApiToken", "sshPrivateKey"];

/**
 * Validates the secrets; what was found is never shown.
 *
 * @param estate says which entries need one; of a description with mistakes that cannot be told, and any will do
 */
export function readSecrets(
  raw: unknown,
  estate: Estate | undefined,
):
  | { readonly ok: true; readonly secrets: Secrets }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const section = (name: SectionName) => sectionSchema(SECTIONS[name], estate);
  const schema = z.strictObject({
    proxmoxApiToken: apiToken,
    sshPrivateKey: privateKey,
    alertReceivers: section("alertReceivers"),
    bgpKeys: section("bgpKeys"),
    grafanaPasswords: section("grafanaPasswords"),
    metricServerTokens: section("metricServerTokens"),
    monitoringTokens: section("monitoringTokens"),
    storageEncryptionKeys: section("storageEncryptionKeys"),
    storagePasswords: section("storagePasswords"),
    realmPasswords: section("realmPasswords"),
    userPasswords: section("userPasswords"),
    userTotpKeys: section("userTotpKeys"),
    vpnKeys: section("vpnKeys"),
  }) satisfies z.ZodType<Secrets>;
  const result = schema.safeParse(raw ?? {});
  if (result.success) return { ok: true, secrets: result.data };
  return { ok: false, problems: result.error.issues.flatMap(secretProblems) };
}

/** Secrets of the right form for an estate that no real site will see. */
export function standInSecrets(estate: Estate): Secrets {
  const section = (name: SectionName) =>
    Object.fromEntries(SECTIONS[name].names(estate).map((entry) => [entry, SECTIONS[name].standIn]));
  return {
    proxmoxApiToken: "sandbox@pve!hybrid-estate=00000000-0000-0000-0000-000000000000",
    sshPrivateKey: "-----BEGIN STAND-IN PRIVATE KEY-----",
    alertReceivers: section("alertReceivers"),
    bgpKeys: section("bgpKeys"),
    grafanaPasswords: section("grafanaPasswords"),
    metricServerTokens: section("metricServerTokens"),
    monitoringTokens: section("monitoringTokens"),
    storageEncryptionKeys: section("storageEncryptionKeys"),
    storagePasswords: section("storagePasswords"),
    realmPasswords: section("realmPasswords"),
    userPasswords: section("userPasswords"),
    userTotpKeys: section("userTotpKeys"),
    vpnKeys: section("vpnKeys"),
  };
}

/** What an entry left behind that is gone is dropped; a slip in a name shows as the secret that is missing. */
function sectionSchema({ form, names }: SecretSection, estate: Estate | undefined) {
  if (!estate) return z.record(z.string(), form).prefault({});
  return z.object(Object.fromEntries(names(estate).map((name) => [name, form]))).prefault({});
}

function secretProblems(issue: z.core.$ZodIssue): Problem[] {
  const steps = ["secrets", ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") {
    const allowed = [...SECRET_NAMES, ...Object.keys(SECTIONS)].join(", ");
    return issue.keys.map((key) => ({
      path: pathText([...steps, key]),
      message: `found an unknown secret; allowed: ${allowed}`,
    }));
  }
  const path = pathText(steps);
  const hint = `pulumi config set --secret --path 'hybrid-estate:${path}'`;
  return [
    issue.code === "invalid_type"
      ? { path, message: `found nothing that can be used; allowed: a secret, set with ${hint}` }
      : { path, message: `found a secret of another form; allowed: ${issue.message}, set with ${hint}` },
  ];
}
