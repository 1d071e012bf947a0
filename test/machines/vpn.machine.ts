import assert from "node:assert/strict";
import { framed, type HostFile } from "../../components/hosts/monitoring/files";
import { gatewayArguments, gatewayFiles } from "../../components/hosts/vpn/gateway-files";
import type { GatewayPlan, TunnelKeys } from "../../components/hosts/vpn/plan";
import { cut, keyLines, peerLines, restore, VPC_BYTES, VPC_FILE, VPC_HOST, VPC_PORT } from "./aws-peer";
import type { Machine } from "./machine";
import { site } from "./site";
import type { Result } from "./ssh";

/**
 * `node` is the site's gateway, with a host of the site behind it (a network namespace); `nas` is AWS: both of its ends
 * and a host of the VPC. Kernels, IPsec, BGP and the packets on the wire between the two are real; AWS is not.
 */
const OFFICE = { host: "10.20.0.10", router: "10.20.0.1", network: "10.20.0.0/20" };
const PLAN: GatewayPlan = {
  name: "office",
  address: "192.168.1.21",
  publicAddress: "192.168.1.21",
  tunnels: [
    { outsideAddress: "198.18.0.10", insideCidr: "169.254.10.0/30" },
    { outsideAddress: "198.18.0.20", insideCidr: "169.254.10.4/30" },
  ],
  remoteNetworks: ["10.42.0.0/16"],
  siteNetworks: [OFFICE.network],
  routing: { type: "bgp", asn: 65010, amazonAsn: 64512, rank: 0 },
};
const STATIC: GatewayPlan = { ...PLAN, routing: { type: "static" } };
const KEYS: TunnelKeys = ["first.tunnel_key.1234567890", "Second_Tunnel.Key.0987654321"];
const [FIRST, SECOND] = PLAN.tunnels;
/** What a ping carries, over and over. */
const PATTERN = "cafe4242";

const send = (plan: GatewayPlan, files: readonly HostFile[]): Promise<Result> =>
  site().node.script("vpn-gateway", gatewayArguments(plan), framed(files));
const apply = (plan = PLAN, keys = KEYS): Promise<Result> => send(plan, gatewayFiles(plan, keys));

async function assertDone(run: Promise<Result>): Promise<string> {
  const { code, stderr } = await run;
  assert.equal(code, 0, stderr);
  for (const key of KEYS) assert.ok(!stderr.includes(key), "a key is shown");
  return stderr;
}

async function assertSilent(run: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await run;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

/** Asks until the answer is the expected one: tunnels and routes take their seconds. */
async function until(
  what: string,
  expected: string,
  ask: () => Promise<string>,
  seconds = 600,
): Promise<void> {
  const limit = Date.now() + seconds * 1000;
  let answer = await ask();
  while (answer !== expected && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    answer = await ask();
  }
  assert.equal(answer, expected, what);
}

/** What the gateway has established, such as `office-1 office-2`. */
const established = (): Promise<string> =>
  site().node.bash(
    "(swanctl --list-sas 2>/dev/null || true) | sed -n 's/^\\(office-[12]\\): #.*ESTABLISHED.*/\\1/p' | sort -u | paste -sd ' '",
  );
/** The device that a packet for the VPC takes; nothing where there is no way. */
const way = (): Promise<string> =>
  site().node.bash(
    `ip -4 route get ${VPC_HOST} 2>/dev/null | sed -n 's/.* dev \\(aws[0-9]\\) .*/\\1/p' || true`,
  );
/** Whether the host of the site reaches the one in the VPC. */
const pings = (): Promise<string> =>
  site().node.bash(
    `ip netns exec office ping -q -c 2 -i 0.3 -W 5 -p ${PATTERN} ${VPC_HOST} >/dev/null && echo yes || echo no`,
  );
/** Bytes of the peer's program that arrive in the site whole: more than one packet, so that too large ones would be lost. */
const fetches = (): Promise<string> =>
  site().node.bash(
    `ip netns exec office timeout 300 bash -c 'cat </dev/tcp/${VPC_HOST}/${VPC_PORT}' | sha256sum || true`,
  );
const stateOf = (): Promise<string> =>
  site().node.bash(`find /etc/swanctl /etc/frr /etc/hybrid-estate /etc/systemd/system /etc/sysctl.d /usr/local/lib -type f -printf '%p %i %T@ %m %g\\n' | sort
    systemctl show -p Id,ActiveState,ActiveEnterTimestampMonotonic strongswan frr hybrid-estate-tunnels hybrid-estate-tunnel-firewall
    ip -o xfrm state list | grep -c proto
    swanctl --list-sas | grep -o '^office-[12]: #[0-9]*' | sort; nft list table inet hybrid_estate_vpn`);

/** The way to AWS's addresses, and the host behind the gateway; gone with a power cut. */
const surroundings = (): Promise<string> =>
  site().node.bash(`ip route replace 198.18.0.0/24 via ${site().nas.address}
    ip netns add office
    ip link add office type veth peer name eth0 netns office
    ip address add ${OFFICE.router}/20 dev office
    ip link set office up
    ip -n office address add ${OFFICE.host}/20 dev eth0
    ip -n office link set eth0 up
    ip -n office link set lo up
    ip -n office route add default via ${OFFICE.router}`);

describe("VPN between two real machines (one of them in place of AWS)", function () {
  this.timeout(1_200_000);
  before(async () => {
    const { nas, node } = site();
    const install = (machine: Machine, packages: string) =>
      machine.bash(`DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ${packages} >/run/apt.log 2>&1 ||
        { tail /run/apt.log >&2; exit 1; }`);
    const peer = install(
      nas,
      "strongswan-swanctl charon-systemd libstrongswan-standard-plugins frr nftables tcpdump",
    );
    await install(node, "iputils-ping");
    await surroundings();
    // Each installs its own: the gateway tries until the other end answers.
    const applied = apply();
    await peer;
    await nas.bash(peerLines(PLAN, KEYS));
    await assertDone(applied);
  });

  it("brings both tunnels up, with the strongest of what AWS offers, and tells nobody the keys", async () => {
    const { node } = site();
    await until("tunnels", "office-1 office-2", established);
    const said = await node.bash("swanctl --list-sas");
    assert.equal(said.match(/AES_GCM_16-256\/PRF_HMAC_SHA2_384\/ECP_384/g)?.length, 2, said);
    assert.equal(said.match(/ESP:AES_GCM_16-256/g)?.length, 2, said);
    const log = await node.bash("journalctl -q -u strongswan -u frr --no-pager");
    for (const key of KEYS) assert.ok(!log.includes(key), "a key is in the log");
    assert.equal(await node.bash("stat -c '%a %U' /etc/swanctl/conf.d/hybrid-estate-keys.conf"), "600 root");
  });

  it("does not change in a second run, and the tunnels stay up", async () => {
    await until("sessions", "aws1", way);
    const before = await stateOf();
    await assertSilent(apply());
    assert.equal(await stateOf(), before);
  });

  it("carries what the site and the VPC send each other, large packets too, and nothing of it can be read on the wire", async () => {
    const { nas, node } = site();
    await until("ping", "yes", pings);
    // What is on the wire; and inside the tunnel, which shows that the search would find it.
    for (const [unit, device] of [
      ["wire", "eth1"],
      ["inside", "peer1"],
    ]) {
      await nas.bash(`systemd-run -q --unit=${unit} tcpdump -i ${device} -s 0 -B 16384 --immediate-mode -U -w /run/${unit}.pcap not port 22
        until [[ -s /run/${unit}.pcap ]]; do sleep 0.2; done`);
    }
    const answered = Number(
      await node.bash(
        `ip netns exec office ping -q -c 60 -i 0.1 -W 10 -s 1200 -p ${PATTERN} ${VPC_HOST} | sed -n 's/.* \\([0-9]*\\) received.*/\\1/p'`,
      ),
    );
    assert.ok(answered >= 50, `${answered} of 60 pings answered`);
    assert.equal(await fetches(), await nas.bash(`head -c ${VPC_BYTES} ${VPC_FILE} | sha256sum`));
    // Bytes that are encrypted on the wire: their number does not depend on how kernels cut and join packets, as that
    // of packets does.
    const encrypted = async (from: string, to: string) =>
      Number(
        await nas.bash(
          `tcpdump -nr /run/wire.pcap 'esp and src ${from} and dst ${to}' 2>/dev/null | awk '{ sum += $NF } END { print sum + 0 }'`,
        ),
      );
    const sent = answered * 1200;
    const arrived = async () => (await encrypted(FIRST.outsideAddress, node.address)) >= sent + VPC_BYTES;
    await until("capture", "true", async () => String(await arrived()), 30);
    await nas.bash("systemctl stop wire inside");
    assert.ok((await encrypted(node.address, FIRST.outsideAddress)) >= sent);
    const lines = (filter: string) => nas.bash(`tcpdump -nr /run/wire.pcap '${filter}' 2>/dev/null | wc -l`);
    assert.equal(await lines("not esp and not udp port 500 and not arp and not ip6"), "0");
    const found = (unit: string) =>
      nas.bash(`LC_ALL=C grep -a -c -P '\\xca\\xfe\\x42\\x42\\xca\\xfe' /run/${unit}.pcap || true`);
    assert.equal(await found("wire"), "0");
    assert.notEqual(await found("inside"), "0");
    assert.equal(await node.bash("ip -s -o xfrm state list | grep -c 'aead rfc4106(gcm(aes))'"), "4");
  });

  it("opens only BGP and pings to the tunnels, IPsec from AWS's addresses alone, and passes on what is the site's", async () => {
    const { nas, node } = site();
    const opens = (address: string, port: number, seconds: number) =>
      nas.bash(
        `timeout ${seconds} bash -c ': </dev/tcp/${address}/${port}' 2>/dev/null && echo open || echo shut`,
      );
    await node.bash(`systemd-run -q --unit=office-host ip netns exec office systemd-socket-activate --inetd -a -l ${OFFICE.host}:8080 true
      timeout 600 bash -c 'until ip netns exec office ss -Hltn | grep -q :8080; do sleep 0.2; done'`);
    assert.deepEqual(
      [
        await opens("169.254.10.2", 22, 3),
        await opens(OFFICE.host, 8080, 60),
        await opens(OFFICE.router, 22, 3),
        await opens(node.address, 22, 60),
        await opens(node.address, 179, 3),
      ],
      ["shut", "open", "shut", "open", "shut"],
    );
    await node.bash("systemctl stop office-host");
    for (const action of ["restart", "stop"]) {
      await node.bash(`systemctl ${action} nftables`);
      assert.equal(await opens("169.254.10.2", 22, 3), "shut", action);
    }
    await assertSilent(apply());
  });

  it("goes over the other tunnel when one dies, and back when it is there again: BGP", async () => {
    const { nas } = site();
    await cut(nas, FIRST.outsideAddress);
    await until("way", "aws2", way);
    await until("ping", "yes", pings);
    assert.equal(await fetches(), await nas.bash(`head -c ${VPC_BYTES} ${VPC_FILE} | sha256sum`));
    await restore(nas);
    await until("tunnels", "office-1 office-2", established);
    await until("way", "aws1", way);
    assert.equal(await pings(), "yes");
  });

  it("is not let in with a wrong key, nor lets such a one in; the other tunnel carries on", async () => {
    const { nas, node } = site();
    await nas.bash(`${keyLines(PLAN, [KEYS[0], "another.key.1234567890"])}
      swanctl --terminate --ike peer2 >/dev/null`);
    await until("refusals", "yes", () =>
      nas.bash(
        "journalctl -q -b -u strongswan --no-pager | grep -q 'sending AUTHENTICATION_FAILED\\|AUTH_FAILED' && echo yes || echo no",
      ),
    );
    assert.equal(await established(), "office-1");
    assert.equal(await pings(), "yes");
    assert.ok(!(await node.bash("journalctl -q -b -u strongswan --no-pager")).includes(KEYS[1]));
    // AWS's end has the right key again and does not begin: the gateway does, though it was refused before.
    await nas.bash(keyLines(PLAN, KEYS));
    await until("tunnels", "office-1 office-2", established);
  });

  it("keeps the running configuration where the new one is no good, or does not arrive whole", async () => {
    const before = await stateOf();
    const files = gatewayFiles(PLAN, KEYS);
    const broken = (path: RegExp, text: string) =>
      files.map((file) => (path.test(file.path) ? { ...file, text } : file));
    const cases: [readonly HostFile[], RegExp][] = [
      [broken(/frr\.conf$/, "router bgp none\n"), /vtysh refuses/],
      [broken(/firewall\.nft$/, "table inet x {"), /nft refuses/],
      [[...files, { path: "/etc/passwd", text: "" }], /refused file \/etc\/passwd/],
    ];
    for (const [input, reason] of cases) {
      const { code, stderr } = await send(PLAN, input);
      assert.equal(code, 1, stderr);
      assert.match(stderr, reason);
    }
    const text = framed(files);
    const half = await site().node.script(
      "vpn-gateway",
      gatewayArguments(PLAN),
      text.slice(0, text.length / 2),
    );
    assert.equal(half.code, 1);
    assert.equal(await stateOf(), before);
    const refused = await send(
      PLAN,
      broken(/hybrid-estate\.conf$/, "connections {\n  x {\n    version = nine\n"),
    );
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /refuses/);
    assert.equal(await established(), "office-1 office-2");
    await assertDone(apply());
    assert.equal(await pings(), "yes");
  });

  it("does the same with static routes, after a change to them that leaves the tunnels up", async () => {
    const { nas, node } = site();
    await assertDone(apply(STATIC));
    await assertSilent(apply(STATIC));
    assert.equal(await node.bash("systemctl is-active frr || true"), "inactive");
    // What AWS does with static routes: the first tunnel that is up.
    await nas.bash(`systemctl stop frr
      ip route replace ${OFFICE.network} dev peer1 src ${VPC_HOST} metric 100
      ip route replace ${OFFICE.network} dev peer2 src ${VPC_HOST} metric 200`);
    await until("way", "aws1", way);
    await until("ping", "yes", pings);
    await cut(nas, FIRST.outsideAddress);
    await until("way", "aws2", way);
    await nas.bash(`ip route del ${OFFICE.network} dev peer1`);
    await until("ping", "yes", pings);
    await restore(nas);
    await nas.bash(`ip route replace ${OFFICE.network} dev peer1 src ${VPC_HOST} metric 100`);
    await until("way", "aws1", way);
    await until("ping", "yes", pings);
  });

  it("is back after a power cut, without any run", async () => {
    const { node } = site();
    await node.bash("sync");
    await node.powerCycle();
    await surroundings();
    await until("tunnels", "office-1 office-2", established);
    await until("way", "aws1", way);
    await until("ping", "yes", pings);
    await assertSilent(apply(STATIC));
  });

  it("is gone when it is removed: no tunnel, no key, no filter; once", async () => {
    const { node } = site();
    const remove = () => node.script("vpn-gateway", ["remove"]);
    await assertDone(remove());
    assert.equal(
      await node.bash(`ip -o link show type xfrm; ip xfrm state list; ls /etc/swanctl/conf.d; nft list tables
        ls -d /etc/hybrid-estate/vpn /var/lib/hybrid-estate/vpn 2>/dev/null || true
        ls /etc/systemd/system/hybrid-estate-tunnel* 2>/dev/null || true; grep -rl ${KEYS[0]} /etc || true`),
      "",
    );
    await assertSilent(remove());
  });

  after(async () => {
    const { nas, node } = site();
    await node.bash(`ip netns del office 2>/dev/null || true; ip route del 198.18.0.0/24 2>/dev/null || true
      for unit in strongswan frr; do systemctl disable -q --now $unit 2>/dev/null || true; done
      sysctl -qw net.ipv4.ip_forward=0`);
    await nas.bash(`systemctl disable -q --now strongswan frr 2>/dev/null || true; systemctl stop vpc-host wire inside 2>/dev/null || true
      nft delete table ip cut 2>/dev/null || true
      for device in peer1 peer2 vpc0; do ip link del $device 2>/dev/null || true; done
      for address in ${FIRST.outsideAddress} ${SECOND.outsideAddress}; do ip address del $address/32 dev eth1 2>/dev/null || true; done
      rm -f /etc/swanctl/conf.d/peer* /etc/strongswan.d/peer.conf /run/*.pcap`);
  });
});
