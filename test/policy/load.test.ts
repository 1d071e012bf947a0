import assert from "node:assert/strict";
import { containerLoad, vmLoad } from "../../policy/facts/load";
import { UNKNOWN } from "../../policy/facts/read";

describe("what a guest takes of its node", () => {
  const unknown = { __pulumiUnknown: true };

  describe("a VM", () => {
    for (const [what, properties, expected] of [
      ["nothing said: the provider's defaults", {}, { cpus: 1, memory: 512 }],
      [
        "cores times sockets",
        { cpu: { cores: 4, sockets: 2 }, memory: { dedicated: 2048 } },
        { cpus: 8, memory: 2048 },
      ],
      [
        "only some are plugged in",
        { cpu: { cores: 4, sockets: 2, hotplugged: 3 } },
        { cpus: 3, memory: 512 },
      ],
      ["none plugged in means all", { cpu: { cores: 4, hotplugged: 0 } }, { cpus: 4, memory: 512 }],
      ["a number that is not known", { cpu: { cores: unknown } }, { cpus: UNKNOWN, memory: 512 }],
      ["malformed", { cpu: "many", memory: { dedicated: "much" } }, { cpus: UNKNOWN, memory: UNKNOWN }],
    ] as const) {
      it(what, () => assert.deepEqual(vmLoad(properties), expected));
    }
  });

  describe("a container", () => {
    for (const [what, properties, expected] of [
      ["nothing said: the provider's defaults", {}, { cpus: 1, memory: 512 }],
      ["cores", { cpu: { cores: 4 }, memory: { dedicated: 1024 } }, { cpus: 4, memory: 1024 }],
      ["a limit counts before cores", { cpu: { cores: 4, limit: 1.5 } }, { cpus: 1.5, memory: 512 }],
      ["a limit of 0 is none", { cpu: { cores: 4, limit: 0 } }, { cpus: 4, memory: 512 }],
      ["cores 0: the whole node", { cpu: { cores: 0 } }, { cpus: 0, memory: 512 }],
      ["a limit that is not known", { cpu: { cores: 4, limit: unknown } }, { cpus: UNKNOWN, memory: 512 }],
    ] as const) {
      it(what, () => assert.deepEqual(containerLoad(properties), expected));
    }
  });
});
