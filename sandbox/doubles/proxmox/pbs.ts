import { createHash } from "node:crypto";
import type { World } from "../../world";
import { type Operation, Refusal } from "../behaviour";
import { flag, text } from "../schema";
import { TYPES } from "./cluster";
import { keptBackups, storage } from "./storage";

/** A datastore of a Proxmox Backup Server; a change of anything but the fingerprint makes another storage. */
export const backupServerStorage = storage({
  type: TYPES.pbs,
  content: ["backup"],
  shared: true,
  schema: {
    ...keptBackups,
    server: text.required.replaces,
    datastore: text.required.replaces,
    username: text.required.replaces,
    password: text.required.secret.replaces,
    namespace: text.replaces,
    fingerprint: text,
    encryptionKey: text.secret.replaces,
    encryptionKeyFingerprint: text.output,
    generateEncryptionKey: flag.replaces,
    generatedEncryptionKey: text.output.secret,
    shared: flag.output,
  },
  check: (inputs) =>
    inputs.has("encryptionKey") && inputs.has("generateEncryptionKey")
      ? [
          {
            property: "encryptionKey",
            reason:
              'Attribute "generate_encryption_key" cannot be specified when "encryption_key" is specified',
          },
        ]
      : [],
  outputs: ({ inputs }) => {
    const key = inputs.optionalText("encryptionKey");
    return key === undefined ? {} : { encryptionKeyFingerprint: fingerprintIn(key) };
  },
  activate: (operation) => {
    const { world, inputs } = operation;
    const key = inputs.optionalText("encryptionKey");
    if (key !== undefined && !isJson(key)) refuse(operation, "malformed JSON string in the encryption key");
    const address = inputs.text("server");
    const fingerprint = presentedBy(world, address);
    if (fingerprint === undefined) {
      refuse(operation, `error fetching datastores - 500 Can't connect to ${address}:8007`);
    }
    const expected = inputs.optionalText("fingerprint");
    if (fingerprint !== "" && expected?.toLowerCase() !== fingerprint.toLowerCase()) {
      refuse(
        operation,
        `error fetching datastores - 500 Can't connect to ${address}:8007 (certificate verify failed)`,
      );
    }
    if (!world.find(TYPES.pbsServer, address)) return; // someone else's: it has what is asked for
    refuseLogin(operation, address);
  },
});

/** The fingerprint of what answers at an address; "" of a certificate that a public authority signed. */
function presentedBy(world: World, address: string): string | undefined {
  const ours = world.find(TYPES.pbsServer, address);
  if (ours) return String(ours.inputs.fingerprint);
  const foreign = world.installed.backupServers?.find((server) => server.address === address);
  return foreign && (foreign.fingerprint ?? "");
}

function refuseLogin(operation: Operation, address: string): void {
  const { world, inputs } = operation;
  const [user, name] = [inputs.text("username"), inputs.text("datastore")];
  const login = world.find(TYPES.pbsAccess, `${address}/${user}`);
  if (login?.inputs.password !== passwordMark(inputs.text("password"))) {
    refuse(operation, "error fetching datastores - 401 Unauthorized");
  }
  const datastore = world.find(TYPES.pbsDatastore, `${address}/${name}`);
  const allowed =
    login.inputs.datastore === name &&
    (login.inputs.namespace ?? "") === (inputs.optionalText("namespace") ?? "");
  if (!datastore || !allowed) {
    refuse(operation, `Cannot find datastore '${name}', check permissions and existence!`);
  }
}

function refuse({ inputs }: Operation, reason: string): never {
  throw new Refusal(`create storage failed: ${inputs.text("resourceId")}: ${reason}`);
}

/** What the world remembers of a password: enough to tell whether another one is the same. */
export function passwordMark(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The fingerprint that a key file says it has. */
function fingerprintIn(key: string): string {
  return /"fingerprint":\s*"([^"]*)"/.exec(key)?.[1] ?? "";
}
