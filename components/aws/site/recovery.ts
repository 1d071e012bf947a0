import type * as pulumi from "@pulumi/pulumi";
import { onPremisesNetworks } from "../../../estate/aws-network";
import { imagedGuests } from "../../../estate/offsite";
import { type Raised, raisedRecoveries } from "../../../estate/recovery";
import { targetAddresses } from "../../../estate/traffic";
import { mapValues } from "../../records";
import type { AlertTopic } from "../alert-topic";
import type { ImportedImage } from "../imported-image";
import { type MadeImage, PilotLight } from "../pilot-light";
import type { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

/** What waits for a failover, by entry of `aws.recovery`. */
export type PilotLights = Readonly<Record<string, PilotLight>>;

/** What the recovery needs of the other parts of the site. */
export interface RecoveryParts {
  readonly network: RecoveryNetwork;
  readonly alerts: AlertTopic;
  /** Images that were made once, by entry of `aws.imports`. */
  readonly imports: Readonly<Record<string, ImportedImage>>;
  /** ARNs of the target groups that a recovery's instances belong to, by entry of `aws.recovery`. */
  readonly targetGroups: Readonly<Record<string, readonly pulumi.Output<string>[]>>;
}

export function createPilotLights(site: SecondSite, parts: RecoveryParts): PilotLights {
  return mapValues(raisedRecoveries(site.estate), (recovery, name) =>
    createPilotLight(site, parts, name, recovery),
  );
}

function createPilotLight(
  { aws, estate, parent }: SecondSite,
  parts: RecoveryParts,
  name: string,
  recovery: Raised,
): PilotLight {
  const { network, targetGroups } = parts;
  const { boots, instanceType, volume, ports, maxInstances, running } = recovery;
  return new PilotLight(
    name,
    {
      image: "imported" in boots ? imported(parts.imports, boots.imported) : boots,
      ...(imagedGuests(estate).some(({ guest }) => guest === name)
        ? { ownImages: { cluster: estate.cluster.name } }
        : {}),
      instanceType,
      volumeSize: volume,
      ports,
      maxInstances,
      reaches: Object.fromEntries(
        recovery.reaches.flatMap(({ guest, port }) => {
          const address = targetAddresses(estate, [guest])[guest];
          return address === undefined ? [] : [[`${guest}-${port}`, { address, port }]];
        }),
      ),
      running,
      targetGroupArns: [...(targetGroups[name] ?? [])],
      vpcId: network.vpc.id,
      siteNetworks: onPremisesNetworks(estate, recovery.from),
      subnetIds: Object.values(network.privateSubnets).map((subnet) => subnet.id),
      s3PrefixListId: network.s3Endpoint.prefixListId,
      ...(network.interfaceEndpoints
        ? { endpointsGroupId: network.interfaceEndpoints.securityGroup.id }
        : {}),
      tags: {
        ...aws.tags,
        "hybrid-estate:guest": name,
        ...(recovery.guests.join(" ") === name ? {} : { "hybrid-estate:guests": guestsTag(recovery.guests) }),
      },
    },
    { parent },
  );
}

/** AWS's limit of a tag's value. */
const TAG_LENGTH = 256;

/** Names with spaces between; where they are too many, the names of their groups: `web` for `web-1` to `web-40`. */
function guestsTag(guests: readonly string[]): string {
  const names = guests.join(" ");
  return names.length <= TAG_LENGTH
    ? names
    : [...new Set(guests.map((guest) => guest.replace(/-\d+$/, "")))].join(" ").slice(0, TAG_LENGTH);
}

function imported(imports: RecoveryParts["imports"], name: string): MadeImage {
  const found = imports[name];
  if (!found) throw new Error(`there is no import ${name}; validation should have refused it`);
  return found.image;
}
