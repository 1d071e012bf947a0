import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { checkArguments } from "../../components/hosts/nfs-check";
import { cutShort, HOSTILE_WORDS } from "../support/broken-input";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const EXPORT = { server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2", access: "rw" } as const;

describe("host scripts: nfs-check", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    host.write("/srv/export/srv/nfs/data", "data");
  });
  afterEach(() => host.remove());

  /** What the script leaves on the export and below /run. */
  const left = () => [
    ...readdirSync(host.path("/srv/export/srv/nfs")),
    ...readdirSync(host.path("/run")).filter((name) => name !== "mount") /* is mount(8)'s own */,
  ];

  async function fails(args: readonly string[], says: RegExp): Promise<Run> {
    const run = await host.run("nfs-check", args);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, says);
    assert.deepEqual(left(), ["data"]);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
    return run;
  }

  it("mounts with the declared options, writes, and leaves nothing; every time", async () => {
    for (let time = 0; time < 2; time += 1) {
      const run = await host.run("nfs-check", checkArguments(EXPORT));
      assert.equal(run.code, 0, run.stderr);
      assert.equal(run.stderr, "");
      assert.match(
        run.calls.join(),
        /^mount -t nfs -o vers=4\.2,soft,timeo=50,retrans=2,retry=0 -- 192\.0\.2\.5:\/srv\/nfs \/run\/hybrid-estate-nfs-check\.\w+$/,
      );
      assert.deepEqual(left(), ["data"]);
    }
  });

  it("only reads what is exported to be read", async () => {
    host.write("read-only", "");
    const run = await host.run("nfs-check", checkArguments({ ...EXPORT, access: "ro" }));
    assert.equal(run.code, 0, run.stderr);
    await fails(
      checkArguments(EXPORT),
      /root of this host can't write to 192\.0\.2\.5:\/srv\/nfs: exported ro, or/,
    );
  });

  it("says so when the server does not let it in", async () => {
    await fails(
      checkArguments({ ...EXPORT, export: "/srv/other" }),
      /192\.0\.2\.5:\/srv\/other can't be mounted with vers=4\.2: mount\.nfs: access denied by server/,
    );
  });

  it("says so where NFS is not installed", async () => {
    host.remove();
    host = new ScratchHost(["mount.nfs"]);
    mkdirSync(host.path("/srv/export/srv/nfs"), { recursive: true });
    host.write("/srv/export/srv/nfs/data", "");
    if (existsSync("/usr/sbin/mount.nfs") || existsSync("/sbin/mount.nfs")) return;
    await fails(checkArguments(EXPORT), /this host has no mount\.nfs: install nfs-common/);
  });

  it("refuses what is not what it says, and mounts nothing", async function () {
    this.timeout(60_000);
    for (const text of [...HOSTILE_WORDS, "../x"]) {
      for (const key of ["server", "export", "options", "access"] as const) {
        const args = checkArguments(EXPORT);
        args[args.indexOf(`--${key}`) + 1] = text;
        const kind = key === "server" ? "address" : key === "export" ? "path" : key;
        const run = await fails(args, new RegExp(`^nfs-check: refused ${kind} `));
        assert.deepEqual(run.calls, [], text);
      }
    }
    await fails(["apply", "--server", "192.0.2.5"], /apply wants --server, --export, --options and --access/);
    await fails(["remove"], /want apply, got remove/);
    await fails(["apply", "--force", "yes"], /unknown option --force/);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const text of cutShort("nfs-check")) {
      const run = await host.run("nfs-check", checkArguments(EXPORT), text);
      assert.deepEqual(run.calls, []);
    }
  });
});
