import assert from "node:assert/strict";
import fc from "fast-check";
import { readSecrets, SECRET_NAMES, standInSecrets } from "../../estate/secrets";
import { devEstate } from "../support/description";

const ESTATE = devEstate();
/** Secrets that entries need are tested with those: here they are there. */
const { proxmoxApiToken: _token, sshPrivateKey: _key, ...SECTIONS } = standInSecrets(ESTATE);
const TOKEN = "root@pam!pulumi=01234567-89ab-cdef-0123-456789abcdef";
const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";

function paths(raw: unknown): string[] {
  const reading = readSecrets(withSections(raw), ESTATE);
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

function withSections(raw: unknown): unknown {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? { ...SECTIONS, ...raw } : raw;
}

describe("estate: secrets", () => {
  it("accepts a token and a key", () => {
    assert.deepEqual(readSecrets({ ...SECTIONS, proxmoxApiToken: TOKEN, sshPrivateKey: KEY }, ESTATE), {
      ok: true,
      secrets: { proxmoxApiToken: TOKEN, sshPrivateKey: KEY, ...SECTIONS },
    });
  });

  it("says how to set each one that is missing", () => {
    for (const nothing of [undefined, null, {}]) {
      const reading = readSecrets(nothing, undefined);
      assert.ok(!reading.ok);
      assert.deepEqual(
        reading.problems,
        SECRET_NAMES.map((name) => ({
          path: `secrets.${name}`,
          message: `found nothing that can be used; allowed: a secret, set with pulumi config set --secret --path 'hybrid-estate:secrets.${name}'`,
        })),
      );
    }
  });

  for (const [what, token] of [
    ["without realm", "root!pulumi=01234567-89ab-cdef-0123-456789abcdef"],
    ["without a name", "root@pam=01234567-89ab-cdef-0123-456789abcdef"],
    ["without its secret part", "root@pam!pulumi"],
    ["with a blank", `root@pam!my token=01234567-89ab-cdef-0123-456789abcdef`],
    ["that is a password", "hunter2"],
    ["that is a number", 42],
  ] as const) {
    it(`refuses a token ${what}`, () => {
      assert.deepEqual(paths({ proxmoxApiToken: token, sshPrivateKey: KEY }), ["secrets.proxmoxApiToken"]);
    });
  }

  it("refuses a path where the key itself is wanted", () => {
    assert.deepEqual(paths({ proxmoxApiToken: TOKEN, sshPrivateKey: "~/.ssh/id_ed25519" }), [
      "secrets.sshPrivateKey",
    ]);
  });

  it("names unknown secrets, and those that there are", () => {
    const reading = readSecrets(
      { ...SECTIONS, proxmoxApiToken: TOKEN, sshPrivateKey: KEY, sshKey: "x", awsKey: "y" },
      ESTATE,
    );
    assert.ok(!reading.ok);
    const allowed = [...SECRET_NAMES, ...Object.keys(SECTIONS)].join(", ");
    assert.deepEqual(
      reading.problems,
      ["sshKey", "awsKey"].map((name) => ({
        path: `secrets.${name}`,
        message: `found an unknown secret; allowed: ${allowed}`,
      })),
    );
  });

  it("refuses secrets that are no object, without a path of its own invention", () => {
    assert.deepEqual(paths("swordfish"), ["secrets"]);
    assert.deepEqual(paths(["swordfish"]), ["secrets"]);
  });

  it("never shows a value", () => {
    const value = fc.string({ minLength: 4, unit: fc.constantFrom(..."QXZJKVW0123456789") });
    fc.assert(
      fc.property(value, value, (one, other) => {
        for (const raw of [{ proxmoxApiToken: one, sshPrivateKey: other }, one, [one], { extra: one }]) {
          assert.doesNotMatch(JSON.stringify(readSecrets(raw, ESTATE)), new RegExp(`${one}|${other}`));
        }
      }),
    );
  });

  it("wants those of entries, in their form, and says which is missing", () => {
    const estate = devEstate([
      ["metricServers"],
      {
        influx: { type: "influxdb", server: "metrics.example.org" },
        udp: { type: "influxdb", server: "192.0.2.9", protocol: "udp" },
        graphite: { type: "graphite", server: "192.0.2.9" },
      },
    ]);
    const needed = standInSecrets(estate).metricServerTokens;
    assert.deepEqual(Object.keys(needed), ["influx"]);
    const secrets = { ...SECTIONS, proxmoxApiToken: TOKEN, sshPrivateKey: KEY };
    const missing = readSecrets({ ...secrets, metricServerTokens: { inflx: "x" } }, estate);
    assert.ok(!missing.ok);
    assert.deepEqual(
      missing.problems.map(({ path }) => path),
      ["secrets.metricServerTokens.influx"],
    );
    assert.ok(readSecrets({ ...secrets, metricServerTokens: needed }, estate).ok);
  });
});
