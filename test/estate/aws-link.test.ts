import assert from "node:assert/strict";
import { type Change, devEstate, GONE, refusesEach } from "../support/description";

const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test";
const vm = (id: number, node: string, address: string, more: object = {}) => ({
  kind: "vm",
  id,
  node,
  memory: "1 GiB",
  disks: { scsi0: { storage: "nfs-local", size: "8 GiB", image: "alpine-3.22" } },
  nics: { net0: { bridge: "vmbr0", address, firewall: false } },
  cloudInitStorage: "nfs-local",
  user: "root",
  sshKeys: [SSH_KEY],
  ...more,
});
const gateway = (guest: string, publicAddress: string, third: number, more: object = {}) => ({
  guest,
  publicAddress,
  insideCidrs: [`169.254.${third}.0/30`, `169.254.${third}.4/30`],
  ...more,
});
const NORTH = gateway("vpn-a", "203.0.113.65", 64);
const SOUTH = gateway("vpn-b", "198.51.100.65", 65);
const A: Change = [["guests", "vpn-a"], vm(710, "blckpink01", "192.168.137.25/24")];
const B: Change = [["guests", "vpn-b"], vm(711, "blckpink02", "192.168.137.26/24")];
const REACHED: Change = [["aws", "onPremises"], ["management"]];
const vpn = (more: object = {}): Change => [["aws", "vpn"], { gateways: { north: NORTH }, ...more }];
const pair = (more: object = {}): Change => vpn({ gateways: { north: NORTH, south: SOUTH }, ...more });
const guest = (changes: object): Change => [
  ["guests", "vpn-a"],
  vm(710, "blckpink01", "192.168.137.25/24", changes),
];
const north = (changes: object): Change => vpn({ gateways: { north: { ...NORTH, ...changes } } });
const LINE = { connection: "dxcon-abcd1234", vlan: 101 };
const NO_VPN: Change = [["aws", "vpn"], GONE];
/** Nothing of this program answers at the end of a private line. */
const ASKED: Change = [["aws", "latency"], { target: { address: "192.168.137.1", port: 179 } }];

const AT = "aws.vpn.gateways";

describe("estate: ways between the sites", () => {
  it("are taken as an operator would have them", () => {
    assert.ok(devEstate(REACHED, A, vpn()).aws?.vpn);
    assert.ok(devEstate(REACHED, A, B, pair({ sharedAddress: { address: "192.168.137.27/24" } })).aws?.vpn);
    assert.ok(devEstate(REACHED, [["aws", "directConnect"], LINE], ASKED).aws?.directConnect);
  });

  refusesEach([
    {
      what: "a way to nothing",
      changes: [[["aws", "onPremises"], []]],
      mistakes: [["aws.onPremises", "one network at least"]],
    },
    {
      what: "a way for corosync's packets",
      changes: [
        [["networks", "storage", "purpose"], "corosync"],
        [
          ["aws", "onPremises"],
          ["management", "storage"],
        ],
        A,
        vpn(),
      ],
      mistakes: [["aws.onPremises[1]", "a network that is not corosync's"]],
    },
    { what: "no gateway", changes: [REACHED, vpn({ gateways: {} })], mistakes: [[AT, "1 to 4 gateways"]] },
    {
      what: "a container as gateway",
      changes: [REACHED, north({ guest: "Ubuntu" })],
      mistakes: [[`${AT}.north.guest`, "a virtual machine"]],
    },
    {
      what: "a gateway without a static address",
      changes: [
        REACHED,
        guest({ nics: { net0: { bridge: "vmbr0", address: "dhcp", firewall: false } } }),
        vpn(),
      ],
      mistakes: [["guests.vpn-a.nics", "an interface with a static address"]],
    },
    {
      what: "a gateway that cannot be set up",
      changes: [REACHED, guest({ sshKeys: [] }), vpn()],
      mistakes: [["guests.vpn-a.sshKeys", "the public key of secrets.sshPrivateKey"]],
    },
    {
      what: "a user who may not set up the kernel's network",
      changes: [REACHED, guest({ user: "debian" }), vpn()],
      mistakes: [[`${AT}.north.sshUser`, "root"]],
    },
    {
      what: "a gateway behind the Proxmox firewall, which drops what it passes on",
      changes: [REACHED, guest({ nics: { net0: { bridge: "vmbr0", address: "192.168.137.25/24" } } }), vpn()],
      mistakes: [["guests.vpn-a.nics.net0.firewall", "false: the Proxmox firewall would drop"]],
    },
    {
      what: "two gateways in one guest",
      changes: [REACHED, A, vpn({ gateways: { north: NORTH, south: { ...SOUTH, guest: "vpn-a" } } })],
      mistakes: [[`${AT}.south.guest`, "another guest than north's"]],
    },
    {
      what: "two gateways on one node",
      changes: [REACHED, A, [["guests", "vpn-b"], vm(711, "blckpink01", "192.168.137.26/24")], pair()],
      mistakes: [[`${AT}.south.guest`, "one failure would take both"]],
    },
    ...[
      "10.0.0.1",
      "172.31.255.1",
      "192.168.137.25",
      "100.64.0.1",
      "127.0.0.1",
      "169.254.1.1",
      "224.0.0.5",
      "255.255.255.255",
    ].map((publicAddress) => ({
      what: `${publicAddress} as a public address`,
      changes: [REACHED, A, north({ publicAddress })],
      mistakes: [[`${AT}.north.publicAddress`, "a public address that never changes"] as const],
    })),
    {
      what: "one public address for two",
      changes: [
        REACHED,
        A,
        B,
        vpn({ gateways: { north: NORTH, south: { ...SOUTH, publicAddress: NORTH.publicAddress } } }),
      ],
      mistakes: [[`${AT}.south.publicAddress`, "another address than north's"]],
    },
    ...["169.254.0.0/30", "169.254.5.0/30", "169.254.169.252/30", "169.254.64.0/29", "10.0.0.0/30"].map(
      (cidr) => ({
        what: `${cidr} inside a tunnel`,
        changes: [REACHED, A, north({ insideCidrs: [cidr, "169.254.70.0/30"] })],
        mistakes: [[`${AT}.north.insideCidrs[0]`, "a /30 of 169.254.0.0/16 other than"] as const],
      }),
    ),
    {
      what: "a block in two tunnels",
      changes: [
        REACHED,
        A,
        B,
        vpn({
          gateways: {
            north: NORTH,
            south: { ...SOUTH, insideCidrs: ["169.254.64.4/30", "169.254.66.0/30"] },
          },
        }),
      ],
      mistakes: [[`${AT}.south.insideCidrs[0]`, "a block that no other tunnel has"]],
    },
    {
      what: "one number at both ends of BGP",
      changes: [REACHED, A, vpn({ asn: 64512 })],
      mistakes: [["aws.vpn.asn", "another number than aws.amazonAsn"]],
    },
    {
      what: "a number of Amazon's own at the site",
      changes: [REACHED, A, vpn({ asn: 7224 })],
      mistakes: [["aws.vpn.asn", "a number that is not Amazon's"]],
    },
    {
      what: "a public number for AWS's end",
      changes: [REACHED, A, vpn(), [["aws", "amazonAsn"], 65535]],
      mistakes: [["aws.amazonAsn", "64512 to 65534"]],
    },
    {
      what: "a shared address of one gateway",
      changes: [REACHED, A, vpn({ sharedAddress: { address: "192.168.137.27/24" } })],
      mistakes: [["aws.vpn.sharedAddress", "nothing, as there is one gateway only"]],
    },
    ...[
      ["of another network", "192.168.1.27/24", "a host address of 192.168.137.0/24"],
      ["with another prefix", "192.168.137.27/25", "a host address of 192.168.137.0/24"],
      ["that a node has", "192.168.137.10/24", "an address that nobody has"],
      ["that a guest has", "192.168.137.20/24", "an address that nobody has"],
      ["that the router has", "192.168.137.1/24", "an address that nobody has"],
    ].map(([what = "", address, says = ""]) => ({
      what: `a shared address ${what}`,
      changes: [REACHED, A, B, pair({ sharedAddress: { address } })],
      mistakes: [["aws.vpn.sharedAddress.address", says] as const],
    })),
    {
      what: "a line into a transit gateway",
      changes: [REACHED, A, vpn({ through: "transit-gateway" }), [["aws", "directConnect"], LINE]],
      mistakes: [["aws.vpn.through", "vpc, as the private line ends"]],
    },
    {
      what: "ends of a line that do not belong together",
      changes: [
        REACHED,
        ASKED,
        [
          ["aws", "directConnect"],
          { ...LINE, addresses: { site: "169.254.96.1/30", amazon: "169.254.96.6/30" } },
        ],
      ],
      mistakes: [["aws.directConnect.addresses.amazon", "the other host address of"]],
    },
    {
      what: "a line's block in a tunnel",
      changes: [
        REACHED,
        A,
        vpn(),
        [
          ["aws", "directConnect"],
          { ...LINE, addresses: { site: "169.254.64.1/30", amazon: "169.254.64.2/30" } },
        ],
      ],
      mistakes: [[`${AT}.north.insideCidrs[0]`, "a block that the private line does not have"]],
    },
    {
      what: "a line whose latency nobody could answer for",
      changes: [REACHED, NO_VPN, [["aws", "directConnect"], LINE]],
      mistakes: [["aws.latency.target", "an address and TCP port of the site that answer"]],
    },
    {
      what: "an answer from where the way does not lead",
      changes: [REACHED, A, vpn(), [["aws", "latency"], { target: { address: "192.168.1.10", port: 22 } }]],
      mistakes: [["aws.latency.target.address", "an address in 192.168.137.0/24: nothing else is reached"]],
    },
    {
      what: "gateways outside of what is reached, whom nobody could ask",
      changes: [[["aws", "onPremises"], ["storage"]], A, vpn()],
      mistakes: [
        [
          "aws.latency.target",
          "an address and TCP port of the site that answer in 192.168.1.0/24, as the gateway's 192.168.137.25 is not",
        ],
      ],
    },
    {
      what: "a measure of a way that is not there",
      changes: [NO_VPN, ASKED],
      mistakes: [["aws.latency.target", "nothing, as there is no way between the sites"]],
    },
    {
      what: "a limit above which nothing is measured",
      changes: [REACHED, A, vpn(), [["aws", "latency"], { limitMs: 1000 }]],
      mistakes: [["aws.latency.limitMs", "900"]],
    },
    {
      what: "a gateway that is no guest",
      changes: [REACHED, vpn()],
      mistakes: [[`${AT}.north.guest`, ""]],
    },
  ]);
});
