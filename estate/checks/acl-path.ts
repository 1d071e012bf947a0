import { BUILT_IN_REALMS } from "../privileges";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate } from "../schema";

/** Sections whose entries have a place in Proxmox's tree of permissions, by the first word of the path. */
const TREE: Readonly<Record<string, (estate: Estate) => readonly string[]>> = {
  nodes: ({ nodes }) => Object.keys(nodes),
  pool: ({ pools, tenants }) => [
    ...Object.keys(pools),
    ...Object.entries(tenants).map(([name, { pool }]) => pool ?? name),
  ],
  storage: ({ storages }) => Object.keys(storages),
  vms: ({ guests }) => [...Object.keys(guests), ...Object.values(guests).map(({ id }) => String(id))],
};
const SECTIONS: Readonly<Record<string, string>> = {
  nodes: "nodes",
  pool: "pools",
  storage: "storages",
  vms: "guests",
};
const ROOTS = ["access", "mapping", "nodes", "pool", "sdn", "storage", "vms"];

/** A path that Proxmox has not, or that is about something that is not declared. */
export function aclPathProblem(estate: Estate, path: string, steps: Step[]): Finding[] {
  const [root = "", name, ...rest] = path.split("/").slice(1);
  if (root === "") return [];
  if (!ROOTS.includes(root)) {
    return [problem(steps, path, `/, or a path below ${ROOTS.map((one) => `/${one}`).join(", ")}`)];
  }
  if (name === undefined) return [];
  if (root === "access") return accessPath(estate, path, [name, ...rest], steps);
  const names = TREE[root]?.(estate);
  if (names === undefined) return [];
  return names.includes(name) && rest.length === 0
    ? []
    : [
        problem(
          steps,
          path,
          `/${root}, or /${root}/NAME with one of ${SECTIONS[root]}: ${oneOf(names, name)}`,
          [[SECTIONS[root] ?? "", "*"]],
        ),
      ];
}

function accessPath(
  { access }: Estate,
  path: string,
  [kind = "", name, ...rest]: string[],
  steps: Step[],
): Finding[] {
  const names = {
    groups: Object.keys(access.groups),
    realm: [...BUILT_IN_REALMS, ...Object.keys(access.realms)],
  };
  if (kind !== "groups" && kind !== "realm") {
    return [problem(steps, path, "/access, /access/groups or /access/realm")];
  }
  if (name === undefined || (names[kind].includes(name) && rest.length === 0)) return [];
  return [
    problem(steps, path, `/access/${kind}/NAME with one of ${oneOf(names[kind], name)}`, [
      ["access", "*", "*"],
    ]),
  ];
}

/** The path as Proxmox knows it: a guest's name becomes its id. */
export function aclPath({ guests }: Pick<Estate, "guests">, path: string): string {
  const [, root, name = ""] = path.split("/");
  const guest = root === "vms" && Object.hasOwn(guests, name) ? guests[name] : undefined;
  return guest === undefined ? path : `/vms/${guest.id}`;
}
