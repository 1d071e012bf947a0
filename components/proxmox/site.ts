import { Provider } from "@muhlba91/pulumi-proxmoxve/provider";
import { Provider as HostsProvider } from "@pulumi/command/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Estate, Guest } from "../../estate";
import { NfsServer } from "../hosts/nfs-server";
import { mapValues, present } from "../records";
import { BackupJob } from "./backup-job";
import { Cluster } from "./cluster";
import { Container } from "./container";
import { containerArgs, type GuestContext, virtualMachineArgs } from "./guest-args";
import { HighAvailability } from "./high-availability";
import { Image } from "./image";
import { Node } from "./node";
import { imageArgs, managementAddress, nodeArgs, storageArgs } from "./site-args";
import { Storage } from "./storage";
import { VirtualMachine } from "./virtual-machine";
import { ZfsPool } from "./zfs-pool";

export interface ProxmoxSiteArgs {
  readonly estate: Estate;
  /** API token of the form `user@realm!name=uuid`. */
  readonly apiToken: pulumi.Output<string>;
  /** Private key that host scripts log in with. */
  readonly sshPrivateKey: pulumi.Output<string>;
}

/** The Proxmox VE site of an estate, from its nodes' settings to its backup jobs. */
export class ProxmoxSite extends pulumi.ComponentResource {
  private readonly estate: Estate;
  private readonly sshPrivateKey: pulumi.Output<string>;
  private readonly nodes: Readonly<Record<string, Node>>;
  private readonly storages: Readonly<Record<string, Storage>>;
  private readonly images: Readonly<Record<string, Image>>;
  private readonly guests: Readonly<Record<string, Container | VirtualMachine>>;

  constructor(
    name: string,
    { estate, apiToken, sshPrivateKey }: ProxmoxSiteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { endpoint, trustAnyCertificate } = estate.cluster;
    const hosts = new HostsProvider(name, {}, opts);
    const provider = new Provider(name, { endpoint, apiToken, insecure: trustAnyCertificate }, opts);
    super(
      "hybrid-estate:proxmox:ProxmoxSite",
      name,
      {},
      { ...opts, providers: { proxmoxve: provider, command: hosts } },
    );
    this.estate = estate;
    this.sshPrivateKey = sshPrivateKey;

    this.createCluster();
    this.nodes = this.createNodes();
    this.storages = this.createStorages(this.createZfsPools(), this.createNfsServers());
    this.images = this.createImages();
    this.guests = this.createGuests();
    this.createHighAvailability();
    this.createBackupJobs();
    this.registerOutputs();
  }

  private createCluster(): void {
    const { name, shutdownPolicy } = this.estate.cluster;
    new Cluster(
      name,
      { clusterName: name, nodes: Object.keys(this.estate.nodes), shutdownPolicy },
      { parent: this },
    );
  }

  private createNodes(): Record<string, Node> {
    return mapValues(
      this.estate.nodes,
      (_, name) => new Node(name, nodeArgs(this.estate, name), { parent: this }),
    );
  }

  private createZfsPools(): Record<string, ZfsPool> {
    const { cluster } = this.estate;
    return mapValues(
      this.estate.zfsPools,
      ({ nodes = Object.keys(this.estate.nodes), datasets, ...pool }, name) => {
        const connections = nodes.map((node) => [
          node,
          {
            host: managementAddress(this.estate, node),
            user: cluster.sshUser,
            privateKey: this.sshPrivateKey,
            hostKey: this.estate.nodes[node]?.sshHostKey,
          },
        ]);
        return new ZfsPool(
          name,
          {
            pool: name,
            ...pool,
            nodes: Object.fromEntries(connections),
            datasets: mapValues(datasets, ({ properties }) => properties),
          },
          { parent: this },
        );
      },
    );
  }

  private createNfsServers(): Record<string, NfsServer> {
    return mapValues(this.estate.nfsServers, ({ address, sshUser, sshHostKey, exports }, name) => {
      const connection = {
        host: address,
        user: sshUser,
        privateKey: this.sshPrivateKey,
        hostKey: sshHostKey,
      };
      const clients = mapValues(exports, (folder) => mapValues(folder.clients, ({ options }) => options));
      return new NfsServer(name, { connection, exports: clients }, { parent: this });
    });
  }

  private createStorages(
    pools: Record<string, ZfsPool>,
    servers: Record<string, NfsServer>,
  ): Record<string, Storage> {
    return mapValues(this.estate.storages, (storage, id) => {
      const behind =
        storage.type === "nfs"
          ? // The nodes reach the server over the bridges that are made here too.
            [servers[storage.server]?.exports[storage.export], ...this.bridges()]
          : storage.existing
            ? []
            : Object.values(pools).flatMap((pool) => pool.members);
      return new Storage(id, storageArgs(this.estate, id, storage), {
        parent: this,
        dependsOn: present(behind),
      });
    });
  }

  private createImages(): Record<string, Image> {
    return mapValues(this.estate.images, (image, name) => {
      const storage = this.storages[image.storage];
      return new Image(name, imageArgs(this.estate, image), {
        parent: this,
        dependsOn: present([storage?.resource]),
      });
    });
  }

  private createGuests(): Record<string, Container | VirtualMachine> {
    const context: GuestContext = {
      estate: this.estate,
      volumeIds: mapValues(this.images, (image) => image.volumeId),
    };
    return mapValues(this.estate.guests, (guest, name) => {
      const opts = { parent: this, dependsOn: this.requirements(guest) };
      return guest.kind === "vm"
        ? new VirtualMachine(name, virtualMachineArgs(context, name, guest), opts)
        : new Container(name, containerArgs(context, name, guest), opts);
    });
  }

  /** What has to be there before a guest: its storages, its images, and its bridges on every node. */
  private requirements(guest: Guest): pulumi.Resource[] {
    const storages =
      guest.kind === "vm"
        ? [
            ...Object.values(guest.disks).map((disk) => disk.storage),
            guest.efiStorage,
            guest.tpmStorage,
            guest.cloudInitStorage,
          ]
        : [guest.rootDisk.storage];
    const images =
      guest.kind === "vm" ? Object.values(guest.disks).map((disk) => disk.image) : [guest.template];
    return present([
      ...[...new Set(storages)].map((id) => (id === undefined ? undefined : this.storages[id]?.resource)),
      ...[...new Set(images)].map((id) => (id === undefined ? undefined : this.images[id]?.resource)),
      ...this.bridges(Object.values(guest.nics).map((nic) => nic.bridge)),
    ]);
  }

  private bridges(names: readonly string[] = Object.keys(this.estate.bridges)): pulumi.Resource[] {
    const wanted = new Set(names);
    return Object.values(this.nodes).flatMap((node) =>
      Object.entries(node.bridges).flatMap(([name, bridge]) => (wanted.has(name) ? [bridge] : [])),
    );
  }

  private createHighAvailability(): void {
    const managed = Object.entries(this.estate.guests).flatMap(([name, guest]) => {
      const vm = this.guests[name]?.resource;
      return guest.kind === "vm" && guest.ha && vm
        ? [[name, { vmId: guest.id, vm, ...guest.ha }] as const]
        : [];
    });
    new HighAvailability(
      this.estate.cluster.name,
      { vms: Object.fromEntries(managed), rules: this.estate.haRules },
      { parent: this },
    );
  }

  private createBackupJobs(): void {
    for (const [name, { guests, storage, ...job }] of Object.entries(this.estate.backupJobs)) {
      const listed = guests === "all" ? [] : guests;
      new BackupJob(
        name,
        {
          ...job,
          jobId: name,
          storageId: storage,
          ...(guests === "all"
            ? {}
            : { vmIds: present(listed.map((guest) => this.estate.guests[guest]?.id)) }),
        },
        {
          parent: this,
          dependsOn: present([
            this.storages[storage]?.resource,
            ...listed.map((guest) => this.guests[guest]?.resource),
          ]),
        },
      );
    }
  }
}
