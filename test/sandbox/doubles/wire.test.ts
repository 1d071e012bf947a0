import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { decode, encode, UNKNOWN } from "../../../sandbox/doubles/wire";
import type { Value } from "../../../sandbox/world";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("the wire", () => {
  it("opens secrets and remembers which top-level property holds one", () => {
    const struct = Struct.fromJavaScript({
      plain: "a",
      password: { [SIGNATURE]: SECRET, value: "hunter2" },
      connection: { host: "h", privateKey: { [SIGNATURE]: SECRET, value: "key" } },
      list: [1, { [SIGNATURE]: SECRET, value: 2 }],
    });
    assert.deepEqual(decode(struct), {
      values: {
        plain: "a",
        password: "hunter2",
        connection: { host: "h", privateKey: "key" },
        list: [1, 2],
      },
      secrets: new Set(["password", "connection", "list"]),
    });
  });

  it("opens output values, known or not", () => {
    const struct = Struct.fromJavaScript({
      known: { [SIGNATURE]: OUTPUT, value: "v", dependencies: [] },
      secret: { [SIGNATURE]: OUTPUT, value: "s", secret: true },
      unknown: { [SIGNATURE]: OUTPUT, dependencies: ["urn:pulumi:x"] },
    });
    const { values, secrets } = decode(struct);
    assert.deepEqual(values, { known: "v", secret: "s", unknown: UNKNOWN });
    assert.deepEqual([...secrets], ["secret"]);
  });

  it("takes an unknown number, flag or list for unknown, and a null for absent", () => {
    const struct = Struct.fromJavaScript({
      number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      flag: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      nothing: null,
      inside: { nothing: null, there: 1 },
    });
    assert.deepEqual(decode(struct).values, {
      number: UNKNOWN,
      flag: UNKNOWN,
      list: UNKNOWN,
      inside: { there: 1 },
    });
  });

  it("sends a secret whole, and an unknown as unknown", () => {
    const wire = encode({ s: { deep: "x" }, u: UNKNOWN, p: 1, gone: undefined }, new Set(["s", "u"]));
    assert.deepEqual(wire.toJavaScript(), {
      s: { [SIGNATURE]: SECRET, value: { deep: "x" } },
      u: UNKNOWN,
      p: 1,
    });
  });

  it("gives back what it was given, values and secrets", () => {
    const value = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string().filter((text) => text !== UNKNOWN),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.boolean(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const properties = fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true });
    fc.assert(
      fc.property(properties, (values) => {
        const secrets = new Set(Object.keys(values).slice(0, 2));
        const decoded = decode(Struct.deserializeBinary(encode(values, secrets).serializeBinary()));
        assert.deepEqual(decoded, { values, secrets });
      }),
    );
  });
});

const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/);
