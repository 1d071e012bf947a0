import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import type { Estate, Traffic } from "../schema";
import { isPrivate, targetAddresses } from "../traffic";

/** Mistakes in how users reach both sites. */
export function checkTraffic(estate: Estate): Finding[] {
  const all = Object.entries(estate.aws?.traffic ?? {});
  return [
    ...all.flatMap(([name, traffic]) => [
      ...targets(estate, name, traffic),
      ...addresses(estate, name, traffic),
      ...listeners(name, traffic),
    ]),
    ...records(all),
  ];
}

function targets({ aws }: Estate, name: string, traffic: Traffic): Finding[] {
  const path = ["aws", "traffic", name];
  const { recovery, guests, weights } = traffic;
  const basis = [
    [...path, "recovery"],
    [...path, "guests"],
  ];
  if (recovery === undefined && guests === undefined) {
    return [problem(path, "neither recovery nor guests", "recovery, guests, or both", basis)];
  }
  const found: Finding[] = [];
  const both = recovery !== undefined && guests !== undefined;
  if (both && weights === undefined) {
    found.push(problem([...path, "weights"], undefined, "shares, as it leads to both sites", basis));
  }
  if (both && traffic.kind === "network") {
    found.push(
      problem([...path, "kind"], "network", "application, as it shares between both sites by weight", basis),
    );
  }
  if (!both && weights !== undefined) {
    found.push(problem([...path, "weights"], weights, "nothing, unless it leads to both sites", basis));
  }
  if (weights && weights.recovery + weights.guests === 0) {
    found.push(problem([...path, "weights"], weights, "one that is not 0"));
  }
  const recovered = recovery === undefined ? undefined : entry(aws?.recovery, recovery);
  const at = (key: string) => ["aws", "recovery", recovery ?? "", key];
  if (recovered?.mode === "backup-only") {
    found.push(
      problem([...path, "recovery"], recovery, "an entry that a failover raises; its mode is backup-only", [
        at("mode"),
      ]),
    );
  } else if (recovered && !recovered.ports.includes(traffic.targetPort)) {
    found.push(
      problem(
        [...path, "targetPort"],
        traffic.targetPort,
        `one of the ports of aws.recovery.${recovery}: ${recovered.ports.join(", ")}`,
        [at("ports")],
      ),
    );
  }
  return found;
}

/** A load balancer reaches outside its VPC by private addresses only, and needs to know them in advance. */
function addresses(estate: Estate, name: string, { guests = [] }: Traffic): Finding[] {
  return Object.entries(targetAddresses(estate, guests)).flatMap(([guest, address]) => {
    if (entry(estate.guests, guest) === undefined) return [];
    const basis = [["guests", guest, "nics"]];
    const path = ["aws", "traffic", name, "guests"];
    if (address === undefined) return [problem(path, guest, "guests with a static address", basis)];
    return isPrivate(address)
      ? []
      : [
          problem(
            path,
            `${guest} (${address})`,
            "guests with a private address (RFC 1918): a load balancer leads to no public one",
            basis,
          ),
        ];
  });
}

function listeners(name: string, traffic: Traffic): Finding[] {
  const path = ["aws", "traffic", name];
  const { certificate, record, scheme, from, port } = traffic;
  const found: Finding[] = [];
  if (certificate && (certificate.arn === undefined) === (certificate.domain === undefined)) {
    found.push(problem([...path, "certificate"], certificate, "either arn or domain"));
  }
  if (certificate?.domain !== undefined && record === undefined) {
    found.push(
      problem([...path, "record"], undefined, "a record, whose zone proves who the certificate is for", [
        [...path, "certificate"],
      ]),
    );
  }
  if (certificate && port === 80 && traffic.kind === "application") {
    found.push(
      problem([...path, "port"], 80, "another port: 80 redirects to it", [[...path, "certificate"]]),
    );
  }
  const open = from.indexOf("0.0.0.0/0");
  if (scheme === "internal" && open >= 0) {
    found.push(
      problem([...path, "from", open], "0.0.0.0/0", "known networks, as its scheme is internal", [
        [...path, "scheme"],
      ]),
    );
  }
  if (traffic.kind === "application" && traffic.health.path === undefined) {
    found.push(
      problem([...path, "health", "path"], undefined, "a path, as its kind is application", [
        [...path, "kind"],
      ]),
    );
  }
  return found;
}

/** One name is either one record, or a primary and a secondary one. */
function records(all: readonly (readonly [string, Traffic])[]): Finding[] {
  const holders = new Map<string, string>();
  const roles = new Map<string, string[]>();
  const found: Finding[] = [];
  for (const [name, { record }] of all) {
    if (!record) continue;
    const key = `${record.zone} ${record.name}`;
    const role = `${key} ${record.failover ?? ""}`;
    const holder = holders.get(role) ?? (roles.has(key) && !record.failover ? holders.get(key) : undefined);
    if (holder !== undefined) {
      found.push(
        problem(
          ["aws", "traffic", name, "record", record.failover ? "failover" : "name"],
          record.failover ?? record.name,
          `${record.failover ? "the other role" : "a name of its own"} (aws.traffic.${holder} has it)`,
          [["aws", "traffic", holder, "record"]],
        ),
      );
    }
    holders.set(role, name);
    holders.set(key, name);
    roles.set(key, [...(roles.get(key) ?? []), record.failover ?? ""]);
  }
  for (const [name, { record }] of all) {
    if (record?.failover !== "secondary") continue;
    if (!roles.get(`${record.zone} ${record.name}`)?.includes("primary")) {
      found.push(
        problem(
          ["aws", "traffic", name, "record", "failover"],
          "secondary",
          `an entry of aws.traffic whose record is the primary one of ${record.name}`,
          [["aws", "traffic", "*", "record"]],
        ),
      );
    }
  }
  return found;
}
