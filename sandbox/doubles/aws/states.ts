import type { World } from "../../world";
import { type Behaviour, type Operation, uniqueUuid } from "../behaviour";
import { anything, flag, json, object, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { requireRole } from "./iam";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** A state machine that is there, by its ARN. */
export function isStateMachine(world: World, stateMachineArn: string): boolean {
  return world.find(STATE_MACHINE, stateMachineArn) !== undefined;
}

export const stateMachine: Behaviour = {
  type: STATE_MACHINE,
  schema: {
    ...regional,
    ...tagged,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    definition: json.required,
    encryptionConfiguration: anything.computed,
    loggingConfiguration: object({
      includeExecutionData: flag,
      level: text.oneOf("ALL", "ERROR", "FATAL", "OFF"),
      logDestination: text,
    }).computed,
    publish: flag,
    roleArn: text.required,
    tracingConfiguration: object({ enabled: flag }).computed,
    type: text.default("STANDARD").replaces.oneOf("EXPRESS", "STANDARD"),
    arn: text.output,
    creationDate: text.output,
    description: text.output,
    revisionId: text.output,
    stateMachineVersionArn: text.output,
    status: text.output,
    versionDescription: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => arn(placeOf(operation), "states", `stateMachine:${operation.inputs.text("name")}`),
  taken: (_, id) =>
    awsRefusal(
      "creating Step Functions State Machine",
      "SFN.CreateStateMachine",
      "StateMachineAlreadyExists",
      `State Machine Already Exists: '${id}'`,
    ).message,
  volatile: ["revisionId"],
  outputs: (operation, id, previous) => ({
    arn: id,
    creationDate: "2026-01-01T00:00:00Z",
    description: "",
    encryptionConfiguration: operation.inputs.values.encryptionConfiguration ?? {
      type: "AWS_OWNED_KEY",
      kmsDataKeyReusePeriodSeconds: 0,
      kmsKeyId: "",
    },
    loggingConfiguration: operation.inputs.object("loggingConfiguration")?.values ?? {
      includeExecutionData: false,
      level: "OFF",
    },
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    region: placeOf(operation).region,
    revisionId: previous?.optionalText("revisionId") ?? uniqueUuid(operation),
    stateMachineVersionArn: "",
    status: "ACTIVE",
    tracingConfiguration: {
      enabled: operation.inputs.object("tracingConfiguration")?.flag("enabled") ?? false,
    },
    versionDescription: "",
  }),
  create: (operation) => {
    refuse(operation, "creating", "SFN.CreateStateMachine");
    return [];
  },
  update: (operation) => {
    refuse(operation, "updating", "SFN.UpdateStateMachine");
    return [];
  },
};

/** AWS's own look at a definition: every state that is named is there, and the first one is. */
function refuse({ world, inputs }: Operation, verb: string, call: string): void {
  const doing = `${verb} Step Functions State Machine (${inputs.optionalText("name") ?? ""})`;
  const invalid = (message: string) =>
    awsRefusal(doing, call, "InvalidDefinition", `Invalid State Machine Definition: '${message}'`);
  requireRole(world, inputs.text("roleArn"), doing, call, "AccessDeniedException");
  const [problem] = definitionProblems(JSON.parse(inputs.text("definition")));
  if (problem !== undefined) throw invalid(problem);
}

/** The names of states that a definition leads to and does not have, in its branches and processors too. */
function definitionProblems(machine: unknown, path = ""): string[] {
  if (!isRecord(machine) || !isRecord(machine.States)) {
    return [`SCHEMA_VALIDATION_FAILED: The field 'States' is required at ${path || "/"}`];
  }
  const states = machine.States;
  const missing = (target: unknown, at: string) =>
    typeof target === "string" && !(target in states)
      ? [`MISSING_TRANSITION_TARGET: Missing 'Next' target: ${target} at ${at}`]
      : [];
  return [
    ...missing(machine.StartAt, `${path}/StartAt`),
    ...Object.entries(states).flatMap(([name, state]) => {
      if (!isRecord(state)) return [];
      const at = `${path}/States/${name}`;
      return [
        ...missing(state.Next, at),
        ...missing(state.Default, at),
        ...[...listOf(state.Choices), ...listOf(state.Catch)].flatMap((one) => missing(one.Next, at)),
        ...listOf(state.Branches).flatMap((branch) => definitionProblems(branch, at)),
        ...(isRecord(state.ItemProcessor) ? definitionProblems(state.ItemProcessor, at) : []),
      ];
    }),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
