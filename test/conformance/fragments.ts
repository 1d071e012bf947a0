import type { Shapes } from "../../conformance/shape";

/** Parts of the real provider's schema (bpg v0.112.0), as `conformance/provider` describes it. */
export const RESOURCES: Readonly<Record<string, Shapes>> = {
  proxmox_virtual_environment_vm: {
    id: { kind: "text", computed: true },
    vm_id: { kind: "number", optional: true, computed: true },
    node_name: { kind: "text", required: true },
    started: { kind: "flag", optional: true },
    tags: { kind: "list", element: { kind: "text" }, optional: true },
    ipv4_addresses: {
      kind: "list",
      element: { kind: "list", element: { kind: "text" } },
      computed: true,
    },
    disk: {
      kind: "list",
      optional: true,
      element: {
        kind: "object",
        fields: {
          interface: { kind: "text", required: true },
          size: { kind: "number", optional: true },
          speed: {
            kind: "list",
            one: true,
            optional: true,
            element: { kind: "object", fields: { read_burstable: { kind: "number", optional: true } } },
          },
        },
      },
    },
    initialization: {
      kind: "list",
      one: true,
      optional: true,
      element: {
        kind: "object",
        fields: {
          ip_config: {
            kind: "list",
            optional: true,
            element: {
              kind: "object",
              fields: {
                ipv4: {
                  kind: "list",
                  one: true,
                  optional: true,
                  element: { kind: "object", fields: { address: { kind: "text", optional: true } } },
                },
              },
            },
          },
        },
      },
    },
  },
  proxmox_storage_nfs: {
    id: { kind: "text", required: true },
    server: { kind: "text", required: true },
    content: { kind: "set", element: { kind: "text" }, optional: true, computed: true },
  },
  proxmox_backup_job: {
    id: { kind: "text", required: true },
    prune_backups: { kind: "map", element: { kind: "text" }, optional: true, computed: true },
  },
  proxmox_haresource: {
    id: { kind: "text", computed: true },
    resource_id: { kind: "text", required: true },
  },
};
