import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../../components/hosts/host-script";
import {
  createArguments,
  identityArguments,
  joinArguments,
  quorumArguments,
} from "../../../components/proxmox/cluster-formation";
import { commandDouble } from "../../../sandbox/doubles/command";
import { Lifecycle } from "../../../sandbox/doubles/lifecycle";
import { proxmoxDouble } from "../../../sandbox/doubles/proxmox";
import { type InstalledNode, openWorld, type World } from "../../../sandbox/world";
import { assertRefused, INSTALLED, SCRIPTS, T } from "./site";

const MEMBERS = ["pve1", "pve2", "pve3"];
const HOSTS: Readonly<Record<string, string>> = {
  pve1: "192.0.2.11",
  pve2: "192.0.2.12",
  pve3: "192.0.2.13",
};

/** A site whose nodes are fresh from the installer, but for what a test says of them. */
class FreshSite {
  readonly folder = mkdtempSync(join(tmpdir(), "hybrid-estate-world-"));
  readonly world: World;
  readonly lifecycle: Lifecycle;
  private runs = 0;

  constructor(nodes: Readonly<Record<string, Partial<InstalledNode>>> = {}) {
    const installed = {
      ...INSTALLED,
      nodes: INSTALLED.nodes.map(({ cluster: _, ...node }) => ({ ...node, ...nodes[node.name] })),
    };
    this.world = openWorld({ folder: this.folder, installed });
    this.lifecycle = new Lifecycle(
      [...proxmoxDouble.behaviours, ...commandDouble.behaviours],
      this.world,
      SCRIPTS,
    );
  }

  close(): void {
    this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(script: keyof typeof SCRIPTS, node: string, args: readonly string[], input = ""): string {
    const inputs = {
      connection: { host: HOSTS[node] ?? node },
      create: commandLine(args),
      stdin: SCRIPTS[script] + input,
    };
    const urn = `urn:pulumi:test::test::${T.command}::run${this.runs++}`;
    return String(
      this.lifecycle.create({ type: T.command, urn, config: {} }, inputs, new Set()).outputs.stdout,
    );
  }

  identity(node: string, cluster = "tank"): string {
    return this.run("cluster-trust", node, identityArguments(cluster, node, MEMBERS));
  }

  create(node: string, cluster = "tank", input = ""): void {
    this.run("cluster-member", node, createArguments(cluster, node, [HOSTS[node] ?? ""]), input);
  }

  trust(node: string, first: string): void {
    this.run("cluster-trust", first, ["allow"], this.identity(node));
    this.run("cluster-trust", node, ["know", "--address", HOSTS[first] ?? ""], this.identity(first));
  }

  join(node: string, first = "pve1", links = [HOSTS[node] ?? ""]): void {
    this.run("cluster-member", node, joinArguments("tank", node, links, HOSTS[first] ?? ""));
  }

  setDns(node: string): void {
    const urn = `urn:pulumi:test::test::${T.dns}::${node}${this.runs++}`;
    const inputs = { nodeName: node, domain: "example.org" };
    this.lifecycle.create({ type: T.dns, urn, config: {} }, inputs, new Set());
  }
}

describe("the formation of a cluster", () => {
  let site: FreshSite;
  const open = (nodes?: Readonly<Record<string, Partial<InstalledNode>>>) => {
    site = new FreshSite(nodes);
    return site;
  };
  afterEach(() => site.close());

  it("makes members of installed nodes, and the API knows a node from then on", () => {
    open();
    site.setDns("pve1");
    assertRefused(() => site.setDns("pve2"), "hostname lookup 'pve2' failed");
    site.create("pve1");
    assertRefused(() => site.setDns("pve2"), "hostname lookup 'pve2' failed");
    site.trust("pve2", "pve1");
    site.join("pve2");
    site.setDns("pve2");
    assertRefused(() => site.setDns("pve3"), "hostname lookup 'pve3' failed");
  });

  it("reads nothing of a node that has not joined", () => {
    open();
    const read = (id: string) =>
      site.lifecycle.read({ type: T.bridge, urn: "urn:pulumi:t::t::x::y", id, state: {}, config: {} });
    assert.equal(read("pve1:vmbr0")?.inputs.name, "vmbr0");
    assertRefused(() => read("pve2:vmbr0"), "hostname lookup 'pve2' failed");
  });

  it("is done once: the second run changes nothing", () => {
    open();
    const form = () => {
      site.create("pve1");
      for (const node of ["pve2", "pve3"]) {
        site.trust(node, "pve1");
        site.join(node);
      }
      site.run("cluster-quorum", "pve1", quorumArguments("tank", MEMBERS));
    };
    form();
    const hosts = () => site.world.all().filter(({ type }) => type.startsWith("host:"));
    const before = hosts();
    form();
    assert.deepEqual(hosts(), before);
  });

  it("adopts a cluster that is there, and changes nothing", () => {
    open({ pve1: { cluster: "tank" }, pve2: { cluster: "tank" }, pve3: { cluster: "tank" } });
    const members = () => site.world.list("host:cluster-member");
    const before = members();
    site.setDns("pve3");
    site.create("pve1");
    site.trust("pve2", "pve1");
    site.join("pve2");
    site.run("cluster-quorum", "pve1", quorumArguments("tank", MEMBERS));
    assert.deepEqual(members(), before);
  });

  describe("is refused", () => {
    it("for a node of another cluster, be it the first or another", () => {
      open({ pve1: { cluster: "lake" }, pve2: { cluster: "lake" } });
      assertRefused(() => site.identity("pve1"), "pve1 is a member of another cluster, lake");
      assertRefused(() => site.create("pve1"), "pve1 is a member of another cluster, lake");
      assertRefused(() => site.join("pve2"), "pve2 is a member of another cluster, lake");
    });

    it("for a first node whose cluster has another name", () => {
      open({ pve1: { cluster: "lake" } });
      site.run("cluster-trust", "pve1", ["allow"], site.identity("pve2"));
      const identity = site.run("cluster-trust", "pve1", identityArguments("lake", "pve1", MEMBERS));
      site.run("cluster-trust", "pve2", ["know", "--address", "192.0.2.11"], identity);
      assertRefused(() => site.join("pve2"), "192.0.2.11 is in the cluster lake, not in tank");
    });

    it("for a node that holds guests", () => {
      open({ pve2: { guests: [100] } }).create("pve1");
      site.trust("pve2", "pve1");
      assertRefused(() => site.join("pve2"), "pve2 holds guests (100)");
    });

    it("for a node that can't log in on the first, or does not know it", () => {
      open().create("pve1");
      assertRefused(() => site.join("pve2"), "pve2 can't log in on 192.0.2.11");
      site.run("cluster-trust", "pve1", ["allow"], site.identity("pve2"));
      assertRefused(() => site.join("pve2"), "pve2 can't log in on 192.0.2.11");
    });

    it("for an address that is not the node's", () => {
      open().create("pve1");
      site.trust("pve2", "pve1");
      assertRefused(() => site.join("pve2", "pve1", ["192.0.2.99"]), "pve2 has no address 192.0.2.99");
    });

    it("for another host than the one named", () => {
      open();
      assertRefused(
        () => site.run("cluster-trust", "pve2", identityArguments("tank", "pve1", MEMBERS)),
        "the host that answers here is called pve2, not pve1",
      );
    });

    it("for a first node that is in none while another node is", () => {
      open({ pve2: { cluster: "tank" } });
      const all = MEMBERS.map((node) => site.identity(node)).join("");
      assertRefused(
        () => site.create("pve1", "tank", all),
        "pve2 is a member of tank already and pve1 is not",
      );
    });

    it("for a cluster with a member that is not declared, or without one that is", () => {
      open({ pve1: { cluster: "tank" }, pve2: { cluster: "tank" } });
      const quorum =
        (...members: string[]) =>
        () =>
          site.run("cluster-quorum", "pve1", quorumArguments("tank", members));
      quorum("pve1", "pve2")();
      assertRefused(quorum("pve1"), "pve2 is a member of tank, but is not declared");
      assertRefused(quorum(...MEMBERS), "pve3 is declared, but is no member of tank");
    });
  });
});
