import type { World } from "../world";
import { awsDouble } from "./aws";
import { Refusal } from "./behaviour";
import { commandDouble } from "./command";
import { type Fault, type FaultOperation, FaultPlan } from "./faults";
import type { Target } from "./lifecycle";
import { proxmoxDouble } from "./proxmox";
import { ProviderServer } from "./server";

export { type Fault, type FaultKind, type FaultOperation, parseFaults } from "./faults";

export interface DoublesOptions {
  readonly world: World;
  /** Text of the host scripts whose effects the world knows, by name; another command only succeeds. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** What is to go wrong, for tests. */
  readonly faults?: readonly Fault[];
  /** Follows what the sites do. Previews and reads of nothing do not count. */
  readonly onOperation?: (event: OperationEvent) => void;
}

export interface OperationEvent {
  readonly provider: string;
  readonly operation: FaultOperation;
  readonly type: string;
  readonly urn: string;
  readonly ok: boolean;
}

export interface Doubles {
  /** Port on 127.0.0.1 by package, for PULUMI_DEBUG_PROVIDERS. */
  readonly ports: Readonly<Record<"aws" | "command" | "proxmoxve", number>>;
  /** Ends the doubles. The world stays open. */
  stop(): Promise<void>;
}

/** Starts the doubles of the three providers, over one world. */
export async function startDoubles(options: DoublesOptions): Promise<Doubles> {
  const { world, scripts = {}, faults = [], onOperation } = options;
  const plan = new FaultPlan(faults);
  const hanging = new Hanging();
  const servers = [proxmoxDouble, awsDouble, commandDouble].map((double) => ({
    name: double.name,
    server: new ProviderServer({
      double,
      world,
      scripts,
      onCancel: () => hanging.cancel(),
      perform: async (operation, target, effect) => {
        const event = (ok: boolean) => describe(double.name, operation, target, ok);
        try {
          const result = await withFault(plan.next(double.name, operation), hanging, effect);
          onOperation?.(event(true));
          return result;
        } catch (error) {
          onOperation?.(event(false));
          throw error;
        }
      },
    }),
  }));
  const ports = { aws: 0, command: 0, proxmoxve: 0 };
  await Promise.all(
    servers.map(async ({ name, server }) => {
      ports[name] = await server.listen();
    }),
  );
  return {
    ports,
    stop: async () => {
      hanging.cancel();
      for (const { server } of servers) server.stop();
    },
  };
}

function describe(
  provider: string,
  operation: FaultOperation,
  { type, urn }: Target,
  ok: boolean,
): OperationEvent {
  return { provider, operation, type, urn, ok };
}

async function withFault<T>(
  fault: ReturnType<FaultPlan["next"]>,
  hanging: Hanging,
  effect: () => T,
): Promise<T> {
  if (fault === undefined) return effect();
  if (fault === "fail") throw new Refusal("injected fault: refused before anything happened");
  if (fault === "hang") return hanging.hang();
  if (fault === "kill") return die();
  effect();
  if (fault === "fail-after") throw new Refusal("injected fault: the answer was lost");
  return fault === "hang-after" ? hanging.hang() : die();
}

function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}

/** Operations that get no answer until the engine cancels. */
class Hanging {
  private readonly waiting = new Set<(error: Refusal) => void>();

  hang(): Promise<never> {
    return new Promise((_, reject) => this.waiting.add(reject));
  }

  cancel(): void {
    for (const reject of this.waiting) reject(new Refusal("context canceled"));
    this.waiting.clear();
  }
}
