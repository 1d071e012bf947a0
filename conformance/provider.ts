import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { lastLines } from "../sandbox/engine/processes";
import type { Properties } from "../sandbox/world/object";
import { type Shapes, shapesSchema } from "./shape";

const diagnosticSchema = z.strictObject({
  severity: z.enum(["error", "warning"]),
  summary: z.string(),
  detail: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
});

const schemaAnswer = z.strictObject({
  provider: shapesSchema,
  resources: z.record(z.string(), shapesSchema),
});

const configureAnswer = z.strictObject({ diagnostics: z.array(diagnosticSchema) });

const settledSchema = z.strictObject({
  value: z.record(z.string(), z.unknown()),
  private: z.string().optional(),
});

const planAnswer = z.strictObject({
  diagnostics: z.array(diagnosticSchema),
  action: z.enum(["invalid", "create", "update", "replace", "none"]),
  requiresReplace: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  planned: z.unknown().optional(),
  settled: settledSchema.optional(),
});

/** Something that the provider has to say; its path is in Terraform's names. */
export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** A created resource's state, to plan changes of it against. Only the provider looks into it. */
export type Settled = z.infer<typeof settledSchema>;

/** The provider's verdict on a configuration. */
export type Plan = z.infer<typeof planAnswer>;

/** What the provider takes: the fields of its own configuration and of each resource type. */
export interface ProviderSchema {
  readonly provider: Shapes;
  readonly resources: Readonly<Record<string, Shapes>>;
}

/** The real provider in a process of its own, which answers questions in order. */
export class RealProvider {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  #errors = "";

  /** @param executable the program of `conformance/provider`, built */
  constructor(executable: string) {
    // Without the user's environment: the provider reads PROXMOX_VE_* and SSH_AUTH_SOCK.
    this.#child = spawn(executable, [], { env: {}, stdio: "pipe" });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // A provider that did not start or has died is told by its missing answer, with what it wrote last.
    this.#child.on("error", (error) => {
      this.#errors += error.message;
    });
    this.#child.stdin.on("error", () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** The provider's schema. */
  async schema(): Promise<ProviderSchema> {
    return schemaAnswer.parse(await this.#ask({ kind: "schema" }));
  }

  /** Gives the provider its configuration, without connecting, and returns what it says of it. */
  async configure(config: Properties): Promise<readonly Diagnostic[]> {
    return configureAnswer.parse(await this.#ask({ kind: "configure", config })).diagnostics;
  }

  /** Validates a resource and plans it: its creation, or a change of what `prior` is. */
  async plan(type: string, config: Properties, prior?: Settled): Promise<Plan> {
    return planAnswer.parse(await this.#ask({ kind: "plan", type, config, prior }));
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
    this.#lines.close();
  }

  async #ask(request: object): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.#answers.next();
    if (answer.done) throw new Error(`the real provider has ended: ${lastLines(this.#errors)}`);
    return JSON.parse(answer.value);
  }
}
