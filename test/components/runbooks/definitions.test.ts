import assert from "node:assert/strict";

import aslValidator = require("asl-validator");

import { imageDefinition } from "../../../components/aws/images/definition";
import { drillDefinition } from "../../../components/aws/runbooks/drill";
import { failbackDefinition } from "../../../components/aws/runbooks/failback";
import { failoverDefinition } from "../../../components/aws/runbooks/failover";
import { latencyDefinition } from "../../../components/aws/runbooks/latency-watch";
import type { Definition, State, States } from "../../../components/aws/runbooks/states";
import { watchDefinition } from "../../../components/aws/runbooks/watch";
import { runbookGuest, runbookSettings } from "../../support/runbooks";

const settings = runbookSettings([
  runbookGuest("db", { probe: { port: 5432, tls: false }, rpo: 3600, rto: 7200 }),
  runbookGuest("web", { wave: 1, after: ["db"], probe: { port: 443, path: "/health", tls: true } }),
]);

const RUNBOOKS: Readonly<Record<string, Definition>> = {
  failover: failoverDefinition(settings),
  drill: drillDefinition(settings),
  failback: failbackDefinition(settings),
  watch: watchDefinition(settings),
  latency: latencyDefinition({
    estate: "example",
    latencyFunction: "arn:aws:lambda:us-east-1:123456789012:function:latency",
    address: "192.168.1.4",
    port: 7,
  }),
  images: imageDefinition({
    cluster: "example",
    guests: [{ name: "web", launchTemplate: "lt-0123456789abcdef0" }],
    importRole: "example-vmimport",
    topic: "arn:aws:sns:eu-west-1:123456789012:alerts",
    keep: 3,
    pollSeconds: 60,
    importSeconds: 3600,
    tags: {},
  }),
};

/** The states of a machine with those of its branches and iterations; `outer` are variables that are assigned around them. */
function walk(
  states: States,
  visit: (name: string, state: State, outer: ReadonlySet<string>) => void,
  outer: ReadonlySet<string> = new Set(),
): void {
  const here = new Set([...outer, ...Object.values(states).flatMap(assigned)]);
  for (const [name, state] of Object.entries(states)) {
    visit(name, state, outer);
    if (state.Type === "Map") walk(state.ItemProcessor.States, visit, here);
    if (state.Type === "Parallel") for (const { States } of state.Branches) walk(States, visit, here);
  }
}

function assigned(state: State): string[] {
  const own = "Assign" in state ? Object.keys(state.Assign ?? {}) : [];
  const caught =
    "Catch" in state ? (state.Catch ?? []).flatMap(({ Assign = {} }) => Object.keys(Assign)) : [];
  return [...own, ...caught];
}

for (const [name, definition] of Object.entries(RUNBOOKS)) {
  describe(`components: the state machine ${name}`, () => {
    it("is what a validator of Amazon's language takes", () => {
      const { isValid, errorsText } = aslValidator(JSON.parse(JSON.stringify(definition)));
      assert.ok(isValid, errorsText());
    });

    it("names every state once, and leads to states that are there", () => {
      const seen = new Set<string>();
      walk(definition.States, (state) => {
        assert.ok(!seen.has(state), `${state} is there twice`);
        seen.add(state);
        assert.ok(state.length <= 80, state);
      });
    });

    it("assigns no variable inside a branch or iteration that is assigned around it", () => {
      walk(definition.States, (state, value, outer) => {
        for (const variable of assigned(value))
          assert.ok(!outer.has(variable), `${state} assigns ${variable}`);
      });
    });

    it("tries calls again, and leads the errors of each somewhere", () => {
      const handled = new Set<string>();
      walk(definition.States, (state, value) => {
        if ((value.Type === "Map" || value.Type === "Parallel") && value.Catch) {
          const inner = value.Type === "Map" ? [value.ItemProcessor] : value.Branches;
          for (const { States } of inner) walk(States, (one) => handled.add(one));
        }
        if (value.Type !== "Task") return;
        assert.ok(
          (value.Retry ?? []).some(({ MaxAttempts }) => MaxAttempts > 0),
          state,
        );
        // What only measures has nothing to clean up, and its alarms notice that it failed.
        const measures = name === "latency" || (name === "watch" && state === "Age");
        if (!measures) assert.ok(value.Catch || handled.has(state), state);
      });
    });

    it("is well within what Step Functions takes (1 MiB), with a hundred guests", () => {
      const many = runbookSettings(
        Array.from({ length: 100 }, (_, index) => runbookGuest(`guest-${index}`, { wave: index % 10 })),
      );
      for (const make of [failoverDefinition, failbackDefinition, drillDefinition, watchDefinition]) {
        assert.ok(JSON.stringify(make(many)).length < 100_000);
      }
    });
  });
}

describe("components: the failover's definition", () => {
  it("changes no DNS record and ends nothing", () => {
    const calls: string[] = [];
    walk(RUNBOOKS.failover?.States ?? {}, (_, state) => {
      if (state.Type === "Task") calls.push(state.Resource.split(":").slice(5).join(":"));
    });
    assert.deepEqual([...new Set(calls)].sort(), [
      "aws-sdk:autoscaling:describeAutoScalingGroups",
      "aws-sdk:autoscaling:updateAutoScalingGroup",
      "aws-sdk:cloudwatch:putMetricData",
      "aws-sdk:ec2:describeImages",
      "aws-sdk:ec2:describeInstances",
      "aws-sdk:ec2:describeLaunchTemplateVersions",
      "aws-sdk:elasticloadbalancingv2:describeTargetHealth",
      "lambda:invoke",
      "sns:publish",
    ]);
  });
});

describe("components: the failback's definition", () => {
  it("ends nothing by itself, and changes no DNS record", () => {
    const calls: string[] = [];
    walk(RUNBOOKS.failback?.States ?? {}, (_, state) => {
      if (state.Type === "Task") calls.push(state.Resource.split(":").slice(5).join(":"));
    });
    assert.deepEqual([...new Set(calls)].sort(), [
      "aws-sdk:autoscaling:describeAutoScalingGroups",
      "aws-sdk:autoscaling:resumeProcesses",
      "aws-sdk:autoscaling:suspendProcesses",
      "aws-sdk:autoscaling:updateAutoScalingGroup",
      "aws-sdk:ec2:createSnapshots",
      "aws-sdk:ec2:describeInstances",
      "aws-sdk:ec2:describeSnapshots",
      "aws-sdk:ec2:startInstances",
      "aws-sdk:ec2:stopInstances",
      "sns:publish",
    ]);
  });
});
