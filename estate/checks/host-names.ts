import { fullName } from "../host-names";
import { type Finding, problem, type Step } from "../problems";
import type { Estate } from "../schema";

const LOCAL = /^(localhost(\.localdomain)?|ip6-[a-z]+)$/;

/** Mistakes in the other machines of /etc/hosts: they must not take a name or an address that the nodes rely on. */
export function checkHostNames(estate: Estate): Finding[] {
  const { hosts } = estate.cluster;
  const seen = new Map<string, Step[]>();
  return Object.entries(hosts).flatMap(([address, names]) => [
    ...wrongAddress(estate, address),
    ...names.flatMap((name, index) => {
      const steps = ["cluster", "hosts", address, index];
      const earlier = seen.get(name.toLowerCase());
      if (earlier === undefined) seen.set(name.toLowerCase(), steps);
      // The same name twice at one address is a repetition, which is reported as such.
      else if (!earlier.includes(address)) return [problem(steps, name, "a name of one address", [earlier])];
      return takenName(estate, steps, name);
    }),
  ]);
}

function wrongAddress(estate: Estate, address: string): Finding[] {
  const steps = ["cluster", "hosts", address];
  if (address.startsWith("127.")) {
    return [
      problem(steps, address, "an address of another machine: the local names are written by themselves"),
    ];
  }
  const [network = ""] =
    Object.entries(estate.networks).find(([, { purpose }]) => purpose === "management") ?? [];
  const owner = Object.entries(estate.nodes).find(([, { addresses }]) => addresses[network] === address);
  if (owner === undefined) return [];
  const allowed = `no management address of a node: ${owner[0]} is in the file by itself`;
  return [problem(steps, address, allowed, [["nodes", owner[0], "addresses", network]])];
}

function takenName(estate: Estate, steps: readonly Step[], name: string): Finding[] {
  const lower = name.toLowerCase();
  if (LOCAL.test(lower)) {
    return [problem([...steps], name, "a name of another machine: this one is every machine's own")];
  }
  const owner = Object.keys(estate.nodes).find((node) =>
    [node, fullName(estate, node)].some((own) => own.toLowerCase() === lower),
  );
  if (owner === undefined) return [];
  const basis = [
    ["nodes", owner],
    ["cluster", "dns", "domain"],
  ];
  return [problem([...steps], name, `a name that no node has: ${owner} is in the file by itself`, basis)];
}
