import type { Estate } from "../../schema";
import type { Reference } from "./reference";

export function tenantReferences({ tenants, pools, hardware }: Estate): Reference[] {
  const listed = (path: string[], names: readonly string[], section: string) =>
    names.map((name, index) => ({ path: [...path, index], name, section }));
  return [
    ...Object.entries(tenants).flatMap(([tenant, { bridges = [], offerings = [] }]) => [
      ...listed(["tenants", tenant, "bridges"], bridges, "bridges").map((one) => ({ ...one, or: "vnets" })),
      ...listed(["tenants", tenant, "offerings"], offerings, "offerings"),
    ]),
    ...Object.entries(pools).flatMap(([pool, { storages }]) =>
      listed(["pools", pool, "storages"], storages, "storages"),
    ),
    ...(["pci", "usb", "directories"] as const).flatMap((kind) =>
      Object.entries(hardware[kind]).flatMap(([mapping, { nodes }]) =>
        Object.keys(nodes).map((node) => ({
          path: ["hardware", kind, mapping, "nodes", node],
          name: node,
          section: "nodes",
        })),
      ),
    ),
  ];
}
