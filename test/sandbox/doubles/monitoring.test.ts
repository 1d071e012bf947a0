import assert from "node:assert/strict";
import { commandLine } from "../../../components/hosts/host-script";
import { framed, type HostFile } from "../../../components/hosts/monitoring/files";
import { TYPES } from "../../../sandbox/doubles/proxmox/cluster";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, SCRIPTS, Site, T } from "./site";

const FILES: HostFile[] = [
  { path: "/etc/prometheus/prometheus.yml", text: "scrape_configs: []\n" },
  { path: "/etc/prometheus/pve.yml", text: "token: hush-hush\n", mode: "0600" },
];
const PVE = ["--certificate", "/etc/pve/local/pve-ssl.pem", "--key", "/etc/pve/local/pve-ssl.key"];
/** A node of the site, and a machine that is none. */
const NODE = "192.0.2.11";
const MACHINE = "192.0.2.30";

function call(host: string, args: readonly string[], input: string): Properties {
  const remove = ["remove", ...args.slice(1, 3)];
  return {
    connection: { host },
    stdin: `${SCRIPTS.monitoring}${input}`,
    create: commandLine(args),
    update: commandLine(args),
    delete: commandLine(remove),
  };
}
const server = (input = framed(FILES)) => call(MACHINE, ["apply", "--role", "server"], input);

describe("a monitoring script's double", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(() => site.close());
  const watched = () => site.world.list(TYPES.monitoring);

  it("makes a server, keeps the paths of its files and nothing of what is in them, and stops it", () => {
    const made = site.create(T.command, server());
    assert.equal(made.outputs.stderr, "monitoring: files written\n");
    const [there] = watched();
    assert.deepEqual(there?.inputs, { files: FILES.map(({ path }) => path) });
    assert.doesNotMatch(JSON.stringify(there), /hush/);
    assert.ok(!JSON.stringify(there).includes(Buffer.from("token: hush").toString("base64").slice(0, 14)));
    site.delete(made);
    assert.deepEqual(watched(), []);
  });

  it("says nothing the second time, and keeps other files once they are declared", () => {
    const made = site.create(T.command, server());
    assert.equal(site.create(T.command, server()).outputs.stderr, "");
    assert.equal(watched().length, 1);
    site.update(made, { stdin: `${SCRIPTS.monitoring}${framed(FILES.slice(1))}` });
    assert.deepEqual(watched()[0]?.inputs, { files: ["/etc/prometheus/pve.yml"] });
  });

  it("makes a node one that can be asked, apart from a server of the same host", () => {
    const node = site.create(T.command, call(NODE, ["apply", "--role", "node", ...PVE], framed(FILES)));
    site.create(T.command, call(NODE, ["apply", "--role", "server"], framed(FILES)));
    assert.deepEqual(
      watched()
        .map(({ key }) => key)
        .sort(),
      [`${NODE}:node`, `${NODE}:server`],
    );
    site.delete(node);
    assert.deepEqual(
      watched().map(({ key }) => key),
      [`${NODE}:server`],
    );
  });

  it("removes what is not there without a word", () => {
    const made = site.create(T.command, server());
    const again = site.create(T.command, server());
    site.delete(made);
    site.delete(again);
    assert.deepEqual(watched(), []);
  });

  const whole = framed(FILES);
  const refused: [what: string, inputs: Properties, says: string][] = [
    ["no files", server(""), "are not complete; nothing was changed"],
    ["an end that was lost", server(whole.slice(0, whole.indexOf("end"))), "are not complete"],
    ["an end that counts others", server(whole.replace("end 2", "end 3")), "are not complete"],
    ["a line of another kind", server(whole.replace("file ", "link ")), "are damaged; nothing was changed"],
    ["a line with more words", server(whole.replace("file ", "file file ")), "are damaged"],
    [
      "another action",
      call(MACHINE, ["purge", "--role", "server"], whole),
      "want apply or remove, got purge",
    ],
    ["no role", call(MACHINE, ["apply"], whole), "monitoring: --role is missing"],
    [
      "a node without its certificate",
      call(NODE, ["apply", "--role", "node"], whole),
      "--certificate is missing",
    ],
    [
      "Proxmox VE's certificate on a machine that is no node",
      call(MACHINE, ["apply", "--role", "node", ...PVE], whole),
      "there is no certificate at /etc/pve/local/pve-ssl.pem",
    ],
  ];
  for (const [what, inputs, says] of refused) {
    it(`refuses ${what}, and changes nothing`, () => {
      assertRefused(() => site.create(T.command, inputs), says);
      assert.deepEqual(watched(), []);
    });
  }
});
