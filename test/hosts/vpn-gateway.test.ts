import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { framed } from "../../components/hosts/monitoring/files";
import { gatewayArguments, gatewayFiles } from "../../components/hosts/vpn/gateway-files";
import { expecting } from "../support/host-expectations";
import { changes } from "../support/monitoring-host";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run } from "../support/scratch-host";
import { VpnHost } from "../support/vpn-host";
import { BGP_PLAN, KEYS, SHARED_PLAN, STATIC_PLAN } from "../vpn/plan";

const FILES = gatewayFiles(BGP_PLAN, KEYS);
const ARGS = gatewayArguments(BGP_PLAN);
const CONNECTIONS = "/etc/swanctl/conf.d/hybrid-estate.conf";
const KEY_FILE = "/etc/swanctl/conf.d/hybrid-estate-keys.conf";

const edited = (path: string, text: string) =>
  FILES.map((file) => (file.path === path ? { ...file, text } : file));

describe("host scripts: vpn-gateway", function () {
  this.timeout(300_000);
  needs(lackingForScratchHost());
  let host: VpnHost;
  beforeEach(() => {
    host = new VpnHost();
  });
  afterEach(() => host.remove());

  function tellsNothing({ stdout, stderr, calls }: Run): void {
    for (const key of KEYS)
      assert.ok(![stdout, stderr, ...calls].some((text) => text.includes(key)), "a key");
    assert.deepEqual(host.left(), []);
  }

  const { succeeds, refuses } = expecting((args, files) => host.gateway(args, files), tellsNothing);

  for (const [what, plan] of [
    ["BGP", BGP_PLAN],
    ["static routes", STATIC_PLAN],
    ["an address that gateways share", SHARED_PLAN],
  ] as const) {
    it(`${what}: every file is as declared, and a second run changes nothing and says nothing`, async () => {
      const files = gatewayFiles(plan, KEYS);
      const args = gatewayArguments(plan);
      await succeeds(args, files);
      for (const { path, text, mode = "0644" } of files) {
        assert.equal(host.read(path), text.replaceAll("@SITE_DEVICE@", "eth0"), path);
        assert.equal(`0${(statSync(host.path(path)).mode & 0o777).toString(8)}`, mode, path);
      }
      assert.equal(host.read("loaded"), host.read(KEY_FILE) + host.read(CONNECTIONS));
      for (const unit of ["strongswan", "hybrid-estate-tunnels", "hybrid-estate-tunnel-watch.timer"]) {
        assert.ok(existsSync(host.path(`active-${unit}`)), unit);
      }
      const before = host.snapshot();
      const again = await succeeds(args, files);
      assert.deepEqual([again.stdout, again.stderr, changes(again)], ["", "", []]);
      assert.deepEqual(host.snapshot(), before);
    });
  }

  it("has the filter in force before the tunnels, and those before anything is sent through them", async () => {
    const { calls } = await succeeds(ARGS, FILES);
    const at = (call: string) => calls.indexOf(call);
    const order = [
      "systemctl restart hybrid-estate-tunnel-firewall",
      "systemctl restart hybrid-estate-tunnels",
      "systemctl restart strongswan",
      "swanctl --load-all --noprompt",
      "systemctl restart hybrid-estate-tunnel-watch.timer",
      "systemctl restart frr",
    ].map(at);
    assert.ok(!order.includes(-1), calls.join("\n"));
    assert.deepEqual(
      order,
      order.toSorted((one, other) => one - other),
    );
  });

  for (const [what, args, says] of [
    ["an action that it does not know", ["destroy"], /want apply or remove, got destroy/],
    ["no action", [], /want apply or remove, got ''/],
    ["no address", ["apply", "--routing", "bgp"], /refused address ''/],
    [
      "an address with a command in it",
      ["apply", "--address", "1.2.3.4$(touch /etc/x)", "--routing", "bgp"],
      /refused address/,
    ],
    [
      "an address with a line of its own",
      ["apply", "--address", "192.0.2.5\n192.0.2.6", "--routing", "bgp"],
      /refused address/,
    ],
    [
      "a routing that it does not know",
      ["apply", "--address", "192.0.2.5", "--routing", "ospf"],
      /refused routing ospf: want bgp or static/,
    ],
    ["an option that it does not know", ["apply", "--key", "x"], /unknown option --key/],
    ["an option without its value", ["apply", "--address"], /--address wants a value/],
    [
      "an address of no interface",
      ["apply", "--address", "192.0.2.99", "--routing", "bgp"],
      /no interface has the address 192\.0\.2\.99/,
    ],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const before = host.snapshot();
      await refuses(args, FILES, says);
      assert.deepEqual(host.snapshot(), before);
    });
  }

  for (const [what, files, says] of [
    [
      "a file that is not a gateway's",
      [...FILES, { path: "/etc/passwd", text: "x" }],
      /refused file \/etc\/passwd/,
    ],
    [
      "a way out of its folders",
      [...FILES, { path: "/etc/hybrid-estate/vpn/../../shadow", text: "x" }],
      /refused file/,
    ],
    ["a file twice", [...FILES, ...FILES.slice(0, 1)], /is there twice/],
    ["what routes are static for", gatewayFiles(STATIC_PLAN, KEYS), /refused file .*: not one of a bgp's/],
    ["half of its files", framed(FILES).slice(0, 2000), /damaged|not complete/],
    ["nothing to read", "", /not complete/],
    [
      "braces that are not closed",
      edited(CONNECTIONS, "connections {\n"),
      /swanctl refuses the new configuration/,
    ],
    ["a filter that is none", edited("/etc/hybrid-estate/vpn/firewall.nft", "table inet x {"), /nft refuses/],
    ["routes that FRR does not read", edited("/etc/frr/frr.conf", "router bgp none\n"), /vtysh refuses/],
  ] as const) {
    it(`refuses ${what}; what runs stays as it is`, async () => {
      await succeeds(ARGS, FILES);
      const before = host.end();
      const run = await refuses(ARGS, files, says);
      assert.deepEqual(changes(run), []);
      assert.deepEqual(host.end(), before);
    });
  }

  it("refuses a kernel without XFRM interfaces before it installs anything", async () => {
    host.write("no-modules", "");
    const { calls } = await refuses(
      ARGS,
      FILES,
      /a gateway has to be a virtual machine; nothing was changed/,
    );
    assert.deepEqual(calls, []);
  });

  it("keeps the old tunnels where the daemon does not take the new ones", async () => {
    await succeeds(ARGS, FILES);
    const [tunnels, keys] = [host.read(CONNECTIONS), host.read(KEY_FILE)];
    const text = tunnels.replace("version = 2", "version = nine");
    await refuses(
      ARGS,
      edited(CONNECTIONS, text),
      /swanctl refuses the new tunnels; the old ones stay: .*version/,
    );
    assert.deepEqual([host.read(CONNECTIONS), host.read(KEY_FILE)], [tunnels, keys]);
    assert.equal(host.read("loaded"), keys + tunnels);
    const again = await succeeds(ARGS, FILES);
    assert.deepEqual(
      changes(again).filter((call) => call.startsWith("systemctl")),
      [],
    );
  });

  it("changes from BGP to static routes and back, and leaves nothing of the other", async () => {
    const end = async (plan: typeof BGP_PLAN) => {
      await succeeds(gatewayArguments(plan), gatewayFiles(plan, KEYS));
      return [host.read("/etc/hybrid-estate/vpn/routes") !== "", existsSync(host.path("active-frr"))];
    };
    assert.deepEqual(await end(BGP_PLAN), [false, true]);
    assert.deepEqual(await end(STATIC_PLAN), [true, false]);
    assert.deepEqual(await end(BGP_PLAN), [false, true]);
  });

  it("is finished by the next run wherever its connection was lost", async () => {
    await succeeds(ARGS, FILES);
    const whole = host.end();
    // Every fourth call: all of them take minutes, and what lies between two of them is alike.
    for (let call = 1; call < 100; call += 4) {
      host.remove();
      host = new VpnHost();
      host.cutAt(call);
      await host.gateway(ARGS, FILES);
      if (host.read("lost") === "" && !existsSync(host.path("lost"))) {
        assert.ok(call > 10, `only ${call} calls`);
        return;
      }
      await succeeds(ARGS, FILES);
      assert.deepEqual(host.end(), whole, `lost at call ${call}`);
    }
    assert.fail("it does not end");
  });

  it("takes the keys and all it started away when it is removed; once", async () => {
    await succeeds(gatewayArguments(SHARED_PLAN), gatewayFiles(SHARED_PLAN, KEYS));
    await succeeds(["remove"]);
    const left = Object.entries(host.end()).filter(([path]) => !path.startsWith("/state"));
    for (const [path, text] of left) {
      // The package's own file, which says only what FRR would start.
      if (path === "/etc/frr/daemons") continue;
      assert.ok(
        !text.includes("Written by hybrid-estate") &&
          !/hybrid-estate-tunnel|tunnel-(watch|routes|track)/.test(path),
        path,
      );
      for (const key of KEYS) assert.ok(!text.includes(key), path);
    }
    const units = ["hybrid-estate-tunnels", "hybrid-estate-tunnel-watch.timer", "keepalived", "frr"];
    for (const unit of units) assert.ok(!existsSync(host.path(`active-${unit}`)), unit);
    const again = await succeeds(["remove"]);
    assert.deepEqual([again.stderr, changes(again)], ["", []]);
  });
});
