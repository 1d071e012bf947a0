import type * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import { disksByNode } from "../../../estate/disks";
import { VolumeGroup } from "../../hosts/volume-group";
import { mapValues } from "../../records";
import { CephPool } from "../ceph-pool";
import { ZfsPool } from "../zfs-pool";
import { nodeConnection, type Site } from "./context";

/** What has to be there before a storage on a pool or group can, by the name of the pool or group. */
export type Members = Readonly<Record<string, readonly pulumi.Resource[]>>;

export function createZfsPools(site: Site): Members {
  const { estate, parent } = site;
  return mapValues(
    estate.zfsPools,
    ({ raidlevel, draid, ashift, compression, datasets, ...disks }, name) =>
      new ZfsPool(
        name,
        {
          pool: name,
          raidlevel,
          draid,
          ashift,
          compression,
          nodes: mapValues(disksByNode(estate, disks), (devices, node) => ({
            connection: nodeConnection(site, node),
            devices,
          })),
          datasets: mapValues(datasets, ({ properties }) => properties),
        },
        { parent },
      ).members,
  );
}

/** Groups on the nodes' own disks. */
export function createVolumeGroups(site: Site): Members {
  const { estate, parent } = site;
  return mapValues(ownGroups(estate, false), ({ thinPool, ...disks }, group) =>
    Object.entries(disksByNode(estate, disks)).map(
      ([node, devices]) =>
        new VolumeGroup(
          `${node}/${group}`,
          { connection: nodeConnection(site, node), node, group, devices, thinPool },
          { parent },
        ).command,
    ),
  );
}

/** Groups on a SAN, each made once, by the first of its nodes, when the iSCSI storage is there. */
export function createSharedGroups(
  site: Site,
  storages: Readonly<Record<string, { readonly resource: pulumi.Resource }>>,
): Members {
  const { estate, parent } = site;
  return mapValues(ownGroups(estate, true), ({ thinPool, iscsi = "", ...disks }, group) => {
    const [[node, devices] = ["", []]] = Object.entries(disksByNode(estate, disks));
    const target = storages[iscsi]?.resource;
    return [
      new VolumeGroup(
        group,
        { connection: nodeConnection(site, node), group, activate: iscsi, devices, thinPool },
        { parent, dependsOn: target ? [target] : [] },
      ).command,
    ];
  });
}

function ownGroups({ volumeGroups }: Estate, shared: boolean): Estate["volumeGroups"] {
  return Object.fromEntries(
    Object.entries(volumeGroups).filter(([, { iscsi }]) => (iscsi !== undefined) === shared),
  );
}

export function createCephPools({ estate, parent }: Site): Members {
  const [nodeName = ""] = Object.keys(estate.nodes);
  return mapValues(estate.cephPools, (pool, name) => [
    new CephPool(name, { pool: name, nodeName, ...pool }, { parent }).resource,
  ]);
}
