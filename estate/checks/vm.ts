import { mebibytes } from "../offerings";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Vm } from "../schema";
import { CDROM_SLOT } from "../slots";
import { checkLimits } from "./limits";

type At = (...steps: Step[]) => Step[];

/** Least memory in MiB that an operating system is released for (its publisher's requirements). */
const LEAST_MEMORY: Readonly<Record<Vm["os"], number>> = {
  l24: 64,
  l26: 64,
  other: 64,
  win10: 2048,
  win11: 4096,
  wxp: 64,
};

/** Settings of a VM that do not fit together. */
export function checkVm(name: string, vm: Vm): Finding[] {
  const at: At = (...steps) => ["guests", name, ...steps];
  return [
    ...vmNeeds(name, vm),
    ...gaps(name, vm),
    ...osNeeds(vm, at),
    ...cpu(vm, at),
    ...disks(vm, at),
    ...interfaces(vm, at),
    ...boot(vm, at),
  ];
}

function vmNeeds(name: string, vm: Vm): Finding[] {
  const problems: Finding[] = [];
  const firmware = [["guests", name, "firmware"]];
  if (vm.firmware === "ovmf" && vm.efiStorage === undefined) {
    problems.push(
      problem(
        ["guests", name, "efiStorage"],
        undefined,
        "a storage for the EFI disk, as firmware is ovmf",
        firmware,
      ),
    );
  }
  if (vm.firmware === "seabios" && vm.efiStorage !== undefined) {
    problems.push(
      problem(["guests", name, "efiStorage"], vm.efiStorage, "none, as firmware is seabios", firmware),
    );
  }
  const configured = vm.sshKeys.length > 0 || Object.values(vm.nics).some((nic) => nic.address !== "dhcp");
  if (configured && vm.cloudInitStorage === undefined) {
    problems.push(
      problem(
        ["guests", name, "cloudInitStorage"],
        undefined,
        "a storage for the cloud-init drive, through which static addresses and keys reach the guest",
        [
          ["guests", name, "sshKeys", "*"],
          ["guests", name, "nics", "*", "address"],
        ],
      ),
    );
  }
  return problems;
}

/** Proxmox numbers interfaces by their place in the list: after a gap, every one would get another's slot. */
function gaps(name: string, { nics }: Vm): Finding[] {
  return Object.keys(nics)
    .sort()
    .flatMap((slot, index) =>
      slot === `net${index}`
        ? []
        : [
            problem(["guests", name, "nics", slot], slot, `net${index}, as slots have no gaps`, [
              ["guests", name, "nics", "*"],
            ]),
          ],
    );
}

function osNeeds(vm: Vm, at: At): Finding[] {
  const least = LEAST_MEMORY[vm.os];
  const basis = [at("os")];
  return [
    ...(vm.memory < least
      ? [
          problem(at("memory"), mebibytes(vm.memory), `at least ${mebibytes(least)}, as os is ${vm.os}`, [
            ...basis,
            at("offering"),
          ]),
        ]
      : []),
    ...(vm.os === "win11" && vm.firmware !== "ovmf"
      ? [problem(at("firmware"), vm.firmware, "ovmf, as os is win11", basis)]
      : []),
    ...(vm.os === "win11" && vm.tpmStorage === undefined
      ? [problem(at("tpmStorage"), undefined, "a storage for the TPM state, as os is win11", basis)]
      : []),
    ...(vm.secureBoot && vm.firmware !== "ovmf"
      ? [problem(at("secureBoot"), true, "false, or firmware: ovmf", [at("firmware")])]
      : []),
  ];
}

function cpu({ cores, sockets, cpuLimit, numa, hotplug }: Vm, at: At): Finding[] {
  const vcpus = cores * sockets;
  return [
    ...(cpuLimit !== undefined && cpuLimit > vcpus
      ? [
          problem(at("cpuLimit"), cpuLimit, `at most its ${vcpus} cores`, [
            at("cores"),
            at("sockets"),
            at("offering"),
          ]),
        ]
      : []),
    ...(hotplug.includes("memory") && !numa
      ? [problem(at("hotplug"), hotplug, "no memory, or numa: true", [at("numa")])]
      : []),
  ];
}

function disks(vm: Vm, at: At): Finding[] {
  return Object.entries(vm.disks).flatMap(([slot, disk]) => {
    const here: At = (...steps) => at("disks", slot, ...steps);
    const threaded = slot.startsWith("scsi") || slot.startsWith("virtio");
    return [
      ...checkLimits(here("limits"), disk.limits),
      ...(disk.ssd && slot.startsWith("virtio")
        ? [problem(here("ssd"), true, "false, as virtio slots have no such setting")]
        : []),
      ...(disk.iothread && !threaded
        ? [problem(here("iothread"), true, "false: scsi and virtio slots only")]
        : []),
      ...(disk.aio === "native" && disk.cache !== "none" && disk.cache !== "directsync"
        ? [problem(here("aio"), "native", `io_uring or threads, as cache is ${disk.cache}`, [here("cache")])]
        : []),
      ...(slot === CDROM_SLOT && vm.cdrom !== undefined
        ? [problem(here(), slot, `another slot: the CD-ROM drive is ${CDROM_SLOT}`, [at("cdrom")])]
        : []),
    ];
  });
}

function interfaces({ nics }: Vm, at: At): Finding[] {
  return Object.entries(nics).flatMap(([slot, nic]) =>
    (["mtu", "queues"] as const).flatMap((key) =>
      nic[key] !== undefined && nic.model !== "virtio"
        ? [
            problem(at("nics", slot, key), nic[key], "none, as the model is not virtio", [
              at("nics", slot, "model"),
            ]),
          ]
        : [],
    ),
  );
}

function boot(vm: Vm, at: At): Finding[] {
  const slots = [
    ...Object.keys(vm.disks),
    ...(vm.cdrom === undefined ? [] : [CDROM_SLOT]),
    ...Object.keys(vm.nics),
    ...Object.keys(vm.pci),
  ];
  const unknown = (vm.bootOrder ?? []).flatMap((slot, index) =>
    slots.includes(slot)
      ? []
      : [
          problem(at("bootOrder", index), slot, `a slot of the guest: ${oneOf(slots, slot)}`, [
            at("disks"),
            at("nics"),
            at("pci"),
            at("cdrom"),
          ]),
        ],
  );
  return vm.display === "serial0" && vm.serialPort === false
    ? [...unknown, problem(at("serialPort"), false, "true, as display is serial0", [at("display")])]
    : unknown;
}
