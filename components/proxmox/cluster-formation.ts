import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "../hosts/host-script";

/** A node that is to be a member of the cluster. */
export interface MemberArgs {
  /** How to reach it over SSH, as root. */
  readonly connection: Connection;
  /** Its addresses for corosync: the n-th is its link n. They have to be on the node before. */
  readonly links: readonly string[];
}

export interface ClusterFormationArgs {
  /** Name of the cluster; it can't be changed later. */
  readonly clusterName: string;
  /** The member that the cluster is created on, and that the others join at. */
  readonly first: string;
  /** The members by host name. */
  readonly members: Readonly<Record<string, MemberArgs>>;
  /** A Debian host outside, reached as root, that has one more vote: for an even number of members. */
  readonly qdevice?: Connection;
}

/** How long a node may take to join, and the cluster to be quorate, in seconds. PVE takes about 20 for one. */
const TIMEOUT = 300;

/**
 * Makes installed nodes a cluster (`pvecm`): created on the first one, joined by the others one after the other over
 * SSH, each with one vote. A cluster that is there already is left as it is, and has to be as declared.
 *
 * Joining replaces the whole configuration of the node that joins (/etc/pve: storages, users, firewall); PVE keeps
 * a copy below /var/lib/pve-cluster/backup. A node that holds guests is refused, and so is one of another cluster.
 * Taking a node out of `members` never takes it out of the cluster: the next run stops and names it, until a person
 * has run `pvecm delnode`.
 *
 * @example
 * new ClusterFormation("tank", { clusterName: "tank", first: "pve1", members: {
 *   pve1: { connection: { host: "192.0.2.11", user: "root", privateKey }, links: ["192.0.2.11", "198.51.100.11"] },
 *   pve2: { connection: { host: "192.0.2.12", user: "root", privateKey }, links: ["192.0.2.12", "198.51.100.12"] },
 * } });
 */
export class ClusterFormation extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterFormationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:ClusterFormation", name, {}, opts);
    // Sorted: the order of a description's entries means nothing.
    const names = Object.keys(args.members).sort();
    const first = args.members[args.first];
    if (first === undefined)
      throw new Error(`${args.first}, the first member of ${name}, is none of its members`);

    const identities = new Map(names.map((node) => [node, this.identity(node, args)] as const));
    const identityOf = (node: string) => identities.get(node)?.stdout ?? "";
    let latest: remote.Command = runHostScript(
      `${args.first}/create`,
      {
        connection: first.connection,
        script: "cluster-member",
        apply: createArguments(args.clusterName, args.first, first.links),
        input: pulumi.concat(...names.map(identityOf)),
      },
      { parent: this },
    );
    for (const [node, member] of Object.entries(args.members).sort(byName)) {
      if (node === args.first) continue;
      const allowed = runHostScript(
        `${node}/allow`,
        {
          connection: first.connection,
          script: "cluster-trust",
          apply: ["allow"],
          input: identityOf(node),
        },
        // Creating a cluster moves the file that this adds to.
        { parent: this, dependsOn: latest },
      );
      const known = runHostScript(
        `${node}/know`,
        {
          connection: member.connection,
          script: "cluster-trust",
          apply: ["know", "--address", first.connection.host],
          input: identityOf(args.first),
        },
        { parent: this },
      );
      latest = runHostScript(
        `${node}/join`,
        {
          connection: member.connection,
          script: "cluster-member",
          apply: joinArguments(args.clusterName, node, member.links, first.connection.host),
        },
        // One after the other: a join changes the votes that the next one needs.
        { parent: this, dependsOn: [latest, allowed, known] },
      );
    }
    const vote = args.qdevice && this.qdevice(name, args, args.qdevice, identityOf(args.first), latest);
    runHostScript(
      `${name}/quorum`,
      {
        connection: first.connection,
        script: "cluster-quorum",
        apply: quorumArguments(args.clusterName, names, vote !== undefined),
      },
      { parent: this, dependsOn: vote ?? latest },
    );
    this.registerOutputs({ clusterName: args.clusterName });
  }

  /** The host and the members get what they need, the first member is let in on the host, and sets it up. */
  private qdevice(
    name: string,
    { clusterName, first, members }: ClusterFormationArgs,
    host: Connection,
    identity: pulumi.Input<string>,
    formed: pulumi.Resource,
  ): remote.Command {
    const firstConnection = members[first]?.connection;
    if (!firstConnection) throw new Error(`no member ${first}`);
    const run = (
      step: string,
      connection: Connection,
      script: "cluster-qdevice" | "cluster-trust",
      apply: readonly string[],
      dependsOn: readonly pulumi.Resource[],
      input?: pulumi.Input<string>,
    ) =>
      runHostScript(
        `${name}/qdevice/${step}`,
        { connection, script, apply, input },
        { parent: this, dependsOn: [...dependsOn] },
      );
    const keys = run("host-keys", host, "cluster-trust", ["host-keys"], []);
    const know = ["know", "--address", host.host];
    const ready = [
      run("host", host, "cluster-qdevice", ["host"], []),
      run("allow", host, "cluster-trust", ["allow"], [], identity),
      run("know", firstConnection, "cluster-trust", know, [formed], keys.stdout),
      ...Object.entries(members).map(([node, { connection }]) =>
        run(node, connection, "cluster-qdevice", ["node"], [formed]),
      ),
    ];
    const apply = qdeviceArguments(clusterName, host.host);
    return run("setup", firstConnection, "cluster-qdevice", apply, ready);
  }

  private identity(node: string, { clusterName, members }: ClusterFormationArgs): remote.Command {
    const connection = members[node]?.connection;
    if (!connection) throw new Error(`no member ${node}`);
    return runHostScript(
      `${node}/identity`,
      {
        connection,
        script: "cluster-trust",
        apply: identityArguments(clusterName, node, Object.keys(members).sort()),
      },
      { parent: this },
    );
  }
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** What `cluster-trust` is told to say who a node is; another list of members asks again. */
export function identityArguments(cluster: string, node: string, members: readonly string[]): string[] {
  return [
    "identity",
    "--node",
    node,
    "--cluster",
    cluster,
    ...members.flatMap((member) => ["--member", member]),
  ];
}

/** What `cluster-member` is told to create a cluster on a node. */
export function createArguments(cluster: string, node: string, links: readonly string[]): string[] {
  return ["create", ...memberArguments(cluster, node, links)];
}

/** What `cluster-member` is told to have a node join the cluster of the node at `first`. */
export function joinArguments(
  cluster: string,
  node: string,
  links: readonly string[],
  first: string,
): string[] {
  return ["join", ...memberArguments(cluster, node, links), "--first", first];
}

function memberArguments(cluster: string, node: string, links: readonly string[]): string[] {
  return [
    "--node",
    node,
    "--cluster",
    cluster,
    ...links.flatMap((address) => ["--link", address]),
    "--timeout",
    String(TIMEOUT),
  ];
}

/** What `cluster-qdevice` is told to give a cluster the vote of a host outside. */
export function qdeviceArguments(cluster: string, address: string): string[] {
  return ["setup", "--cluster", cluster, "--address", address];
}

/** What `cluster-quorum` is told to wait for the votes of all members. */
export function quorumArguments(cluster: string, members: readonly string[], qdevice = false): string[] {
  return [
    "apply",
    "--cluster",
    cluster,
    ...members.flatMap((member) => ["--member", member]),
    "--qdevice",
    qdevice ? "yes" : "no",
    "--timeout",
    String(TIMEOUT),
  ];
}
