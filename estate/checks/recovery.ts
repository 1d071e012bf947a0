import { contains } from "../addresses";
import { onPremisesNetworks } from "../aws-network";
import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import { groupSizes, objectivesOf, probePort } from "../recovery";
import type { Estate, Recovery } from "../schema";
import { cycles } from "../startup";
import { targetAddresses } from "../traffic";

/** Mistakes in what comes back in AWS. Entries of groups stand for all of their guests. */
export function checkRecovery(estate: Estate): Finding[] {
  const recovery = estate.aws?.recovery ?? {};
  return [
    ...Object.entries(recovery).flatMap(([name, one]) => [
      ...neededForInstances(name, one),
      ...sizes(estate, name, one),
      ...probes(name, one),
      ...later(recovery, name, one),
      ...tooSlow(estate, name, one),
      ...unreachable(estate, name, one),
      ...strangers(estate, name, one),
    ]),
    ...guestsTwice(recovery),
    ...cycles(recovery).map((names) =>
      problem(
        ["aws", "recovery", names[0] ?? "", "after"],
        names.join(" after "),
        "entries that do not wait for it themselves",
        [["aws", "recovery", "*", "after", "*"]],
      ),
    ),
  ];
}

function neededForInstances(name: string, recovery: Recovery): Finding[] {
  const { mode, image, importedImage, instanceType } = recovery;
  if (mode === "backup-only") return [];
  const path = ["aws", "recovery", name];
  const found: Finding[] = [];
  const basis = [[...path, "mode"]];
  if (image === undefined && importedImage === undefined) {
    found.push(problem([...path, "image"], undefined, "an image, as its mode is not backup-only", basis));
  }
  if (image !== undefined && importedImage !== undefined) {
    found.push(
      problem([...path, "importedImage"], importedImage, "image or importedImage, not both", [
        [...path, "image"],
      ]),
    );
  }
  if (instanceType === undefined) {
    found.push(
      problem(
        [...path, "instanceType"],
        undefined,
        "an instance type, as its mode is not backup-only",
        basis,
      ),
    );
  }
  return found;
}

/** How many guests an entry is for, with groups counted. */
function guestCount({ guests }: Estate, recovery: Recovery): number {
  // Without `guests` a group comes back guest by guest.
  if (!recovery.guests) return 1;
  return recovery.guests.reduce((sum, guest) => sum + (entry(guests, guest)?.count ?? 1), 0);
}

function sizes(estate: Estate, name: string, recovery: Recovery): Finding[] {
  const path = ["aws", "recovery", name];
  const { instances, maxInstances, running } = groupSizes(recovery, guestCount(estate, recovery));
  const found: Finding[] = [];
  if (maxInstances < instances) {
    found.push(
      problem([...path, "maxInstances"], maxInstances, `from ${instances}, which a failover raises`, [
        [...path, "instances"],
        [...path, "guests"],
        ["guests", "*", "count"],
      ]),
    );
  }
  if (recovery.running !== undefined && recovery.mode !== "warm") {
    found.push(
      problem([...path, "running"], recovery.running, "nothing, unless its mode is warm", [
        [...path, "mode"],
      ]),
    );
  }
  if (running > maxInstances) {
    found.push(
      problem([...path, "running"], running, `up to ${maxInstances}, the most that the group may have`, [
        [...path, "maxInstances"],
        [...path, "instances"],
      ]),
    );
  }
  return found;
}

function probes(name: string, recovery: Recovery): Finding[] {
  const { ports, probe } = recovery;
  const port = probePort(recovery);
  if (ports.includes(port) || probe.port === undefined) return [];
  const path = ["aws", "recovery", name];
  return [
    problem([...path, "probe", "port"], port, `one of its ports: ${ports.join(", ")}`, [[...path, "ports"]]),
  ];
}

function later(all: Readonly<Record<string, Recovery>>, name: string, { after, order }: Recovery): Finding[] {
  return after.flatMap((other, index) => {
    const needed = entry(all, other);
    const path = ["aws", "recovery", name, "after", index];
    const at = (...steps: string[]) => ["aws", "recovery", ...steps];
    if (needed?.mode === "backup-only") {
      return [
        problem(path, other, "an entry that a failover raises; its mode is backup-only", [at(other, "mode")]),
      ];
    }
    return needed === undefined || needed.order <= order
      ? []
      : [
          problem(
            path,
            other,
            `an entry whose order is up to ${order}, as its own is; it has ${needed.order}`,
            [at(name, "order"), at(other, "order")],
          ),
        ];
  });
}

/** A time limit beyond the objective: a runbook would wait in vain. */
function tooSlow(estate: Estate, name: string, { guests = [name], mode, timeLimit }: Recovery): Finding[] {
  const { rto } = objectivesOf(estate, guests);
  if (rto === undefined || timeLimit <= rto || mode === "backup-only") return [];
  return [
    problem(
      ["aws", "recovery", name, "timeLimit"],
      `${timeLimit} min`,
      `up to ${rto} min, the recovery time objective of what it brings back`,
      [
        ["aws", "recovery", name, "guests"],
        ["guests", "*", "objectives", "rto"],
      ],
    ),
  ];
}

/** A guest without an address that a firewall can let through, or that no way to AWS leads to. */
function unreachable(estate: Estate, name: string, { reaches }: Recovery): Finding[] {
  const networks = onPremisesNetworks(estate);
  const returning = Object.entries(estate.aws?.recovery ?? {}).flatMap(([other, { guests, mode }]) =>
    mode === "backup-only" ? [] : (guests ?? [other]),
  );
  return reaches.flatMap(({ guest }, index) => {
    if (entry(estate.guests, guest) === undefined) return [];
    const path = ["aws", "recovery", name, "reaches", index, "guest"];
    const nics = ["guests", guest, "nics"];
    const address = targetAddresses(estate, [guest])[guest];
    if (address === undefined) {
      return [
        problem(path, guest, "a guest with a static address, which a firewall can let through", [nics]),
      ];
    }
    if (returning.includes(guest) || networks.some((network) => contains(network, address))) return [];
    return [
      problem(
        path,
        `${guest} (${address})`,
        `a guest in a network that AWS reaches (aws.onPremises: ${networks.join(", ") || "none"}), or that comes back in AWS itself`,
        [["aws", "onPremises"], nics],
      ),
    ];
  });
}

/** Networks that have no way to AWS. */
function strangers({ aws }: Estate, name: string, { from = [] }: Recovery): Finding[] {
  const known = aws?.onPremises ?? [];
  return from.flatMap((network, index) =>
    known.includes(network)
      ? []
      : [
          problem(
            ["aws", "recovery", name, "from", index],
            network,
            known.length === 0
              ? "no networks, as aws.onPremises has none"
              : `one of aws.onPremises: ${known.join(", ")}`,
            [["aws", "onPremises"]],
          ),
        ],
  );
}

function guestsTwice(recovery: Readonly<Record<string, Recovery>>): Finding[] {
  const holders = new Map<string, string>();
  return Object.entries(recovery).flatMap(([name, { guests }]) =>
    (guests ?? [name]).flatMap((guest, index) => {
      const holder = holders.get(guest);
      if (holder === undefined || holder === name) {
        holders.set(guest, name);
        return [];
      }
      return [
        problem(
          ["aws", "recovery", name, ...(guests ? ["guests", index] : [])],
          guest,
          `a guest that comes back once (${holder} brings it back)`,
          [["aws", "recovery", holder]],
        ),
      ];
    }),
  );
}
