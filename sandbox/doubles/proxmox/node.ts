import { isIP } from "node:net";
import type { Behaviour, Operation } from "../behaviour";
import { flag, list, number, object, text } from "../schema";
import { requireNode } from "./cluster";
import { networkAddress, parameterRefusal } from "./rules";

/** A moment for the clocks: the same in every run, so that reading it is never a change. */
const NOW = "2026-01-01T00:00:00Z";

/** A setting that every node has: creating it sets it, deleting it only forgets it. */
function setting(name: string, rest: Pick<Behaviour, "schema" | "type"> & Partial<Behaviour>): Behaviour {
  return {
    id: ({ inputs }) => `${inputs.text("nodeName")}_${name}`,
    overwrites: true,
    create: known,
    update: known,
    ...rest,
  };
}

function known({ world, inputs }: Operation): [] {
  requireNode(world, inputs.text("nodeName"));
  return [];
}

/** Proxmox's limit for the notes. */
const MOST_NOTES = 64 * 1024;

function noted(operation: Operation): [] {
  const tooLong = (operation.inputs.optionalText("description")?.length ?? 0) > MOST_NOTES;
  if (tooLong) throw parameterRefusal("description", `value may only be ${MOST_NOTES} characters long`);
  return known(operation);
}

/** What PVE::INotify checks when it writes /etc/hosts. */
function namedHosts(operation: Operation): [] {
  for (const entry of operation.inputs.objects("entry")) {
    const address = entry.text("address");
    if (isIP(address) === 0) throw parameterRefusal("data", `Invalid IP '${address}'`);
    const bad = entry.texts("hostnames").find((name) => !/^[.\-a-zA-Z0-9]+$/.test(name));
    if (bad !== undefined) throw parameterRefusal("data", `Invalid Hostname '${bad}'`);
  }
  return known(operation);
}

export const nodeBehaviours: readonly Behaviour[] = [
  setting("dns", {
    type: "proxmoxve:index/dnsLegacy:DnsLegacy",
    schema: { nodeName: text.required.replaces, domain: text.required, servers: list(text) },
  }),
  {
    type: "proxmoxve:node/config:Config",
    schema: {
      nodeName: text.required.replaces.matching(/./s, "1 letter or more"),
      description: text.matching(/[^\n]$/, "text that does not end with a newline"),
    },
    id: ({ inputs }) => inputs.text("nodeName"),
    overwrites: true,
    create: noted,
    update: noted,
  },
  setting("hosts", {
    type: "proxmoxve:index/hostsLegacy:HostsLegacy",
    create: namedHosts,
    update: namedHosts,
    schema: {
      nodeName: text.required,
      entry: list(
        object({ address: text.required, hostnames: list(text).required.atLeast(1) }),
      ).required.atLeast(1),
      addresses: list(text).output,
      digest: text.output,
      entries: list(object({ address: text, hostnames: list(text) })).output,
      hostnames: list(list(text)).output,
    },
    volatile: ["addresses", "digest", "entries", "hostnames"],
    outputs: ({ inputs }) => ({
      addresses: inputs.objects("entry").map((entry) => entry.text("address")),
      digest: "0".repeat(40),
      entries: inputs.list("entry"),
      hostnames: inputs.objects("entry").map((entry) => entry.texts("hostnames")),
    }),
  }),
  setting("time", {
    type: "proxmoxve:index/timeLegacy:TimeLegacy",
    // The node's name is not "forces new" upstream: a change sets the clock of another node.
    schema: {
      nodeName: text.required,
      timeZone: text.required,
      localTime: text.output,
      utcTime: text.output,
    },
    outputs: () => ({ localTime: NOW, utcTime: NOW }),
  }),
];

const KEYBOARDS =
  "de de-ch da en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it ja lt mk nl no pl pt pt-br sv sl tr".split(
    " ",
  );
const LANGUAGES = "ca da de en es eu fa fr he it ja nb nn pl pt_BR ru sl sv tr zh_CN zh_TW".split(" ");

/** What Proxmox VE 9.2 brought. */
const SINCE_9_2 = ["AutoRebalance", "AutoRebalanceHoldDuration", "AutoRebalanceMargin"]
  .concat("AutoRebalanceMethod", "AutoRebalanceThreshold")
  .map((name) => `crsHa${name}`);

/** Proxmox VE 9.1, which the sandbox has, refuses what came later. */
function refuseLater({ inputs }: Operation): [] {
  const later = inputs.optionalText("crsHa") === "dynamic" || SINCE_9_2.some((name) => inputs.has(name));
  if (later) throw parameterRefusal("crs", "invalid format - format error (Proxmox VE 9.2 has it)");
  return [];
}

export const clusterOptions: Behaviour = {
  type: "proxmoxve:cluster/options:Options",
  schema: {
    bandwidthLimitClone: number,
    bandwidthLimitDefault: number,
    bandwidthLimitMigration: number,
    bandwidthLimitMove: number,
    bandwidthLimitRestore: number,
    console: text.oneOf("applet", "vv", "html5", "xtermjs"),
    crsHa: text.computed.oneOf("basic", "static", "dynamic"),
    crsHaAutoRebalance: flag,
    crsHaAutoRebalanceHoldDuration: number.between(0, Number.MAX_SAFE_INTEGER),
    crsHaAutoRebalanceMargin: number.between(0, 100),
    crsHaAutoRebalanceMethod: text.oneOf("bruteforce", "topsis"),
    crsHaAutoRebalanceThreshold: number.between(0, 100),
    crsHaRebalanceOnStart: flag,
    description: text,
    emailFrom: text,
    haShutdownPolicy: text.oneOf("freeze", "failover", "migrate", "conditional"),
    httpProxy: text,
    keyboard: text.oneOf(...KEYBOARDS),
    language: text.oneOf(...LANGUAGES),
    macPrefix: text.computed,
    maxWorkers: number,
    migrationCidr: networkAddress,
    migrationType: text.oneOf("secure", "insecure"),
    nextId: object({
      lower: number.between(100, Number.MAX_SAFE_INTEGER),
      upper: number.between(Number.MIN_SAFE_INTEGER, 999_999_999),
    }),
    notify: object({
      haFencingMode: text,
      haFencingTarget: text,
      packageUpdates: text,
      packageUpdatesTarget: text,
      replication: text,
      replicationTarget: text,
    }),
  },
  id: () => "cluster",
  overwrites: true,
  create: refuseLater,
  update: refuseLater,
  outputs: ({ inputs }) => ({
    crsHa: inputs.optionalText("crsHa") ?? "basic",
    macPrefix: inputs.optionalText("macPrefix") ?? "BC:24:11",
  }),
};
