import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { awsDouble } from "../../../sandbox/doubles/aws";
import type { Behaviour } from "../../../sandbox/doubles/behaviour";
import { commandDouble } from "../../../sandbox/doubles/command";
import { proxmoxDouble } from "../../../sandbox/doubles/proxmox";

/** Where the SDK has a type: `aws:ec2/vpc:Vpc` is `@pulumi/aws/ec2/vpc.js`. */
function sdkFile(type: string): string {
  const packages = {
    aws: "@pulumi/aws",
    command: "@pulumi/command",
    proxmoxve: "@muhlba91/pulumi-proxmoxve",
  };
  const [name = "", module = "", className = ""] = type.split(":");
  const path = module.includes("/") ? module.replace(/^index\//, "") : `${module}/${className.toLowerCase()}`;
  const [, found] = Object.entries(packages).find(([key]) => key === name) ?? [];
  return require.resolve(`${found}/${path}`);
}

/** What the SDK's constructor sends: the names of inputs and of outputs. */
function sdkProperties(type: string): { inputs: string[]; outputs: string[] } {
  const source = readFileSync(sdkFile(type), "utf8");
  const start = Math.max(
    source.lastIndexOf("const args = argsOrState"),
    source.lastIndexOf("if (!opts.id) {"),
  );
  const [sent = ""] = source.slice(start).split("        else {");
  const names = (pattern: RegExp) => [...sent.matchAll(pattern)].map(([, name = ""]) => name).sort();
  return {
    inputs: names(/resourceInputs\["(\w+)"\] = (?!undefined \/\*out)/g),
    outputs: names(/resourceInputs\["(\w+)"\] = undefined \/\*out/g),
  };
}

/** Computed by the bridge in its check, and sent back as an input; the SDK has it as an output. */
const CHECKED = "tagsAll";

function ownProperties({ schema }: Behaviour) {
  const outputs = Object.keys(schema).filter((name) => schema[name]?.traits.output || name === CHECKED);
  const inputs = Object.keys(schema).filter((name) => !outputs.includes(name));
  return { inputs: inputs.sort(), outputs: outputs.sort() };
}

describe("every type of the doubles has the properties of its SDK", () => {
  for (const { behaviours } of [awsDouble, commandDouble, proxmoxDouble]) {
    for (const behaviour of behaviours) {
      it(behaviour.type, () => {
        assert.deepEqual(ownProperties(behaviour), sdkProperties(behaviour.type));
      });
    }
  }
});
