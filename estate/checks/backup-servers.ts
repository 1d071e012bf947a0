import { backupStorages, backupUser, isManaged, serverVm } from "../backup";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { BackupServer, BackupStorage, Estate, ManagedBackupServer } from "../schema";

/** Backup servers that nothing could be set up on, and storages that ask one for what it does not have. */
export function checkBackupServers(estate: Estate): Finding[] {
  return [
    ...Object.entries(estate.backupServers).flatMap(([name, server]) => [
      ...vmNeeds(estate, name, server),
      ...(isManaged(server) ? [...disks(estate, name, server), ...paths(name, server)] : []),
    ]),
    ...backupStorages(estate).flatMap(([id, storage]) => placeMissing(estate, id, storage)),
    ...usersTwice(estate),
  ];
}

/** The scripts log in to the VM as its cloud-init user, at an address that is known beforehand. */
function vmNeeds(estate: Estate, name: string, server: BackupServer): Finding[] {
  if (server.kind !== "vm") return [];
  const vm = serverVm(estate, server);
  const guest = (...steps: Step[]): Step[] => ["guests", server.guest, ...steps];
  const at = ["backupServers", name, "guest"];
  if (vm === undefined) {
    // What is neither a guest nor a group has been reported as such.
    const known = [server.guest, `${server.guest}-1`].some((guest) => entry(estate.guests, guest));
    if (!known) return [];
    const vms = Object.entries(estate.guests).flatMap(([id, { kind }]) => (kind === "vm" ? [id] : []));
    return [
      problem(at, server.guest, `a VM, and no group of them: ${oneOf(vms)}`, [
        ["guests"],
        guest("kind"),
        guest("count"),
      ]),
    ];
  }
  const findings: Finding[] = [];
  const needs = (held: boolean, found: unknown, allowed: string, place: Step[]) => {
    if (!held) findings.push(problem(place, found, `${allowed}, as backup server ${name} runs on it`, [at]));
  };
  const addresses = Object.values(vm.nics).map(({ address }) => address);
  needs(
    addresses.some((address) => address !== "dhcp"),
    addresses,
    "an interface with a static address",
    guest("nics"),
  );
  needs(vm.user === server.sshUser, vm.user, server.sshUser, guest("user"));
  needs(
    vm.sshKeys.length > 0,
    vm.sshKeys,
    "the public key that belongs to secrets.sshPrivateKey",
    guest("sshKeys"),
  );
  return findings;
}

/** A VM's disks are told by their slot, those of a host by their path; each belongs to one datastore. */
function disks(estate: Estate, name: string, server: ManagedBackupServer): Finding[] {
  const holders = new Map<string, string>();
  return Object.entries(server.datastores).flatMap(([store, { disk }]) => {
    if (disk === undefined) return [];
    const at = ["backupServers", name, "datastores", store, "disk"];
    const holder = holders.get(disk);
    holders.set(disk, holder ?? store);
    if (holder !== undefined) {
      return [
        problem(at, disk, `a disk that no other datastore has (${holder} has it)`, [
          ["backupServers", name, "datastores", holder, "disk"],
        ]),
      ];
    }
    if (server.kind === "host") {
      return disk.startsWith("/") ? [] : [problem(at, disk, "a path below /dev/disk/by-id")];
    }
    const vm = serverVm(estate, server);
    if (vm === undefined) return [];
    const empty = Object.entries(vm.disks).flatMap(([slot, { image }]) =>
      slot.startsWith("scsi") && image === undefined ? [slot] : [],
    );
    return empty.includes(disk)
      ? []
      : [
          problem(at, disk, `a SCSI slot of ${server.guest} without image: ${oneOf(empty)}`, [
            ["guests", server.guest, "disks", "*"],
            ["backupServers", name, "guest"],
          ]),
        ];
  });
}

/** One datastore inside of another would be pruned and verified as a part of it. */
function paths(name: string, { datastores }: ManagedBackupServer): Finding[] {
  const entries = Object.entries(datastores);
  return entries.flatMap(([store, { path }], index) => {
    const other = entries.find(
      ([, { path: whole }], place) =>
        place !== index && `${path}/`.startsWith(`${whole}/`) && (path !== whole || place < index),
    );
    return other === undefined
      ? []
      : [
          problem(
            ["backupServers", name, "datastores", store, "path"],
            path,
            `a path outside of ${other[1].path}, the datastore ${other[0]}`,
            [["backupServers", name, "datastores", other[0], "path"]],
          ),
        ];
  });
}

function placeMissing(
  estate: Estate,
  id: string,
  { server: name, datastore, namespace }: BackupStorage,
): Finding[] {
  const server = entry(estate.backupServers, name);
  if (server === undefined || !isManaged(server)) return [];
  const at = (key: string): Step[] => ["storages", id, key];
  const below = (...steps: Step[]): Step[] => ["backupServers", name, "datastores", ...steps];
  const store = entry(server.datastores, datastore);
  if (store === undefined) {
    const known = Object.keys(server.datastores);
    return [
      problem(at("datastore"), datastore, `a datastore of ${name}: ${oneOf(known, datastore)}`, [
        at("server"),
        below("*"),
      ]),
    ];
  }
  return namespace === undefined || store.namespaces.includes(namespace)
    ? []
    : [
        problem(
          at("namespace"),
          namespace,
          `a namespace of ${datastore}: ${oneOf(store.namespaces, namespace)}`,
          [at("datastore"), below(datastore, "namespaces", "*")],
        ),
      ];
}

/** Each storage has a user of its own on a server that this program sets up, with a password of its own. */
function usersTwice(estate: Estate): Finding[] {
  const holders = new Map<string, string>();
  return backupStorages(estate).flatMap(([id, storage]) => {
    const server = entry(estate.backupServers, storage.server);
    if (server === undefined || !isManaged(server)) return [];
    const user = backupUser(id, storage);
    const at = ["storages", id, "username"];
    if (!user.endsWith("@pbs")) {
      return [
        problem(at, user, "a user of the realm pbs, which this program makes", [["storages", id, "server"]]),
      ];
    }
    const key = JSON.stringify([storage.server, user]);
    const holder = holders.get(key);
    holders.set(key, holder ?? id);
    return holder === undefined
      ? []
      : [
          problem(at, user, `a user that no other storage of ${storage.server} has (${holder} has it)`, [
            ["storages", id, "server"],
            ["storages", holder, "username"],
          ]),
        ];
  });
}
