import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isProperties, type Properties, type Value } from "../world";

/** Stands for a value that is not known before `up`, on the wire as in the doubles. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Pulumi's other marks of unknown values, by kind (sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWNS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** The key that marks an object as something else, and what it says (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Properties as they came, with secrets opened. */
export interface Decoded {
  readonly values: Properties;
  /** Names of the top-level properties that are secret or hold a secret. */
  readonly secrets: ReadonlySet<string>;
}

/** Reads properties off the wire. A null counts as absent, as it does for the bridged providers. */
export function decode(struct: Struct | undefined): Decoded {
  const secrets = new Set<string>();
  const wire = (struct?.toJavaScript() ?? {}) as Properties;
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(wire)) {
    const plain = open(value ?? null, () => secrets.add(name));
    if (plain !== null) values[name] = plain;
  }
  return { values, secrets };
}

function open(value: Value, onSecret: () => void): Value {
  if (typeof value === "string") return UNKNOWNS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((element) => open(element, onSecret));
  if (!isProperties(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    onSecret();
    return open(value.value ?? null, onSecret);
  }
  if (value[SIGNATURE] === OUTPUT) {
    if (value.secret === true) onSecret();
    return "value" in value ? open(value.value ?? null, onSecret) : UNKNOWN;
  }
  const properties: Record<string, Value> = {};
  for (const [name, inner] of Object.entries(value)) {
    const plain = open(inner ?? null, onSecret);
    if (plain !== null) properties[name] = plain;
  }
  return properties;
}

/** Properties for the wire. A property named in `secrets` goes out as a secret, whole. */
export function encode(values: Properties, secrets: ReadonlySet<string>): Struct {
  const wire: Record<string, JavaScriptValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const plain = clean(value);
    wire[name] = secrets.has(name) && value !== UNKNOWN ? { [SIGNATURE]: SECRET, value: plain } : plain;
  }
  return Struct.fromJavaScript(wire);
}

/** Without undefined, which has no form on the wire. */
function clean(value: Value): JavaScriptValue {
  if (Array.isArray(value)) return value.map(clean);
  if (!isProperties(value)) return value as JavaScriptValue;
  const properties: Record<string, JavaScriptValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined) properties[name] = clean(inner);
  }
  return properties;
}
