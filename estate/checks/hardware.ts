import { eligibleNodes } from "../ha";
import { entry } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Estate, Guest, Vm } from "../schema";

/** A device that a guest takes by its mapping's name. */
interface Taken {
  readonly steps: readonly Step[];
  readonly kind: "directories" | "pci" | "usb";
  readonly mapping: string;
}

/** Mapped devices that are not there where the guest runs, or may have to. */
export function checkDevices(estate: Estate, name: string, guest: Guest): Finding[] {
  if (guest.kind === "lxc") return [];
  const at = (...steps: Step[]): Step[] => ["guests", name, ...steps];
  const ha = guest.ha !== undefined;
  const nodes = ha ? eligibleNodes(estate, name) : [guest.node];
  return [
    ...takenBy(guest, at).flatMap(({ steps, kind, mapping }) => {
      const there = nodesWith(estate, kind, mapping);
      const without = nodes.filter((node) => !there.includes(node));
      if (there.length === 0 || without.length === 0) return [];
      return [
        problem(
          steps,
          mapping,
          ha
            ? `a mapping with devices on every node where HA may start the guest; ${mapping} has none on ${without.join(", ")}`
            : `a mapping with devices on ${guest.node}; ${mapping} has them on ${there.join(", ")}`,
          [["hardware", kind, mapping], at("node"), at("ha"), ["haRules", "*"], ["nodes"]],
        ),
      ];
    }),
    ...(ha && guest.directories.length > 0
      ? [
          problem(
            at("directories"),
            guest.directories,
            "none, as HA can't move a guest with virtiofs folders",
            [at("ha")],
          ),
        ]
      : []),
    ...pcieNeedsQ35(guest, at),
  ];
}

function nodesWith({ hardware }: Estate, kind: Taken["kind"], mapping: string): string[] {
  const mappings: Readonly<Record<string, { readonly nodes: object }>> = hardware[kind];
  return Object.keys(entry(mappings, mapping)?.nodes ?? {});
}

function takenBy(vm: Vm, at: (...steps: Step[]) => Step[]): Taken[] {
  return [
    ...Object.entries(vm.pci).map(([slot, { mapping }]) => ({
      steps: at("pci", slot, "mapping"),
      kind: "pci" as const,
      mapping,
    })),
    ...vm.usb.map(({ mapping }, index) => ({
      steps: at("usb", index, "mapping"),
      kind: "usb" as const,
      mapping,
    })),
    ...vm.directories.map((mapping, index) => ({
      steps: at("directories", index),
      kind: "directories" as const,
      mapping,
    })),
  ];
}

function pcieNeedsQ35({ pci, machine }: Vm, at: (...steps: Step[]) => Step[]): Finding[] {
  return Object.entries(pci).flatMap(([slot, { pcie }]) =>
    pcie && !machine.includes("q35")
      ? [problem(at("pci", slot, "pcie"), true, "false, or machine: q35", [at("machine")])]
      : [],
  );
}
