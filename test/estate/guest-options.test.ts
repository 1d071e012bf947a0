import { type Change, refusesEach } from "../support/description";

const VM = {
  kind: "vm",
  id: 200,
  node: "blckpink01",
  memory: "1 GiB",
  disks: { scsi0: { storage: "nfs-local", size: "8 GiB" } },
};

function vm(more: object): Change {
  return [["guests", "web"], { ...VM, ...more }];
}

function disk(slot: string, more: object): Change {
  return vm({ disks: { [slot]: { storage: "nfs-local", size: "8 GiB", ...more } } });
}

function lxc(more: object): Change {
  return [
    ["guests", "dns"],
    {
      kind: "lxc",
      id: 201,
      node: "blckpink01",
      memory: "256 MiB",
      template: "ubuntu-22.04",
      os: "ubuntu",
      rootDisk: { storage: "local-lvm", size: "8 GiB" },
      ...more,
    },
  ];
}

const GPU = { path: "0000:01:00.0", id: "10de:2236" };
const gpu: Change = [
  ["hardware"],
  {
    pci: { gpu: { nodes: { blckpink01: [GPU] } } },
    usb: { dongle: { nodes: { blckpink02: [{ id: "0529:0001" }] } } },
    directories: { scratch: { nodes: { blckpink01: "/srv/scratch" } } },
  },
];

describe("estate: unsound choices for guests", () => {
  describe("VMs", () => {
    refusesEach([
      {
        what: "Windows 11 without what it asks for",
        changes: [vm({ os: "win11" })],
        mistakes: [
          ["guests.web.memory", 'found "1 GiB"; allowed: at least 4 GiB, as os is win11'],
          ["guests.web.firmware", "ovmf, as os is win11"],
          ["guests.web.tpmStorage", "a storage for the TPM state"],
        ],
      },
      {
        what: "a tag that another setting writes, and objectives without a unit",
        changes: [vm({ tags: ["web", "critical", "rpo-4h", "rto-"], objectives: { rpo: "15", rto: "0 h" } })],
        mistakes: [
          ["guests.web.tags[1]", "`critical` and `objectives` write"],
          ["guests.web.tags[2]", "`critical` and `objectives` write"],
          ["guests.web.tags[3]", "`critical` and `objectives` write"],
          ["guests.web.objectives.rpo", "15 min, 4 h or 1 d"],
          ["guests.web.objectives.rto", "15 min, 4 h or 1 d"],
        ],
      },
      {
        what: "Secure Boot without EFI",
        changes: [vm({ secureBoot: true })],
        mistakes: [["guests.web.secureBoot", "false, or firmware: ovmf"]],
      },
      {
        what: "more CPU time than cores, memory hotplug without NUMA",
        changes: [vm({ sockets: 2, cpuLimit: 2.5, hotplug: ["memory"] })],
        mistakes: [
          ["guests.web.cpuLimit", "at most its 2 cores"],
          ["guests.web.hotplug", "no memory, or numa: true"],
        ],
      },
      {
        what: "a burst below its limit",
        changes: [disk("scsi0", { limits: { iopsRead: 10, iopsReadBurst: 5 } })],
        mistakes: [["guests.web.disks.scsi0.limits.iopsReadBurst", "at least iopsRead, 10"]],
      },
      {
        what: "what a slot can't do",
        changes: [
          vm({
            disks: {
              virtio0: { storage: "nfs-local", size: "8 GiB", ssd: true },
              sata0: {
                storage: "nfs-local",
                size: "8 GiB",
                iothread: true,
                aio: "native",
                cache: "writeback",
              },
            },
          }),
        ],
        mistakes: [
          ["guests.web.disks.virtio0.ssd", "false, as virtio slots have no such setting"],
          ["guests.web.disks.sata0.iothread", "false: scsi and virtio slots only"],
          ["guests.web.disks.sata0.aio", "io_uring or threads, as cache is writeback"],
        ],
      },
      {
        what: "a cache that loses data",
        changes: [disk("scsi0", { cache: "unsafe" })],
        mistakes: [["guests.web.disks.scsi0.cache", "none, directsync, writethrough, writeback"]],
      },
      {
        what: "an MTU and queues that only virtio has",
        changes: [vm({ nics: { net0: { bridge: "vmbr0", model: "e1000", mtu: 9000, queues: 2 } } })],
        mistakes: [
          ["guests.web.nics.net0.mtu", "none, as the model is not virtio"],
          ["guests.web.nics.net0.queues", "none, as the model is not virtio"],
        ],
      },
      {
        what: "a MAC address of a whole group",
        changes: [vm({ count: 2, nics: { net0: { bridge: "vmbr0", mac: "BC:24:11:00:00:01" } } })],
        mistakes: [["guests.web.nics.net0.mac", "an address that no other interface has (web-1 has it)"]],
      },
      {
        what: "a MAC address of many stations",
        changes: [lxc({ nics: { eth0: { bridge: "vmbr0", mac: "01:00:5E:00:00:01" } } })],
        mistakes: [["guests.dns.nics.eth0.mac", "a MAC address of one station"]],
      },
      {
        what: "booting from what is not there, a disk in the CD-ROM's slot, an image that is no ISO",
        changes: [
          vm({
            cdrom: "alpine-3.22",
            bootOrder: ["scsi1", "net0", "ide0"],
            disks: { ide0: { storage: "nfs-local", size: "1 GiB" } },
          }),
        ],
        mistakes: [
          ["guests.web.cdrom", "an image with content iso: nothing"],
          ["guests.web.bootOrder[0]", "a slot of the guest"],
          ["guests.web.bootOrder[1]", "a slot of the guest"],
          ["guests.web.disks.ide0", "another slot: the CD-ROM drive is ide0"],
        ],
      },
      {
        what: "a display on a serial port that is not there",
        changes: [vm({ display: "serial0", serialPort: false })],
        mistakes: [["guests.web.serialPort", "true, as display is serial0"]],
      },
    ]);
  });

  describe("containers", () => {
    refusesEach([
      {
        what: "nesting in a privileged one",
        changes: [lxc({ nesting: true, unprivileged: false })],
        mistakes: [["guests.dns.nesting", "root of a privileged container with nesting is root of the node"]],
      },
      {
        what: "an operating system that is not Linux",
        changes: [lxc({ os: "win11" })],
        mistakes: [["guests.dns.os", "allowed: alpine, archlinux"]],
      },
      {
        what: "mount points on one path, on an unknown storage, and a folder of the node",
        changes: [
          lxc({
            mountPoints: {
              mp0: { storage: "local-lvm", size: "1 GiB", path: "/srv" },
              mp1: { storage: "tape", size: "1 GiB", path: "/srv" },
              mp2: { storage: "iso-pool", size: "1 GiB", path: "/iso" },
            },
          }),
        ],
        mistakes: [
          ["guests.dns.mountPoints.mp1.path", "a path that mp0 does not have"],
          ["guests.dns.mountPoints.mp1.storage", "one of storages"],
          ["guests.dns.mountPoints.mp2.storage", "a storage with content rootdir"],
        ],
      },
    ]);
  });

  describe("mapped devices", () => {
    refusesEach([
      {
        what: "where they are not",
        changes: [gpu, vm({ usb: [{ mapping: "dongle" }], pci: { hostpci0: { mapping: "gpus" } } })],
        mistakes: [
          [
            "guests.web.usb[0].mapping",
            "a mapping with devices on blckpink01; dongle has them on blckpink02",
          ],
          ["guests.web.pci.hostpci0.mapping", "one of hardware.pci: gpu (did you mean gpu?)"],
        ],
      },
      {
        what: "under HA, unless every node has one",
        changes: [gpu, [["haRules"], {}], vm({ ha: {}, pci: { hostpci0: { mapping: "gpu" } } })],
        mistakes: [["guests.web.pci.hostpci0.mapping", "gpu has none on blckpink02, blckpink03"]],
      },
      {
        what: "under HA with a strict rule for the nodes that have one: none",
        changes: [
          gpu,
          vm({ ha: {}, pci: { hostpci0: { mapping: "gpu" } } }),
          [
            ["haRules", "gpu"],
            { type: "node-affinity", guests: ["web"], nodes: { blckpink01: 1 }, strict: true },
          ],
        ],
        mistakes: [],
      },
      {
        what: "folders under HA, PCIe on an old machine type",
        changes: [
          gpu,
          [
            ["hardware", "directories", "scratch", "nodes"],
            { blckpink01: "/s", blckpink02: "/s", blckpink03: "/s" },
          ],
          vm({ ha: {}, directories: ["scratch"] }),
          [["guests", "old"], { ...VM, id: 210, machine: "pc", pci: { hostpci0: { mapping: "gpu" } } }],
        ],
        mistakes: [
          ["guests.web.directories", "none, as HA can't move a guest with virtiofs folders"],
          ["guests.old.pci.hostpci0.pcie", "false, or machine: q35"],
        ],
      },
      {
        what: "nodes that are not there",
        changes: [[["hardware"], { pci: { gpu: { nodes: { pve9: [GPU] } } } }]],
        mistakes: [["hardware.pci.gpu.nodes.pve9", "one of nodes"]],
      },
    ]);
  });

  describe("images", () => {
    refusesEach([
      {
        what: "one that comes over http without a checksum",
        changes: [[["images", "ubuntu-22.04", "checksum"], undefined]],
        mistakes: [['images["ubuntu-22.04"].checksum', "the publisher's checksum, as the URL is not https"]],
      },
    ]);
  });
});
