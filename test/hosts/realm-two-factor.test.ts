import assert from "node:assert/strict";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const changes = ({ calls }: Run) => calls.filter((call) => !call.includes(" get "));
const KEY = "JBSWY3DPEHPK3PXP";

describe("host scripts: realm-two-factor", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    realm("pve", { type: "pve" });
    people({ userid: "alice@pve", enable: 1, keys: "x" }, { userid: "robot@pve", enable: 1 });
    host.write(
      "pve/access/tfa",
      JSON.stringify([{ userid: "alice@pve", entries: [{ type: "totp", id: "1" }] }]),
    );
    host.write("/etc/pve/priv/shadow.cfg", "alice:$5$hash:\nbob:$5$hash:\nempty::\n");
  });
  afterEach(() => host.remove());

  const realm = (name: string, settings: object) =>
    host.write(`pve/access/domains/${name}`, JSON.stringify(settings));
  const people = (...users: object[]) => host.write("pve/access/users", JSON.stringify(users));
  const run = (action: string, name = "pve") => host.run("realm-two-factor", [action, "--realm", name]);

  async function refused(says: RegExp, name = "pve"): Promise<void> {
    const result = await run("apply", name);
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, says);
    assert.deepEqual(changes(result), []);
  }

  it("asks for TOTP where every account that can log in has a key; one with tokens only needs none", async () => {
    const result = await run("apply");
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(changes(result), ["pveum realm modify pve --tfa type=oath"]);
  });

  it("changes nothing where the realm asks already, in either spelling", async () => {
    for (const tfa of ["type=oath", "oath", "type=oath,digits=8,step=60", "digits=8,type=oath"]) {
      realm("pve", { type: "pve", tfa });
      const result = await run("apply");
      assert.deepEqual([result.code, result.stderr, changes(result)], [0, "", []], tfa);
    }
  });

  it("leaves another kind of second factor alone", async () => {
    realm("pve", { type: "pve", tfa: "type=yubico,id=1,key=2" });
    await refused(/asks for yubico already; nothing was changed/);
    assert.deepEqual(changes(await run("remove")), []);
  });

  it("leaves the provider of an OpenID Connect realm to ask", async () => {
    realm("sso", { type: "openid" });
    await refused(/OpenID Connect/, "sso");
  });

  it("refuses to lock anybody out", async () => {
    people(
      { userid: "alice@pve", enable: 1, keys: "x" },
      { userid: "bob@pve", enable: 1 },
      { userid: "carol@pam", enable: 1 },
    );
    await refused(/would lock out bob@pve: no TOTP key/);
  });

  it("counts no other kind of factor, as the realm takes TOTP only", async () => {
    host.write("pve/access/tfa", JSON.stringify([{ userid: "alice@pve", entries: [{ type: "webauthn" }] }]));
    await refused(/would lock out alice@pve/);
  });

  it("keeps root of the pam realm in", async () => {
    realm("pam", { type: "pam" });
    people({ userid: "root@pam", enable: 1 });
    await refused(/would lock out root@pam/, "pam");
  });

  for (const [what, user] of [
    ["disabled", { userid: "bob@pve", enable: 0 }],
    ["expired", { userid: "bob@pve", enable: 1, expire: 1 }],
    ["there with a key of its own", { userid: "bob@pve", enable: 1, keys: KEY }],
  ] as const) {
    it(`is not kept from it by an account that is ${what}`, async () => {
      people(user);
      const result = await run("apply");
      assert.equal(result.code, 0, result.stderr);
      assert.ok(!result.stderr.includes(KEY) && !result.calls.join().includes(KEY));
    });
  }

  it("stops asking, once", async () => {
    realm("pve", { type: "pve", tfa: "type=oath" });
    assert.deepEqual(changes(await run("remove")), ["pveum realm modify pve --delete tfa"]);
    realm("pve", { type: "pve" });
    assert.deepEqual(changes(await run("remove")), []);
  });

  it("changes nothing where Proxmox does not answer", async () => {
    host.write("pve/access/tfa", "not json");
    const result = await run("apply");
    assert.notEqual(result.code, 0);
    assert.deepEqual(changes(result), []);
  });

  for (const name of ["", "a", "a b", "$(reboot)", "x;reboot", "../pam", "--delete", "a\nb", "é"]) {
    it(`refuses the realm ${JSON.stringify(name)}`, async () => {
      const result = await run("apply", name);
      assert.equal(result.code, 1);
      assert.match(result.stderr, /^realm-two-factor: refused realm/);
      assert.deepEqual(result.calls, []);
    });
  }
});
