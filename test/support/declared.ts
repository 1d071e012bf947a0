import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { valueAt } from "../../estate/paths";

/** A resource as a program declared it, with what its provider is handed and how the engine is to treat it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Reference of an explicit provider; empty where the default one is used. */
  readonly provider: string;
  readonly options: DeclaredOptions;
}

/** The options that matter for what happens to a resource later. */
export interface DeclaredOptions {
  readonly parent: string | undefined;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly import: string | undefined;
  readonly additionalSecretOutputs: readonly string[];
  /** Names of what it depends on, by type and name. */
  readonly dependsOn: readonly string[];
}

type AnyOptions = pulumi.ComponentResourceOptions & pulumi.CustomResourceOptions;

/** What a program declared, and what it returned. */
export interface Declaration<T> {
  readonly resources: readonly Declared[];
  readonly result: T;
}

const FUNCTIONS: Readonly<Record<string, object>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012" },
  "aws:ec2/getAmiIds:getAmiIds": { ids: [] },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:ec2/getLaunchTemplate:getLaunchTemplate": {
    imageId: "ami-newest",
    blockDeviceMappings: [{ deviceName: "/dev/xvda" }],
  },
};

/** What a function answers, to everybody or to what it is asked. */
type Answer = object | ((asked: unknown) => object);

function answered(answer: Answer | undefined, asked: unknown): object {
  return typeof answer === "function" ? answer(asked) : (answer ?? {});
}

/** Another owner or name finds another image. */
function ami(search: unknown): object {
  const found = [valueAt(search, ["owners", 0]), valueAt(search, ["filters", 0, "values", 0])];
  return { id: `ami-${found.join("-")}`, rootDeviceName: "/dev/xvda" };
}

/**
 * Runs a program under Pulumi's mocks, as an `up` would: resources get ids, and outputs that AWS computes. Pulumi's
 * runtime is one per process, so calls must not overlap. `answers` are those of functions, by token; one that hangs on
 * what is asked is a function of it.
 */
export async function declare<T>(
  program: () => T | Promise<T>,
  config: Readonly<Record<string, string>> = {},
  answers: Readonly<Record<string, Answer>> = {},
): Promise<Declaration<T>> {
  const mocked = new Map<string, { inputs: Record<string, unknown>; provider: string }>();
  const declared: { type: string; name: string; options: Promise<DeclaredOptions> }[] = [];
  let result: { readonly value: T } | undefined;
  // The program switches traces off; the tests that come after it want theirs.
  const { stackTraceLimit } = Error;

  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        mocked.set(`${type} ${name}`, { inputs, provider: provider ?? "" });
        return { id: `${name}-id`, state: { ...named(type, name), ...inputs, ...computed(type, name) } };
      },
      call: ({ token, inputs }) => ({
        ...inputs,
        ...(token === "aws:ec2/getAmi:getAmi" ? ami(inputs) : FUNCTIONS[token]),
        ...answered(answers[token], inputs),
      }),
    },
    "hybrid-estate",
    "test",
    false,
  );
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
        declared.push({ type, name, options: readOptions(opts) });
        return { props, opts };
      });
      result = { value: await program() };
    });
  } finally {
    // Resources register in the background: the program's end is not theirs.
    await pulumi.runtime.disconnect();
    Error.stackTraceLimit = stackTraceLimit;
    process.setSourceMapsEnabled(true);
  }
  assert.ok(result, "the program did not finish");
  const resources = await Promise.all(
    declared.map(async ({ type, name, options }) => {
      const { inputs = {}, provider = "" } = mocked.get(`${type} ${name}`) ?? {};
      return { type, name, inputs, provider, options: await options };
    }),
  );
  return { resources, result: result.value };
}

/** The resource of that type and name; there must be one. */
export function only(resources: readonly Declared[], type: string, name?: string): Declared {
  const found = resources.filter((one) => one.type === type && (name === undefined || one.name === name));
  const [first] = found;
  assert.ok(first && found.length === 1, `${found.length} resources ${type} ${name ?? ""}`);
  return first;
}

/** What a cloud would name by itself. */
function named(type: string, name: string): object {
  if (type === "aws:iam/role:Role" || type === "aws:cloudwatch/eventRule:EventRule") return { name };
  if (type === "aws:lb/loadBalancer:LoadBalancer")
    return { dnsName: `${name}.elb.example.com`, zoneId: "ZLB" };
  if (type === "aws:route53/record:Record") return { fqdn: name };
  return {};
}

/** What a cloud would compute; the rest of a resource's state is its inputs. */
function computed(type: string, name: string): object {
  if (type === "aws:iam/accessKey:AccessKey") return { secret: `${name}-secret` };
  if (type === "proxmoxve:user/token:Token") return { value: `${name}-value` };
  if (type === "proxmoxve:apt/standard/repository:Repository") {
    return { filePath: `/etc/apt/sources.list.d/${name}.sources`, index: 0 };
  }
  if (type === "aws:autoscaling/group:Group") return { name: `${name}-group`, arn: `arn:aws:::${name}` };
  if (type === "aws:acm/certificate:Certificate") {
    const proof = {
      resourceRecordName: `_${name}`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "proof",
    };
    return { arn: `arn:aws:::${name}`, domainValidationOptions: [proof] };
  }
  if (type === "aws:lb/loadBalancer:LoadBalancer")
    return { arn: `arn:aws:::${name}`, arnSuffix: `app/${name}` };
  if (type === "aws:ec2/vpnConnection:VpnConnection") {
    return { tunnel1Address: "198.51.100.1", tunnel2Address: "198.51.100.2" };
  }
  return type.startsWith("aws:")
    ? { arn: `arn:aws:::${name}`, keyId: `${name}-key`, prefixListId: `${name}-prefixes` }
    : {};
}

async function readOptions(opts: AnyOptions): Promise<DeclaredOptions> {
  const dependsOn: unknown[] = [opts.dependsOn ?? []].flat();
  return {
    parent: opts.parent && (await keyOf(opts.parent)),
    protect: opts.protect ?? false,
    ignoreChanges: opts.ignoreChanges ?? [],
    deleteBeforeReplace: opts.deleteBeforeReplace ?? false,
    import: opts.import,
    additionalSecretOutputs: opts.additionalSecretOutputs ?? [],
    dependsOn: await Promise.all(dependsOn.filter(pulumi.Resource.isInstance).map(keyOf)),
  };
}

/** Type and name of a resource, as in `aws:ec2/vpc:Vpc aws`. */
async function keyOf(resource: pulumi.Resource): Promise<string> {
  const urn = await settled(resource.urn);
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
}

/** The value of an output. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
