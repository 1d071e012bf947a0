import {
  affinity,
  alpine,
  bridge,
  type Case,
  cluster,
  container,
  disk,
  type Extra,
  ha,
  job,
  NODES,
  nfs,
  onLocal,
  replication,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
  VM,
  vm,
} from "../estate";

const pve = (type: string, properties: object, extra: Extra = {}) =>
  resource(`proxmoxve:${type}`, "it", { ...properties }, extra);
const host = (type: string, properties: object, name = "it") =>
  resource(`hybrid-estate:hosts:${type}`, name, { ...properties });
const HA = ha("vm:100");
const pin = affinity("pin", ["vm:100"], ["pve1"]);
const mapping = (...nodes: readonly unknown[]) =>
  pve("hardware/mapping/pci:Pci", { name: "gpu", maps: nodes.map((node) => ({ node })) });
const rbd = resource("hybrid-estate:proxmox:Storage", "ceph", {
  storageId: "ceph",
  backing: { type: "rbd", pool: "vm" },
});
const critical = (properties: object = {}) => alpine({ tags: ["critical"], ...properties });
const onNas = (properties: object = {}) => alpine({ disks: [disk("nas")], ...properties });
const clone = (properties: object) => alpine({ clone: { vmId: 900, ...properties } });
const template = (storage: unknown) => vm("template", { vmId: 900, template: true, disks: [disk(storage)] });
const options = (properties: object) => pve("cluster/options:Options", properties);
const clusterWith = (properties: object, nodes: readonly unknown[] = NODES) =>
  resource("hybrid-estate:proxmox:Cluster", "lab", { clusterName: "lab", nodes, ...properties });
const sized = (memory: number, cpus = 8) =>
  clusterWith({ capacities: Object.fromEntries(NODES.map((node) => [node, { memory, cpus }])) });
const load = (id: number, node: string, memory: unknown, cores = 1) =>
  vm(`g${id}`, { name: `g${id}`, vmId: id, nodeName: node, memory: { dedicated: memory }, cpu: { cores } });
const guests = (memory: unknown, cores = 1) => [
  ...NODES.map((node, index) => load(101 + index, node, memory, cores)),
  ...NODES.map((_, index) => ha(`vm:${101 + index}`)),
];
const apart = (name: string, ...ids: readonly unknown[]) =>
  resource("proxmoxve:index/harule:Harule", name, {
    rule: name,
    type: "resource-affinity",
    affinity: "negative",
    resources: ids,
  });
const watchdogs = (module: unknown) => NODES.map((node) => host("Watchdog", { module }, node));
const quota = (quotas: unknown, poolId: unknown = "acme") =>
  resource("hybrid-estate:proxmox:ResourcePool", "acme", {
    poolId,
    ...(quotas === undefined ? {} : { quotas }),
  });
const inPool = (id: number, properties: object = {}, poolId = "acme") =>
  vm(`t${id}`, { name: `t${id}`, vmId: id, poolId, ...properties });
const member = (vmId: number, poolId: string) => pve("pool/membership:Membership", { vmId, poolId });
const tenantContainer = (
  properties: object = {
    disk: { size: 10 },
    mountPoints: [{ size: "1T" }, { size: "512M" }, { volume: "nas" }],
  },
) => container("t9", { vmId: 9, poolId: "acme", ...properties });
const NFS_SERVER = (clients: unknown) => host("NfsServer", { exports: { "/srv": clients } });
const address = (text: unknown, properties: object = {}) => ({
  ...properties,
  initialization: { datastoreId: "nas", ipConfigs: [{ ipv4: { address: text } }] },
});
const firewallOf = (properties: object, extra: Extra = {}) =>
  pve("firewall/optionsLegacy:OptionsLegacy", properties, extra);
const NIC = { networkDevices: [{ bridge: "vmbr0", firewall: true }] };
const rules = (properties: object) => pve("firewall/rulesLegacy:RulesLegacy", properties);
const dropping = pve("cluster/firewallLegacy:FirewallLegacy", { enabled: true, inputPolicy: "DROP" });
const user = (properties: object) =>
  pve("index/userLegacy:UserLegacy", { userId: "alice@pve", ...properties });
const pbs = (properties: object) =>
  pve("storage/pbs:Pbs", { resourceId: "pbs", contents: ["backup"], ...properties });
const pveProvider = (properties: object) =>
  resource("pulumi:providers:proxmoxve", "proxmox", { ...properties });
const group = (size: unknown) =>
  host("VolumeGroup", {
    node: "pve1",
    group: "fast",
    thinPool: { name: "data", size },
    devices: ["/dev/disk/by-id/a"],
  });
const thin = pve("storage/lvmthin:Lvmthin", { resourceId: "fast", volumeGroup: "fast", thinPool: "data" });

/** Rules about Proxmox VE: what they say of small estates. */
export const PVE_CASES: Readonly<Record<string, readonly Case[]>> = {
  "ha-guest-no-host-device": [
    [
      "a USB device mapped on every node",
      "fine",
      [
        cluster(),
        pve("hardware/mapping/usb:Usb", { name: "key", maps: NODES.map((node) => ({ node })) }),
        alpine({ usbs: [{ mapping: "key" }] }),
        HA,
      ],
    ],
    [
      "a mapping of no node, on a node not known",
      "violated",
      [mapping(), alpine({ nodeName: UNKNOWN_TEXT, hostpcis: [{ mapping: "gpu" }] }), HA],
    ],
    [
      "of one of two nodes that it may run on",
      "violated",
      [cluster(), affinity("pin", ["vm:100"], ["pve1", "pve2"]), alpine({ usbs: [{ host: "1-2" }] }), HA],
    ],
    ["no HA", "not applicable", [cluster(), alpine({ usbs: [{ host: "1-2" }] })]],
    [
      "a container's is another matter",
      "not applicable",
      [cluster(), container("web", { vmId: 100 }), ha("ct:100")],
    ],
    ["none", "fine", [cluster(), alpine(), HA]],
    [
      "a PCI device of the node",
      "violated",
      [cluster(), alpine({ hostpcis: [{ id: "0000:01:00" }] }), HA],
      "VM 100 (alpine)",
      "a PCI device",
    ],
    [
      "a USB device of the node",
      "violated",
      [cluster(), alpine({ usbs: [{ host: "1-2" }] }), HA],
      "a USB device",
    ],
    ["USB over SPICE", "fine", [cluster(), alpine({ usbs: [{ host: "spice" }] }), HA]],
    [
      "a serial port",
      "violated",
      [cluster(), alpine({ serialDevices: [{ device: "/dev/ttyS0" }] }), HA],
      "a serial port",
    ],
    ["a serial socket", "fine", [cluster(), alpine({ serialDevices: [{ device: "socket" }, {}] }), HA]],
    [
      "a folder of the node",
      "violated",
      [cluster(), alpine({ virtiofs: [{ mapping: "scratch" }] }), HA],
      "a folder",
    ],
    [
      "mapped on every node",
      "fine",
      [cluster(), mapping(...NODES), alpine({ hostpcis: [{ mapping: "gpu" }] }), HA],
    ],
    [
      "mapped on some",
      "violated",
      [cluster(), mapping("pve1"), alpine({ hostpcis: [{ mapping: "gpu" }] }), HA],
      "pve2, pve3",
    ],
    [
      "mapped on the nodes that it may run on",
      "fine",
      [cluster(), mapping("pve1"), pin, alpine({ hostpcis: [{ mapping: "gpu" }] }), HA],
    ],
    [
      "of the only node that it may run on",
      "fine",
      [cluster(), pin, alpine({ usbs: [{ host: "1-2" }] }), HA],
    ],
    [
      "a mapping that is not declared",
      "undecided",
      [cluster(), alpine({ hostpcis: [{ mapping: "gpu" }] }), HA],
    ],
    ["a mapping not known", "undecided", [cluster(), alpine({ hostpcis: [{ mapping: UNKNOWN_TEXT }] }), HA]],
    [
      "mapped on a node not known",
      "undecided",
      [cluster(), mapping("pve1", UNKNOWN_TEXT), alpine({ hostpcis: [{ mapping: "gpu" }] }), HA],
    ],
    ["devices not known", "undecided", [cluster(), alpine({ usbs: UNKNOWN_LIST }), HA]],
    [
      "a serial device not known",
      "undecided",
      [cluster(), alpine({ serialDevices: [{ device: UNKNOWN_TEXT }] }), HA],
    ],
  ],
  "ha-guest-no-local-clone": [
    [
      "linked, of a template whose cloud-init drive alone is local",
      "fine",
      [
        cluster(),
        nfs("nas"),
        clone({ full: false }),
        vm("template", { vmId: 900, template: true, disks: [disk("nas")], initialization: {} }),
        HA,
      ],
    ],
    ["no clone", "not applicable", [cluster(), alpine(), HA]],
    ["a clone without HA", "not applicable", [cluster(), clone({ full: false })]],
    ["full", "fine", [cluster(), clone({}), template("local-lvm"), HA]],
    ["linked, shared", "fine", [cluster(), nfs("nas"), clone({ full: false }), template("nas"), HA]],
    [
      "linked, local",
      "violated",
      [cluster(), clone({ full: false }), template("local-lvm"), HA],
      "linked clone",
    ],
    ["linked, of a template of elsewhere", "undecided", [cluster(), clone({ full: false }), HA]],
    [
      "linked, of a template somewhere",
      "undecided",
      [cluster(), clone({ full: false }), template(UNKNOWN_TEXT), HA],
    ],
    ["linked or not", "undecided", [cluster(), clone({ full: UNKNOWN_TEXT }), template("local-lvm"), HA]],
  ],
  "ha-vm-migrates": [
    ["no HA", "not applicable", [alpine()]],
    ["migrates", "fine", [alpine({ migrate: true }), HA]],
    ["does not say", "violated", [alpine(), HA], "VM 100 (alpine)"],
    ["not known", "undecided", [alpine({ migrate: UNKNOWN_TEXT }), HA]],
  ],
  "ha-container": [
    ["no container", "not applicable", [alpine(), HA]],
    ["not under HA", "fine", [container("web", { vmId: 200 })]],
    ["under HA", "violated", [container("web", { vmId: 200 }), ha("ct:200")], "container 200 (web)"],
    ["under HA that is off", "fine", [container("web", { vmId: 200 }), ha("ct:200", { state: "disabled" })]],
    ["not known", "undecided", [container("web", { vmId: 200 }), ha("ct:200", { state: UNKNOWN_TEXT })]],
  ],
  "ha-rules-in-force": [
    ["no rule", "not applicable", [cluster(), HA]],
    ["one", "fine", [cluster(), alpine(), pin]],
    [
      "two for a guest",
      "violated",
      [cluster(), alpine(), pin, affinity("other", ["vm:100"], ["pve2"])],
      "pin",
      "other",
    ],
    [
      "two, one of them off",
      "fine",
      [cluster(), alpine(), pin, affinity("other", ["vm:100"], ["pve2"], { disable: true })],
    ],
    [
      "as many apart as nodes of another program",
      "fine",
      [bridge("vmbr0", "pve1"), bridge("vmbr0", "pve2"), apart("apart", "vm:1", "vm:2")],
    ],
    ["more apart than nodes", "violated", [cluster(["pve1"]), apart("apart", "vm:1", "vm:2")], "apart"],
    [
      "not known",
      "undecided",
      [cluster(), alpine(), affinity("pin", ["vm:100"], ["pve1"], { strict: UNKNOWN_TEXT })],
    ],
    ["a guest not known", "undecided", [cluster(), alpine(), apart("apart", "vm:100", UNKNOWN_TEXT)]],
  ],
  "n-minus-one-capacity": [
    ["no HA", "not applicable", [sized(8192), load(101, "pve1", 1024)]],
    ["nodes that say nothing", "not applicable", [cluster(), ...guests(1024)]],
    ["enough", "fine", [sized(8192), ...guests(3072)]],
    ["too little memory", "violated", [sized(8192), ...guests(3073)], "When pve1 dies", "MiB of memory."],
    ["just enough CPU", "fine", [sized(65_536, 4), ...guests(1024, 8)]],
    ["too many virtual CPUs", "violated", [sized(65_536, 4), ...guests(1024, 9)], "virtual CPUs too many"],
    [
      "no node left that it may run on",
      "violated",
      [sized(65_536), alpine({ memory: { dedicated: 512 } }), HA, pin],
      "find no node",
    ],
    ["of a guest not known", "undecided", [sized(8192), ...guests(1024), load(200, "pve1", UNKNOWN_TEXT)]],
    [
      "of a node not known",
      "undecided",
      [clusterWith({ capacities: { pve1: { cpus: 8, memory: 8192 } } }), ...guests(64)],
    ],
    [
      "a template takes nothing",
      "fine",
      [sized(8192), ...guests(3072), vm("t", { vmId: 900, template: true, memory: { dedicated: 9000 } })],
    ],
  ],
  "even-votes-need-qdevice": [
    [
      "nodes left out",
      "undecided",
      [resource("hybrid-estate:proxmox:Cluster", "lab", { clusterName: "lab" })],
    ],
    ["another program", "not applicable", [bridge("vmbr0", "pve1")]],
    ["three", "fine", [cluster()]],
    ["four", "violated", [cluster([...NODES, "pve4"])], "4 votes"],
    ["four and a QDevice", "fine", [cluster([...NODES, "pve4"], undefined, true)]],
    ["three and a QDevice", "violated", [cluster(NODES, undefined, true)], "beside 3 nodes"],
    ["not known", "undecided", [cluster([...NODES, UNKNOWN_TEXT], { pve1: 2 })]],
  ],
  "fencing-configured": [
    ["no HA", "not applicable", [cluster()]],
    ["of their own", "fine", [cluster(), HA, ...watchdogs("ipmi_watchdog")]],
    ["not declared", "violated", [cluster(), HA], "pve1, pve2, pve3"],
    ["the kernel's", "violated", [cluster(), HA, ...watchdogs("softdog")]],
    [
      "of some",
      "violated",
      [cluster(), HA, ...watchdogs("ipmi_watchdog").slice(1)],
      "Of cluster lab, pve1 would",
    ],
    ["not known", "undecided", [cluster(), HA, ...watchdogs(UNKNOWN_TEXT)]],
    ["a node not known", "undecided", [cluster([...NODES, UNKNOWN_TEXT]), HA, ...watchdogs("iTCO_wdt")]],
  ],
  "corosync-links-redundant": [
    ["another program", "not applicable", [bridge("vmbr0", "pve1")]],
    ["does not say", "fine", [cluster()]],
    ["two", "fine", [clusterWith({ corosyncLinks: ["a", "b"] })]],
    ["one", "violated", [clusterWith({ corosyncLinks: ["a"] })], "Cluster lab"],
    ["not known", "undecided", [clusterWith({ corosyncLinks: UNKNOWN_LIST })]],
  ],
  "migration-network-apart": [
    [
      "that of one of two servers",
      "violated",
      [options({ migrationCidr: "192.0.2.0/24" }), nfs("nas"), nfs("b", { server: "203.0.113.9" })],
    ],
    ["no options", "not applicable", [cluster()]],
    ["of its own", "fine", [options({ migrationCidr: "198.51.100.0/24" }), nfs("nas")]],
    ["the cluster's", "violated", [options({}), nfs("nas")], "migrationCidr"],
    ["the storage's", "violated", [options({ migrationCidr: "192.0.2.0/24" }), nfs("nas")], "192.0.2.0/24"],
    ["not known", "undecided", [options({ migrationCidr: UNKNOWN_TEXT })]],
    [
      "storage not known",
      "undecided",
      [options({ migrationCidr: "198.51.100.0/24" }), nfs("nas", { server: UNKNOWN_TEXT })],
    ],
  ],
  "single-shared-store": [
    ["no HA", "not applicable", [nfs("nas"), onNas()]],
    ["replicated", "fine", [rbd, alpine({ disks: [disk("ceph")] }), HA]],
    ["local", "fine", [onLocal(), HA]],
    ["one server", "violated", [nfs("nas"), onNas(), HA], 'storage "nas"', "1 HA guests (alpine)"],
    [
      "its cloud-init drive there alone",
      "fine",
      [nfs("nas"), rbd, alpine({ disks: [disk("ceph")], initialization: { datastoreId: "nas" } }), HA],
    ],
    ["not known says nothing", "fine", [nfs("nas"), alpine({ disks: [disk(UNKNOWN_TEXT)] }), HA]],
  ],
  "critical-guest-redundant-store": [
    [
      "one storage of two is not known",
      "undecided",
      [rbd, critical({ disks: [disk("ceph"), { ...disk(UNKNOWN_TEXT), interface: "scsi1" }] })],
    ],
    ["not critical", "not applicable", [nfs("nas"), onNas()]],
    ["replicated", "fine", [rbd, critical({ disks: [disk("ceph")] })]],
    ["one server", "violated", [nfs("nas"), critical({ disks: [disk("nas")] })], "storage nas"],
    ["critical is not known", "undecided", [nfs("nas"), onNas({ tags: UNKNOWN_LIST })]],
    ["storage is not known", "undecided", [critical({ disks: [disk(UNKNOWN_TEXT)] })]],
  ],
  "critical-guest-recovers": [
    ["not critical", "not applicable", [alpine()]],
    ["a template", "not applicable", [critical({ template: true })]],
    ["under HA", "fine", [critical(), HA]],
    ["not under HA", "violated", [critical()], "VM 100 (alpine)"],
    ["stopped", "violated", [critical(), ha("vm:100", { state: "stopped" })]],
    ["state not known", "undecided", [critical(), ha("vm:100", { state: UNKNOWN_TEXT })]],
    ["an HA resource not known whose", "undecided", [critical(), ha("x", { resourceId: UNKNOWN_TEXT })]],
    ["critical is not known", "undecided", [alpine({ tags: UNKNOWN_LIST })]],
  ],
  "replication-within-rpo": [
    ["no objective", "not applicable", [alpine(), replication("100-0", "pve2")]],
    ["not replicated", "not applicable", [alpine({ tags: ["rpo-1h"] })]],
    ["often enough", "fine", [alpine({ tags: ["rpo-15m"] }), replication("100-0", "pve2")]],
    [
      "too seldom",
      "violated",
      [alpine({ tags: ["rpo-15m"] }), replication("100-0", "pve2", { schedule: "hourly" })],
      "every 60",
    ],
    [
      "switched off",
      "fine",
      [alpine({ tags: ["rpo-15m"] }), replication("100-0", "pve2", { schedule: "hourly", disable: true })],
    ],
    [
      "schedule not known",
      "undecided",
      [alpine({ tags: ["rpo-15m"] }), replication("100-0", "pve2", { schedule: UNKNOWN_TEXT })],
    ],
    ["objective not known", "undecided", [alpine({ tags: UNKNOWN_LIST }), replication("100-0", "pve2")]],
  ],
  "stable-device-paths": [
    ["by id", "fine", [host("ZfsDisks", { devices: ["/dev/disk/by-id/a"] })]],
    [
      "by letter",
      "violated",
      [pve("node/disk/zfs:Zfs", { devices: ["/dev/disk/by-id/a", "/dev/sdb"] })],
      "/dev/sdb",
    ],
    ["not known", "undecided", [host("VolumeGroup", { devices: UNKNOWN_LIST })]],
    ["one not known", "undecided", [host("VolumeGroup", { devices: ["/dev/disk/by-path/a", UNKNOWN_TEXT] })]],
  ],
  "pool-redundant": [
    ["a mirror", "fine", [host("ZfsDisks", { raidlevel: "mirror" })]],
    ["single", "violated", [host("ZfsDisks", { raidlevel: "single" })], "(single)"],
    ["striped", "violated", [pve("node/disk/zfs:Zfs", { raidlevel: "raid0" })]],
    ["not known", "undecided", [pve("node/disk/zfs:Zfs", { raidlevel: UNKNOWN_TEXT })]],
  ],
  "no-destructive-flags": [
    [
      "buckets left alone",
      "fine",
      [resource("aws:s3/bucket:Bucket", "b", {}), resource("aws:s3/bucketV2:BucketV2", "c", {})],
    ],
    ["one of two flags not known", "undecided", [pve("node/disk/zfs:Zfs", { cleanupDisks: UNKNOWN_TEXT })]],
    ["off", "fine", [alpine({ deleteUnreferencedDisksOnDestroy: false })]],
    ["left to the provider, which deletes", "violated", [alpine()], "deleteUnreferencedDisksOnDestroy"],
    ["a pool left alone", "fine", [pve("node/disk/zfs:Zfs", {}), pve("ceph/pool:Pool", {})]],
    ["a pool wiped", "violated", [pve("node/disk/zfs:Zfs", { cleanupDisks: true })], "cleanupDisks"],
    [
      "a bucket emptied",
      "violated",
      [resource("aws:s3/bucket:Bucket", "b", { forceDestroy: true })],
      "forceDestroy",
    ],
    ["not known", "undecided", [resource("aws:s3/bucketV2:BucketV2", "b", { forceDestroy: UNKNOWN_TEXT })]],
    [
      "one not known, one on",
      "violated",
      [pve("ceph/pool:Pool", { forceDestroy: UNKNOWN_TEXT, removeStorages: true })],
      "removeStorages",
    ],
  ],
  "nfs-export-known-clients": [
    ["a network", "fine", [NFS_SERVER({ "192.0.2.0/24": ["rw"] })]],
    ["everybody", "violated", [NFS_SERVER({ "192.0.2.0/24": [], "*": [] })], "(*)"],
    ["every address", "violated", [NFS_SERVER({ "0.0.0.0/0": [] })], "0.0.0.0/0"],
    ["nothing exported", "fine", [host("NfsServer", {})]],
    ["not known", "undecided", [NFS_SERVER(UNKNOWN_TEXT)]],
    ["exports not known", "undecided", [host("NfsServer", { exports: UNKNOWN_TEXT })]],
  ],
  "nfs-root-squash": [
    ["squashed", "fine", [NFS_SERVER({ "192.0.2.0/24": ["rw", "root_squash"] })]],
    [
      "not",
      "violated",
      [NFS_SERVER({ "192.0.2.0/24": ["rw"], "192.0.3.0/24": ["no_root_squash"] })],
      "it lets root",
    ],
    ["not known", "undecided", [NFS_SERVER({ "192.0.2.0/24": UNKNOWN_LIST })]],
    ["clients not known", "undecided", [NFS_SERVER(UNKNOWN_TEXT)]],
    ["exports not known", "undecided", [host("NfsServer", { exports: UNKNOWN_TEXT })]],
  ],
  "volume-content-type": [
    ["taken", "fine", [nfs("nas"), onNas(), job("nightly", { storage: "nas" })]],
    ["no images", "violated", [nfs("nas", { contents: ["iso"] }), onNas()], 'storage "nas"', "images"],
    [
      "no containers",
      "violated",
      [nfs("nas", { contents: ["images"] }), container("web", { vmId: 1, disk: { datastoreId: "nas" } })],
      "rootdir",
    ],
    [
      "no backups",
      "violated",
      [nfs("nas", { contents: ["images"] }), job("nightly", { storage: "nas" })],
      "backup",
    ],
    ["an ISO", "fine", [nfs("nas", { contents: ["iso"] }), alpine({ cdrom: { fileId: "nas:iso/x.iso" } })]],
    ["contents left out", "fine", [nfs("nas", { contents: undefined }), onNas()]],
    ["not known", "undecided", [nfs("nas", { contents: UNKNOWN_LIST }), onNas()]],
    ["one not known", "undecided", [nfs("nas", { contents: ["iso", UNKNOWN_TEXT] }), onNas()]],
  ],
  "thin-pool-overcommit": [
    [
      "of which the node is not said",
      "undecided",
      [host("VolumeGroup", { group: "fast", thinPool: { size: 10 } })],
    ],
    [
      "a guest on a node not known",
      "fine",
      [group(10), thin, alpine({ nodeName: UNKNOWN_TEXT, disks: [disk("fast", { size: 11 })] })],
    ],
    [
      "a storage on a group not known",
      "fine",
      [
        group(10),
        pve("storage/lvmthin:Lvmthin", { resourceId: "fast", volumeGroup: UNKNOWN_TEXT }),
        alpine({ disks: [disk("fast", { size: 11 })] }),
      ],
    ],
    [
      "a storage of another kind",
      "fine",
      [
        group(10),
        pve("storage/lvm:Lvm", { resourceId: "fast", volumeGroup: "fast" }),
        alpine({ disks: [disk("fast", { size: 11 })] }),
      ],
    ],
    ["no pool", "not applicable", [host("VolumeGroup", { group: "fast" })]],
    [
      "fits",
      "fine",
      [group(100), thin, alpine({ disks: [disk("fast", { size: 60 }), disk("fast", { size: 40 })] })],
    ],
    [
      "too much",
      "violated",
      [group(100), thin, alpine({ disks: [disk("fast", { size: 101 })] })],
      "100 GiB",
      "101",
    ],
    [
      "too much of containers",
      "violated",
      [group(10), thin, container("web", { vmId: 1, disk: { datastoreId: "fast", size: 11 } })],
    ],
    ["the provider's size", "violated", [group(7), thin, alpine({ disks: [disk("fast")] })], "8"],
    [
      "on another node",
      "fine",
      [group(10), thin, alpine({ nodeName: "pve2", disks: [disk("fast", { size: 11 })] })],
    ],
    ["all of the group", "fine", [group(undefined), thin, alpine({ disks: [disk("fast", { size: 101 })] })]],
    [
      "a size not known",
      "undecided",
      [
        group(100),
        thin,
        alpine({ disks: [disk("fast", { size: UNKNOWN_TEXT }), disk("fast", { size: 5 })] }),
      ],
    ],
    ["the pool's size not known", "undecided", [group(UNKNOWN_TEXT), thin]],
  ],
  "backup-within-rpo": [
    ["no objective", "not applicable", [alpine()]],
    ["often enough", "fine", [alpine({ tags: ["rpo-1d"] }), job("nightly", { storage: "nas", all: true })]],
    [
      "the better of two",
      "fine",
      [
        alpine({ tags: ["rpo-1d"] }),
        job("weekly", { storage: "nas", all: true, schedule: "sun 02:00" }),
        job("nightly", { storage: "nas", all: true }),
      ],
    ],
    [
      "too seldom",
      "violated",
      [alpine({ tags: ["rpo-6h"] }), job("nightly", { storage: "nas", all: true })],
      "every 1440",
    ],
    ["never", "violated", [alpine({ tags: ["rpo-6h"] })], "no job takes it"],
    [
      "schedule not known",
      "undecided",
      [alpine({ tags: ["rpo-6h"] }), job("nightly", { storage: "nas", all: true, schedule: UNKNOWN_TEXT })],
    ],
    [
      "not known whom the job takes",
      "undecided",
      [alpine({ tags: ["rpo-1d"] }), job("nightly", { storage: "nas", vmids: UNKNOWN_LIST })],
    ],
    [
      "objective not known",
      "undecided",
      [alpine({ tags: UNKNOWN_LIST }), job("nightly", { storage: "nas", all: true })],
    ],
  ],
  "backup-retention": [
    ["no job", "not applicable", []],
    ["switched off", "not applicable", [job("nightly", { storage: "nas", enabled: false })]],
    [
      "the job's",
      "fine",
      [nfs("nas"), job("nightly", { storage: "nas", pruneBackups: { "keep-last": "3" } })],
    ],
    ["the storage's", "fine", [nfs("nas", { backups: { keepLast: 3 } }), job("nightly", { storage: "nas" })]],
    ["the backup server's", "fine", [pbs({}), job("nightly", { storage: "pbs" })]],
    ["none", "violated", [nfs("nas"), job("nightly", { storage: "nas" })], "Backup job nightly"],
    ["a storage of elsewhere", "undecided", [job("nightly", { storage: "nas" })]],
    [
      "not known whether it runs",
      "undecided",
      [nfs("nas"), job("nightly", { storage: "nas", enabled: UNKNOWN_TEXT })],
    ],
  ],
  "backup-encrypted": [
    ["a key", "fine", [pbs({ encryptionKey: "secret" })]],
    ["made by Proxmox", "fine", [pbs({ generateEncryptionKey: true })]],
    ["a key not known", "fine", [pbs({ encryptionKey: UNKNOWN_TEXT })]],
    ["none", "violated", [pbs({})], "Storage it"],
    ["none, contents left out", "violated", [pbs({ contents: undefined })]],
    ["no backups in it", "fine", [pbs({ contents: ["iso"] })]],
    ["not known", "undecided", [pbs({ generateEncryptionKey: UNKNOWN_TEXT })]],
  ],
  "backup-verified": [
    ["no server", "not applicable", [pbs({})]],
    ["verified", "fine", [host("BackupServer", { datastores: { main: { verify: {} } } })]],
    [
      "one is not",
      "violated",
      [host("BackupServer", { datastores: { main: { verify: {} }, other: {} } })],
      "in other",
    ],
    ["not known", "undecided", [host("BackupServer", { datastores: UNKNOWN_TEXT })]],
  ],
  "backup-off-site": [
    ["not known where, and nowhere is elsewhere", "violated", [job("nightly", { storage: UNKNOWN_TEXT })]],
    ["no job", "not applicable", []],
    ["a bucket", "fine", [job("nightly", { storage: "nas" }), resource("aws:s3/bucket:Bucket", "b", {})]],
    ["none", "violated", [job("nightly", { storage: "nas" })], "another site"],
    [
      "the job that has a bucket is off",
      "not applicable",
      [job("nightly", { storage: "nas", enabled: false }), resource("aws:s3/bucket:Bucket", "b", {})],
    ],
  ],
  "restore-drilled": [
    ["not critical", "not applicable", [alpine()]],
    [
      "drilled",
      "fine",
      [critical(), resource("aws:scheduler/schedule:Schedule", "s", { description: "Recovery drill" })],
    ],
    ["never", "violated", [critical()], "1 critical guests (alpine)"],
    ["another schedule", "violated", [critical(), resource("aws:scheduler/schedule:Schedule", "watch", {})]],
    [
      "switched off",
      "violated",
      [critical(), resource("aws:scheduler/schedule:Schedule", "drills", { state: "DISABLED" })],
    ],
    [
      "not known",
      "undecided",
      [critical(), resource("aws:scheduler/schedule:Schedule", "drills", { state: UNKNOWN_TEXT })],
    ],
  ],
  "container-linux-only": [
    ["debian", "fine", [container("web", { operatingSystem: { type: "debian" } })]],
    ["left out", "fine", [container("web", {})]],
    ["windows", "violated", [container("web", { operatingSystem: { type: "windows" } })], "windows"],
    ["not known", "undecided", [container("web", { operatingSystem: { type: UNKNOWN_TEXT } })]],
  ],
  "guest-id-explicit": [
    ["given", "fine", [alpine()]],
    ["left to Proxmox", "violated", [vm("web", {})], "Guest web"],
    ["not known", "undecided", [container("web", { vmId: UNKNOWN_TEXT })]],
  ],
  "datastore-explicit": [
    [
      "given",
      "fine",
      [
        alpine({
          disks: [disk("nas")],
          efiDisk: { datastoreId: "nas" },
          initialization: { datastoreId: "nas" },
        }),
      ],
    ],
    ["a disk", "violated", [alpine({ disks: [disk("nas"), disk()] })], "a disk"],
    ["a TPM", "violated", [alpine({ tpmState: {} })], "tpmState"],
    ["an EFI disk", "violated", [alpine({ efiDisk: {} })], "efiDisk"],
    ["a cloud-init drive", "violated", [alpine({ initialization: {} })], "initialization"],
    ["a root disk", "violated", [container("web", { disk: { size: 8 } })], "disk"],
    [
      "a container's initialization has none",
      "fine",
      [container("web", { disk: { datastoreId: "nas" }, initialization: {} })],
    ],
    [
      "a container without disk says unprivileged",
      "fine",
      [container("web", { unprivileged: true, initialization: {} })],
    ],
    ["not known", "undecided", [alpine({ disks: UNKNOWN_LIST })]],
  ],
  "guest-size-declared": [
    ["given", "fine", [alpine({ memory: { dedicated: 1024 }, cpu: { cores: 2 } })]],
    ["no memory", "violated", [alpine({ cpu: { cores: 2 } })], "declares no memory"],
    ["no cores", "violated", [alpine({ memory: { dedicated: 1024 } })], "declares no cores"],
    ["as large as may be", "fine", [alpine({ memory: { dedicated: 524_288 }, cpu: { cores: 64 } })]],
    [
      "too many cores",
      "violated",
      [alpine({ memory: { dedicated: 1024 }, cpu: { cores: 65 } })],
      "larger than",
    ],
    [
      "too much memory",
      "violated",
      [alpine({ memory: { dedicated: 524_289 }, cpu: { cores: 1 } })],
      "larger than",
    ],
    ["not known", "undecided", [alpine({ memory: UNKNOWN_TEXT, cpu: { cores: 2 } })]],
    ["cores not known", "undecided", [alpine({ memory: { dedicated: 1 }, cpu: { cores: UNKNOWN_TEXT } })]],
  ],
  "pool-within-quota": [
    ["as many as may be", "fine", [quota({ guests: 2 }), inPool(1), inPool(2)]],
    [
      "more than may be",
      "violated",
      [quota({ guests: 1 }), inPool(1), inPool(2)],
      "2 guests and may have 1 (t1, t2)",
    ],
    [
      "others' guests",
      "fine",
      [quota({ guests: 1 }), inPool(1), inPool(2, {}, "other"), vm("t3", { vmId: 3 })],
    ],
    ["a guest of two ways into it counts once", "fine", [quota({ guests: 1 }), inPool(1), member(1, "acme")]],
    [
      "members by membership",
      "violated",
      [quota({ guests: 0 }), vm("t1", { vmId: 1 }), member(1, "acme")],
      "1 guests",
    ],
    [
      "cores of all sockets",
      "fine",
      [quota({ cores: 9 }), inPool(1, { cpu: { cores: 4, sockets: 2 } }), inPool(2)],
    ],
    [
      "too many cores",
      "violated",
      [quota({ cores: 8 }), inPool(1, { cpu: { cores: 4, sockets: 2 } }), inPool(2)],
      "9 cores and may have 8",
    ],
    ["memory", "fine", [quota({ memory: 1024 }), inPool(1, { memory: { dedicated: 512 } }), inPool(2)]],
    [
      "too much memory",
      "violated",
      [quota({ memory: 1024 }), inPool(1, { memory: { dedicated: 513 } }), inPool(2)],
      "1025 MiB of memory",
    ],
    [
      "disks, and one of the default size",
      "fine",
      [quota({ disk: 18 }), inPool(1, { disks: [{ size: 10 }, {}], efiDisk: {} })],
    ],
    [
      "disks that are too large",
      "violated",
      [quota({ disk: 17 }), inPool(1, { disks: [{ size: 10 }, {}] })],
      "18 GiB of disks and may have 17",
    ],
    ["a container's disk and mount points", "fine", [quota({ disk: 1035 }), tenantContainer()]],
    ["too large mount points", "violated", [quota({ disk: 1034 }), tenantContainer()], "1034.5 GiB"],
    [
      "a container's disk of the default size",
      "violated",
      [quota({ disk: 3 }), tenantContainer({})],
      "4 GiB",
    ],
    [
      "a mount point's size that is none",
      "undecided",
      [quota({ disk: 99 }), tenantContainer({ mountPoints: [{ size: "x" }] })],
    ],
    ["a quota that is not known", "undecided", [quota({ guests: UNKNOWN_TEXT }), inPool(1)]],
    ["quotas that are not known", "undecided", [quota(UNKNOWN_TEXT), inPool(1)]],
    ["a size that is not known", "undecided", [quota({ memory: 1024 }), inPool(1, { memory: UNKNOWN_TEXT })]],
    [
      "cores that are not known",
      "undecided",
      [quota({ cores: 1 }), inPool(1, { cpu: { cores: UNKNOWN_TEXT } })],
    ],
    [
      "sockets that are not known",
      "undecided",
      [quota({ cores: 1 }), inPool(1, { cpu: { sockets: UNKNOWN_TEXT } })],
    ],
    ["a disk that is not known", "undecided", [quota({ disk: 9 }), inPool(1, { disks: UNKNOWN_LIST })]],
    [
      "enough is known to be too much",
      "violated",
      [quota({ memory: 100 }), inPool(1), inPool(2, { memory: UNKNOWN_TEXT })],
      "512 MiB",
    ],
    [
      "who is in it is not known",
      "undecided",
      [quota({ guests: 1 }), vm("t1", { vmId: 1, poolId: UNKNOWN_TEXT })],
    ],
    ["its own id is not known", "undecided", [quota({ guests: 1 }, UNKNOWN_TEXT), vm("t1", { vmId: 1 })]],
    ["its own id is not known, and there is nobody", "fine", [quota({ guests: 1 }, UNKNOWN_TEXT)]],
    ["no limit", "fine", [quota({}), inPool(1)]],
    ["no pool with quotas", "not applicable", [quota(undefined), inPool(1)]],
  ],
  "static-address-clash": [
    [
      "none",
      "fine",
      [vm("a", address("192.0.2.1/24", { vmId: 1 })), vm("b", address("192.0.2.2/24", { vmId: 2 }))],
    ],
    [
      "the same",
      "violated",
      [vm("a", address("192.0.2.1/24", { vmId: 1 })), container("b", address("192.0.2.1/20", { vmId: 2 }))],
      "192.0.2.1",
      "VM 1 (a)",
      "container 2 (b)",
    ],
    ["DHCP twice", "fine", [vm("a", address("dhcp")), vm("b", address("dhcp"))]],
    [
      "twice on one guest",
      "fine",
      [
        vm("a", {
          initialization: {
            ipConfigs: [{ ipv4: { address: "192.0.2.1/24" } }, { ipv4: { address: "192.0.2.1/24" } }],
          },
        }),
      ],
    ],
    ["not known", "undecided", [vm("a", address(UNKNOWN_TEXT))]],
    ["settings not known", "undecided", [vm("a", { initialization: { ipConfigs: UNKNOWN_LIST } })]],
  ],
  "guest-firewall": [
    ["no network", "not applicable", [alpine()]],
    ["a template", "not applicable", [alpine({ ...NIC, template: true })]],
    ["on", "fine", [alpine(NIC), firewallOf({ vmId: 100, enabled: true })]],
    [
      "on, by what it was computed from",
      "fine",
      [
        alpine(NIC),
        firewallOf(
          { vmId: UNKNOWN_TEXT, enabled: true },
          { propertyDependencies: { vmId: [urnOf(VM, "alpine")] } },
        ),
      ],
    ],
    [
      "of a container",
      "fine",
      [
        container("web", { vmId: 200, networkInterfaces: [{ firewall: true }] }),
        firewallOf({ containerId: 200, enabled: true }),
      ],
    ],
    [
      "an interface without",
      "violated",
      [alpine({ networkDevices: [{ firewall: true }, {}] }), firewallOf({ vmId: 100, enabled: true })],
      "an interface",
    ],
    ["switched off", "violated", [alpine(NIC), firewallOf({ vmId: 100, enabled: false })], "switched off"],
    ["not declared", "violated", [alpine(NIC)], "VM 100 (alpine)"],
    ["another guest's", "violated", [alpine(NIC), firewallOf({ vmId: 101, enabled: true })]],
    [
      "the interface's not known",
      "undecided",
      [alpine({ networkDevices: [{ firewall: UNKNOWN_TEXT }] }), firewallOf({ vmId: 100, enabled: true })],
    ],
    ["whose is not known", "undecided", [alpine(NIC), firewallOf({ vmId: UNKNOWN_TEXT, enabled: true })]],
    ["the guest's id not known", "undecided", [vm("web", NIC)]],
  ],
  "stateful-guest-protected": [
    ["by Pulumi", "fine", [{ ...alpine(), options: { protect: true, ignoreChanges: [] } }]],
    ["by Proxmox", "fine", [alpine({ protection: true })]],
    ["not", "violated", [{ ...alpine(), options: { protect: false, ignoreChanges: [] } }], "Guest alpine"],
    ["not told", "undecided", [alpine()]],
    [
      "not known",
      "undecided",
      [{ ...alpine({ protection: UNKNOWN_TEXT }), options: { protect: false, ignoreChanges: [] } }],
    ],
  ],
  "guest-agent-bounded": [
    ["none", "fine", [alpine()]],
    ["with a timeout", "fine", [alpine({ agent: { enabled: true, timeout: "2m" } })]],
    ["without", "violated", [alpine({ agent: { enabled: true } })], "VM alpine"],
    ["switched off", "fine", [alpine({ agent: { enabled: false } })]],
    ["not known", "undecided", [alpine({ agent: UNKNOWN_TEXT })]],
    ["whether it is on is not known", "undecided", [alpine({ agent: { enabled: UNKNOWN_TEXT } })]],
  ],
  "no-password-in-guest": [
    ["keys", "fine", [alpine({ initialization: { userAccount: { keys: ["ssh-ed25519 AAAA"] } } })]],
    ["none", "fine", [alpine()]],
    [
      "a password",
      "violated",
      [container("web", { initialization: { userAccount: { password: "hunter2" } } })],
      "Guest web",
    ],
    ["not known", "undecided", [alpine({ initialization: { userAccount: UNKNOWN_TEXT } })]],
  ],
  "no-root-token": [
    ["a user of its own", "fine", [pveProvider({ apiToken: "estate@pve!pulumi=secret" })]],
    ["root's token", "violated", [pveProvider({ apiToken: "root@pam!pulumi=secret" })], "proxmox is"],
    ["root", "violated", [pveProvider({ username: "root@pam" })]],
    ["a token made for root", "violated", [pve("user/token:Token", { userId: "root@pam" })]],
    ["not known", "undecided", [pveProvider({ apiToken: UNKNOWN_TEXT })]],
  ],
  "least-privilege": [
    ["some rights everywhere", "fine", [pve("index/acl:Acl", { path: "/", roleId: "PVEAuditor" })]],
    ["all rights somewhere", "fine", [pve("index/acl:Acl", { path: "/vms", roleId: "Administrator" })]],
    [
      "all rights everywhere",
      "violated",
      [pve("index/acl:Acl", { path: "/", roleId: "Administrator" })],
      "ACL entry it",
    ],
    [
      "a role not known, everywhere",
      "undecided",
      [pve("index/acl:Acl", { path: "/", roleId: UNKNOWN_TEXT })],
    ],
    [
      "all rights, a path not known",
      "undecided",
      [pve("index/acl:Acl", { path: UNKNOWN_TEXT, roleId: "Administrator" })],
    ],
    ["a role not known, somewhere", "fine", [pve("index/acl:Acl", { path: "/vms", roleId: UNKNOWN_TEXT })]],
  ],
  "two-factor": [
    ["nobody", "not applicable", []],
    ["asked", "fine", [user({ password: "secret" }), host("RealmTwoFactor", { realm: "pve" })]],
    ["not asked", "violated", [user({ password: "secret" })], "realm pve"],
    [
      "another realm is",
      "violated",
      [user({ password: "secret" }), host("RealmTwoFactor", { realm: "pam" })],
    ],
    ["a user of tokens", "fine", [user({})]],
    ["OpenID that asks", "fine", [pve("realm/openid:Openid", { acrValues: "mfa" })]],
    ["OpenID that does not", "violated", [pve("realm/openid:Openid", {})], "Realm it"],
    ["OpenID that asks for nothing", "violated", [pve("realm/openid:Openid", { acrValues: "" })]],
    [
      "a realm not known",
      "undecided",
      [user({ password: "secret" }), host("RealmTwoFactor", { realm: UNKNOWN_TEXT })],
    ],
    ["a user not known", "undecided", [user({ userId: UNKNOWN_TEXT, password: "secret" })]],
    ["OpenID not known", "undecided", [pve("realm/openid:Openid", { acrValues: UNKNOWN_TEXT })]],
  ],
  "tls-verified": [
    ["left out, which is verified", "fine", [pveProvider({})]],
    ["verified", "fine", [pveProvider({ insecure: "false" })]],
    ["not", "violated", [pveProvider({ insecure: "true" })], "Provider proxmox"],
    ["not known", "undecided", [pveProvider({ insecure: UNKNOWN_TEXT })]],
  ],
  "known-networks-only": [
    ["no firewall", "not applicable", [alpine()]],
    [
      "drops",
      "fine",
      [
        dropping,
        rules({
          rules: [{ type: "in", action: "ACCEPT", proto: "tcp", dport: "8006", source: "+dc/office" }],
        }),
      ],
    ],
    ["off", "violated", [pve("cluster/firewallLegacy:FirewallLegacy", { enabled: false })], "is off"],
    ["accepts", "violated", [pve("cluster/firewallLegacy:FirewallLegacy", { inputPolicy: "ACCEPT" })]],
    [
      "lets everybody in to the web interface",
      "violated",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", proto: "tcp", dport: "80,8000:8010" }] })],
      "Firewall rules it",
    ],
    [
      "lets everybody in to everything",
      "violated",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT" }] })],
    ],
    [
      "lets everybody in to SSH",
      "violated",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", dport: "22" }] })],
    ],
    [
      "lets everybody ping",
      "fine",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", proto: "icmp" }] })],
    ],
    ["another port", "fine", [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", dport: "443" }] })]],
    [
      "a rule that is off",
      "fine",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", enabled: false }] })],
    ],
    ["a rule that drops", "fine", [dropping, rules({ rules: [{ type: "in", action: "DROP" }] })]],
    ["a rule for what goes out", "fine", [dropping, rules({ rules: [{ type: "out", action: "ACCEPT" }] })]],
    ["a group", "fine", [dropping, rules({ rules: [{ securityGroup: "web" }] })]],
    [
      "a guest's web interface",
      "fine",
      [dropping, rules({ vmId: 100, rules: [{ type: "in", action: "ACCEPT" }] })],
    ],
    [
      "a container's",
      "fine",
      [dropping, rules({ containerId: 100, rules: [{ type: "in", action: "ACCEPT" }] })],
    ],
    [
      "the policy not known",
      "undecided",
      [pve("cluster/firewallLegacy:FirewallLegacy", { inputPolicy: UNKNOWN_TEXT })],
    ],
    [
      "whether it is on is not known",
      "undecided",
      [pve("cluster/firewallLegacy:FirewallLegacy", { enabled: UNKNOWN_TEXT })],
    ],
    ["rules not known", "undecided", [dropping, rules({ rules: UNKNOWN_LIST })]],
    [
      "ports not known",
      "undecided",
      [dropping, rules({ rules: [{ type: "in", action: "ACCEPT", dport: UNKNOWN_TEXT }] })],
    ],
  ],
};
