import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface WatchdogArgs {
  readonly connection: Connection;
  /** Kernel module, such as `ipmi_watchdog`; it has to be there for the node's kernel. */
  readonly module: string;
}

/**
 * The watchdog that resets a Proxmox VE node which has lost its cluster, before HA starts its guests elsewhere. Takes
 * effect at the node's next reboot: nothing is rebooted or restarted here, and removing the resource changes nothing.
 *
 * @example
 * new Watchdog("pve1", { connection, module: "ipmi_watchdog" });
 */
export class Watchdog extends pulumi.ComponentResource {
  constructor(name: string, { connection, module }: WatchdogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:Watchdog", name, { module }, opts);
    runHostScript(
      `${name}/watchdog`,
      { connection, script: "watchdog-module", apply: watchdogArguments(module) },
      { parent: this },
    );
    this.registerOutputs({ module });
  }
}

/** What `watchdog-module` is told to choose a module. */
export function watchdogArguments(module: string): string[] {
  return ["apply", "--module", module];
}
