import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type EstateContract, parseEstate } from "../contract";

/** What a command cannot go on without, in words for its user. */
export class RunbookError extends Error {
  override readonly name = "RunbookError";
}

/** Megabytes that a stack's outputs may have. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/**
 * What a stack exports, read with the user's own Pulumi CLI and backend.
 *
 * @throws RunbookError where the CLI is missing or has no such stack
 */
export async function readStack(stack: string, cwd: string): Promise<EstateContract> {
  const args = ["stack", "output", "estate", "--json", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd, maxBuffer: OUTPUT_LIMIT });
    return parseEstate(JSON.parse(stdout));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new RunbookError("The Pulumi CLI is not on PATH: https://www.pulumi.com/docs/install/");
    }
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new RunbookError(`The outputs of stack ${stack} cannot be read. ${said || String(error)}`);
  }
}

/** Executions of one region's state machines. Credentials are the user's own (environment, profile, role). */
export class Executions {
  private readonly client: SFNClient;

  /** @param arn of a state machine or an execution, which says the region */
  constructor(arn: string) {
    this.client = new SFNClient({ region: arn.split(":")[3] });
  }

  async start(stateMachineArn: string, name: string, input: object): Promise<string> {
    const { executionArn } = await this.client.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    if (executionArn === undefined) throw new RunbookError("AWS started no execution");
    return executionArn;
  }

  describe(executionArn: string): Promise<DescribeExecutionOutput> {
    return this.client.send(new DescribeExecutionCommand({ executionArn }));
  }

  /** All of its history so far, oldest first. */
  async history(executionArn: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(
        new GetExecutionHistoryCommand({
          executionArn,
          maxResults: 1000,
          includeExecutionData: false,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }
}
