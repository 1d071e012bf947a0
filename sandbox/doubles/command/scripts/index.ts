import { parse } from "shell-quote";
import type { ScriptName } from "../../../../components/hosts/host-script";
import type { Operation } from "../../behaviour";
import type { CommandResult } from "../remote";
import { failed, type HostScript } from "./call";
import { clusterFirewall } from "./cluster-firewall";
import { clusterMember } from "./cluster-member";
import { clusterQdevice } from "./cluster-qdevice";
import { clusterQuorum } from "./cluster-quorum";
import { clusterTrust } from "./cluster-trust";
import { monitoring } from "./monitoring";
import { nfsCheck } from "./nfs-check";
import { nfsExport } from "./nfs-export";
import { nfsFirewall } from "./nfs-firewall";
import { offsiteCopies } from "./offsite-copies";
import { pbsAccess, pbsDatastore, pbsServer } from "./pbs";
import { pveStorage } from "./pve-storage";
import { realmTwoFactor } from "./realm-two-factor";
import { volumeGroup } from "./volume-group";
import { vpnGateway } from "./vpn-gateway";
import { watchdogModule } from "./watchdog-module";
import { zfsDataset } from "./zfs-dataset";
import { zfsPool } from "./zfs-pool";

/** Every script, as the type demands: one that the world does not know would do nothing there. */
const HOST_SCRIPTS: Readonly<Record<ScriptName, HostScript>> = {
  "cluster-member": clusterMember,
  "cluster-qdevice": clusterQdevice,
  "cluster-quorum": clusterQuorum,
  "cluster-trust": clusterTrust,
  "nfs-check": nfsCheck,
  monitoring,
  "nfs-export": nfsExport,
  "nfs-firewall": nfsFirewall,
  "offsite-copies": offsiteCopies,
  "pbs-access": pbsAccess,
  "pbs-datastore": pbsDatastore,
  "pbs-server": pbsServer,
  "pve-storage": pveStorage,
  "volume-group": volumeGroup,
  "vpn-gateway": vpnGateway,
  "watchdog-module": watchdogModule,
  "cluster-firewall": clusterFirewall,
  "realm-two-factor": realmTwoFactor,
  "zfs-dataset": zfsDataset,
  "zfs-pool": zfsPool,
};

/** What a command does on its host: the effects of a script that the world knows, and else nothing. */
export function runScript(operation: Operation, host: string, command: string): CommandResult {
  const { world, inputs, scripts } = operation;
  const stdin = inputs.optionalText("stdin") ?? "";
  const [name = "", text = ""] = Object.entries(scripts).find(([, text]) => stdin.startsWith(text)) ?? [];
  const script = Object.entries(HOST_SCRIPTS).find(([known]) => known === name)?.[1];
  const words = parse(command).filter((word) => typeof word === "string");
  const [shell, fromInput, separator, action, ...rest] = words;
  if (!script || shell !== "bash" || fromInput !== "-s" || separator !== "--" || action === undefined) {
    return { stdout: "", stderr: "", changes: [] };
  }
  return script({ world, host, action, options: pairs(name, rest), input: stdin.slice(text.length) });
}

function pairs(script: string, words: readonly string[]): [string, string][] {
  const options: [string, string][] = [];
  for (let index = 0; index < words.length; index += 2) {
    const [option = "", value] = words.slice(index, index + 2);
    if (value === undefined) throw failed(script, `${option} wants a value`);
    options.push([option, value]);
  }
  return options;
}
