import { coveredGuests } from "../backup";
import { entry } from "../paths";
import { type Finding, oneOf, problem } from "../problems";
import type { Estate, Guest, Monitoring } from "../schema";
import { MONITORING_USER } from "../schema/monitoring";

/** What the monitoring guest has to be for the script to make it one, and objectives that would never count. */
export function checkMonitoring(estate: Estate): Finding[] {
  const { monitoring } = estate;
  if (monitoring === undefined) return [];
  const guest = entry(estate.guests, monitoring.guest);
  return [
    ...(guest === undefined ? [] : unfitGuest(monitoring, guest)),
    ...strangeToken(estate, monitoring),
    ...idleObjectives(estate, monitoring),
    ...deafness(monitoring),
  ];
}

function unfitGuest({ guest: name }: Monitoring, guest: Guest): Finding[] {
  const because = [["monitoring", "guest"]];
  const findings: Finding[] = [];
  if (Object.values(guest.nics).every(({ address }) => address === "dhcp")) {
    findings.push(
      problem(
        ["guests", name, "nics"],
        guest.nics,
        "an interface with a static address, as monitoring runs on this guest",
        [...because, ["guests", name, "nics", "*", "address"]],
      ),
    );
  }
  if (guest.sshKeys.length === 0) {
    findings.push(
      problem(
        ["guests", name, "sshKeys"],
        guest.sshKeys,
        "the public key of secrets.sshPrivateKey, as monitoring is set up over SSH",
        because,
      ),
    );
  }
  if (guest.kind === "lxc" && guest.os !== "debian") {
    findings.push(
      problem(["guests", name, "os"], guest.os, "debian, as monitoring runs on this guest", because),
    );
  }
  if (guest.kind === "lxc" && !guest.nesting) {
    // Their units ask for private mounts and users, which a container without nesting may not make.
    findings.push(
      problem(
        ["guests", name, "nesting"],
        guest.nesting,
        "true, as the services of monitoring ask systemd for sandboxes",
        because,
      ),
    );
  }
  if (guest.kind === "vm" && guest.user !== undefined && guest.user !== MONITORING_USER) {
    findings.push(
      problem(
        ["guests", name, "user"],
        guest.user,
        `${MONITORING_USER}, as the script that sets up monitoring installs packages and services`,
        because,
      ),
    );
  }
  return findings;
}

/** A token that nobody declares, or that may not see the whole cluster. */
function strangeToken({ access }: Estate, { token }: Monitoring): Finding[] {
  if (token === undefined) return [];
  const declared = Object.entries(access.users).flatMap(([user, { tokens }]) =>
    Object.keys(tokens).map((name) => `${user}!${name}`),
  );
  if (!declared.includes(token)) {
    return [
      problem(["monitoring", "token"], token, `a token of access.users: ${oneOf(declared, token)}`, [
        ["access", "users", "*", "tokens", "*"],
      ]),
    ];
  }
  const sees = access.acl.some(
    ({ path, role, tokens }) => path === "/" && role === "PVEAuditor" && tokens.includes(token),
  );
  return sees
    ? []
    : [
        problem(["monitoring", "token"], token, "a token with the role PVEAuditor on / in access.acl", [
          ["access", "acl", "*", "path"],
          ["access", "acl", "*", "role"],
          ["access", "acl", "*", "tokens", "*"],
        ]),
      ];
}

/** An objective for a guest that no job saves says nothing, and reads as if it did. */
function idleObjectives(estate: Estate, { objectives }: Monitoring): Finding[] {
  const saved = new Set(Object.values(estate.backupJobs).flatMap((job) => coveredGuests(estate, job)));
  return Object.keys(objectives.backupAgeOfGuests)
    .filter((guest) => entry(estate.guests, guest) !== undefined && !saved.has(guest))
    .map((guest) =>
      problem(
        ["monitoring", "objectives", "backupAgeOfGuests", guest],
        guest,
        `a guest that a backup job saves: ${oneOf([...saved])}`,
        [["backupJobs", "*"]],
      ),
    );
}

/** Receivers of which none gets the critical alerts: nobody would hear of a lost quorum. */
function deafness({ receivers }: Monitoring): Finding[] {
  const all = Object.values(receivers);
  if (all.length === 0 || all.some(({ severities }) => severities.includes("critical"))) return [];
  return [
    problem(["monitoring", "receivers"], Object.keys(receivers), "one at least that gets critical alerts", [
      ["monitoring", "receivers", "*", "severities"],
    ]),
  ];
}
