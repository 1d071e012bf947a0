import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  InvokeRequest,
  type InvokeResponse,
  PropertyDiff,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Doubles, type OperationEvent, parseFaults, startDoubles } from "../../../sandbox/doubles";
import { decode, encode, UNKNOWN } from "../../../sandbox/doubles/wire";
import { openWorld, type Properties, type World } from "../../../sandbox/world";
import { INSTALLED, SCRIPTS, T, VM } from "./site";

type Unary<Request, Response> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => grpc.ClientUnaryCall;

/** The engine's side of the conversation with one provider. */
class Engine {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    // A connection of its own, as the engine dials for every provider.
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  close(): void {
    this.client.close();
  }

  async info(): Promise<string> {
    const info = await this.call<Empty, PluginInfo>(this.client.getPluginInfo, new Empty());
    return info.getVersion();
  }

  async configure(args: Properties): Promise<void> {
    await this.call(this.client.configure, new ConfigureRequest().setArgs(encode(args, new Set())));
  }

  check(type: string, inputs: Properties, secrets: readonly string[] = []): Promise<CheckResponse> {
    const request = new CheckRequest()
      .setUrn(urn(type))
      .setType(type)
      .setNews(encode(inputs, new Set(secrets)));
    return this.call<CheckRequest, CheckResponse>(this.client.check, request);
  }

  diff(type: string, olds: Properties, news: Properties): Promise<DiffResponse> {
    const request = new DiffRequest()
      .setUrn(urn(type))
      .setType(type)
      .setOlds(encode(olds, new Set()))
      .setOldInputs(encode(olds, new Set()))
      .setNews(encode(news, new Set()));
    return this.call<DiffRequest, DiffResponse>(this.client.diff, request);
  }

  create(type: string, inputs: Struct | Properties, preview = false): Promise<CreateResponse> {
    const properties = "serializeBinary" in inputs ? (inputs as Struct) : encode(inputs, new Set());
    const request = new CreateRequest()
      .setUrn(urn(type))
      .setType(type)
      .setProperties(properties)
      .setPreview(preview);
    return this.call<CreateRequest, CreateResponse>(this.client.create, request);
  }

  read(type: string, id: string, state: Properties = {}): Promise<ReadResponse> {
    const request = new ReadRequest()
      .setUrn(urn(type))
      .setType(type)
      .setId(id)
      .setProperties(encode(state, new Set()));
    return this.call<ReadRequest, ReadResponse>(this.client.read, request);
  }

  update(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
    preview: boolean,
  ): Promise<UpdateResponse> {
    const request = new UpdateRequest()
      .setUrn(urn(type))
      .setType(type)
      .setId(id)
      .setOlds(encode(olds, new Set()))
      .setNews(encode(news, new Set()))
      .setPreview(preview);
    return this.call<UpdateRequest, UpdateResponse>(this.client.update, request);
  }

  async delete(type: string, id: string): Promise<void> {
    await this.call(this.client.delete, new DeleteRequest().setUrn(urn(type)).setType(type).setId(id));
  }

  async invoke(token: string, args: Properties = {}): Promise<Properties> {
    const request = new InvokeRequest().setTok(token).setArgs(encode(args, new Set()));
    const response = await this.call<InvokeRequest, InvokeResponse>(this.client.invoke, request);
    return decode(response.getReturn()).values;
  }

  async cancel(): Promise<void> {
    await this.call(this.client.cancel, new Empty());
  }

  private call<Request, Response>(method: Unary<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      method.call(this.client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }
}

function urn(type: string): string {
  return `urn:pulumi:test::test::${type}::thing`;
}

describe("the doubles' servers", () => {
  let folder: string;
  let world: World;
  let doubles: Doubles;
  let events: OperationEvent[];
  const engines: Engine[] = [];

  async function start(faults = ""): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), "hybrid-estate-doubles-"));
    world = openWorld({ folder, installed: INSTALLED });
    events = [];
    doubles = await startDoubles({
      world,
      scripts: SCRIPTS,
      faults: parseFaults(faults),
      onOperation: (event) => events.push(event),
    });
  }

  function connect(provider: keyof Doubles["ports"]): Engine {
    const engine = new Engine(doubles.ports[provider]);
    engines.push(engine);
    return engine;
  }

  afterEach(async () => {
    for (const engine of engines.splice(0)) engine.close();
    await doubles.stop();
    world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are as new as the SDKs", async () => {
    await start();
    const infos = (["aws", "command", "proxmoxve"] as const).map((name) => connect(name).info());
    assert.deepEqual(await Promise.all(infos), ["7.48.0", "1.2.1", "8.6.0"]);
  });

  it("preview with what is known, and change nothing", async () => {
    await start();
    const proxmox = connect("proxmoxve");
    const before = world.all();
    const created = await proxmox.create(T.vm, { name: "web", nodeName: "pve9", description: UNKNOWN }, true);
    const { values } = decode(created.getProperties());
    assert.equal(created.getId(), "");
    assert.deepEqual(
      [values.name, values.vmId, values.ipv4Addresses, values.description, values.bios],
      ["web", UNKNOWN, UNKNOWN, UNKNOWN, "seabios"],
    );
    assert.deepEqual(world.all(), before);
    assert.deepEqual(events, []);
  });

  it("create, read, update and delete", async () => {
    await start();
    const proxmox = connect("proxmoxve");
    const created = await proxmox.create(T.vm, VM);
    assert.equal(created.getId(), "100");
    const { values } = decode(created.getProperties());
    const planned = await proxmox.update(T.vm, "100", values, { ...VM, tags: ["a"] }, true);
    assert.deepEqual(decode(planned.getProperties()).values.macAddresses, values.macAddresses);
    assert.equal(world.find(T.vm, "100")?.inputs.tags, undefined);
    await proxmox.update(T.vm, "100", values, { ...VM, tags: ["a"] }, false);
    const read = await proxmox.read(T.vm, "100");
    assert.deepEqual(decode(read.getInputs()).values, { ...VM, tags: ["a"] });
    await proxmox.delete(T.vm, "100");
    await proxmox.delete(T.vm, "100");
    assert.equal((await proxmox.read(T.vm, "100")).getId(), "");
    assert.deepEqual(
      events.map(({ operation, ok }) => `${operation} ${ok}`),
      ["create true", "update true", "read true", "delete true", "delete true", "read true"],
    );
  });

  it("tell what differs, where, and what it does", async () => {
    await start();
    const news = { ...VM, nodeName: "pve2", tags: ["a"], disks: [{ ...VM.disks[0], size: 9 }] };
    const response = await connect("proxmoxve").diff(T.vm, VM, news);
    const paths = response
      .getDetaileddiffMap()
      .getEntryList()
      .map(([path]) => path);
    assert.deepEqual(paths.sort(), ["disks[0].size", "nodeName", "tags"]);
    const kind = (path: string) => response.getDetaileddiffMap().get(path)?.getKind();
    assert.equal(kind("nodeName"), PropertyDiff.Kind.UPDATE_REPLACE);
    assert.equal(kind("tags"), PropertyDiff.Kind.ADD);
    assert.equal(kind("disks[0].size"), PropertyDiff.Kind.UPDATE);
    assert.deepEqual(response.getReplacesList(), ["nodeName"]);
    assert.deepEqual([...response.getDiffsList()].sort(), ["disks", "nodeName", "tags"]);
  });

  it("keep secrets secret on the wire", async () => {
    await start();
    const command = connect("command");
    const inputs = { connection: { host: "192.0.2.11", privateKey: "PRIVATE" }, create: "true" };
    const checked = await command.check(T.command, inputs, ["connection"]);
    assert.deepEqual([...decode(checked.getInputs()).secrets], ["connection"]);
    const created = await command.create(T.command, encode(inputs, new Set(["create"])));
    assert.deepEqual([...decode(created.getProperties()).secrets].sort(), ["connection", "create"]);
    const read = await command.read(T.command, created.getId());
    for (const part of [read.getInputs(), read.getProperties()]) {
      assert.deepEqual([...decode(part).secrets].sort(), ["connection", "create"]);
    }
  });

  it("answer with the site's words", async () => {
    await start();
    const proxmox = connect("proxmoxve");
    await assert.rejects(proxmox.create(T.vm, { ...VM, nodeName: "pve9" }), /hostname lookup 'pve9' failed/);
    await assert.rejects(
      proxmox.create("proxmoxve:index/novel:Novel", {}),
      /unrecognized resource type: .*Novel/,
    );
    await assert.rejects(proxmox.invoke("proxmoxve:index/novel:novel"), /unrecognized function/);
    const [failure] = (await proxmox.check(T.vm, { nodename: "pve1" })).getFailuresList();
    assert.equal(failure?.getProperty(), "nodename");
  });

  it("keep each provider's own configuration", async () => {
    await start();
    const [one, other] = [connect("aws"), connect("aws")];
    await one.configure({ region: "eu-west-1", defaultTags: '{"tags":{"stage":"dev"}}' });
    await other.configure({ region: "us-east-1" });
    assert.equal((await one.invoke("aws:index/getRegion:getRegion")).region, "eu-west-1");
    assert.equal((await other.invoke("aws:index/getRegion:getRegion")).region, "us-east-1");
    const tagged = await one.check(T.vpc, { cidrBlock: "10.0.0.0/16" });
    assert.deepEqual(decode(tagged.getInputs()).values.tagsAll, { stage: "dev" });
    await assert.rejects(other.configure({ allowedAccountIds: '["1"]' }), /AWS account ID not allowed/);
  });

  describe("with faults", () => {
    it("fail before or after the effect", async () => {
      await start("create:1:fail,proxmoxve/create:2:fail-after");
      const proxmox = connect("proxmoxve");
      await assert.rejects(proxmox.create(T.vm, VM), /refused before anything happened/);
      assert.equal(world.findByUrn(urn(T.vm)), undefined);
      await assert.rejects(proxmox.create(T.vm, VM), /the answer was lost/);
      assert.equal(world.findByUrn(urn(T.vm))?.id, "100");
    });

    it("hang until the engine cancels", async () => {
      await start("create:1:hang");
      const proxmox = connect("proxmoxve");
      const hanging = proxmox.create(T.vm, VM);
      const outcome = assert.rejects(hanging, /context canceled/);
      assert.equal(await proxmox.info(), "8.6.0");
      await proxmox.cancel();
      await outcome;
    });

    for (const [kind, happened] of [
      ["kill", false],
      ["kill-after", true],
    ] as const) {
      it(`${kind} the process, and the next one ${happened ? "finds" : "does not find"} what was made`, async () => {
        await start();
        const child = spawn(process.execPath, [
          "--import=tsx",
          join(__dirname, "doubles-process.ts"),
          folder,
          `create:1:${kind}`,
        ]);
        const [line] = await once(child.stdout, "data");
        const engine = new Engine(Number(String(line)));
        engines.push(engine);
        await assert.rejects(engine.create(T.vm, VM));
        if (child.signalCode === null) await once(child, "exit");
        assert.equal(child.signalCode, "SIGKILL");
        const next = openWorld({ folder, installed: INSTALLED });
        assert.equal(next.findByUrn(urn(T.vm))?.id, happened ? "100" : undefined);
        next.close();
      });
    }
  });
});
