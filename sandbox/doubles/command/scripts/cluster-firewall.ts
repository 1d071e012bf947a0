import { CLUSTER_FIREWALL, firewallSwitch } from "../../proxmox/firewall";
import type { CommandResult } from "../remote";
import { failed, type ScriptCall, single } from "./call";

/** `cluster-firewall`: the sandbox's program comes from everywhere; that it gets in is not modelled. */
export function clusterFirewall({ world, action, options }: ScriptCall): CommandResult {
  const said = (stderr: string, changes: CommandResult["changes"] = []) => ({ stdout: "", stderr, changes });
  switch (action) {
    case "arm":
      if (!options.some(([option]) => option === "--allow")) {
        throw failed("cluster-firewall", "arm wants at least one --allow");
      }
      return said("");
    case "settle":
      return said("");
    case "confirm": {
      const expected = single("cluster-firewall", options, "--expect");
      if (expected === "on" && world.find(CLUSTER_FIREWALL, "cluster")?.inputs.enabled !== true) {
        // The real one turns it on once more, and has the next run confirm it.
        throw failed(
          "cluster-firewall",
          "the firewall was off: it turned itself off before it was confirmed",
        );
      }
      return said("");
    }
    case "off":
      return world.find(CLUSTER_FIREWALL, "cluster")?.inputs.enabled === true
        ? said("cluster-firewall: turned off, as its rules are about to go\n", [firewallSwitch(world, false)])
        : said("");
    default:
      throw failed("cluster-firewall", `want arm, settle, confirm or off, got ${action}`);
  }
}
