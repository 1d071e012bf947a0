import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/**
 * Version of the contract between this stack and its consumers. It only grows by additions: a consumer that
 * reads version 1 reads every later stack that still says 1. A change that takes something away gets a new number.
 */
export const CONTRACT_VERSION = 1;

const contractSchema = z.object({
  contractVersion: z.literal(CONTRACT_VERSION),
  cluster: z.object({
    name: z.string().describe("Cluster name"),
    endpoint: z.string().describe("URL of the Proxmox VE API"),
  }),
  nodes: z
    .record(
      z.string(),
      z.object({ addresses: z.record(z.string(), z.string()).describe("Address by network") }),
    )
    .describe("Proxmox VE nodes by host name"),
  networks: z
    .record(
      z.string(),
      z.object({
        cidr: z.string(),
        gateway: z.string().optional(),
        bridge: z.string().optional(),
        vlan: z.number().optional(),
      }),
    )
    .describe("Networks of the site by name"),
  storages: z
    .record(z.string(), z.object({ type: z.string(), content: z.array(z.string()), shared: z.boolean() }))
    .describe("Storages by id; shared means that every node sees the same data"),
  guests: z
    .record(
      z.string(),
      z.object({
        kind: z.enum(["vm", "lxc"]),
        vmId: z.number(),
        node: z.string().describe("Node that it was created on; HA may have moved it since"),
        addresses: z.array(z.string()).describe("Static addresses without prefix length"),
        haState: z
          .enum(["started", "stopped", "disabled", "ignored"])
          .optional()
          .describe("Absent: not HA-managed"),
      }),
    )
    .describe("Guests by name"),
  aws: z
    .object({
      account: z.string(),
      region: z.string(),
      vpc: z.object({ id: z.string(), cidr: z.string() }),
      privateSubnets: z.record(z.string(), z.string()).describe("Subnet id by availability zone"),
      publicSubnets: z
        .record(z.string(), z.string())
        .optional()
        .describe("Subnet id by availability zone: for what the internet reaches"),
      isolatedSubnets: z
        .record(z.string(), z.string())
        .optional()
        .describe("Subnet id by availability zone: no way in or out but the VPC's own endpoints"),
      vpn: z
        .object({
          connections: z
            .record(z.string(), z.object({ id: z.string(), tunnels: z.array(z.string()) }))
            .describe("VPN connections by the site's gateway, with AWS's addresses of both tunnels"),
          route: z
            .object({ destination: z.string(), via: z.string() })
            .optional()
            .describe("What the site's routers have to know: where packets for the VPC go"),
        })
        .optional()
        .describe("Absent where the sites are not joined by a VPN"),
      backupBucket: z.object({ name: z.string(), arn: z.string(), keyArn: z.string() }),
      exportsBucket: z
        .object({ name: z.string(), arn: z.string(), keyArn: z.string() })
        .optional()
        .describe("Locked bucket for exported guests; absent where the site has none"),
      pilotLights: z
        .record(z.string(), z.object({ autoScalingGroup: z.string(), launchTemplate: z.string() }))
        .describe("What a failover raises, by guest"),
      runbooks: z
        .object({ failover: z.string(), failback: z.string(), drill: z.string(), watch: z.string() })
        .partial()
        .optional()
        .describe("ARNs of the state machines; absent where nothing comes back by itself"),
      loadBalancers: z
        .record(z.string(), z.object({ dnsName: z.string(), arn: z.string() }))
        .optional()
        .describe("Load balancers by entry of aws.traffic"),
      testEnvironments: z
        .record(
          z.string(),
          z.object({ expires: z.string(), autoScalingGroups: z.record(z.string(), z.string()) }),
        )
        .optional()
        .describe(
          "Test environments that have time left: when they end, and their groups by entry of aws.recovery",
        ),
      alertTopic: z.string().optional().describe("ARN of the SNS topic that alarms go to"),
    })
    .optional()
    .describe("The second site; absent where the estate has none"),
});

const secretsSchema = z.object({
  nodeAccessKey: z
    .object({ id: z.string(), secret: z.string() })
    .optional()
    .describe("AWS credentials of the nodes; absent where the estate has no second site"),
  apiTokens: z
    .record(z.string(), z.string())
    .optional()
    .describe("Values of the declared Proxmox API tokens by user@realm!name; absent where none is declared"),
});

/** What a stack exports as `estate`. */
export type EstateContract = z.infer<typeof contractSchema>;
/** What a stack exports as `secrets`, encrypted in state. */
export type EstateSecrets = z.infer<typeof secretsSchema>;

/** A stack's outputs that are not what this version of the contract says. */
export class ContractError extends Error {
  override readonly name = "ContractError";
}

/**
 * Reads the `estate` output of a stack, validated and typed.
 *
 * @param stack a reference such as `new pulumi.StackReference("acme/hybrid-estate/prod")`
 * @throws ContractError (as a failed output) when the stack exports no estate, or another contract version
 * @example
 * const vpcId = readEstate(stack).apply((estate) => estate.aws?.vpc.id);
 */
export function readEstate(stack: pulumi.StackReference): pulumi.Output<EstateContract> {
  return stack.getOutput("estate").apply(parseEstate);
}

/** Reads the `secrets` output of a stack; the result is a secret. */
export function readSecrets(stack: pulumi.StackReference): pulumi.Output<EstateSecrets> {
  return stack.getOutput("secrets").apply((value) => parse(secretsSchema, value, "secrets"));
}

/** Validates what a stack exported as `estate`. */
export function parseEstate(value: unknown): EstateContract {
  const version = z.object({ contractVersion: z.unknown() }).safeParse(value);
  const found = version.success ? version.data.contractVersion : undefined;
  if (found !== undefined && found !== CONTRACT_VERSION) {
    throw new ContractError(
      `The stack exports version ${String(found)} of the estate contract; this reader understands version ${CONTRACT_VERSION}`,
    );
  }
  return parse(contractSchema, value, "estate");
}

function parse<T>(schema: z.ZodType<T>, value: unknown, output: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Paths only: the values may be secret.
  const paths = result.error.issues.map((issue) => [output, ...issue.path.map(String)].join("."));
  throw new ContractError(
    value === undefined
      ? `The stack has no output ${output}`
      : `The stack's output is not what version ${CONTRACT_VERSION} of the estate contract says at ${paths.join(", ")}`,
  );
}
