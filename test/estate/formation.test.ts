import assert from "node:assert/strict";
import { corosyncLinks, firstNode } from "../../estate/corosync";
import { type BadDescription, devEstate, GONE, refusesEach } from "../support/description";

const STORAGE_LINK = [["cluster", "corosyncLinks"], ["storage"]] as const;
const THERE_BEFORE = [["bridges", "vmbr1", "existing"], true] as const;

const ROWS: readonly BadDescription[] = [
  {
    what: "a link on an unknown network",
    changes: [
      [
        ["cluster", "corosyncLinks"],
        ["management", "managment"],
      ],
    ],
    mistakes: [["cluster.corosyncLinks[1]", "did you mean management?"]],
  },
  {
    what: "two links on one network",
    changes: [
      [
        ["cluster", "corosyncLinks"],
        ["management", "management"],
      ],
    ],
    mistakes: [["cluster.corosyncLinks[1]", "each only once in the list"]],
  },
  {
    what: "a link on a network in which a node has no address",
    changes: [STORAGE_LINK, THERE_BEFORE, [["nodes", "blckpink02", "addresses", "storage"], GONE]],
    mistakes: [
      ["nodes.blckpink02.addresses.storage", "an address in 192.168.1.0/24, as corosync has a link there"],
    ],
  },
  {
    what: "a link on a bridge that is only made once there is a cluster",
    changes: [STORAGE_LINK],
    mistakes: [["bridges.vmbr1.existing", "true: corosync has a link in storage"]],
  },
  {
    what: "no link at all, or more than corosync has",
    changes: [[["cluster", "corosyncLinks"], []]],
    mistakes: [["cluster.corosyncLinks", "at least 1"]],
  },
  {
    what: "a QDevice for an odd number of nodes",
    changes: [[["cluster", "qdevice"], { address: "192.168.137.40" }]],
    mistakes: [["cluster.qdevice", "one for an even number of nodes only"]],
  },
  {
    what: "a QDevice on a node",
    changes: [
      [["cluster", "qdevice"], { address: "192.168.137.10" }],
      [["nodes", "blckpink04"], { addresses: { management: "192.168.137.13", storage: "192.168.1.24" } }],
    ],
    mistakes: [["cluster.qdevice.address", "a host outside the cluster (node blckpink01 has it)"]],
  },
  {
    what: "a watchdog module that is no name",
    changes: [[["cluster", "watchdog"], "softdog; reboot"]],
    mistakes: [["cluster.watchdog", "the name of a kernel module"]],
  },
  {
    what: "a first node that is none",
    changes: [[["cluster", "firstNode"], "blckpink04"]],
    mistakes: [["cluster.firstNode", "one of nodes"]],
  },
  {
    what: "a name that pvecm would take for an option",
    changes: [[["cluster", "name"], "-tank"]],
    mistakes: [["cluster.name", "inner hyphens"]],
  },
];

describe("estate: what a cluster is formed from", () => {
  describe("is refused", () => refusesEach(ROWS));

  it("links are the declared ones, in that order", () => {
    const both = ["storage", "management"];
    assert.deepEqual(corosyncLinks(devEstate([["cluster", "corosyncLinks"], both], THERE_BEFORE)), both);
  });

  it("links are the networks for corosync where none are declared, else the management network", () => {
    const none = [["cluster", "corosyncLinks"], GONE] as const;
    assert.deepEqual(corosyncLinks(devEstate(none)), ["management"]);
    const own = devEstate(none, [["networks", "storage", "purpose"], "corosync"], THERE_BEFORE);
    assert.deepEqual(corosyncLinks(own), ["storage"]);
  });

  it("the first node is the declared one, else the first by name, whatever the order of the file", () => {
    const { cluster, nodes } = devEstate();
    const reversed = Object.fromEntries(Object.entries(nodes).reverse());
    assert.equal(firstNode({ cluster, nodes: reversed }), "blckpink01");
    assert.equal(firstNode({ cluster: { ...cluster, firstNode: "blckpink03" }, nodes }), "blckpink03");
  });
});
