import assert from "node:assert/strict";
import { propertyOf, tokenOf } from "../../conformance/names";
import type { Shape, Shapes } from "../../conformance/shape";

describe("the bridge's names of resource types", () => {
  const table: readonly (readonly [string, string])[] = [
    ["proxmox_virtual_environment_vm", "proxmoxve:index/vmLegacy:VmLegacy"],
    ["proxmox_vm", "proxmoxve:index/vm:Vm"],
    ["proxmox_storage_nfs", "proxmoxve:storage/nfs:Nfs"],
    ["proxmox_virtual_environment_storage_nfs", "proxmoxve:storage/nfsLegacy:NfsLegacy"],
    ["proxmox_node_disk_zfs", "proxmoxve:node/disk/zfs:Zfs"],
    [
      "proxmox_virtual_environment_cluster_firewall_security_group",
      "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy",
    ],
    ["proxmox_haresource", "proxmoxve:index/haresource:Haresource"],
  ];
  for (const [type, token] of table) {
    it(`${type} is ${token}`, () => assert.equal(tokenOf(type), token));
  }
});

describe("the bridge's names of properties", () => {
  const text: Shape = { kind: "text", optional: true };
  const texts: Shape = { kind: "list", element: { kind: "text" }, optional: true };
  const one: Shape = { ...texts, one: true };
  const table: readonly (readonly [string, string, Shapes, string, string?])[] = [
    ["words are run together", "node_name", { node_name: text }, "nodeName"],
    ["digits stay", "ipv4_address", { ipv4_address: text }, "ipv4Address"],
    ["a list is plural", "network_device", { network_device: texts }, "networkDevices"],
    ["a set is plural", "content", { content: { ...texts, kind: "set" } }, "contents"],
    ["a map stays", "prune_backup", { prune_backup: { kind: "map", element: text } }, "pruneBackup"],
    ["a list of one is no list", "disk", { disk: one }, "disk"],
    ["a plural stays", "dns_servers", { dns_servers: texts }, "dnsServers"],
    ["y becomes ies", "boot_policy", { boot_policy: texts }, "bootPolicies"],
    ["x becomes xes", "prefix", { prefix: texts }, "prefixes"],
    ["a plural that is another field's name is not taken", "tag", { tag: texts, tags: text }, "tag"],
    [
      "a resource's own id",
      "id",
      { id: { kind: "text", required: true } },
      "resourceId",
      "proxmox_storage_nfs",
    ],
    ["an id that only the provider sets", "id", { id: { kind: "text", computed: true } }, "id", "proxmox_x"],
    ["an id inside an object", "id", { id: text }, "id"],
  ];
  for (const [what, name, shapes, property, type] of table) {
    it(`${what}: ${name} is ${property}`, () => assert.equal(propertyOf(name, shapes, type), property));
  }
});
