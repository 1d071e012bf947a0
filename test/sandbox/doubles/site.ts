import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsDouble } from "../../../sandbox/doubles/aws";
import { Refusal } from "../../../sandbox/doubles/behaviour";
import { commandDouble } from "../../../sandbox/doubles/command";
import { Lifecycle } from "../../../sandbox/doubles/lifecycle";
import { proxmoxDouble } from "../../../sandbox/doubles/proxmox";
import {
  type Installed,
  openWorld,
  type Properties,
  type World,
  type WorldObject,
} from "../../../sandbox/world";

/** A cluster of three nodes with nothing on it, an NFS host, and an empty AWS account. */
export const INSTALLED: Installed = {
  nodes: ["pve1", "pve2", "pve3"].map((name, index) => ({
    name,
    cluster: "test",
    address: `192.0.2.${11 + index}`,
    interfaces: ["enp1s0", "enp2s0"],
    disks: ["/dev/sda", "/dev/sdb", "/dev/sdc"],
    bonds: [],
    bridges: [
      { name: "vmbr0", ports: ["enp1s0"], address: `192.0.2.${11 + index}/24`, gateway: "192.0.2.1" },
    ],
  })),
  storages: [
    { id: "local", type: "directory", path: "/var/lib/vz", content: ["backup", "import", "iso", "vztmpl"] },
    {
      id: "local-lvm",
      type: "lvmthin",
      volumeGroup: "pve",
      thinPool: "data",
      content: ["images", "rootdir"],
    },
  ],
  hosts: [{ address: "192.0.2.30" }],
  awsAccount: {
    account: "123456789012",
    region: "eu-central-1",
    zones: ["eu-central-1a", "eu-central-1b"],
  },
};

export const SCRIPTS = {
  "cluster-member": "script of cluster-member",
  "cluster-qdevice": "script of cluster-qdevice",
  "cluster-quorum": "script of cluster-quorum",
  "watchdog-module": "script of watchdog-module",
  "cluster-trust": "script of cluster-trust",
  "cluster-firewall": "script of cluster-firewall",
  "nfs-check": "script of nfs-check",
  monitoring: "script of monitoring",
  "nfs-export": "script of nfs-export",
  "nfs-firewall": "script of nfs-firewall",
  "pbs-access": "script of pbs-access",
  "pbs-datastore": "script of pbs-datastore",
  "pbs-server": "script of pbs-server",
  "pve-storage": "script of pve-storage",
  "volume-group": "script of volume-group",
  "vpn-gateway": "script of vpn-gateway",
  "realm-two-factor": "script of realm-two-factor",
  "zfs-dataset": "script of zfs-dataset",
  "zfs-pool": "script of zfs-pool",
};

/** Short names of the types under test. */
export const T = {
  vm: "proxmoxve:index/vmLegacy:VmLegacy",
  container: "proxmoxve:index/containerLegacy:ContainerLegacy",
  haResource: "proxmoxve:index/haresource:Haresource",
  haRule: "proxmoxve:index/harule:Harule",
  job: "proxmoxve:backup/job:Job",
  nfs: "proxmoxve:storage/nfs:Nfs",
  zfspool: "proxmoxve:storage/zfspool:Zfspool",
  directory: "proxmoxve:storage/directory:Directory",
  lvm: "proxmoxve:storage/lvm:Lvm",
  lvmthin: "proxmoxve:storage/lvmthin:Lvmthin",
  cifs: "proxmoxve:storage/cifs:Cifs",
  pbs: "proxmoxve:storage/pbs:Pbs",
  cephPool: "proxmoxve:ceph/pool:Pool",
  bond: "proxmoxve:network/linux/bond:Bond",
  bridge: "proxmoxve:network/linux/bridge:Bridge",
  vlan: "proxmoxve:network/linux/vlan:Vlan",
  simpleZone: "proxmoxve:sdn/zone/simple:Simple",
  vlanZone: "proxmoxve:sdn/zone/vlan:Vlan",
  vxlanZone: "proxmoxve:sdn/zone/vxlan:Vxlan",
  evpnZone: "proxmoxve:sdn/zone/evpn:Evpn",
  evpnController: "proxmoxve:sdn/controller/evpn:Evpn",
  vnet: "proxmoxve:sdn/vnet:Vnet",
  virtualSubnet: "proxmoxve:sdn/subnet:Subnet",
  applier: "proxmoxve:sdn/applier:Applier",
  file: "proxmoxve:download/file:File",
  replication: "proxmoxve:index/replication:Replication",
  pool: "proxmoxve:index/poolLegacy:PoolLegacy",
  membership: "proxmoxve:pool/membership:Membership",
  pci: "proxmoxve:hardware/mapping/pci:Pci",
  usb: "proxmoxve:hardware/mapping/usb:Usb",
  dir: "proxmoxve:hardware/mapping/dir:Dir",
  metricServer: "proxmoxve:metrics/server:Server",
  options: "proxmoxve:cluster/options:Options",
  hosts: "proxmoxve:index/hostsLegacy:HostsLegacy",
  nodeConfig: "proxmoxve:node/config:Config",
  aptRepository: "proxmoxve:apt/repository:Repository",
  aptStandard: "proxmoxve:apt/standard/repository:Repository",
  dns: "proxmoxve:index/dnsLegacy:DnsLegacy",
  time: "proxmoxve:index/timeLegacy:TimeLegacy",
  role: "proxmoxve:index/roleLegacy:RoleLegacy",
  group: "proxmoxve:index/groupLegacy:GroupLegacy",
  pveUser: "proxmoxve:index/userLegacy:UserLegacy",
  token: "proxmoxve:user/token:Token",
  acl: "proxmoxve:index/acl:Acl",
  ldap: "proxmoxve:realm/ldap:Ldap",
  openid: "proxmoxve:realm/openid:Openid",
  realmSync: "proxmoxve:realm/sync:Sync",
  clusterFirewall: "proxmoxve:cluster/firewallLegacy:FirewallLegacy",
  nodeFirewall: "proxmoxve:node/firewall:Firewall",
  ipset: "proxmoxve:firewall/ipsetLegacy:IpsetLegacy",
  firewallGroup: "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy",
  firewallRules: "proxmoxve:firewall/rulesLegacy:RulesLegacy",
  firewallOptions: "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  routeTable: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  scalingGroup: "aws:autoscaling/group:Group",
  scalingSchedule: "aws:autoscaling/schedule:Schedule",
  connectEndpoint: "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  key: "aws:kms/key:Key",
  alias: "aws:kms/alias:Alias",
  user: "aws:iam/user:User",
  userPolicy: "aws:iam/userPolicy:UserPolicy",
  accessKey: "aws:iam/accessKey:AccessKey",
  policy: "aws:iam/policy:Policy",
  iamRole: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  command: "command:remote:Command",
} as const;

/** A world in a folder of its own, and the doubles' half of the engine's conversation. */
export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "hybrid-estate-world-"));
  readonly world: World;
  readonly lifecycle: Lifecycle;
  private names = 0;

  constructor(installed: Installed = INSTALLED) {
    this.world = openWorld({ folder: this.folder, installed });
    const behaviours = [...proxmoxDouble.behaviours, ...awsDouble.behaviours, ...commandDouble.behaviours];
    this.lifecycle = new Lifecycle(behaviours, this.world, SCRIPTS);
  }

  close(): void {
    this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Checks and creates; a failed check is a Refusal too. */
  create(type: string, inputs: Properties, name = `r${this.names++}`): WorldObject {
    const target = { type, urn: `urn:pulumi:test::test::${type}::${name}`, config: {} };
    return this.lifecycle.create(target, this.checked(type, this.asOnTheWire(inputs), name), new Set());
  }

  update(object: WorldObject, changes: Properties): WorldObject {
    const inputs = this.asOnTheWire({ ...object.inputs, ...changes });
    return this.lifecycle.update(this.targetOf(object), inputs, new Set());
  }

  delete(object: WorldObject): void {
    this.lifecycle.delete(this.targetOf(object));
  }

  /** The inputs that a check makes of others. */
  checked(type: string, news: Properties, name = "checked", olds: Properties = {}): Properties {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    const { inputs, failures } = this.lifecycle.check({
      type,
      urn,
      olds,
      news,
      randomSeed: "seed",
      config: {},
    });
    const [failure] = failures;
    if (failure) throw new Refusal(`${failure.property}: ${failure.reason}`);
    return inputs;
  }

  /** Inputs without undefined, which no engine sends. */
  asOnTheWire(inputs: Properties): Properties {
    return JSON.parse(JSON.stringify(inputs)) as Properties;
  }

  /** What a change of inputs does, by property path. */
  plan(type: string, olds: Properties, news: Properties): Record<string, "replace" | "update"> {
    const { differences } = this.lifecycle.diff(type, olds, news);
    return Object.fromEntries(
      differences.map(({ path, replaces }) => [path, replaces ? "replace" : "update"]),
    );
  }

  private targetOf(object: WorldObject) {
    return { type: object.type, urn: object.urn ?? "", id: object.id, state: object.outputs, config: {} };
  }
}

/** Asserts that the site says no, in these words. */
export function assertRefused(act: () => unknown, says: string): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.ok(error.message.includes(says), `expected "${says}" in "${error.message}"`);
    return true;
  });
}

/** A row of a table: what is asked for, and a part of the site's "no"; accepted without one. */
export interface Case {
  readonly what: string;
  readonly type: string;
  readonly inputs: Properties;
  readonly refused?: string;
}

/** One test a row, each on a site of its own. */
export function testCases(prepare: (site: Site) => void, cases: readonly Case[]): void {
  for (const { what, type, inputs, refused } of cases) {
    it(`${refused === undefined ? "accepts" : "refuses"} ${what}`, () => {
      const site = new Site();
      try {
        prepare(site);
        if (refused === undefined) assert.ok(site.create(type, inputs).id);
        else {
          const before = site.world.all();
          assertRefused(() => site.create(type, inputs), refused);
          assert.deepEqual(site.world.all(), before, "a refused create leaves nothing behind");
        }
      } finally {
        site.close();
      }
    });
  }
}

/** A row of a table of changes: what one property path does. */
export interface ChangeCase {
  readonly what: string;
  readonly type: string;
  readonly olds: Properties;
  readonly news: Properties;
  readonly does: Readonly<Record<string, "replace" | "update">>;
}

export function testChanges(cases: readonly ChangeCase[]): void {
  for (const { what, type, olds, news, does } of cases) {
    it(what, () => {
      const site = new Site();
      try {
        assert.deepEqual(site.plan(type, olds, news), does);
      } finally {
        site.close();
      }
    });
  }
}

/** The smallest VM and container, and where they can be changed. */
export const VM = {
  vmId: 100,
  name: "web",
  nodeName: "pve1",
  disks: [{ interface: "scsi0", datastoreId: "local-lvm", size: 8 }],
  networkDevices: [{ bridge: "vmbr0" }],
};

export const CONTAINER = {
  vmId: 101,
  nodeName: "pve1",
  disk: { datastoreId: "local-lvm", size: 8 },
  operatingSystem: { templateFileId: "local:vztmpl/debian.tar.zst", type: "debian" },
  networkInterfaces: [{ name: "eth0", bridge: "vmbr0" }],
};

export const TEMPLATE = {
  nodeName: "pve1",
  datastoreId: "local",
  contentType: "vztmpl",
  url: "https://example.org/debian.tar.zst",
};

/** Exports /srv/nfs to the nodes' network. */
export const EXPORT = {
  connection: { host: "192.0.2.30" },
  create: "bash -s -- apply --path /srv/nfs --client 192.0.2.0/24 --options rw,sync",
  delete: "bash -s -- remove --path /srv/nfs",
  stdin: SCRIPTS["nfs-export"],
};

export const NFS = {
  resourceId: "nas",
  server: "192.0.2.30",
  export: "/srv/nfs",
  contents: ["images", "import", "backup"],
};

/** Pool tank on a node's second disk, made as a component has it made. */
const pool = (host: string): Properties => ({
  connection: { host },
  create: "bash -s -- apply --pool tank --raidlevel single --ashift 12 --compression on --device /dev/sdb",
  stdin: SCRIPTS["zfs-pool"],
});
/** On pve1. */
export const POOL = pool("192.0.2.11");
/** On pve2. */
export const POOL2 = pool("192.0.2.12");
