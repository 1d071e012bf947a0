import assert from "node:assert/strict";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const TIMER = "hybrid-estate-firewall-off";
const changes = ({ calls }: Run) => calls.filter((call) => !/ get |systemctl show/.test(call));

describe("host scripts: cluster-firewall", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    host.write("pve/cluster/firewall/options", '{"enable":0,"policy_in":"DROP"}');
  });
  afterEach(() => host.remove());

  const from = (client: string) => host.write("ssh-connection", client);
  const arm = (...networks: string[]) =>
    host.run("cluster-firewall", [
      "arm",
      ...networks.flatMap((network) => ["--allow", network]),
      "--revision",
      "0a1b",
    ]);

  it("lets itself be turned on where the caller is in a management network, for ten minutes", async () => {
    from("192.0.2.77 50000 192.0.2.11 22");
    const run = await arm("198.51.100.0/24", "192.0.2.64/26");
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(changes(run), [
      `systemd-run --quiet --collect --unit=${TIMER} --on-active=10min pvesh set /cluster/firewall/options --enable 0`,
    ]);
  });

  it("changes nothing where it is on already", async () => {
    host.write("pve/cluster/firewall/options", '{"enable":1}');
    from("192.0.2.77 50000 192.0.2.11 22");
    assert.deepEqual(changes(await arm("192.0.2.0/24")), []);
  });

  for (const [what, client, networks] of [
    ["just outside", "192.0.2.63", ["192.0.2.64/26"]],
    ["just behind", "192.0.2.128", ["192.0.2.64/26"]],
    ["in another network", "203.0.113.5", ["192.0.2.0/24", "198.51.100.7"]],
    ["another single address", "198.51.100.8", ["198.51.100.7/32"]],
  ] as const) {
    it(`refuses a caller ${what}, on or off`, async () => {
      for (const enable of [0, 1]) {
        host.write("pve/cluster/firewall/options", `{"enable":${enable}}`);
        from(`${client} 50000 192.0.2.11 22`);
        const run = await arm(...networks);
        assert.equal(run.code, 1);
        assert.match(run.stderr, new RegExp(`comes from ${client}, which none of the management sets holds`));
        assert.deepEqual(changes(run), []);
      }
    });
  }

  for (const [what, client, networks] of [
    ["the whole world", "203.0.113.5", ["0.0.0.0/0"]],
    ["a single address", "198.51.100.7", ["198.51.100.7"]],
    ["a network by half", "10.255.255.255", ["10.0.0.0/8"]],
    ["a mapped address", "::ffff:198.51.100.7", ["198.51.100.7"]],
  ] as const) {
    it(`knows a caller from ${what}`, async () => {
      from(`${client} 50000 192.0.2.11 22`);
      assert.equal((await arm(...networks)).code, 0);
    });
  }

  it("refuses when it cannot tell where the caller is", async () => {
    for (const client of ["", "2001:db8::1 50000 2001:db8::2 22"]) {
      from(client);
      const run = await arm("0.0.0.0/0");
      assert.equal(run.code, 1);
      assert.match(run.stderr, /cannot tell which IPv4 address/);
    }
  });

  const confirm = (expect = "on") => host.run("cluster-firewall", ["confirm", "--expect", expect]);
  const turnOn = () => host.write("pve/cluster/firewall/options", '{"enable":1}');

  it("stays on once it is confirmed", async () => {
    turnOn();
    host.write(`active-${TIMER}.timer`, "");
    const first = await confirm();
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(changes(first), [
      `systemctl stop ${TIMER}.timer`,
      `systemctl reset-failed ${TIMER}.timer`,
    ]);
    const again = await confirm();
    assert.deepEqual([again.code, again.stderr, changes(again)], [0, "", []]);
  });

  it("stays off where it is declared so, and the timer goes", async () => {
    host.write(`active-${TIMER}.timer`, "");
    const run = await confirm("off");
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.deepEqual(changes(run), [
      `systemctl stop ${TIMER}.timer`,
      `systemctl reset-failed ${TIMER}.timer`,
    ]);
  });

  it("is not confirmed once it has turned itself off: it is on again, for ten minutes, and the next run confirms it", async () => {
    const late = await confirm();
    assert.equal(late.code, 1);
    assert.match(late.stderr, /the firewall was off: it turned itself off before it was confirmed/);
    // The timer first: what happens in between must not leave it on for good.
    assert.deepEqual(changes(late), [
      `systemd-run --quiet --collect --unit=${TIMER} --on-active=10min pvesh set /cluster/firewall/options --enable 0`,
      "pvesh set /cluster/firewall/options --enable 1",
    ]);
    turnOn();
    host.write(`active-${TIMER}.timer`, "");
    const next = await confirm();
    assert.deepEqual([next.code, next.stderr], [0, ""]);
    assert.equal(host.read(`active-${TIMER}.timer`), "");
    assert.deepEqual(
      changes(next).filter((call) => !call.startsWith("systemctl ")),
      [],
    );
  });

  it("is not confirmed while somebody has turned it off within the ten minutes either", async () => {
    host.write(`active-${TIMER}.timer`, "");
    const run = await confirm();
    assert.equal(run.code, 1);
    assert.deepEqual(
      changes(run).map((call) => call.replace(/ --on-active.*/, "")),
      [
        `systemctl stop ${TIMER}.timer`,
        `systemctl reset-failed ${TIMER}.timer`,
        `systemd-run --quiet --collect --unit=${TIMER}`,
        "pvesh set /cluster/firewall/options --enable 1",
      ],
    );
  });

  it("has settled once the node filters by its rules, and says so where it never does", async () => {
    const settle = () => host.run("cluster-firewall", ["settle", "--revision", "0a1b"]);
    host.write("firewall-pending", "3");
    const run = await settle();
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.deepEqual(run.calls, Array(4).fill("pve-firewall status"));
    host.write("firewall-pending", "1000");
    const stuck = await settle();
    assert.equal(stuck.code, 1);
    assert.match(stuck.stderr, /does not take over the rules of its firewall/);
  });

  it("is armed anew while it is armed, and after a time when turning it off failed", async () => {
    from("192.0.2.77 50000 192.0.2.11 22");
    for (const left of [`active-${TIMER}.timer`, `failed-${TIMER}.service`, `active-${TIMER}.service`]) {
      host.write(left, "");
      const run = await arm("192.0.2.0/24");
      assert.equal(run.code, 0, run.stderr);
      const unit = left.replace(/^[a-z]*-/, "");
      assert.deepEqual(
        changes(run).map((call) => call.replace(/ --on-active.*/, "")),
        [
          `systemctl stop ${unit}`,
          `systemctl reset-failed ${unit}`,
          `systemd-run --quiet --collect --unit=${TIMER}`,
        ],
      );
    }
  });

  it("does not pass for confirmed while the timer is there", async () => {
    host.write(`active-${TIMER}.timer`, "");
    host.write(`stuck-${TIMER}.timer`, "");
    const run = await confirm();
    assert.equal(run.code, 1);
    assert.match(run.stderr, /systemd does not let go of hybrid-estate-firewall-off\.timer/);
  });

  it("turns itself off before its rules go, once", async () => {
    host.write("pve/cluster/firewall/options", '{"enable":1}');
    const run = await host.run("cluster-firewall", ["off"]);
    assert.deepEqual(changes(run), ["pvesh set /cluster/firewall/options --enable 0"]);
    assert.match(run.stderr, /turned off/);
    host.write("pve/cluster/firewall/options", '{"enable":0}');
    assert.deepEqual(changes(await host.run("cluster-firewall", ["off"])), []);
  });

  for (const args of [
    [],
    ["on"],
    ["arm"],
    ["arm", "--allow"],
    ["arm", "--allow", "192.0.2.0/33"],
    ["arm", "--allow", "192.0.2.256"],
    ["arm", "--allow", "$(reboot)"],
    ["arm", "--allow", "192.0.2.0/24\n--x"],
    ["arm", "--allow", "010.0.0.0/8"],
    ["arm", "--revision", "x; reboot"],
    ["off", "--force", "yes"],
    ["confirm"],
    ["confirm", "--expect"],
    ["confirm", "--expect", "maybe"],
  ]) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      from("192.0.2.77 50000 192.0.2.11 22");
      const run = await host.run("cluster-firewall", args);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.stderr, /^cluster-firewall: /);
      assert.deepEqual(changes(run), []);
    });
  }
});
