import type { Step } from "../../estate/paths";
import {
  assertMistakes,
  type BadDescription,
  devDescription,
  GONE,
  refusesEach,
} from "../support/description";

/** Every place of the description that names an entry of another section. */
const PLACES: readonly (readonly [section: string, steps: readonly Step[], path?: string])[] = [
  ["bridges", ["networks", "storage", "bridge"]],
  ["nodes", ["zfsPools", "blckpink-storage-pool", "nodes"], "zfsPools.blckpink-storage-pool.nodes[0]"],
  ["nodes", ["storages", "vmc-pool", "nodes"], "storages.vmc-pool.nodes[0]"],
  ["nfsServers", ["storages", "nfs-local", "server"]],
  ["zfsPools", ["storages", "zfs-migrate", "pool"]],
  ["storages", ["images", "alpine-3.22", "storage"], 'images["alpine-3.22"].storage'],
  ["nodes", ["guests", "alpine", "node"]],
  ["storages", ["guests", "alpine", "disks", "scsi0", "storage"]],
  ["images", ["guests", "alpine", "disks", "scsi0", "image"]],
  ["storages", ["guests", "alpine", "tpmStorage"]],
  ["storages", ["guests", "alpine", "cloudInitStorage"]],
  ["bridges", ["guests", "alpine", "nics", "net0", "bridge"]],
  ["nodes", ["guests", "Ubuntu", "node"]],
  ["images", ["guests", "Ubuntu", "template"]],
  ["storages", ["guests", "Ubuntu", "rootDisk", "storage"]],
  ["bridges", ["guests", "Ubuntu", "nics", "eth0", "bridge"]],
  ["guests", ["haRules", "prefer-blckpink03", "guests", 0], "haRules.prefer-blckpink03.guests[0]"],
  ["storages", ["backupJobs", "nightly", "storage"]],
  ["guests", ["backupJobs", "nightly", "guests"], "backupJobs.nightly.guests[0]"],
];

/** Keys that name an entry of another section. */
const KEYED: readonly (readonly [section: string, parent: readonly Step[], value: unknown])[] = [
  ["networks", ["nodes", "blckpink01", "addresses"], "203.0.113.9"],
  ["nodes", ["haRules", "prefer-blckpink03", "nodes"], 1],
  ["guests", ["aws", "recovery"], { image: { owner: "self", name: "x" }, instanceType: "t3.small" }],
];

const isList = (steps: readonly Step[]) =>
  ["nodes", "guests"].includes(String(steps.at(-1))) && steps.length === 3;

function rows(name: string): BadDescription[] {
  return [
    ...PLACES.map(([section, steps, path = steps.join(".")]) => ({
      what: `${path} is none of ${section}`,
      changes: [[steps, isList(steps) ? [name] : name] as const],
      mistakes: [[path, `found ${JSON.stringify(name)}; allowed: one of ${section}: `] as const],
    })),
    ...KEYED.map(([section, parent, value]) => ({
      what: `${[...parent, name].join(".")} is none of ${section}`,
      changes: [[[...parent, name], value] as const],
      mistakes: [[[...parent, name].join("."), `allowed: one of ${section}: `] as const],
    })),
  ];
}

describe("estate: names that refer to nothing", () => {
  describe("a name that nothing has", () => refusesEach(rows("nowhere")));

  // Looked up carelessly, `toString` is found in every object.
  describe("a name that every JavaScript object has", () => refusesEach(rows("constructor")));

  describe("the message helps", () => {
    refusesEach([
      {
        what: "it lists what is declared and what was probably meant",
        changes: [[["guests", "Ubuntu", "node"], "blckpnk01"]],
        mistakes: [
          [
            "guests.Ubuntu.node",
            'found "blckpnk01"; allowed: one of nodes: blckpink01, blckpink02, blckpink03 (did you mean blckpink01?)',
          ],
        ],
      },
      {
        what: "it says where there is nothing to refer to",
        changes: [[["images"], {}]],
        mistakes: [
          ["guests.alpine.disks.scsi0.image", "one of images: nothing, as none is declared"],
          ["guests.Ubuntu.template", "one of images: nothing, as none is declared"],
          ["guests.monitoring.template", "one of images: nothing, as none is declared"],
          ["guests.vpn.disks.scsi0.image", "one of images: nothing, as none is declared"],
        ],
      },
      {
        what: "capitals matter, and are a likely slip",
        changes: [[["guests", "Ubuntu", "rootDisk", "storage"], "Local-LVM"]],
        mistakes: [["guests.Ubuntu.rootDisk.storage", "(did you mean local-lvm?)"]],
      },
    ]);

    it("it stays short in an estate with hundreds of nodes", () => {
      const nodes = Object.fromEntries(
        Array.from({ length: 200 }, (_, index) => [
          `pve${index + 1}`,
          { addresses: { management: `192.168.137.${index + 40}` } },
        ]),
      );
      const description = devDescription(
        [["nodes"], nodes],
        [["guests"], {}],
        [["haRules"], {}],
        [["aws", "recovery"], {}],
        [["aws", "vpn"], GONE],
        [["monitoring"], GONE],
        [
          ["storages", "local", "nodes"],
          ["pve7", "pwe199"],
        ],
      );
      assertMistakes(description, [
        ["storages.local.nodes[1]", "pve11, pve12 and 188 more (did you mean pve199?)"],
      ]);
    });
  });

  it("an entry with a mistake of its own can still be referred to", () => {
    const description = devDescription(
      [["storages", "nfs-local", "type"], "nsf"],
      [["nodes", "blckpink03", "adresses"], {}],
      [["guests", "alpine", "kind"], "machine"],
    );
    assertMistakes(description, [
      ["storages.nfs-local.type", "nfs"],
      ["nodes.blckpink03.adresses", "did you mean addresses?"],
      ["guests.alpine.kind", "vm, lxc"],
    ]);
  });
});
