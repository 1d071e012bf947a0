import assert from "node:assert/strict";
import { hostNames } from "../../estate/host-names";
import { type BadDescription, type Change, devEstate, refusesEach } from "../support/description";

const hosts = (value: object): Change => [["cluster", "hosts"], value];

const ROWS: readonly BadDescription[] = [
  {
    what: "a node's name at another address",
    changes: [hosts({ "192.168.1.21": ["blckpink01"] })],
    mistakes: [
      ['cluster.hosts["192.168.1.21"][0]', "a name that no node has: blckpink01 is in the file by itself"],
    ],
  },
  {
    what: "a node's full name, whatever its case",
    changes: [hosts({ "192.168.1.21": ["storage01", "Blckpink01.BLCKPINK.internal"] })],
    mistakes: [['cluster.hosts["192.168.1.21"][1]', "a name that no node has"]],
  },
  {
    what: "a node's management address",
    changes: [hosts({ "192.168.137.11": ["second"] })],
    mistakes: [['cluster.hosts["192.168.137.11"]', "blckpink02 is in the file by itself"]],
  },
  {
    what: "an address of the machine itself, as Debian's installer has it",
    changes: [hosts({ "127.0.1.1": ["pve"] })],
    mistakes: [['cluster.hosts["127.0.1.1"]', "an address of another machine"]],
  },
  {
    what: "a local name",
    changes: [hosts({ "192.168.1.10": ["localhost", "ip6-allnodes"] })],
    mistakes: [
      ['cluster.hosts["192.168.1.10"][0]', "every machine's own"],
      ['cluster.hosts["192.168.1.10"][1]', "every machine's own"],
    ],
  },
  {
    what: "a name of two addresses",
    changes: [hosts({ "192.168.1.10": ["nas"], "192.168.1.11": ["NAS"] })],
    mistakes: [['cluster.hosts["192.168.1.11"][0]', "a name of one address"]],
  },
  {
    what: "a name twice at one address",
    changes: [hosts({ "192.168.1.10": ["nas", "nas"] })],
    mistakes: [['cluster.hosts["192.168.1.10"][1]', "each only once in the list"]],
  },
  {
    what: "a name that Proxmox would not write, or that would start a line of its own",
    changes: [hosts({ "192.168.1.10": ["nas_1", "nas\n192.0.2.1 blckpink01", "-nas", ""] })],
    mistakes: [0, 1, 2, 3].map((index) => [
      `cluster.hosts["192.168.1.10"][${index}]`,
      "a host name, such as nas",
    ]),
  },
  {
    what: "an address without names, and one that is none",
    changes: [hosts({ "192.168.1.10": [], nas: ["192.168.1.10"] })],
    mistakes: [
      ['cluster.hosts["192.168.1.10"]', "at least 1"],
      ["cluster.hosts.nas", "an IPv4 address"],
    ],
  },
  {
    what: "a search domain that is none: the nodes' full names end with it",
    changes: [[["cluster", "dns", "domain"], "my site"]],
    mistakes: [["cluster.dns.domain", "a domain, such as example.internal"]],
  },
  {
    what: "another kind of subscription",
    changes: [[["cluster", "repositories"], { subscription: "community" }]],
    mistakes: [["cluster.repositories.subscription", "no-subscription"]],
  },
  {
    what: "notes without text",
    changes: [[["nodes", "blckpink01", "description"], " \n"]],
    mistakes: [["nodes.blckpink01.description", "text that is not empty"]],
  },
];

describe("estate: names of machines", () => {
  describe("are refused:", () => refusesEach(ROWS));

  it("are the nodes' on the management network, never on another one, then the declared ones", () => {
    assert.deepEqual(hostNames(devEstate(hosts({ "192.168.1.21": ["blckpink01-storage"] }))), {
      "192.168.137.10": ["blckpink01.blckpink.internal", "blckpink01"],
      "192.168.137.11": ["blckpink02.blckpink.internal", "blckpink02"],
      "192.168.137.12": ["blckpink03.blckpink.internal", "blckpink03"],
      "192.168.1.21": ["blckpink01-storage"],
    });
  });
});
