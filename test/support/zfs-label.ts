/** A pool as its disks' labels describe it. */
export interface LabelledPool {
  readonly pool: string;
  readonly guid: string;
  readonly ashift: number;
  /** Top-level devices: kind, disks by kernel name, parity. A disk that stands alone is of kind `disk`. */
  readonly tops: readonly (readonly [
    kind: string,
    disks: readonly string[],
    parity?: number,
    draid?: Draid,
  ])[];
  /** Whether ZFS has the whole disks; default true. */
  readonly whole?: boolean;
  /** 0 imported, 1 exported, 2 destroyed; default 0. */
  readonly state?: number;
}

/** Data disks in a group, and distributed spares. */
interface Draid {
  readonly data: number;
  readonly spares: number;
}

/** What `zdb -l` of ZFS 2.3 prints for each disk of a pool, by the disk's kernel name. */
export function labelsOf(pool: LabelledPool): Record<string, string> {
  return Object.fromEntries(
    pool.tops.flatMap(([kind, disks, parity, draid], index) =>
      disks.map((disk) => [disk, label(pool, disk, { kind, disks, parity, draid, index })]),
    ),
  );
}

interface Top {
  readonly kind: string;
  readonly disks: readonly string[];
  readonly parity?: number;
  readonly draid?: Draid;
  readonly index: number;
}

/** The same number for the same disk in every label. */
const guidOf = (disk: string) => `9000${[...disk].map((letter) => letter.charCodeAt(0)).join("")}`;

function label(pool: LabelledPool, disk: string, top: Top): string {
  const whole = `whole_disk: ${pool.whole === false ? 0 : 1}`;
  const alone = top.kind === "disk";
  const topGuid = alone ? guidOf(disk) : `8000${top.index}`;
  const children = top.disks.flatMap((member, index) => [
    `        children[${index}]:`,
    "            type: 'disk'",
    `            id: ${index}`,
    `            guid: ${guidOf(member)}`,
    `            path: '/dev/${member}1'`,
    `            ${whole}`,
    "            create_txg: 4",
  ]);
  const rule = "-".repeat(36);
  return [
    ...[rule, "LABEL 0 ", rule],
    "    version: 5000",
    `    name: '${pool.pool}'`,
    `    state: ${pool.state ?? 0}`,
    "    txg: 4",
    `    pool_guid: ${pool.guid}`,
    "    errata: 0",
    "    hostid: 1853842375",
    "    hostname: 'node: guid'",
    `    top_guid: ${topGuid}`,
    `    guid: ${guidOf(disk)}`,
    `    vdev_children: ${pool.tops.length}`,
    "    vdev_tree:",
    `        type: '${top.kind}'`,
    `        id: ${top.index}`,
    `        guid: ${topGuid}`,
    ...(alone ? [`        path: '/dev/${disk}1'`, `        ${whole}`] : []),
    ...(top.parity ? [`        nparity: ${top.parity}`] : []),
    ...(top.draid
      ? [`        draid_ndata: ${top.draid.data}`, `        draid_nspares: ${top.draid.spares}`]
      : []),
    "        metaslab_shift: 24",
    `        ashift: ${pool.ashift}`,
    "        is_log: 0",
    ...(alone ? [] : children),
    "    features_for_read:",
    "        com.delphix:hole_birth",
    "    labels = 0 1 2 3 ",
    "",
  ].join("\n");
}
