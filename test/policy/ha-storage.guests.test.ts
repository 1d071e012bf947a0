import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import { alpine, cases, cluster, container, disk, ha, NODES, nfs, onLocal } from "./estate";

describe("rule ha-guest-on-shared-storage", () => {
  describe("containers", () => {
    cases(haGuestOnSharedStorage, [
      [
        "root on NFS",
        "fine",
        [cluster(), nfs("nas"), container("web", { vmId: 200, disk: { datastoreId: "nas" } }), ha("ct:200")],
      ],
      [
        "no disk given (the provider takes local)",
        "violated",
        [cluster(), container("web", { vmId: 200 }), ha("ct:200")],
        "container 200 (web)",
        "rootfs",
        '"local"',
      ],
      [
        "local mount point",
        "violated",
        [
          cluster(),
          nfs("nas"),
          container("web", {
            vmId: 200,
            disk: { datastoreId: "nas" },
            mountPoints: [{ volume: "nas:8" }, { volume: "local-lvm:8" }],
          }),
          ha("ct:200"),
        ],
        "mp1",
      ],
      [
        "bind mount of the node",
        "violated",
        [
          cluster(),
          nfs("nas"),
          container("web", { vmId: 200, disk: { datastoreId: "nas" }, mountPoints: [{ volume: "/srv" }] }),
          ha("ct:200"),
        ],
        "/srv",
      ],
      [
        "bind mount that is on all nodes",
        "fine",
        [
          cluster(),
          nfs("nas"),
          container("web", {
            vmId: 200,
            disk: { datastoreId: "nas" },
            mountPoints: [{ volume: "/srv", shared: true }],
          }),
          ha("ct:200"),
        ],
      ],
    ]);
  });

  describe("clones", () => {
    cases(haGuestOnSharedStorage, [
      [
        "to shared storage",
        "fine",
        [cluster(), nfs("nas"), alpine({ clone: { vmId: 9000, datastoreId: "nas" } }), ha("vm:100")],
      ],
      [
        "to local storage",
        "violated",
        [cluster(), alpine({ clone: { vmId: 9000, datastoreId: "local-lvm" } }), ha("vm:100")],
      ],
      [
        "with disks of its own",
        "fine",
        [cluster(), nfs("nas"), alpine({ clone: { vmId: 9000 }, disks: [disk("nas")] }), ha("vm:100")],
      ],
      [
        "of a container to shared storage",
        "fine",
        [
          cluster(),
          nfs("nas"),
          container("web", { vmId: 200, clone: { vmId: 9001, datastoreId: "nas" } }),
          ha("ct:200"),
        ],
      ],
    ]);
  });

  describe("what the message offers", () => {
    cases(haGuestOnSharedStorage, [
      [
        "a storage for disks to a VM",
        "violated",
        [
          cluster(),
          nfs("isos", { contents: ["iso"] }),
          nfs("disks", { contents: ["images"] }),
          onLocal(),
          ha("vm:100"),
        ],
        "shared storage (disks)",
      ],
      [
        "a storage for ISOs to a drive",
        "violated",
        [
          cluster(),
          nfs("isos", { contents: ["iso"] }),
          nfs("disks", { contents: ["images"] }),
          alpine({ cdrom: { fileId: "local:iso/a.iso" } }),
          ha("vm:100"),
        ],
        "shared storage (isos)",
      ],
      [
        "a storage for root disks to a container",
        "violated",
        [
          cluster(),
          nfs("roots", { contents: ["rootdir"] }),
          nfs("disks", { contents: ["images"] }),
          container("web", { vmId: 200 }),
          ha("ct:200"),
        ],
        "shared storage (roots)",
      ],
      [
        "no storage that some eligible nodes lack",
        "violated",
        [cluster(), nfs("some", { nodes: ["pve1"] }), nfs("all", { nodes: NODES }), onLocal(), ha("vm:100")],
        "shared storage (all)",
      ],
      [
        "none when there is none",
        "violated",
        [cluster(), onLocal(), ha("vm:100")],
        "none for it is declared here",
      ],
    ]);
  });
});
