import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { EstateContract, EstateSecrets } from "../../contract";
import type { Aws } from "../../estate";
import { subnets } from "../../estate/addresses";
import { mapValues } from "../records";
import { BackupBucket } from "./backup-bucket";
import { NodeIdentity } from "./node-identity";
import { PilotLight } from "./pilot-light";
import { RecoveryNetwork } from "./recovery-network";

/** Prefix bits that a subnet has more than its VPC: 16 subnets of a sixteenth each, room for what comes later. */
const SUBNET_BITS = 4;

export interface RecoverySiteArgs {
  readonly aws: Aws;
  /** Name of the cluster whose backups and guests the site takes. */
  readonly clusterName: string;
}

/**
 * The second site in AWS: network, backups, the nodes' identity, and the guests that wait to be raised.
 *
 * @example
 * new RecoverySite("aws", { aws: estate.aws, clusterName: estate.cluster.name });
 */
export class RecoverySite extends pulumi.ComponentResource {
  /** The site's part of the stack's outputs. */
  readonly contract: pulumi.Output<NonNullable<EstateContract["aws"]>>;
  readonly secrets: pulumi.Output<EstateSecrets>;

  constructor(name: string, { aws, clusterName }: RecoverySiteArgs, opts?: pulumi.ComponentResourceOptions) {
    const provider = new Provider(
      name,
      {
        region: pulumi.output(aws.region),
        // Credentials of the wrong account are an error, not a second copy of the site.
        allowedAccountIds: [aws.account],
        defaultTags: { tags: { ...aws.tags, "hybrid-estate:cluster": clusterName } },
      },
      opts,
    );
    super("hybrid-estate:aws:RecoverySite", name, {}, { ...opts, providers: { aws: provider } });

    const network = this.createNetwork(name, aws);
    const backups = new BackupBucket(
      `${name}-backups`,
      { bucketName: aws.backupBucket.name, ...aws.backupBucket },
      { parent: this },
    );
    const nodes = new NodeIdentity(
      `${name}-nodes`,
      { userName: `${clusterName}-nodes`, bucketArn: backups.bucketArn, keyArn: backups.key.arn },
      { parent: this },
    );
    const pilotLights = this.createPilotLights(aws, network);

    this.contract = pulumi.output({
      account: aws.account,
      region: aws.region,
      vpc: { id: network.vpc.id, cidr: aws.network.cidr },
      privateSubnets: mapValues(network.privateSubnets, (subnet) => subnet.id),
      backupBucket: { name: aws.backupBucket.name, arn: backups.bucket.arn, keyArn: backups.key.arn },
      pilotLights: mapValues(pilotLights, ({ group, launchTemplate }) => ({
        autoScalingGroup: group.name,
        launchTemplate: launchTemplate.id,
      })),
    });
    this.secrets = pulumi.output({
      nodeAccessKey: { id: nodes.accessKey.id, secret: nodes.accessKey.secret },
    });
    this.registerOutputs();
  }

  private createNetwork(name: string, { region, network }: Aws): RecoveryNetwork {
    const blocks = subnets(network.cidr, SUBNET_BITS, network.zones.length);
    const privateSubnets = Object.fromEntries(
      network.zones.map((zone, index) => [zone, blocks[index] ?? ""]),
    );
    return new RecoveryNetwork(name, { region, cidr: network.cidr, privateSubnets }, { parent: this });
  }

  private createPilotLights(aws: Aws, network: RecoveryNetwork): Record<string, PilotLight> {
    return mapValues(
      aws.recovery,
      ({ volume, ...recovery }, guest) =>
        new PilotLight(
          guest,
          {
            ...recovery,
            vpcId: network.vpc.id,
            vpcCidr: aws.network.cidr,
            subnetIds: Object.values(network.privateSubnets).map((subnet) => subnet.id),
            s3PrefixListId: network.s3Endpoint.prefixListId,
            volumeSize: volume,
            tags: { ...aws.tags, "hybrid-estate:guest": guest },
          },
          { parent: this },
        ),
    );
  }
}
