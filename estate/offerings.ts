import type { DeclaredNames } from "./names";
import { entry } from "./paths";
import { type Finding, oneOf, problem, type Step } from "./problems";
import type { Estate, Guest, Lxc, Offering, Tenant, Vm, WrittenEstate, WrittenGuest } from "./schema";

/** MiB and GiB of what lacks a size: only there so that the other checks can go on. */
const STAND_IN = { memory: 1024, disk: 1 } as const;

type Written<K extends WrittenGuest["kind"]> = Extract<WrittenGuest, { kind: K }>;
type At = (...steps: Step[]) => Step[];

/** What a guest's entry leaves to others. */
interface Sources {
  readonly at: At;
  readonly offering: Offering | undefined;
  /** It names an offering that there is not: what that would say is not known. */
  readonly unresolved: boolean;
  readonly pool: string | undefined;
  readonly findings: Finding[];
}

/**
 * Fills in what guests take from their offerings and tenants, so that everything behind sees complete guests. What
 * a guest says itself wins.
 *
 * @param names names that the description declares, sound or not
 */
export function withOfferings(
  written: WrittenEstate,
  names: DeclaredNames,
): { readonly estate: Estate; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const guests = Object.entries(written.guests).map(([name, guest]): [string, Guest] => {
    const at: At = (...steps) => ["guests", name, ...steps];
    if (guest.offering !== undefined && !(names.offerings ?? []).includes(guest.offering)) {
      findings.push(unknownOffering(at, guest.offering, names.offerings ?? []));
    }
    const offering = guest.offering === undefined ? undefined : entry(written.offerings, guest.offering);
    const sources: Sources = {
      at,
      offering,
      unresolved: guest.offering !== undefined && offering === undefined,
      pool: poolOf(guest, entry(written.tenants, guest.tenant ?? "")),
      findings,
    };
    return [name, guest.kind === "vm" ? completeVm(guest, sources) : completeLxc(guest, sources)];
  });
  return { estate: { ...written, guests: Object.fromEntries(guests) }, findings };
}

/** The resource pool of a tenant's guests. */
export function tenantPool(name: string, { pool }: Tenant): string {
  return pool ?? name;
}

function unknownOffering(at: At, found: string, known: readonly string[]): Finding {
  return problem(at("offering"), found, `one of offerings: ${oneOf(known, found)}`, [["offerings"]]);
}

function poolOf({ tenant: name, pool }: WrittenGuest, tenant: Tenant | undefined): string | undefined {
  return pool ?? (name !== undefined && tenant ? tenantPool(name, tenant) : undefined);
}

function completeVm(vm: Written<"vm">, sources: Sources): Vm {
  const { offering, at } = sources;
  const complete = {
    ...vm,
    ...common(vm, sources),
    balloonMinimum: vm.balloonMinimum ?? offering?.balloonMinimum,
    disks: Object.fromEntries(
      Object.entries(vm.disks).map(([slot, disk]) => [
        slot,
        {
          ...disk,
          size: sizeOf(disk.size, at("disks", slot, "size"), sources),
          limits: disk.limits ?? offering?.diskLimits,
        },
      ]),
    ),
    nics: withRate(vm.nics, offering),
  };
  sources.findings.push(...balloonTooLarge(vm, complete, sources));
  return complete;
}

function completeLxc(lxc: Written<"lxc">, sources: Sources): Lxc {
  const { offering, at } = sources;
  return {
    ...lxc,
    ...common(lxc, sources),
    swap: lxc.swap ?? offering?.swap ?? 0,
    rootDisk: { ...lxc.rootDisk, size: sizeOf(lxc.rootDisk.size, at("rootDisk", "size"), sources) },
    nics: withRate(lxc.nics, offering),
  };
}

function common(guest: WrittenGuest, { at, offering, pool, findings }: Sources) {
  if (guest.memory === undefined && guest.offering === undefined) {
    findings.push(problem(at("memory"), undefined, "an amount of memory such as 1 GiB, or an offering"));
  }
  return {
    pool,
    cores: guest.cores ?? offering?.cores ?? 1,
    cpuLimit: guest.cpuLimit ?? offering?.cpuLimit,
    cpuUnits: guest.cpuUnits ?? offering?.cpuUnits,
    memory: guest.memory ?? offering?.memory ?? STAND_IN.memory,
  };
}

function sizeOf(
  own: number | undefined,
  steps: Step[],
  { offering, unresolved, at, findings }: Sources,
): number {
  const size = own ?? offering?.diskSize;
  if (size === undefined && !unresolved) {
    findings.push(
      problem(steps, undefined, "a size such as 8 GiB, or an offering with a diskSize", [
        at("offering"),
        ["offerings", "*", "diskSize"],
      ]),
    );
  }
  return size ?? STAND_IN.disk;
}

function withRate<T extends { readonly rate?: number | undefined }>(
  nics: Readonly<Record<string, T>>,
  offering: Offering | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(nics).map(([slot, nic]) => [slot, { ...nic, rate: nic.rate ?? offering?.networkRate }]),
  );
}

/** Said where the author wrote one of the two. An offering's own are compared where the offering stands. */
function balloonTooLarge(vm: Written<"vm">, { memory, balloonMinimum = 0 }: Vm, { at }: Sources): Finding[] {
  const own = vm.memory !== undefined || vm.balloonMinimum !== undefined;
  if (!own || balloonMinimum <= memory) return [];
  const basis = [at("memory"), at("balloonMinimum"), at("offering"), ["offerings", "*"]];
  return vm.balloonMinimum !== undefined
    ? [
        problem(
          at("balloonMinimum"),
          mebibytes(balloonMinimum),
          `at most the memory, ${mebibytes(memory)}`,
          basis,
        ),
      ]
    : [
        problem(
          at("memory"),
          mebibytes(memory),
          `at least the offering's balloonMinimum, ${mebibytes(balloonMinimum)}, or one of its own`,
          basis,
        ),
      ];
}

/** An amount of memory as an environment file writes it. */
export function mebibytes(amount: number): string {
  return amount % 1024 === 0 ? `${amount / 1024} GiB` : `${amount} MiB`;
}
