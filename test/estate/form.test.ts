import assert from "node:assert/strict";
import { type EstateDescription, readEstate } from "../../estate";
import { assertMistakes, devDescription, GONE, refusesEach } from "../support/description";

const GUEST = ["guests", "alpine"];
const SIZE = "a whole number with its unit, such as 512 MiB or 1 GiB";

describe("estate: the form of a description", () => {
  it("accepts the dev estate and fills in what is the same everywhere", () => {
    const reading = readEstate(devDescription());
    assert.ok(reading.ok);
    const { estate } = reading;
    assert.equal(estate.cluster.shutdownPolicy, "migrate");
    assert.equal(estate.cluster.sshUser, "root");
    const alpine = estate.guests.alpine;
    assert.ok(alpine?.kind === "vm");
    assert.equal(alpine.protect, true);
    assert.equal(alpine.firmware, "seabios");
    assert.deepEqual(alpine.ha, { state: "started", maxRestart: 1, maxRelocate: 1, failback: true });
    assert.equal(estate.guests.Ubuntu?.kind === "lxc" && estate.guests.Ubuntu.unprivileged, true);
    assert.deepEqual(estate.storages["zfs-migrate"]?.content, ["images", "rootdir"]);
  });

  it("reads sizes with their unit: memory in MiB, disks in GiB", () => {
    const reading = readEstate(
      devDescription(
        [[...GUEST, "memory"], "3 GiB"],
        [[...GUEST, "disks", "scsi0", "size"], "2 TiB"],
        // Its image has to fit on the volume that boots from it.
        [["aws", "recovery", "alpine", "volume"], 2048],
        [["guests", "Ubuntu", "swap"], "768 MiB"],
      ),
    );
    assert.ok(reading.ok);
    const { alpine, Ubuntu } = reading.estate.guests;
    assert.ok(alpine?.kind === "vm" && Ubuntu?.kind === "lxc");
    assert.equal(alpine.memory, 3072);
    assert.equal(alpine.disks.scsi0?.size, 2048);
    assert.equal(Ubuntu.swap, 768);
  });

  it("gives the types of a description: this one compiles and is accepted", () => {
    const smallest: EstateDescription = {
      cluster: {
        name: "small",
        endpoint: "https://pve1.example.org:8006/",
        dns: { domain: "example.org", servers: ["192.0.2.1"] },
      },
      networks: { lan: { purpose: "management", cidr: "192.0.2.0/24", bridge: "vmbr0" } },
      bridges: { vmbr0: {} },
      nodes: { pve1: { addresses: { lan: "192.0.2.11" } } },
      storages: {},
    };
    const reading = readEstate(smallest);
    assert.ok(reading.ok);
    assert.deepEqual(reading.estate.guests, {});
    assert.equal(reading.estate.aws, undefined);
  });

  for (const nothing of [undefined, null, "blckpink", 7, true, []]) {
    it(`refuses ${JSON.stringify(nothing)} as a description`, () => {
      assertMistakes(nothing, [["", "the description of an estate"]]);
    });
  }

  describe("unknown keys are refused with the allowed ones", () => {
    refusesEach([
      {
        what: "at the top, with the section that was meant",
        changes: [[["guest"], {}]],
        mistakes: [["guest", "found an unknown key; allowed: cluster, nodes, networks, bridges,"]],
      },
      {
        what: "at the top, although the list of sections is long",
        changes: [[["backupjobs"], {}]],
        mistakes: [["backupjobs", "(did you mean backupJobs?)"]],
      },
      {
        what: "in a section",
        changes: [[["cluster", "timezone"], "UTC"]],
        mistakes: [["cluster.timezone", "(did you mean timeZone?)"]],
      },
      {
        what: "without a guess where nothing is near",
        changes: [[["aws", "network", "wifi"], true]],
        mistakes: [
          ["aws.network.wifi", "found an unknown key; allowed: cidr, zones, nat, endpoints, flowLogs"],
        ],
      },
      {
        what: "in a variant: only that variant's keys are allowed",
        changes: [[["storages", "nfs-local", "pool"], "tank"]],
        mistakes: [
          [
            "storages.nfs-local.pool",
            "allowed: type, server, export, content, options, retention, nodes, existing",
          ],
        ],
      },
      {
        what: "of the other kind of guest",
        changes: [[["guests", "Ubuntu", "disks"], {}]],
        mistakes: [["guests.Ubuntu.disks", "found an unknown key"]],
      },
      {
        what: "in a guest's disk",
        changes: [[[...GUEST, "disks", "scsi0", "sise"], "8 GiB"]],
        mistakes: [["guests.alpine.disks.scsi0.sise", "(did you mean size?)"]],
      },
      {
        what: "below a key that is a path, itself below a key that is a path",
        changes: [
          [["nfsServers", "nas", "exports", "/srv/nfs/proxmox", "clients", "192.168.1.0/24", "option"], []],
        ],
        mistakes: [
          [
            'nfsServers.nas.exports["/srv/nfs/proxmox"].clients["192.168.1.0/24"].option',
            "allowed: options (did you mean options?)",
          ],
        ],
      },
      {
        what: "several in one object, each by itself",
        changes: [
          [[...GUEST, "ha", "stat"], "started"],
          [[...GUEST, "ha", "group"], "all"],
        ],
        mistakes: [
          ["guests.alpine.ha.stat", "did you mean state?"],
          ["guests.alpine.ha.group", "allowed: state, maxRestart, maxRelocate, failback"],
        ],
      },
    ]);
  });

  describe("units are part of a size", () => {
    for (const memory of [
      "1GB",
      "1 GB",
      "1024",
      "1GiB",
      "1.5 GiB",
      "0 MiB",
      "-1 GiB",
      " 1 GiB",
      "1 GiB\n",
      "1 TiB",
      1024,
    ]) {
      it(`refuses ${JSON.stringify(memory)} as memory`, () => {
        assertMistakes(devDescription([[...GUEST, "memory"], memory]), [
          ["guests.alpine.memory", `found ${JSON.stringify(memory)}; allowed: ${SIZE}`],
        ]);
      });
    }
    for (const size of ["8", "8G", "8 GB", "8 MiB", "8.5 GiB", 8]) {
      it(`refuses ${JSON.stringify(size)} as the size of a disk`, () => {
        assertMistakes(devDescription([["guests", "Ubuntu", "rootDisk", "size"], size]), [
          ["guests.Ubuntu.rootDisk.size", "a whole number with its unit, such as 8 GiB or 2 TiB"],
        ]);
      });
    }
  });

  describe("values of another type or range", () => {
    refusesEach([
      {
        what: "an account id that YAML read as a number",
        changes: [[["aws", "account"], 123456789012]],
        mistakes: [["aws.account", "found 123456789012; allowed: a quoted 12-digit account id"]],
      },
      {
        what: "text for a switch",
        changes: [[[...GUEST, "agent"], "yes"]],
        mistakes: [["guests.alpine.agent", 'found "yes"; allowed: a boolean']],
      },
      {
        what: "text for a number",
        changes: [[[...GUEST, "id"], "100"]],
        mistakes: [["guests.alpine.id", 'found "100"; allowed: a']],
      },
      {
        what: "a fraction",
        changes: [[[...GUEST, "cores"], 1.5]],
        mistakes: [["guests.alpine.cores", "found 1.5; allowed: a whole number"]],
      },
      {
        what: "a list for a section",
        changes: [[["guests"], []]],
        mistakes: [["guests", "found []; allowed: an object"]],
      },
      {
        what: "an empty section, as YAML reads a key without a value",
        changes: [[["storages"], null]],
        mistakes: [["storages", "found null; allowed: an object"]],
      },
      {
        what: "text for a list",
        changes: [[["storages", "iso-pool", "content"], "iso"]],
        mistakes: [["storages.iso-pool.content", 'found "iso"; allowed: a list']],
      },
      {
        what: "an id below Proxmox's lowest",
        changes: [[[...GUEST, "id"], 99]],
        mistakes: [["guests.alpine.id", "found 99; allowed: from 100"]],
      },
      {
        what: "a port above the highest",
        changes: [
          [
            ["aws", "recovery", "alpine", "ports"],
            [22, 65536],
          ],
        ],
        mistakes: [["aws.recovery.alpine.ports[1]", "found 65536; allowed: up to 65535"]],
      },
      {
        what: "a word that is none of those allowed",
        changes: [[["zfsPools", "blckpink-storage-pool", "raidlevel"], "raidz1"]],
        mistakes: [
          [
            "zfsPools.blckpink-storage-pool.raidlevel",
            'found "raidz1"; allowed: single, mirror, raid10, raidz, raidz2, raidz3, draid, draid2, draid3 (did you mean raidz?)',
          ],
        ],
      },
      {
        what: "a kind of guest that there is not",
        changes: [[[...GUEST, "kind"], "vmm"]],
        mistakes: [["guests.alpine.kind", 'found "vmm"; allowed: vm, lxc']],
      },
      {
        what: "a storage without its type",
        changes: [[["storages", "nfs-local", "type"], GONE]],
        mistakes: [
          ["storages.nfs-local.type", "found nothing; allowed: directory, zfspool, lvm, lvmthin, nfs, cifs"],
        ],
      },
      {
        what: "something that is missing",
        changes: [[["cluster", "endpoint"], GONE]],
        mistakes: [["cluster.endpoint", "found nothing; allowed: an https URL"]],
      },
      {
        what: "an API without TLS",
        changes: [[["cluster", "endpoint"], "http://192.168.137.10:8006/"]],
        mistakes: [["cluster.endpoint", "an https URL"]],
      },
      {
        what: "a cluster name that is too long for corosync",
        changes: [[["cluster", "name"], "blckpink-cluster-1"]],
        mistakes: [["cluster.name", "1 to 15 letters"]],
      },
      {
        what: "a time zone that there is not",
        changes: [[["cluster", "timeZone"], "WIB"]],
        mistakes: [["cluster.timeZone", "an IANA time zone"]],
      },
      {
        what: "more name servers than resolv.conf takes",
        changes: [
          [
            ["cluster", "dns", "servers"],
            ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"],
          ],
        ],
        mistakes: [["cluster.dns.servers", "at most 3"]],
      },
      {
        what: "no search domain",
        changes: [[["cluster", "dns", "domain"], ""]],
        mistakes: [["cluster.dns.domain", "a domain, such as example.internal"]],
      },
      {
        what: "a disk by a name that is not below /dev",
        changes: [[["zfsPools", "blckpink-storage-pool", "devices"], ["sdb"]]],
        mistakes: [["zfsPools.blckpink-storage-pool.devices[0]", "a path below /dev"]],
      },
      {
        what: "an image from a URL of another scheme",
        changes: [[["images", "alpine-3.22", "url"], "ftp://example.org/alpine.qcow2"]],
        mistakes: [['images["alpine-3.22"].url', "an http(s) URL"]],
      },
      {
        what: "a checksum without its algorithm",
        changes: [[["images", "alpine-3.22", "checksum"], "0".repeat(64)]],
        mistakes: [['images["alpine-3.22"].checksum', "sha256:"]],
      },
      {
        what: "a path that leads elsewhere",
        changes: [[["storages", "vmc-pool", "path"], "/blckpink-storage-pool/../etc"]],
        mistakes: [["storages.vmc-pool.path", "without . or .. in it"]],
      },
      {
        what: "a path that a mount table would split",
        changes: [[["storages", "vmc-pool", "path"], "/srv/two words"]],
        mistakes: [["storages.vmc-pool.path", "an absolute path"]],
      },
      {
        what: "retention that keeps nothing",
        changes: [[["backupJobs", "nightly", "retention"], { daily: 0 }]],
        mistakes: [["backupJobs.nightly.retention", "at least one backup to keep"]],
      },
      {
        what: "a backup job for no guest",
        changes: [[["backupJobs", "nightly", "guests"], []]],
        mistakes: [["backupJobs.nightly.guests", "at least 1 in the list"]],
      },
      {
        what: "a node-affinity rule without nodes",
        changes: [[["haRules", "prefer-blckpink03", "nodes"], {}]],
        mistakes: [["haRules.prefer-blckpink03.nodes", "at least one node"]],
      },
      {
        what: "an export for nobody",
        changes: [[["nfsServers", "nas", "exports", "/srv/nfs/proxmox", "clients"], {}]],
        mistakes: [['nfsServers.nas.exports["/srv/nfs/proxmox"].clients', "at least one client"]],
      },
      {
        what: "export options that would be two",
        changes: [
          [
            ["nfsServers", "nas", "exports", "/srv/nfs/proxmox", "clients", "192.168.1.0/24", "options"],
            ["rw,sync", "ro sync"],
          ],
        ],
        mistakes: [
          [
            'nfsServers.nas.exports["/srv/nfs/proxmox"].clients["192.168.1.0/24"].options[0]',
            "an option of exports(5)",
          ],
          [
            'nfsServers.nas.exports["/srv/nfs/proxmox"].clients["192.168.1.0/24"].options[1]',
            "an option of exports(5)",
          ],
        ],
      },
      {
        what: "a ZFS property that would be read as an option",
        changes: [
          [["zfsPools", "blckpink-storage-pool", "datasets", "vmc", "properties"], { "-o": "compression" }],
        ],
        mistakes: [['zfsPools.blckpink-storage-pool.datasets.vmc.properties["-o"]', "a ZFS property name"]],
      },
      {
        what: "a region that is none",
        changes: [[["aws", "region"], "singapore"]],
        mistakes: [["aws.region", "a region such as ap-southeast-1"]],
      },
      {
        what: "a single zone",
        changes: [[["aws", "network", "zones"], ["ap-southeast-1a"]]],
        mistakes: [["aws.network.zones", "at least 2"]],
      },
      {
        what: "a bucket name in capitals",
        changes: [[["aws", "backupBucket", "name"], "Backups"]],
        mistakes: [["aws.backupBucket.name", "3 to 63 lower-case letters"]],
      },
      {
        what: "objects that move to Standard-IA sooner than S3 takes them",
        changes: [[["aws", "backupBucket", "infrequentAccessDays"], 7]],
        mistakes: [["aws.backupBucket.infrequentAccessDays", "from 30"]],
      },
    ]);
  });

  describe("names that Proxmox would not take", () => {
    refusesEach([
      {
        what: "a node that is not a host name",
        changes: [[["nodes", "pve_4"], { addresses: { management: "192.168.137.13" } }]],
        mistakes: [["nodes.pve_4", "letters, digits and inner hyphens"]],
      },
      {
        what: "a storage that starts with a digit",
        changes: [[["storages", "1st"], { type: "directory", path: "/x", content: ["iso"] }]],
        mistakes: [['storages["1st"]', "a letter, then letters, digits, - or _"]],
      },
      {
        what: "a bridge that is not a vmbr",
        changes: [[["bridges", "br0"], {}]],
        mistakes: [["bridges.br0", "vmbr followed by a number"]],
      },
      ...["scsi", "scsi31", "virtio16", "sata6", "ide4", "nvme0"].map((slot) => ({
        what: `${slot} as a disk's slot`,
        changes: [[[...GUEST, "disks", slot], { storage: "nfs-local", size: "1 GiB" }] as const],
        mistakes: [[`guests.alpine.disks.${slot}`, "a slot such as scsi0"] as const],
      })),
      {
        what: "the cloud-init drive's slot for a disk",
        changes: [[[...GUEST, "disks", "ide2"], { storage: "nfs-local", size: "1 GiB" }]],
        mistakes: [["guests.alpine.disks.ide2", "ide2 is cloud-init's"]],
      },
    ]);
  });

  describe("addresses and networks in another notation", () => {
    for (const address of [
      "192.168.137",
      "192.168.137.256",
      "192.168.137.010",
      " 192.168.137.10",
      "fd00::1",
      "192.168.137.10/24",
      10,
    ]) {
      it(`refuses ${JSON.stringify(address)} as a node's address`, () => {
        assertMistakes(devDescription([["nodes", "blckpink01", "addresses", "management"], address]), [
          ["nodes.blckpink01.addresses.management", `found ${JSON.stringify(address)}; allowed: `],
        ]);
      });
    }
    for (const cidr of [
      "192.168.1.0",
      "192.168.1.0/33",
      "192.168.1.1/24",
      "192.168.001.0/24",
      "192.168.1.0/024",
      "192.168.1.0/24/24",
      "192.168.1.0/-1",
      "",
    ]) {
      it(`refuses ${JSON.stringify(cidr)} as a network, and says nothing of who is in it`, () => {
        assertMistakes(devDescription([["networks", "storage", "cidr"], cidr]), [
          ["networks.storage.cidr", "a network in CIDR notation whose host bits are zero"],
        ]);
      });
    }
    for (const address of ["192.168.1.15", "192.168.1.15/33", "DHCP", "192.168.1.15/024", ""]) {
      it(`refuses ${JSON.stringify(address)} as a guest's address`, () => {
        assertMistakes(devDescription([[...GUEST, "nics", "net0", "address"], address]), [
          ["guests.alpine.nics.net0.address", "with its prefix length, such as 192.168.137.20/24, or dhcp"],
        ]);
      });
    }
  });
});
