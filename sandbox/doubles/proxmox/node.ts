import type { Behaviour, Operation } from "../behaviour";
import { list, number, object, text } from "../schema";
import { requireNode } from "./cluster";

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

export const nodeBehaviours: readonly Behaviour[] = [
  setting("dns", {
    type: "proxmoxve:index/dnsLegacy:DnsLegacy",
    schema: { nodeName: text.required.replaces, domain: text.required, servers: list(text) },
  }),
  setting("hosts", {
    type: "proxmoxve:index/hostsLegacy:HostsLegacy",
    schema: {
      nodeName: text.required,
      entry: list(object({ address: text.required, hostnames: list(text).required })).required,
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
    crsHaAutoRebalance: text,
    crsHaAutoRebalanceHoldDuration: number,
    crsHaAutoRebalanceMargin: number,
    crsHaAutoRebalanceMethod: text,
    crsHaAutoRebalanceThreshold: number,
    crsHaRebalanceOnStart: text,
    description: text,
    emailFrom: text,
    haShutdownPolicy: text.oneOf("freeze", "failover", "migrate", "conditional"),
    httpProxy: text,
    keyboard: text,
    language: text,
    macPrefix: text.computed,
    maxWorkers: number,
    migrationCidr: text,
    migrationType: text.oneOf("secure", "insecure"),
    nextId: object({ lower: number, upper: number }),
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
  outputs: ({ inputs }) => ({
    crsHa: inputs.optionalText("crsHa") ?? "basic",
    macPrefix: inputs.optionalText("macPrefix") ?? "BC:24:11",
  }),
};
