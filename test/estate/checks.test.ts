import type { Step } from "../../estate/paths";
import { assertMistakes, devDescription, GONE, refusesEach } from "../support/description";

const ALPINE_NIC: readonly Step[] = ["guests", "alpine", "nics", "net0"];
const UBUNTU_NIC: readonly Step[] = ["guests", "Ubuntu", "nics", "eth0"];
const VM = {
  kind: "vm",
  id: 200,
  node: "blckpink01",
  memory: "1 GiB",
  disks: { scsi0: { storage: "nfs-local", size: "8 GiB" } },
};

describe("estate: addresses", () => {
  describe("outside their network", () => {
    refusesEach([
      {
        what: "a node's",
        changes: [[["nodes", "blckpink02", "addresses", "management"], "192.168.138.11"]],
        mistakes: [
          [
            "nodes.blckpink02.addresses.management",
            'found "192.168.138.11"; allowed: a host address in management (192.168.137.0/24)',
          ],
        ],
      },
      {
        what: "a node's that is the network itself",
        changes: [[["nodes", "blckpink02", "addresses", "storage"], "192.168.1.0"]],
        mistakes: [["nodes.blckpink02.addresses.storage", "a host address in storage (192.168.1.0/24)"]],
      },
      {
        what: "a guest's that is the broadcast address",
        changes: [[[...ALPINE_NIC, "address"], "192.168.1.255/24"]],
        mistakes: [["guests.alpine.nics.net0.address", "a host address in 192.168.1.0/24"]],
      },
      {
        what: "a guest's of the network on another bridge",
        changes: [[[...ALPINE_NIC, "address"], "192.168.137.77/24"]],
        mistakes: [["guests.alpine.nics.net0.address", "a host address in 192.168.1.0/24"]],
      },
      {
        what: "a guest's with another prefix length than its network",
        changes: [[[...UBUNTU_NIC, "address"], "192.168.137.20/16"]],
        mistakes: [
          [
            "guests.Ubuntu.nics.eth0.address",
            'found "192.168.137.20/16"; allowed: a host address in 192.168.137.0/24, with its prefix length, or dhcp',
          ],
        ],
      },
      {
        what: "a gateway",
        changes: [[["networks", "management", "gateway"], "192.168.1.1"]],
        mistakes: [["networks.management.gateway", "a host address in 192.168.137.0/24"]],
      },
    ]);
  });

  describe("given twice", () => {
    refusesEach([
      {
        what: "to two nodes",
        changes: [[["nodes", "blckpink03", "addresses", "storage"], "192.168.1.22"]],
        mistakes: [
          [
            "nodes.blckpink03.addresses.storage",
            'found "192.168.1.22"; allowed: an address that nobody else has (nodes.blckpink02.addresses.storage has it)',
          ],
        ],
      },
      {
        what: "to a guest and a node",
        changes: [[[...ALPINE_NIC, "address"], "192.168.1.23/24"]],
        mistakes: [["guests.alpine.nics.net0.address", "(nodes.blckpink03.addresses.storage has it)"]],
      },
      {
        what: "to a guest and an NFS server",
        changes: [[[...ALPINE_NIC, "address"], "192.168.1.10/24"]],
        mistakes: [["guests.alpine.nics.net0.address", "(nfsServers.nas.address has it)"]],
      },
      {
        what: "to a guest and the gateway",
        changes: [[[...UBUNTU_NIC, "address"], "192.168.137.1/24"]],
        mistakes: [["guests.Ubuntu.nics.eth0.address", "(networks.management.gateway has it)"]],
      },
      {
        what: "to three: the first has it",
        changes: [
          [["nodes", "blckpink02", "addresses", "storage"], "192.168.1.21"],
          [["nodes", "blckpink03", "addresses", "storage"], "192.168.1.21"],
        ],
        mistakes: [
          ["nodes.blckpink02.addresses.storage", "(nodes.blckpink01.addresses.storage has it)"],
          ["nodes.blckpink03.addresses.storage", "(nodes.blckpink01.addresses.storage has it)"],
        ],
      },
    ]);
  });

  describe("networks that overlap", () => {
    refusesEach([
      {
        what: "one inside another",
        changes: [[["networks", "guests"], { purpose: "guests", cidr: "192.168.137.128/25" }]],
        mistakes: [
          ["networks.guests.cidr", "a network that does not overlap network management (192.168.137.0/24)"],
        ],
      },
      {
        what: "one around all others",
        changes: [[["networks", "guests"], { purpose: "guests", cidr: "192.168.0.0/16" }]],
        mistakes: [
          ["networks.guests.cidr", "does not overlap network management"],
          ["networks.guests.cidr", "does not overlap network storage"],
        ],
      },
      {
        what: "the VPC and a network of the site, which no route could tell apart",
        changes: [[["aws", "network", "cidr"], "192.168.0.0/16"]],
        mistakes: [
          ["aws.network.cidr", "does not overlap network management (192.168.137.0/24)"],
          ["aws.network.cidr", "does not overlap network storage (192.168.1.0/24)"],
        ],
      },
    ]);
  });

  describe("VLANs", () => {
    const tagged = { purpose: "guests", cidr: "172.16.5.0/24", bridge: "vmbr0", vlan: 5 };

    refusesEach([
      {
        what: "a tag on a bridge that is not VLAN-aware",
        changes: [
          [["networks", "tenants"], tagged],
          [[...UBUNTU_NIC, "vlan"], 5],
          [[...UBUNTU_NIC, "address"], "172.16.5.20/24"],
        ],
        mistakes: [
          ["networks.tenants.vlan", "found 5; allowed: none, or vlanAware: true on bridges.vmbr0"],
          ["guests.Ubuntu.nics.eth0.vlan", "found 5; allowed: none, or vlanAware: true on bridges.vmbr0"],
        ],
      },
      {
        what: "an address of the untagged network on a tagged interface",
        changes: [
          [["networks", "tenants"], tagged],
          [["bridges", "vmbr0", "vlanAware"], true],
          [[...UBUNTU_NIC, "vlan"], 5],
        ],
        mistakes: [["guests.Ubuntu.nics.eth0.address", "a host address in 172.16.5.0/24"]],
      },
      {
        what: "only the bridge, where that is what is wrong",
        changes: [
          [["networks", "tenants"], { ...tagged, bridge: "vmbr7" }],
          [[...UBUNTU_NIC, "vlan"], 5],
          [[...UBUNTU_NIC, "bridge"], "vmbr7"],
          [[...UBUNTU_NIC, "address"], "dhcp"],
        ],
        mistakes: [
          ["networks.tenants.bridge", "one of bridges: vmbr0, vmbr1"],
          ["guests.Ubuntu.nics.eth0.bridge", "one of bridges: vmbr0, vmbr1"],
        ],
      },
    ]);

    it("a tagged guest in its tagged network is fine", () => {
      const description = devDescription(
        [["networks", "tenants"], tagged],
        [["bridges", "vmbr0", "vlanAware"], true],
        [[...UBUNTU_NIC, "vlan"], 5],
        [[...UBUNTU_NIC, "address"], "172.16.5.20/24"],
      );
      assertMistakes(description, []);
    });
  });
});

describe("estate: storages", () => {
  refusesEach([
    {
      what: "a VM's disk on a storage without images",
      changes: [[["guests", "alpine", "disks", "scsi0", "storage"], "Backup-pool"]],
      mistakes: [
        [
          "guests.alpine.disks.scsi0.storage",
          'found "Backup-pool"; allowed: a storage with content images: blckpink-storage-pool, local-lvm, nfs-local, vmc-pool, zfs-migrate',
        ],
      ],
    },
    {
      what: "EFI, TPM and cloud-init drives on one that holds backups only",
      changes: [
        [["guests", "alpine", "firmware"], "ovmf"],
        [["guests", "alpine", "efiStorage"], "Backup-pool"],
        [["guests", "alpine", "tpmStorage"], "Backup-pool"],
        [["guests", "alpine", "cloudInitStorage"], "Backup-pool"],
      ],
      mistakes: [
        ["guests.alpine.efiStorage", "a storage with content images"],
        ["guests.alpine.tpmStorage", "a storage with content images"],
        ["guests.alpine.cloudInitStorage", "a storage with content images"],
      ],
    },
    {
      what: "a container's root disk on a storage without rootdir",
      changes: [[["guests", "Ubuntu", "rootDisk", "storage"], "iso-pool"]],
      mistakes: [["guests.Ubuntu.rootDisk.storage", "a storage with content rootdir: "]],
    },
    {
      what: "backups on a storage without backup",
      changes: [[["backupJobs", "nightly", "storage"], "vmc-pool"]],
      mistakes: [
        [
          "backupJobs.nightly.storage",
          "a storage with content backup: Backup-pool, local, nfs-local, nas-backup",
        ],
      ],
    },
    {
      what: "an image and a template on a storage for other things",
      changes: [
        [["images", "alpine-3.22", "storage"], "iso-pool"],
        [["images", "ubuntu-22.04", "storage"], "vmc-pool"],
      ],
      mistakes: [
        ['images["alpine-3.22"].storage', "a storage with content import: local, nfs-local"],
        ['images["ubuntu-22.04"].storage', "a storage with content vztmpl: iso-pool, local, nfs-local"],
      ],
    },
    {
      what: "a guest on a node that does not have the storage",
      changes: [
        [
          ["storages", "local-lvm", "nodes"],
          ["blckpink02", "blckpink03"],
        ],
      ],
      mistakes: [
        [
          "guests.Ubuntu.rootDisk.storage",
          "a storage that blckpink01 has; local-lvm is on blckpink02, blckpink03 only",
        ],
      ],
    },
    {
      what: "an export that its server does not have",
      changes: [[["storages", "nfs-local", "export"], "/srv/nfs/proxmx"]],
      mistakes: [
        ["storages.nfs-local.export", "an export of nas: /srv/nfs/proxmox (did you mean /srv/nfs/proxmox?)"],
      ],
    },
    {
      what: "a dataset that its pool does not have",
      changes: [[["storages", "zfs-migrate", "pool"], "blckpink-storage-pool/migrations"]],
      mistakes: [
        ["storages.zfs-migrate.pool", "blckpink-storage-pool, or a dataset of it: vmc, iso, backup, migrate"],
      ],
    },
    {
      what: "an image whose URL does not end in a file name",
      changes: [[["images", "alpine-3.22", "url"], "https://example.org/get?file=alpine.qcow2"]],
      mistakes: [['images["alpine-3.22"].fileName', "a file name, as the URL does not end in one"]],
    },
  ]);

  it("a pool that is there already need not be declared", () => {
    const rpool = { type: "zfspool", pool: "rpool/data", existing: true };
    assertMistakes(devDescription([["storages", "local-zfs"], rpool]), []);
  });
});

describe("estate: the cluster", () => {
  refusesEach([
    {
      what: "no management network",
      changes: [[["networks", "management", "purpose"], "guests"]],
      mistakes: [["networks", "found []; allowed: exactly one network with purpose management"]],
    },
    {
      what: "two management networks",
      changes: [[["networks", "storage", "purpose"], "management"]],
      mistakes: [["networks", 'found ["management","storage"]; allowed: exactly one']],
    },
    {
      what: "a node without a management address",
      changes: [[["nodes", "blckpink02", "addresses", "management"], GONE]],
      mistakes: [
        ["nodes.blckpink02.addresses.management", "found nothing; allowed: an address in 192.168.137.0/24"],
      ],
    },
    {
      what: "a management network without its bridge",
      changes: [
        [["networks", "management", "bridge"], GONE],
        [[...UBUNTU_NIC, "address"], "dhcp"],
      ],
      mistakes: [
        [
          "networks.management.bridge",
          "the bridge (or interface) that it is on, as nodes have addresses in it",
        ],
      ],
    },
    {
      what: "no nodes",
      changes: [
        [["nodes"], {}],
        [["guests"], {}],
        [["haRules"], {}],
        [["aws", "recovery"], {}],
        [["aws", "vpn"], GONE],
        [["monitoring"], GONE],
      ],
      mistakes: [["nodes", "at least one node"]],
    },
  ]);
});

describe("estate: guests", () => {
  refusesEach([
    {
      what: "an id twice, also across kinds",
      changes: [[["guests", "Ubuntu", "id"], 100]],
      mistakes: [["guests.Ubuntu.id", "found 100; allowed: an id that no other guest has (alpine has it)"]],
    },
    {
      what: "OVMF without an EFI disk",
      changes: [[["guests", "alpine", "firmware"], "ovmf"]],
      mistakes: [["guests.alpine.efiStorage", "found nothing; allowed: a storage for the EFI disk"]],
    },
    {
      what: "an EFI disk without OVMF",
      changes: [[["guests", "alpine", "efiStorage"], "nfs-local"]],
      mistakes: [["guests.alpine.efiStorage", "none, as firmware is seabios"]],
    },
    {
      what: "a static address without the cloud-init drive that brings it",
      changes: [[["guests", "alpine", "cloudInitStorage"], GONE]],
      mistakes: [["guests.alpine.cloudInitStorage", "a storage for the cloud-init drive"]],
    },
    {
      what: "keys without the cloud-init drive that brings them",
      changes: [[["guests", "web"], { ...VM, sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 admin"] }]],
      mistakes: [["guests.web.cloudInitStorage", "a storage for the cloud-init drive"]],
    },
    {
      what: "a template for a VM's disk, and a disk image for a container",
      changes: [
        [["guests", "alpine", "disks", "scsi0", "image"], "ubuntu-22.04"],
        [["guests", "Ubuntu", "template"], "alpine-3.22"],
      ],
      mistakes: [
        ["guests.alpine.disks.scsi0.image", "an image with content import: alpine-3.22"],
        ["guests.Ubuntu.template", "an image with content vztmpl: ubuntu-22.04"],
      ],
    },
    {
      what: "a gap between network interfaces",
      changes: [
        [["guests", "web"], { ...VM, nics: { net0: { bridge: "vmbr0" }, net2: { bridge: "vmbr1" } } }],
      ],
      mistakes: [["guests.web.nics.net2", 'found "net2"; allowed: net1, as slots have no gaps']],
    },
    {
      what: "an HA rule for guests that HA does not manage",
      changes: [
        [["guests", "web"], VM],
        [
          ["haRules", "apart"],
          { type: "resource-affinity", affinity: "negative", guests: ["web", "Ubuntu"] },
        ],
      ],
      mistakes: [
        ["haRules.apart.guests[0]", "a VM with an ha section"],
        ["haRules.apart.guests[1]", "a VM with an ha section"],
      ],
    },
    {
      what: "an HA rule that keeps one guest apart from nobody",
      changes: [
        [["haRules"], { apart: { type: "resource-affinity", affinity: "negative", guests: ["alpine"] } }],
      ],
      mistakes: [
        ["haRules.apart.guests", 'found ["alpine"]; allowed: at least 2 guests, or a group of them'],
      ],
    },
  ]);

  it("a VM without static addresses and keys needs no cloud-init drive", () => {
    assertMistakes(devDescription([["guests", "web"], { ...VM, nics: { net0: { bridge: "vmbr0" } } }]), []);
  });
});

describe("estate: the second site", () => {
  refusesEach([
    {
      what: "zones of another region",
      changes: [
        [
          ["aws", "network", "zones"],
          ["ap-southeast-1a", "ap-southeast-2b", "ap-southeast-1"],
        ],
      ],
      mistakes: [
        ["aws.network.zones[1]", "a zone of ap-southeast-1, such as ap-southeast-1a"],
        ["aws.network.zones[2]", "a zone of ap-southeast-1, such as ap-southeast-1a"],
      ],
    },
    {
      what: "a VPC too small to be cut into subnets",
      changes: [[["aws", "network", "cidr"], "10.42.0.0/25"]],
      mistakes: [["aws.network.cidr", "a network from /16 to /24"]],
    },
    {
      what: "a VPC larger than AWS has",
      changes: [[["aws", "network", "cidr"], "10.0.0.0/8"]],
      mistakes: [["aws.network.cidr", "a network from /16 to /24"]],
    },
  ]);
});

describe("estate: lists that name something twice", () => {
  refusesEach([
    {
      what: "a zone, which would leave one subnet",
      changes: [
        [
          ["aws", "network", "zones"],
          ["ap-southeast-1a", "ap-southeast-1a"],
        ],
      ],
      mistakes: [["aws.network.zones[1]", "each only once in the list"]],
    },
    {
      what: "a port, a guest of an HA rule, a node of a storage",
      changes: [
        [
          ["aws", "recovery", "alpine", "ports"],
          [443, 22, 443],
        ],
        [
          ["haRules"],
          { together: { type: "resource-affinity", affinity: "positive", guests: ["alpine", "alpine"] } },
        ],
        [
          ["storages", "vmc-pool", "nodes"],
          ["blckpink01", "blckpink01"],
        ],
        // A list in an entry of a list.
        [
          ["access", "acl", 0, "groups"],
          ["operators", "operators"],
        ],
      ],
      mistakes: [
        ["access.acl[0].groups[1]", "each only once in the list"],
        ["aws.recovery.alpine.ports[2]", "found 443; allowed: each only once in the list"],
        ["haRules.together.guests[1]", "each only once in the list"],
        ["storages.vmc-pool.nodes[1]", "each only once in the list"],
      ],
    },
  ]);
});
