import { nodesOf } from "../disks";
import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate, Guest } from "../schema";

/** Replication that Proxmox would refuse: of what is not on ZFS, to nodes without the storage or to the guest's own. */
export function checkReplication(estate: Estate): Finding[] {
  const replicated = new Map<string, string>();
  return Object.entries(estate.replications).flatMap(([name, { guests, targets }]) =>
    guests.flatMap((guestName) => {
      const guest = entry(estate.guests, guestName);
      if (guest === undefined) return []; // a dangling reference has been reported as such
      const other = replicated.get(guestName);
      replicated.set(guestName, name);
      return [
        ...(other === undefined ? [] : [twice(name, guestName, other)]),
        ...elsewhere(estate, name, guestName, guest, targets),
        ...volumes(estate, name, guestName, guest, targets),
      ];
    }),
  );
}

function twice(name: string, guest: string, other: string): Finding {
  return problem(
    ["replications", name, "guests"],
    guest,
    `guests of no other replication (${other} has it): one entry has all targets of a guest`,
    [["replications", other, "guests", "*"]],
  );
}

function elsewhere(
  estate: Estate,
  name: string,
  guestName: string,
  { node }: Guest,
  targets: readonly string[],
): Finding[] {
  if (targets.some((target) => target !== node)) return [];
  const others = Object.keys(estate.nodes).filter((other) => other !== node);
  return [
    problem(
      ["replications", name, "targets"],
      targets,
      `a node that ${guestName} is not on: ${oneOf(others)}`,
      [["guests", guestName, "node"]],
    ),
  ];
}

function volumes(
  estate: Estate,
  name: string,
  guestName: string,
  guest: Guest,
  targets: readonly string[],
): Finding[] {
  return [...new Set(storagesOf(guest))].flatMap((id) => {
    const storage = entry(estate.storages, id);
    if (storage === undefined) return [];
    const basis = [
      ["guests", guestName],
      ["storages", id],
    ];
    if (storage.type !== "zfspool") {
      const allowed = `guests whose disks are all on ZFS storages; ${guestName} has one on ${id} (${storage.type})`;
      return [problem(["replications", name, "guests"], guestName, allowed, basis)];
    }
    const lacking = targets.filter(
      (target) =>
        target !== guest.node &&
        Object.hasOwn(estate.nodes, target) &&
        !nodesOf(estate, storage).includes(target),
    );
    return lacking.length === 0
      ? []
      : [
          problem(
            ["replications", name, "targets"],
            lacking,
            `nodes that have ${id}, which ${guestName} is on: ${oneOf(nodesOf(estate, storage))}`,
            basis,
          ),
        ];
  });
}

/** The storages of the volumes that replication takes along: not those that say `replicate: false`. */
function storagesOf(guest: Guest): string[] {
  const disks =
    guest.kind === "lxc" ? [guest.rootDisk, ...Object.values(guest.mountPoints)] : Object.values(guest.disks);
  const others = guest.kind === "lxc" ? [] : [guest.efiStorage, guest.tpmStorage];
  return [
    ...disks.flatMap(({ storage, replicate }) => (replicate ? [storage] : [])),
    ...others.flatMap((id) => (id === undefined ? [] : [id])),
  ];
}
