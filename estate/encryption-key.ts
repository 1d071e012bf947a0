import { createHash, pbkdf2Sync } from "node:crypto";
import { isContainer } from "./paths";

/** Length of the AES-256 key that backups are encrypted with. */
const KEY_BYTES = 32;

const FINGERPRINT_OF = createHash("sha256").update("Proxmox Backup Encryption Key Fingerprint").digest();

/**
 * Whether a text is a client key of Proxmox Backup Server that a cluster can use: the JSON of
 * `proxmox-backup-client key create --kdf none`, without a passphrase, as no one is there to type it. The key's
 * fingerprint, where it has one, must be that of the key: one that was cut off or mixed up encrypts backups that
 * no other copy of it will ever read.
 */
export function isEncryptionKey(text: string): boolean {
  const key = parsed(text);
  if (key === undefined || Reflect.get(key, "kdf") !== null) return false;
  const [data, created, fingerprint] = ["data", "created", "fingerprint"].map((name) =>
    Reflect.get(key, name),
  );
  if (typeof data !== "string" || typeof created !== "string" || Number.isNaN(Date.parse(created)))
    return false;
  const bytes = Buffer.from(data, "base64");
  return (
    bytes.length === KEY_BYTES &&
    bytes.toString("base64") === data &&
    (fingerprint === undefined || fingerprint === keyFingerprint(bytes))
  );
}

/** The fingerprint of a key as Proxmox shows it; `pbs-tools/src/crypt_config.rs` says how it is made. */
export function keyFingerprint(key: Buffer): string {
  const id = pbkdf2Sync(key, "_id_key", 10, KEY_BYTES, "sha256");
  const digest = createHash("sha256").update(FINGERPRINT_OF).update(id).digest("hex");
  return digest.replace(/..(?=.)/g, "$&:");
}

/** A key of the right form that encrypts nothing: for runs without real sites. */
export function standInKey(): string {
  const bytes = Buffer.alloc(KEY_BYTES);
  const created = "2025-01-01T00:00:00+00:00";
  return JSON.stringify({
    kdf: null,
    created,
    modified: created,
    data: bytes.toString("base64"),
    fingerprint: keyFingerprint(bytes),
  });
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isContainer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
