import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { program, type StackOutputs } from "../../components";
import { parseEstate } from "../../contract";
import { type Declaration, type Declared, declare, only, settled } from "../support/declared";
import { devDescription, GONE } from "../support/description";
import { declareEstate, SECRETS } from "../support/program";

const NODES = ["blckpink01", "blckpink02", "blckpink03"];
const GUESTS = ["alpine", "Ubuntu", "monitoring", "vpn"];
const POOL = "blckpink-storage-pool";
const REPOSITORIES = NODES.flatMap((node) =>
  ["enterprise", "ceph-squid-enterprise", "no-subscription", "ceph-squid-no-subscription"].map(
    (handle) => `${node}-${handle}`,
  ),
);
const IMAGES = ["alpine-3.22", "debian-13", "debian-13-cloud", "ubuntu-22.04"];
const DATASETS = ["vmc", "iso", "backup", "migrate"];

const AWS_SUBNETS = ["private", "public", "isolated"].flatMap((tier) =>
  ["ap-southeast-1a", "ap-southeast-1b"].map((zone) => `aws-${tier}-${zone}`),
);

/** Everything that the dev estate declares, by type. A name is an identity: changing one replaces the resource. */
const DECLARED: Readonly<Record<string, readonly string[]>> = {
  "hybrid-estate:index:HybridEstate": ["estate"],
  "pulumi:providers:proxmoxve": ["proxmox"],
  "pulumi:providers:command": ["aws-nodes", "formation", "link", "proxmox"],
  "hybrid-estate:proxmox:ProxmoxSite": ["proxmox"],
  "hybrid-estate:proxmox:Cluster": ["blckpink-clstr"],
  "hybrid-estate:proxmox:AccessControl": ["blckpink-clstr"],
  "proxmoxve:index/roleLegacy:RoleLegacy": ["Operator"],
  "proxmoxve:index/groupLegacy:GroupLegacy": ["operators"],
  "proxmoxve:index/userLegacy:UserLegacy": ["alice@pve", "monitoring@pve"],
  "proxmoxve:user/token:Token": ["monitoring@pve!prometheus"],
  "proxmoxve:index/acl:Acl": [
    "/?operators?Operator",
    "/?monitoring@pve?PVEAuditor",
    "/?monitoring@pve!prometheus?PVEAuditor",
  ],
  "hybrid-estate:hosts:RealmTwoFactor": ["pve"],
  "hybrid-estate:proxmox:ClusterFirewall": ["blckpink-clstr"],
  "proxmoxve:cluster/firewallLegacy:FirewallLegacy": ["blckpink-clstr"],
  "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy": ["ping", "ssh"],
  "proxmoxve:firewall/ipsetLegacy:IpsetLegacy": ["known", "management", "nodes", "storage"],
  "proxmoxve:node/firewall:Firewall": NODES,
  "hybrid-estate:proxmox:GuestFirewall": GUESTS,
  "proxmoxve:firewall/rulesLegacy:RulesLegacy": ["blckpink-clstr", ...GUESTS],
  "proxmoxve:firewall/optionsLegacy:OptionsLegacy": GUESTS,
  "proxmoxve:cluster/options:Options": ["blckpink-clstr"],
  "hybrid-estate:proxmox:Node": NODES,
  "proxmoxve:index/timeLegacy:TimeLegacy": NODES,
  "proxmoxve:index/dnsLegacy:DnsLegacy": NODES,
  "proxmoxve:index/hostsLegacy:HostsLegacy": NODES,
  "proxmoxve:node/config:Config": ["blckpink01"],
  "proxmoxve:apt/standard/repository:Repository": REPOSITORIES,
  "proxmoxve:apt/repository:Repository": REPOSITORIES,
  "proxmoxve:network/linux/bridge:Bridge": NODES.flatMap((node) => [`${node}-vmbr0`, `${node}-vmbr1`]),
  "hybrid-estate:proxmox:ZfsPool": [POOL],
  "hybrid-estate:hosts:ZfsDisks": NODES.map((node) => `${node}/${POOL}`),
  "hybrid-estate:hosts:ZfsDataset": NODES.flatMap((node) => DATASETS.map((set) => `${node}/${POOL}/${set}`)),
  "hybrid-estate:hosts:NfsServer": ["nas", "nas-backup"],
  "hybrid-estate:hosts:NfsCheck": NODES.flatMap((node) => [`${node}/nfs-local`, `${node}/nas-backup`]),
  "hybrid-estate:proxmox:ClusterFormation": ["blckpink-clstr"],
  "hybrid-estate:hosts:Watchdog": NODES,
  "command:remote:Command": [
    ...NODES.map((node) => `${node}/${POOL}`),
    ...NODES.map((node) => `${node}/identity`),
    ...NODES.map((node) => `${node}/watchdog`),
    "blckpink01/create",
    ...NODES.slice(1).flatMap((node) => [`${node}/allow`, `${node}/know`, `${node}/join`]),
    "blckpink-clstr/quorum",
    ...NODES.flatMap((node) => DATASETS.map((set) => `${node}/${POOL}/${set}`)),
    ...NODES.map((node) => `${node}-offsite`),
    "nas-firewall",
    "nas/srv/nfs/proxmox",
    ...NODES.flatMap((node) => [`${node}/nfs-local`, `${node}/nas-backup`]),
    "nas-backup-firewall",
    "nas-backup/srv/nfs4/backups",
    "pve-two-factor",
    "blckpink-clstr-firewall-arm",
    "blckpink-clstr-firewall-settle",
    "blckpink-clstr-firewall-confirm",
    ...NODES.map((node) => `${node}-metrics`),
    "monitoring",
    "office",
  ],
  "hybrid-estate:hosts:VpnGateway": ["office"],
  "hybrid-estate:hosts:WatchedNode": NODES,
  "hybrid-estate:hosts:MonitoringServer": ["monitoring"],
  "hybrid-estate:proxmox:Storage": [
    "Backup-pool",
    POOL,
    "iso-pool",
    "local",
    "local-lvm",
    "nas-backup",
    "nfs-local",
    "vmc-pool",
    "zfs-migrate",
  ],
  "proxmoxve:storage/directory:Directory": ["Backup-pool", "iso-pool", "local", "vmc-pool"],
  "proxmoxve:storage/zfspool:Zfspool": [POOL, "zfs-migrate"],
  "proxmoxve:storage/lvmthin:Lvmthin": ["local-lvm"],
  "proxmoxve:storage/nfs:Nfs": ["nas-backup", "nfs-local"],
  "hybrid-estate:proxmox:Image": IMAGES,
  "proxmoxve:download/file:File": IMAGES,
  "hybrid-estate:proxmox:VirtualMachine": ["alpine", "vpn"],
  "proxmoxve:index/vmLegacy:VmLegacy": ["alpine", "vpn"],
  "hybrid-estate:proxmox:Container": ["Ubuntu", "monitoring"],
  "proxmoxve:index/containerLegacy:ContainerLegacy": ["Ubuntu", "monitoring"],
  "hybrid-estate:proxmox:HardwareMappings": ["blckpink-clstr"],
  "hybrid-estate:proxmox:HighAvailability": ["blckpink-clstr"],
  "proxmoxve:index/haresource:Haresource": ["alpine", "vpn"],
  "proxmoxve:index/harule:Harule": ["prefer-blckpink03"],
  "hybrid-estate:proxmox:BackupJob": ["nightly", "weekly"],
  "proxmoxve:backup/job:Job": ["nightly", "weekly"],
  "hybrid-estate:link:SiteLink": ["link"],
  "pulumi:providers:aws": ["aws"],
  "hybrid-estate:aws:RecoverySite": ["aws"],
  "hybrid-estate:aws:RecoveryNetwork": ["aws"],
  "aws:ec2/vpc:Vpc": ["aws"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["aws"],
  "aws:ec2/internetGateway:InternetGateway": ["aws"],
  "aws:ec2/route:Route": ["aws-public-internet"],
  "aws:ec2/routeTable:RouteTable": ["aws-isolated", "aws-private", "aws-public"],
  "aws:ec2/subnet:Subnet": AWS_SUBNETS,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": AWS_SUBNETS,
  "hybrid-estate:aws:FlowLogs": ["aws-flows"],
  "aws:ec2/flowLog:FlowLog": ["aws-flows"],
  "aws:cloudwatch/logGroup:LogGroup": ["aws-flows", "aws-latency-probe", "aws-probe", "office"],
  "hybrid-estate:aws:PrivateGateway": ["aws"],
  "aws:ec2/vpnGateway:VpnGateway": ["aws"],
  "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": ["aws-private", "aws-public"],
  "hybrid-estate:aws:VpnLink": ["office"],
  "aws:ec2/customerGateway:CustomerGateway": ["office"],
  "aws:ec2/vpnConnection:VpnConnection": ["office"],
  "aws:ec2/vpnConnectionRoute:VpnConnectionRoute": ["office-192.168.137.0/24"],
  "hybrid-estate:aws:TunnelAlarms": ["office"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["aws-s3"],
  "hybrid-estate:aws:BackupBucket": ["aws-backups", "aws-exports"],
  "aws:kms/key:Key": ["aws-backups", "aws-exports", "aws-alerts", "aws-trail"],
  "aws:kms/alias:Alias": ["aws-backups", "aws-exports", "aws-trail"],
  "aws:s3/bucket:Bucket": ["aws-backups", "aws-exports", "aws-access-logs", "aws-trail"],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
    "aws-backups",
    "aws-exports",
    "aws-access-logs",
    "aws-trail",
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "aws-backups",
    "aws-exports",
    "aws-access-logs",
    "aws-trail",
  ],
  "aws:s3/bucketPolicy:BucketPolicy": ["aws-backups", "aws-exports", "aws-access-logs", "aws-trail"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "aws-backups",
    "aws-exports",
    "aws-access-logs",
    "aws-trail",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ["aws-backups", "aws-exports", "aws-access-logs", "aws-trail"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    "aws-backups",
    "aws-exports",
    "aws-access-logs",
    "aws-trail",
  ],
  "aws:s3/bucketLogging:BucketLogging": ["aws-backups", "aws-exports"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["aws-exports"],
  "hybrid-estate:aws:LogBucket": ["aws-access-logs"],
  "hybrid-estate:hosts:OffsiteCopies": [...NODES],
  "hybrid-estate:aws:NodeIdentity": ["aws-nodes"],
  "aws:iam/user:User": ["aws-nodes"],
  "aws:iam/userPolicy:UserPolicy": ["aws-nodes"],
  "aws:iam/accessKey:AccessKey": ["aws-nodes-a"],
  "hybrid-estate:aws:PilotLight": ["alpine"],
  "aws:ec2/securityGroup:SecurityGroup": ["alpine", "aws-probe", "aws-drill", "aws-latency-probe"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "alpine-22-192.168.137.0/24",
    "probe.to.alpine-22",
    "aws-drill-probe-22",
    "aws-drill-in",
  ],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    "alpine-s3",
    "probe.to.alpine-22",
    "aws-drill-probe-22",
    "aws-drill-out",
    "aws-latency",
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": ["alpine"],
  "aws:autoscaling/group:Group": ["alpine"],
  "hybrid-estate:aws:AlertTopic": ["aws-alerts"],
  "aws:sns/topic:Topic": ["aws-alerts"],
  "aws:sns/topicPolicy:TopicPolicy": ["aws-alerts"],
  "hybrid-estate:aws:ProbeFunction": ["aws-probe", "aws-latency-probe"],
  "hybrid-estate:aws:LinkLatency": ["aws-latency"],
  "aws:iam/role:Role": [
    "aws-flows",
    "aws-probe",
    "aws-failover",
    "aws-failback",
    "aws-drill",
    "aws-watch",
    "aws-schedule",
    "aws-schedule-sweep",
    "aws-import",
    "aws-images",
    "aws-images-start",
    "aws-latency",
    "aws-latency-probe",
    "aws-latency-start",
  ],
  "aws:iam/rolePolicy:RolePolicy": [
    "aws-flows",
    "aws-probe",
    "aws-failover",
    "aws-failback",
    "aws-drill",
    "aws-watch",
    "aws-schedule",
    "aws-schedule-sweep",
    "aws-import",
    "aws-images",
    "aws-images-start",
    "aws-latency",
    "aws-latency-probe",
    "aws-latency-start",
  ],
  "aws:lambda/function:Function": ["aws-probe", "aws-latency-probe"],
  "hybrid-estate:aws:DrillGround": ["aws-drill"],
  "hybrid-estate:aws:GroupAccess": ["probe.to.alpine", "aws-drill-probe"],
  "hybrid-estate:aws:Runbook": [
    "aws-failover",
    "aws-failback",
    "aws-drill",
    "aws-watch",
    "aws-images",
    "aws-latency",
  ],
  "aws:sfn/stateMachine:StateMachine": [
    "aws-failover",
    "aws-failback",
    "aws-drill",
    "aws-watch",
    "aws-images",
    "aws-latency",
  ],
  "hybrid-estate:aws:DrillSchedule": ["aws-schedule"],
  "aws:scheduler/schedule:Schedule": ["aws-schedule", "aws-schedule-watch", "aws-latency"],
  "aws:cloudwatch/eventRule:EventRule": ["aws-schedule-sweep", "aws-images", "aws-images-cut-off"],
  "aws:cloudwatch/eventTarget:EventTarget": ["aws-schedule-sweep", "aws-images", "aws-images-cut-off"],
  "hybrid-estate:aws:ImportRole": ["aws-import"],
  "hybrid-estate:aws:ImagePipeline": ["aws-images"],
  "aws:s3/bucketNotification:BucketNotification": ["aws-images"],
  "hybrid-estate:aws:RecoveryAlarms": ["alpine"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    "alpine-point-age",
    "alpine-recovery-time",
    "alpine-drill",
    "aws-copies-age",
    "office-tunnel-lost",
    "office-tunnels-down",
    "aws-latency",
  ],
  "hybrid-estate:aws:RoleBoundary": ["aws-boundary"],
  "aws:iam/policy:Policy": ["aws-boundary"],
  "hybrid-estate:aws:People": ["aws-people"],
  "aws:iam/group:Group": ["aws-people"],
  "aws:iam/groupPolicy:GroupPolicy": ["aws-people"],
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": ["aws-people"],
  "hybrid-estate:aws:AuditTrail": ["aws-trail"],
  "aws:cloudtrail/trail:Trail": ["aws-trail"],
  "hybrid-estate:aws:CostBudget": ["aws-budget"],
  "aws:budgets/budget:Budget": ["aws-budget"],
  "hybrid-estate:aws:SiteDashboard": ["aws-dashboard"],
  "aws:cloudwatch/dashboard:Dashboard": ["aws-dashboard"],
  "aws:sns/topicSubscription:TopicSubscription": ["aws-alerts-ops@example.org"],
};

const keys = (resources: readonly Declared[]) => resources.map(({ type, name }) => `${type} ${name}`).sort();

describe("components: the program on the dev estate", () => {
  let dev: Declaration<StackOutputs>;
  before(async () => {
    dev = await declareEstate(devDescription());
  });

  it("declares exactly these resources", () => {
    const expected = Object.entries(DECLARED).flatMap(([type, names]) =>
      names.map((name) => `${type} ${name}`),
    );
    assert.deepEqual(keys(dev.resources), expected.sort());
  });

  it("declares the same when run again", async () => {
    const again = await declareEstate(devDescription());
    assert.deepEqual(again.resources, dev.resources);
  });

  it("declares the same whatever the order of the file", async () => {
    const nic = { bridge: "vmbr1" };
    const disk = { storage: "nfs-local", size: "1 GiB" };
    const description = devDescription(
      [["guests", "alpine", "nics"], { net0: { bridge: "vmbr0" }, net1: nic, net2: nic }],
      [["guests", "alpine", "disks", "scsi2"], disk],
      [["guests", "alpine", "disks", "scsi10"], { ...disk, size: "2 GiB" }],
      [["guests", "Ubuntu", "nics", "eth1"], nic],
    );
    const { resources } = await declareEstate(reverse(description));
    const { resources: straight } = await declareEstate(description);
    const guests = (list: readonly Declared[]) =>
      list
        .filter(({ type }) => /(Vm|Container)Legacy$/.test(type))
        .map(({ inputs }) => JSON.stringify(inputs))
        .sort();
    assert.deepEqual(keys(resources), keys(straight));
    assert.deepEqual(guests(resources), guests(straight));
  });

  it("uses the estate's own providers: none is configured from the environment", () => {
    for (const { type, name, provider } of dev.resources) {
      const [pkg] = type.split(":");
      if (pkg !== "proxmoxve" && pkg !== "aws" && pkg !== "command") continue;
      assert.match(
        provider,
        new RegExp(`::pulumi:providers:${pkg}|\\$pulumi:providers:${pkg}::`),
        `${type} ${name}`,
      );
    }
    const { inputs } = only(dev.resources, "pulumi:providers:proxmoxve");
    assert.equal(inputs.endpoint, "https://192.168.137.10:8006/");
    assert.equal(inputs.insecure, "true");
    const aws = only(dev.resources, "pulumi:providers:aws").inputs;
    assert.equal(aws.region, "ap-southeast-1");
    assert.equal(aws.allowedAccountIds, '["123456789012"]');
    assert.deepEqual(JSON.parse(String(aws.defaultTags)), {
      tags: { environment: "dev", "hybrid-estate:cluster": "blckpink-clstr" },
    });
  });

  it("hands credentials over as secrets only, and only to who needs them", () => {
    for (const { type, name, inputs } of dev.resources) {
      const open = JSON.stringify(withoutSecrets(inputs));
      assert.ok(!open.includes(SECRETS.proxmoxApiToken), `${type} ${name} shows the API token`);
      assert.ok(!open.includes("c2VjcmV0"), `${type} ${name} shows the private key`);
    }
    const token = dev.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes(SECRETS.proxmoxApiToken),
    );
    assert.deepEqual(keys(token), ["pulumi:providers:proxmoxve proxmox"]);
    const key = dev.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("c2VjcmV0"));
    assert.deepEqual([...new Set(key.map(({ type }) => type))], ["command:remote:Command"]);
  });

  it("names the storage of every disk, root disk, EFI disk, TPM state and cloud-init drive", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [["guests", "alpine", "firmware"], "ovmf"],
        [["guests", "alpine", "efiStorage"], "nfs-local"],
        [["guests", "alpine", "tpmStorage"], "nfs-local"],
        [["guests", "alpine", "disks", "virtio1"], { storage: "zfs-migrate", size: "1 TiB" }],
      ),
    );
    // Upstream's default is local-lvm, wherever that may be.
    const vm = only(resources, "proxmoxve:index/vmLegacy:VmLegacy", "alpine").inputs;
    assert.deepEqual(stores(vm.disks), ["nfs-local", "zfs-migrate"]);
    assert.deepEqual(stores([vm.efiDisk, vm.tpmState, vm.initialization]), [
      "nfs-local",
      "nfs-local",
      "nfs-local",
    ]);
    const lxc = only(resources, "proxmoxve:index/containerLegacy:ContainerLegacy", "Ubuntu").inputs;
    assert.deepEqual(stores([lxc.disk]), ["local-lvm"]);
  });

  it("protects what holds data or reaches the nodes", () => {
    const protectedTypes = new Set(
      dev.resources.filter(({ options }) => options.protect).map(({ type }) => type.split(":").at(-1)),
    );
    assert.deepEqual([...protectedTypes].sort(), [
      "Bridge",
      "Bucket",
      "BucketObjectLockConfiguration",
      "Command",
      "ContainerLegacy",
      "Directory",
      "Key",
      "Lvmthin",
      "Nfs",
      "Options",
      "VmLegacy",
      "Vpc",
      "VpnConnection",
      "VpnGateway",
      "Zfspool",
    ]);
  });

  it("exports what the contract says, in the open, and the secrets apart", async () => {
    // As state keeps it: without what is undefined.
    const estate: unknown = JSON.parse(JSON.stringify(await settled(dev.result.estate)));
    assert.deepEqual(parseEstate(estate), {
      contractVersion: 1,
      cluster: { name: "blckpink-clstr", endpoint: "https://192.168.137.10:8006/" },
      nodes: {
        blckpink01: { addresses: { management: "192.168.137.10", storage: "192.168.1.21" } },
        blckpink02: { addresses: { management: "192.168.137.11", storage: "192.168.1.22" } },
        blckpink03: { addresses: { management: "192.168.137.12", storage: "192.168.1.23" } },
      },
      networks: {
        management: { cidr: "192.168.137.0/24", gateway: "192.168.137.1", bridge: "vmbr0" },
        storage: { cidr: "192.168.1.0/24", bridge: "vmbr1" },
      },
      storages: {
        "Backup-pool": { type: "directory", content: ["backup", "snippets"], shared: false },
        [POOL]: { type: "zfspool", content: ["images", "rootdir"], shared: false },
        "iso-pool": { type: "directory", content: ["iso", "vztmpl"], shared: false },
        local: { type: "directory", content: ["backup", "import", "iso", "vztmpl"], shared: false },
        "local-lvm": { type: "lvmthin", content: ["images", "rootdir"], shared: false },
        "nas-backup": { type: "nfs", content: ["backup"], shared: true },
        "nfs-local": {
          type: "nfs",
          content: ["backup", "images", "import", "iso", "rootdir", "snippets", "vztmpl"],
          shared: true,
        },
        "vmc-pool": { type: "directory", content: ["images", "rootdir"], shared: false },
        "zfs-migrate": { type: "zfspool", content: ["images", "rootdir"], shared: false },
      },
      guests: {
        alpine: {
          kind: "vm",
          vmId: 100,
          node: "blckpink03",
          addresses: ["192.168.1.15"],
          haState: "started",
        },
        Ubuntu: { kind: "lxc", vmId: 101, node: "blckpink01", addresses: ["192.168.137.20"] },
        monitoring: { kind: "lxc", vmId: 102, node: "blckpink02", addresses: ["192.168.137.21"] },
        vpn: {
          kind: "vm",
          vmId: 110,
          node: "blckpink01",
          addresses: ["192.168.137.5"],
          haState: "started",
        },
      },
      aws: {
        account: "123456789012",
        region: "ap-southeast-1",
        vpc: { id: "aws-id", cidr: "10.42.0.0/16" },
        vpn: {
          route: { destination: "10.42.0.0/16", via: "192.168.137.5" },
          connections: { office: { id: "office-id", tunnels: ["198.51.100.1", "198.51.100.2"] } },
        },
        privateSubnets: {
          "ap-southeast-1a": "aws-private-ap-southeast-1a-id",
          "ap-southeast-1b": "aws-private-ap-southeast-1b-id",
        },
        publicSubnets: {
          "ap-southeast-1a": "aws-public-ap-southeast-1a-id",
          "ap-southeast-1b": "aws-public-ap-southeast-1b-id",
        },
        isolatedSubnets: {
          "ap-southeast-1a": "aws-isolated-ap-southeast-1a-id",
          "ap-southeast-1b": "aws-isolated-ap-southeast-1b-id",
        },
        backupBucket: {
          name: "blckpink-clstr-dev-backups",
          arn: "arn:aws:::aws-backups",
          keyArn: "arn:aws:::aws-backups",
        },
        exportsBucket: {
          name: "blckpink-clstr-dev-exports",
          arn: "arn:aws:::aws-exports",
          keyArn: "arn:aws:::aws-exports",
        },
        pilotLights: { alpine: { autoScalingGroup: "alpine-group", launchTemplate: "alpine-id" } },
        runbooks: {
          failover: "arn:aws:::aws-failover",
          failback: "arn:aws:::aws-failback",
          drill: "arn:aws:::aws-drill",
          watch: "arn:aws:::aws-watch",
        },
        loadBalancers: {},
        alertTopic: "arn:aws:::aws-alerts",
      },
    });
    assert.equal(await pulumi.isSecret(dev.result.estate), false);
    assert.deepEqual(await settled(dev.result.secrets), {
      nodeAccessKey: { id: "aws-nodes-a-id", secret: "aws-nodes-a-secret" },
      apiTokens: { "monitoring@pve!prometheus": "monitoring@pve!prometheus-value" },
    });
    assert.equal(await pulumi.isSecret(dev.result.secrets), true);
  });

  it("does without a second site", async () => {
    const { resources, result } = await declareEstate(devDescription([["aws"], GONE]));
    assert.deepEqual(
      resources.filter(({ type }) => /(^|:)aws(:|$)/.test(type)),
      [],
    );
    assert.equal((await settled(result.estate)).aws, undefined);
    assert.deepEqual(Object.keys(await settled(result.secrets)), ["apiTokens"]);
    assert.equal(await pulumi.isSecret(result.secrets), true);
  });
});

describe("components: the program on bad configuration", () => {
  /** The error of a program that must fail, and that nothing was declared before it did. */
  async function refusal(config: Readonly<Record<string, string>>): Promise<Error> {
    let failure: unknown;
    const { resources } = await declare(async () => {
      try {
        await program();
      } catch (error) {
        failure = error;
      }
    }, config);
    assert.deepEqual(resources, [], "nothing is declared");
    // The engine prints a RunError's message without a stack trace.
    assert.ok(pulumi.RunError.isInstance(failure), String(failure));
    assert.ok(failure instanceof Error);
    return failure;
  }

  it("lists every mistake of the description and of the secrets at once", async () => {
    const description = devDescription(
      [["guests", "alpine", "node"], "blckpink04"],
      [["guests", "Ubuntu", "memory"], "512M"],
      [["aws", "regoin"], "x"],
    );
    const { message } = await refusal({
      "hybrid-estate:estate": JSON.stringify(description),
      "hybrid-estate:secrets": JSON.stringify({ proxmoxApiToken: "hunter2" }),
    });
    assert.deepEqual(
      message.split("\n").map((line) => line.split(": ")[0]?.trim()),
      [
        "The environment file has 5 mistakes; nothing was declared:",
        "aws.regoin",
        "guests.Ubuntu.memory",
        "guests.alpine.node",
        "secrets.proxmoxApiToken",
        "secrets.sshPrivateKey",
      ].sort((one, other) => order(message, one) - order(message, other)),
    );
    assert.doesNotMatch(message, /hunter2/);

    function order(text: string, part: string): number {
      assert.ok(text.includes(part), `${part} is missing in ${text}`);
      return text.indexOf(part);
    }
  });

  it("says what an empty stack lacks", async () => {
    const { message } = await refusal({});
    assert.match(message, /^The environment file has 3 mistakes/);
    assert.match(message, /\(the description\): found nothing; allowed: the description of an estate/);
    assert.match(message, /pulumi config set --secret --path 'hybrid-estate:secrets\.sshPrivateKey'/);
  });

  it("never shows a secret that was set in the wrong place or form", async () => {
    for (const secrets of ["hunter2", '"hunter2"', "{hunter2", '["hunter2"]', '{"hunter": "hunter2"}']) {
      const { message } = await refusal({
        "hybrid-estate:estate": JSON.stringify(devDescription()),
        "hybrid-estate:secrets": secrets,
      });
      assert.doesNotMatch(message, /hunter2/);
      assert.match(message, / {2}secrets/);
    }
  });

  it("refuses a description that is no structure", async () => {
    const { message } = await refusal({
      "hybrid-estate:estate": "dev",
      "hybrid-estate:secrets": JSON.stringify(SECRETS),
    });
    assert.match(message, /\(the description\): found "dev"; allowed: the description of an estate/);
  });
});

/** Where things are stored. */
function stores(list: unknown): unknown[] {
  assert.ok(Array.isArray(list));
  return list.map((item: { datastoreId?: unknown } | undefined) => item?.datastoreId);
}

/** A copy without the values that Pulumi marks as secret. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  // https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig: the signature of a secret.
  if (Reflect.get(value, "4dabf18193072939515e22adb298388d") === "1b47061264138c4ac30d75fd1eb44270")
    return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/** The same description with every object's keys the other way round; lists keep their order. */
function reverse(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [
        key,
        typeof inner === "object" && inner !== null && !Array.isArray(inner) ? reverse(inner) : inner,
      ]),
  );
}
