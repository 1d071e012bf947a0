import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { EstateContract, EstateSecrets } from "../../../contract";
import type { Aws, Estate } from "../../../estate";
import { wayToAws } from "../../../estate/aws-network";
import { mapValues } from "../../records";
import type { SecretOutputs } from "../../secrets";
import { RoleBoundary } from "../role-boundary";
import { createAccess } from "./access";
import { createAlerts } from "./alerts";
import type { SecondSite } from "./context";
import { createCopies } from "./copies";
import { createData } from "./data";
import { createGuardrails } from "./guardrails";
import { createImages, createImportRole, createImports } from "./images";
import { createLatency } from "./latency";
import { createLinks, type Links } from "./link";
import { createNetwork } from "./network";
import { providerArgs } from "./provider";
import { createPilotLights, type RecoveryParts } from "./recovery";
import { createRunbooks } from "./runbooks";
import { createTestEnvironments } from "./test-environments";
import { createTraffic } from "./traffic";

export interface RecoverySiteArgs {
  readonly aws: Aws;
  /** The whole estate: its guests are what comes back here. */
  readonly estate: Estate;
  readonly secrets: SecretOutputs;
  /** The Proxmox site. */
  readonly firstSite: pulumi.Resource;
}

/**
 * The second site in AWS: network, backups, the nodes' identity, and the guests that wait to be raised.
 *
 * @example
 * new RecoverySite("aws", { aws: estate.aws, estate, secrets, firstSite: site });
 */
export class RecoverySite extends pulumi.ComponentResource {
  /** The site's part of the stack's outputs. */
  readonly contract: pulumi.Output<NonNullable<EstateContract["aws"]>>;
  readonly secrets: pulumi.Output<EstateSecrets>;
  /** AWS's ends of the ways between both sites. */
  readonly links: Links;

  constructor(
    name: string,
    { aws, estate, secrets, firstSite }: RecoverySiteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    let boundary: RoleBoundary | undefined;
    super(
      "hybrid-estate:aws:RecoverySite",
      name,
      // What a month costs hangs on these; the policy pack sees what is declared, and nothing of the description.
      { region: aws.region, usage: aws.usage },
      {
        ...opts,
        providers: { aws: createProvider(name, aws, estate, opts) },
        // Roles are made after the boundary, and every one of them gets it.
        transformations: [...(opts?.transformations ?? []), (args) => boundary?.apply(args)],
      },
    );
    const site: SecondSite = { name, aws, estate, secrets, firstSite, parent: this };
    boundary = aws.guardrails.boundary
      ? new RoleBoundary(
          `${name}-boundary`,
          { policyName: `${estate.cluster.name}-boundary` },
          { parent: this },
        )
      : undefined;

    const network = createNetwork(site);
    this.links = createLinks(site, network);
    const data = createData(site);
    const { backups, exports: locked, nodes } = data;
    createCopies(site, data);
    const { targetGroups, balancers } = createTraffic(site, network);
    const importRole = createImportRole(site, data);
    const imports = createImports(site, data, importRole);
    const parts: RecoveryParts = { network, alerts: createAlerts(site), imports, targetGroups };
    const pilotLights = createPilotLights(site, parts);
    createAccess(site, pilotLights, balancers);
    const runbooks = createRunbooks(site, parts, pilotLights);
    const tests = createTestEnvironments(site, network, pilotLights);
    createImages(site, data, parts, pilotLights, importRole);
    createLatency(site, network, parts.alerts);
    createGuardrails(site, { alerts: parts.alerts, links: this.links, balancers });

    const way = wayToAws(estate);
    this.contract = pulumi.output({
      account: aws.account,
      region: aws.region,
      vpc: { id: network.vpc.id, cidr: aws.network.cidr },
      privateSubnets: mapValues(network.privateSubnets, ({ id }) => id),
      publicSubnets: mapValues(network.publicSubnets, ({ id }) => id),
      isolatedSubnets: mapValues(network.isolatedSubnets, ({ id }) => id),
      backupBucket: { name: aws.backupBucket.name, arn: backups.bucket.arn, keyArn: backups.key.arn },
      ...(aws.vpn
        ? {
            vpn: {
              connections: mapValues(this.links.vpn, ({ id, tunnel1Address, tunnel2Address }) => ({
                id,
                tunnels: [tunnel1Address, tunnel2Address],
              })),
              ...(way === undefined ? {} : { route: { destination: aws.network.cidr, via: way } }),
            },
          }
        : {}),
      ...(aws.exports && locked
        ? {
            exportsBucket: {
              name: aws.exports.name,
              arn: locked.bucket.arn,
              keyArn: locked.key.arn,
            },
          }
        : {}),
      pilotLights: mapValues(pilotLights, ({ group, launchTemplate }) => ({
        autoScalingGroup: group.name,
        launchTemplate: launchTemplate.id,
      })),
      runbooks: runbooks && mapValues({ ...runbooks }, ({ stateMachine }) => stateMachine.arn),
      ...(Object.keys(tests).length === 0
        ? {}
        : {
            testEnvironments: mapValues(tests, ({ expires, groups }) => ({
              expires,
              autoScalingGroups: mapValues(groups, (group) => group.name),
            })),
          }),
      alertTopic: parts.alerts.topic.arn,
      loadBalancers: mapValues(balancers, ({ balancer }) => ({
        dnsName: balancer.dnsName,
        arn: balancer.arn,
      })),
    });
    this.secrets = pulumi.output({
      nodeAccessKey: nodes.credentials,
    });
    this.registerOutputs();
  }
}

function createProvider(
  name: string,
  aws: Aws,
  { cluster }: Estate,
  opts?: pulumi.ComponentResourceOptions,
): Provider {
  return new Provider(name, providerArgs(aws, cluster.name), opts);
}
