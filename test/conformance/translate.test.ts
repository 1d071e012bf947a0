import assert from "node:assert/strict";
import { plainInputs } from "../../conformance/inputs";
import { Translator } from "../../conformance/translate";
import { UNKNOWN } from "../../sandbox/doubles/wire";
import type { Properties } from "../../sandbox/world/object";
import { RESOURCES } from "./fragments";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const translator = new Translator(RESOURCES);

describe("translating declared inputs", () => {
  const table: readonly (readonly [string, string, Properties, string, Properties])[] = [
    [
      "names",
      VM,
      { nodeName: "pve1", vmId: 100 },
      "proxmox_virtual_environment_vm",
      { node_name: "pve1", vm_id: 100 },
    ],
    [
      "a plural list of objects",
      VM,
      { disks: [{ interface: "scsi0", size: 8 }] },
      "proxmox_virtual_environment_vm",
      { disk: [{ interface: "scsi0", size: 8 }] },
    ],
    [
      "single objects are lists of one, at every depth",
      VM,
      {
        initialization: { ipConfigs: [{ ipv4: { address: "dhcp" } }] },
        disks: [{ speed: { readBurstable: 1 } }],
      },
      "proxmox_virtual_environment_vm",
      {
        initialization: [{ ip_config: [{ ipv4: [{ address: "dhcp" }] }] }],
        disk: [{ speed: [{ read_burstable: 1 }] }],
      },
    ],
    ["an empty list stays", VM, { tags: [] }, "proxmox_virtual_environment_vm", { tags: [] }],
    ["what is left out stays out", VM, { tags: undefined }, "proxmox_virtual_environment_vm", {}],
    [
      "what is not known, also in place of an object",
      VM,
      { nodeName: UNKNOWN, initialization: UNKNOWN },
      "proxmox_virtual_environment_vm",
      { node_name: UNKNOWN, initialization: [UNKNOWN] },
    ],
    [
      "a settable id",
      "proxmoxve:storage/nfs:Nfs",
      { resourceId: "nas", contents: ["iso"] },
      "proxmox_storage_nfs",
      { id: "nas", content: ["iso"] },
    ],
    [
      "a field that is called resource_id",
      "proxmoxve:index/haresource:Haresource",
      { resourceId: "vm:100" },
      "proxmox_haresource",
      { resource_id: "vm:100" },
    ],
    [
      "a map keeps its keys",
      "proxmoxve:backup/job:Job",
      { pruneBackups: { "keep-daily": "7", keepLast: "1" } },
      "proxmox_backup_job",
      { prune_backups: { "keep-daily": "7", keepLast: "1" } },
    ],
    [
      "a value of another form goes through: refusing it is the provider's business",
      VM,
      { disks: "none", tags: { a: "b" } },
      "proxmox_virtual_environment_vm",
      { disk: "none", tags: { a: "b" } },
    ],
  ];
  for (const [what, token, inputs, type, config] of table) {
    it(what, () => {
      assert.deepEqual(translator.translate(token, inputs), { ok: true, resource: { type, config } });
    });
  }

  const mistakes: readonly (readonly [string, string, Properties, readonly string[]])[] = [
    ["an unknown type", "proxmoxve:index/hagroup:Hagroup", {}, [""]],
    [
      "unknown properties, all of them",
      VM,
      { node_name: "a", disk: [], vmid: 1 },
      ["node_name", "disk", "vmid"],
    ],
    ["unknown properties inside", VM, { disks: [{}, { sizes: 1 }] }, ["disks[1].sizes"]],
    ["an output", VM, { ipv4Addresses: [] }, ["ipv4Addresses"]],
    ["Terraform's list where Pulumi has one object", VM, { initialization: [{}] }, ["initialization"]],
  ];
  for (const [what, token, inputs, paths] of mistakes) {
    it(`refuses ${what}`, () => {
      const translation = translator.translate(token, inputs);
      assert.ok(!translation.ok);
      assert.deepEqual(
        translation.mistakes.map(({ path }) => path),
        paths,
      );
    });
  }
});

describe("inputs as plain values", () => {
  it("opens secrets and marks what is not known", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "token" };
    const unknown = { __pulumiUnknown: true };
    assert.deepEqual(
      plainInputs({ secret, list: [unknown, "a"], inner: { unknown, none: null }, left: undefined }),
      {
        secret: "token",
        list: [UNKNOWN, "a"],
        inner: { unknown: UNKNOWN },
      },
    );
  });
});
