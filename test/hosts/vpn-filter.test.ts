import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { LatencyAnswer } from "../../components/aws/runbooks/latency";
import { firewallRules } from "../../components/hosts/vpn/firewall";
import { LATENCY_PORT } from "../../estate/aws-network";
import { needs } from "../support/needs";
import { BGP_PLAN } from "../vpn/plan";

const GATEWAY = BGP_PLAN.address;
/** A host of the site, behind the gateway. */
const OFFICE = "10.20.0.10";
const FUNCTION = join(__dirname, "../../components/aws/runbooks/latency.js");

/**
 * The filter in a network of this machine's own, as Linux runs it: the gateway, a host of the site behind it, and one of
 * the VPC at the other end of what is called like a tunnel, which asks an address and port from one of its own.
 */
const NETWORK = `set -euo pipefail
mount -t tmpfs tmpfs /run
ip netns add vpc; ip netns add office
ip link set lo up
ip link add aws1 type veth peer name eth0 netns vpc
ip link add lan type veth peer name eth0 netns office
ip address add ${GATEWAY}/24 dev lan; ip address add 10.20.0.1/20 dev lan; ip address add 169.254.10.2/30 dev aws1
ip link set aws1 up; ip link set lan up
ip -n vpc address add "$FROM/32" dev eth0; ip -n vpc link set eth0 up
ip -n vpc route add 169.254.10.2/32 dev eth0; ip -n vpc route add default via 169.254.10.2
ip -n office address add ${OFFICE}/20 dev eth0; ip -n office link set eth0 up; ip -n office route add default via 10.20.0.1
ip route add 10.42.0.0/16 dev aws1; ip route add 172.16.0.0/24 dev aws1
sysctl -q -w net.ipv4.ip_forward=1
nft -f -
ip netns exec vpc "$NODE" -e '
  const { CODE, ADDRESS, PORT } = process.env;
  require(CODE).handler({ address: ADDRESS, port: Number(PORT) }).then((answer) => console.log(JSON.stringify(answer)));'
# Otherwise the shell would become that program, and the gateway's network be gone with its last process.
true`;

const APART = ["--net", "--mount", "--propagation", "private"];

function lacking(): string | undefined {
  if (process.getuid?.() !== 0) return "networks of their own need root";
  const tried = spawnSync("unshare", [...APART, "nft", "add", "table", "inet", "t"]);
  return tried.status === 0 ? undefined : "the filter needs unshare --net and nft, which this machine lacks";
}

/** What the function in the VPC finds at an address and port of the site, asked from one of its own addresses. */
function ask(from: string, address: string, port: number): LatencyAnswer {
  const { status, stdout, stderr } = spawnSync("unshare", [...APART, "bash", "-c", NETWORK], {
    input: firewallRules(BGP_PLAN),
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      NODE: process.execPath,
      CODE: FUNCTION,
      FROM: from,
      ADDRESS: address,
      PORT: String(port),
    },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe("the filter of a VPN gateway, in a real kernel", function () {
  this.timeout(60_000);
  needs(lacking());

  for (const [what, address, port] of [
    ["the gateway, which refuses the port that is for it", GATEWAY, LATENCY_PORT],
    ["a host of the site, which refuses a port", OFFICE, 5432],
  ] as const) {
    it(`lets AWS measure the way by ${what}`, () => {
      const { ms, why } = ask("10.42.0.5", address, port);
      assert.ok(ms !== undefined && ms > 0, why);
    });
  }

  for (const [what, from, port] of [
    ["any other port, as nothing but BGP and pings is let in", "10.42.0.5", 22],
    ["anybody who is not of the VPC", "172.16.0.5", LATENCY_PORT],
  ] as const) {
    it(`says nothing to ${what}`, () => {
      assert.deepEqual(ask(from, GATEWAY, port), {
        why: `${GATEWAY}:${port} does not answer within 950 ms`,
      });
    });
  }
});
