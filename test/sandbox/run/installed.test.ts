import assert from "node:assert/strict";
import { readEstate } from "../../../estate";
import { installedFor } from "../../../sandbox/run/installed";
import { type Change, devDescription, GONE } from "../../support/description";

function installed(...changes: readonly Change[]) {
  const reading = readEstate(devDescription(...changes));
  assert.ok(reading.ok, JSON.stringify(reading));
  return installedFor(reading.estate);
}

describe("the machines before anything is declared", () => {
  it("the dev file's: nodes fresh from the installer, NFS servers, an empty account", () => {
    const { storages, ...rest } = installed();
    const node = (number: number) => ({
      name: `blckpink0${number}`,
      address: `192.168.137.${9 + number}`,
      interfaces: ["enp1s0", "enp2s0"],
      disks: ["/dev/sda", "/dev/sdb"],
      vlans: [],
      bonds: [],
      bridges: [
        {
          name: "vmbr0",
          ports: ["enp1s0"],
          address: `192.168.137.${9 + number}/24`,
          gateway: "192.168.137.1",
        },
      ],
    });
    assert.deepEqual(rest, {
      nodes: [node(1), node(2), node(3)],
      hosts: ["192.168.137.10", "192.168.137.11", "192.168.137.12", "192.168.1.10", "192.168.137.30"].map(
        (address) => ({ address }),
      ),
      backupServers: [],
      awsAccount: {
        account: "123456789012",
        region: "ap-southeast-1",
        zones: ["ap-southeast-1a", "ap-southeast-1b"],
      },
    });
    assert.deepEqual(
      storages.map(({ id, type }) => `${id} ${type}`),
      ["local directory", "local-lvm lvmthin"],
    );
  });

  it("a pool's disks are in its nodes only", () => {
    const { nodes } = installed([
      ["zfsPools", "other"],
      { raidlevel: "single", devices: ["/dev/sdc"], nodes: ["blckpink01", "blckpink02"] },
    ]);
    assert.deepEqual(
      nodes.map(({ disks }) => disks.length),
      [3, 3, 2],
    );
  });

  it("has the bonds and NICs that it was prepared with, under its own names", () => {
    const { nodes } = installed(
      [
        ["bonds"],
        { bond0: { slaves: ["enp1s0", "enp3s0"], mode: "active-backup", mtu: 9000, existing: true } },
      ],
      [["bridges", "vmbr0", "ports"], ["bond0"]],
      [["nodes", "blckpink02", "interfaces"], { enp3s0: "eno9" }],
    );
    assert.deepEqual(nodes[1]?.interfaces, ["enp1s0", "eno9", "enp2s0"]);
    assert.deepEqual(nodes[1]?.bonds, [
      {
        name: "bond0",
        slaves: ["enp1s0", "eno9"].sort(),
        bondMode: "active-backup",
        bondPrimary: "enp1s0",
        mtu: 9000,
      },
    ]);
    assert.deepEqual(nodes[1]?.bridges[0]?.ports, ["bond0"]);
  });

  it("has no account where there is no second site", () => {
    assert.ok(!("awsAccount" in installed([["aws"], GONE])));
  });
});
