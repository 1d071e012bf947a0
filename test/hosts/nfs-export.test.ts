import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { scriptText } from "../../components/hosts/host-script";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const PATH = "/srv/nfs/proxmox";
const FILE = "/etc/exports.d/hybrid-estate-srv-nfs-proxmox-874847f2.exports";
const CLIENT = ["--client", "192.168.1.0/24", "--options", "rw,sync,no_root_squash"];
const LINE = `${PATH} 192.168.1.0/24(rw,sync,no_root_squash)\n`;
const APPLY = ["apply", "--path", PATH, ...CLIENT];
const REMOVE = ["remove", "--path", PATH];

describe("host scripts: nfs-export", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
  });
  afterEach(() => host.remove());

  async function succeeds(...args: string[]): Promise<Run> {
    const run = await host.run("nfs-export", args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  it("exports a folder on a host that has just been installed", async () => {
    const { calls, stderr } = await succeeds(...APPLY);
    assert.equal(host.read(FILE), LINE);
    assert.equal(host.read("kernel"), LINE, "what the kernel exports");
    assert.ok(existsSync(host.path(PATH)));
    assert.deepEqual(calls, [
      "systemctl is-enabled --quiet nfs-server",
      "systemctl enable --quiet nfs-server",
      "systemctl is-active --quiet nfs-server",
      "systemctl start nfs-server",
      "exportfs -ra",
    ]);
    assert.equal(stderr, `nfs-export: ${PATH} exported\n`);
  });

  it("installs the server where there is none, without asking", async () => {
    host.remove();
    host = new ScratchHost(["exportfs"]);
    const { calls } = await succeeds(...APPLY);
    assert.deepEqual(calls.slice(0, 2), ["apt-get -qq update", "apt-get -qq install -y nfs-kernel-server"]);
    assert.equal(host.read("kernel"), LINE);
  });

  it("changes nothing the second time", async () => {
    await succeeds(...APPLY);
    const before = host.snapshot();
    const { calls, stderr } = await succeeds(...APPLY);
    assert.deepEqual(host.snapshot(), before);
    assert.deepEqual(calls, [
      "systemctl is-enabled --quiet nfs-server",
      "systemctl is-active --quiet nfs-server",
      "exportfs -ra",
    ]);
    assert.match(stderr, /no change/);
  });

  it("keeps what is in a folder that is there already", async () => {
    host.write(`${PATH}/images/100/disk.qcow2`, "data");
    const before = host.snapshot()[host.path(`${PATH}/images/100/disk.qcow2`)];
    await succeeds(...APPLY);
    assert.equal(host.snapshot()[host.path(`${PATH}/images/100/disk.qcow2`)], before);
  });

  it("takes over changed options and further clients", async () => {
    await succeeds(...APPLY);
    await succeeds(
      "apply",
      "--path",
      PATH,
      "--client",
      "192.168.1.0/24",
      "--options",
      "ro",
      "--client",
      "10.0.0.0/8",
      "--options",
      "rw,sec=krb5p",
    );
    const line = `${PATH} 192.168.1.0/24(ro) 10.0.0.0/8(rw,sec=krb5p)\n`;
    assert.equal(host.read(FILE), line);
    assert.equal(host.read("kernel"), line);
  });

  it("keeps folders apart whose names would give one file name", async () => {
    for (const path of ["/srv/a-b", "/srv/a/b"]) await succeeds("apply", "--path", path, ...CLIENT);
    assert.deepEqual(
      host
        .read("kernel")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(" ")[0])
        .sort(),
      ["/srv/a-b", "/srv/a/b"],
    );
    await succeeds("remove", "--path", "/srv/a-b");
    assert.match(host.read("kernel"), /^\/srv\/a\/b [^\n]*\n$/);
  });

  for (const [where, file, line] of [
    ["/etc/exports", "/etc/exports", `${PATH} *(ro)\n`],
    ["/etc/exports, in quotes", "/etc/exports", `"${PATH}" *(ro)\n`],
    ["/etc/exports, with a slash at its end", "/etc/exports", `# shares\n${PATH}/\t*(ro)\n`],
    ["another file of /etc/exports.d", "/etc/exports.d/office.exports", `${PATH} *(ro)\n`],
  ] as const) {
    it(`refuses a folder that ${where} exports, and leaves it as it is`, async () => {
      host.write(file, line);
      const before = host.snapshot();
      const { code, stderr, calls } = await host.run("nfs-export", APPLY);
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `nfs-export: ${PATH} is already exported by ${file}; remove it there first, so that one file decides\n`,
      );
      assert.deepEqual(host.snapshot(), before);
      assert.deepEqual(calls, []);
    });
  }

  it("minds only its own folder: exports of others stay", async () => {
    mkdirSync(host.path("/srv/nfs/proxmox-old"), { recursive: true });
    host.write("/etc/exports", `/srv/nfs/proxmox-old *(ro)\n# ${PATH} *(ro)\n`);
    await succeeds(...APPLY);
    assert.match(host.read("kernel"), /^\/srv\/nfs\/proxmox-old \*\(ro\)\n/);
    await succeeds(...REMOVE);
    assert.equal(host.read("kernel"), "/srv/nfs/proxmox-old *(ro)\n");
    assert.match(host.read("/etc/exports"), /proxmox-old/);
  });

  it("remove takes the folder off the network and leaves what is in it", async () => {
    await succeeds(...APPLY);
    host.write(`${PATH}/vm.qcow2`, "data");
    const { stderr } = await succeeds(...REMOVE);
    assert.equal(host.read("kernel"), "");
    assert.equal(existsSync(host.path(FILE)), false);
    assert.equal(host.read(`${PATH}/vm.qcow2`), "data");
    assert.match(stderr, /no longer exported; the folder is left as it is/);
  });

  it("remove of what is not exported changes nothing, even where NFS is not installed", async () => {
    assert.match((await succeeds(...REMOVE)).stderr, /no change/);
    host.remove();
    host = new ScratchHost(["exportfs"]);
    const before = host.snapshot();
    assert.deepEqual((await succeeds(...REMOVE)).calls, []);
    assert.deepEqual(host.snapshot(), before);
  });

  it("apply, cut off between the file and exportfs, is finished by the next run", async () => {
    host.write("cut-off", "");
    const { code } = await host.run("nfs-export", APPLY);
    assert.notEqual(code, 0);
    assert.equal(host.read(FILE), LINE);
    assert.equal(host.read("kernel"), "");
    await succeeds(...APPLY);
    assert.equal(host.read("kernel"), LINE);
  });

  it("remove, cut off between the file and exportfs, is finished by the next run", async () => {
    await succeeds(...APPLY);
    host.write("cut-off", "");
    const { code } = await host.run("nfs-export", REMOVE);
    assert.notEqual(code, 0);
    assert.equal(host.read("kernel"), LINE);
    await succeeds(...REMOVE);
    assert.equal(host.read("kernel"), "");
  });

  it("half a file that an earlier run left is never exported", async () => {
    host.write(`${FILE}.new`, "/srv *(rw");
    await succeeds(...APPLY);
    assert.equal(host.read("kernel"), LINE);
    assert.equal(existsSync(host.path(`${FILE}.new`)), false);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    const text = scriptText("nfs-export").trimEnd();
    const before = host.snapshot();
    for (const share of [0.2, 0.5, 0.7, 0.9, 0.99]) {
      const { calls } = await host.run("nfs-export", APPLY, text.slice(0, Math.floor(text.length * share)));
      assert.deepEqual(calls, []);
    }
    for (const missing of [1, 2, 5, 8]) await host.run("nfs-export", APPLY, text.slice(0, -missing));
    assert.deepEqual(host.snapshot(), before);
  });

  describe("refuses what is not what it says, and does nothing", () => {
    const pwn = "/srv/pwned";
    const paths = [
      "",
      "/",
      "srv",
      "./srv",
      "~",
      "-rf",
      "--client",
      "/srv/",
      "/srv//x",
      "/srv/..",
      "/srv/../etc",
      "/srv/./x",
      "/srv/x/.",
      "/srv/a b",
      "/srv/'a'",
      '/srv/"a"',
      "/srv/$HOME",
      `/srv/$(touch ${pwn})`,
      `/srv/\`touch ${pwn}\``,
      `/srv/a;touch ${pwn}`,
      "/srv/a\n/etc *(rw)",
      "\n/srv/a",
      "/srv/a\n",
      "/srv/a(rw)",
      "/srv/é",
      "/srv/*",
      "/srv/a#b",
      "/srv/a\\b",
    ];
    const clients = [
      "",
      "*",
      "host.example.org",
      "10.0.0.0",
      "10.0.0.0/33",
      "10.0.0/8",
      "300.0.0.0/8",
      "10.0.0.0/8(rw)",
      "10.0.0.0/8 *",
      "10.0.0.0/8\n",
      "-x",
      `$(touch ${pwn})`,
      "fd00::/8",
    ];
    const options = [
      "",
      "rw sync",
      "rw,",
      ",rw",
      "rw)",
      "rw) *(rw",
      "rw\n/etc *(rw)",
      "RW",
      "--",
      "-rw",
      "rw;sync",
      `rw,$(touch ${pwn})`,
      "sec=",
      "sec='x'",
    ];

    const rows: [what: string, args: string[], says: RegExp][] = [
      ...paths.map((path): [string, string[], RegExp] => [
        `path ${JSON.stringify(path)}`,
        ["apply", "--path", path, ...CLIENT],
        /^nfs-export: refused path /,
      ]),
      ...paths.map((path): [string, string[], RegExp] => [
        `path ${JSON.stringify(path)} to remove`,
        ["remove", "--path", path],
        /^nfs-export: refused path /,
      ]),
      ...clients.map((client): [string, string[], RegExp] => [
        `client ${JSON.stringify(client)}`,
        ["apply", "--path", PATH, ...CLIENT, "--client", client, "--options", "rw"],
        /^nfs-export: refused client /,
      ]),
      ...options.map((option): [string, string[], RegExp] => [
        `options ${JSON.stringify(option)}`,
        ["apply", "--path", PATH, ...CLIENT, "--client", "10.0.0.0/8", "--options", option],
        /^nfs-export: refused options /,
      ]),
      ["no arguments", [], /want apply or remove/],
      ["another action", ["purge", "--path", PATH], /want apply or remove, got purge/],
      ["an action that is a function of the script", ["ensure_server"], /want apply or remove/],
      ["no path", ["apply", ...CLIENT], /refused path/],
      ["no client", ["apply", "--path", PATH], /wants at least one --client/],
      [
        "a client without options",
        ["apply", "--path", PATH, "--client", "10.0.0.0/8"],
        /--options of its own/,
      ],
      ["an option without its value", ["apply", "--path"], /--path wants a value/],
      ["an unknown option", ["apply", "--path", PATH, "--force", "yes", ...CLIENT], /unknown option --force/],
    ];

    it(`${rows.length} cases`, async function () {
      this.timeout(60_000);
      const before = host.snapshot();
      for (const [what, args, says] of rows) {
        const { code, stderr, calls } = await host.run("nfs-export", args);
        assert.equal(code, 1, `${what}: ${stderr}`);
        assert.match(stderr, says, what);
        assert.deepEqual(calls, [], what);
        assert.equal(existsSync(host.path(pwn)), false, what);
      }
      assert.deepEqual(host.snapshot(), before);
    });
  });

  it("fails where a file is in the folder's place, and exports nothing", async () => {
    host.write("/srv/nfs/proxmox", "a file where the folder should be");
    const { code } = await host.run("nfs-export", APPLY);
    assert.notEqual(code, 0);
    assert.equal(existsSync(host.path(FILE)), false);
  });
});
