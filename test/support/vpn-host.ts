import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { HostFile } from "../../components/hosts/monitoring/files";
import { MonitoringHost } from "./monitoring-host";
import type { Run } from "./scratch-host";

/** Units that Debian's packages bring. */
const UNITS = ["strongswan", "frr", "keepalived", "nftables", "systemd-sysctl"];

/** A scratch host with stand-ins for what a VPN gateway has: strongSwan, FRR, nftables, keepalived. */
export class VpnHost extends MonitoringHost {
  constructor() {
    super();
    cpSync(join(__dirname, "vpn-tools"), join(this.folder, "bin"), { recursive: true });
    this.write("/etc/group", "root:x:0:\nfrr:x:103:\n");
    for (const unit of UNITS) this.write(`/etc/systemd/system/${unit}.service`, "[Service]\n");
    for (const folder of ["/etc/swanctl/conf.d", "/etc/strongswan.d", "/etc/frr", "/etc/sysctl.d"]) {
      mkdirSync(this.path(folder), { recursive: true });
    }
  }

  /** Runs the script with what it is to read. */
  gateway(args: readonly string[], input: readonly HostFile[] | string = ""): Promise<Run> {
    return this.script("vpn-gateway", args, input);
  }
}
