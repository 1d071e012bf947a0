import type { DrillSettings } from "../../components/aws/runbooks/drill";
import type { RunbookGuest } from "../../components/aws/runbooks/plan";

/** A guest as the runbooks know it, with changes. */
export function runbookGuest(name: string, changes: Partial<RunbookGuest> = {}): RunbookGuest {
  return {
    name,
    launchTemplate: `lt-${name}`,
    group: `${name}-group`,
    instances: 1,
    running: 0,
    targetGroups: [],
    probe: { port: 80, tls: false },
    after: [],
    wave: 0,
    timeLimit: 60,
    ...changes,
  };
}

/** Settings of runbooks for guests. */
export function runbookSettings(
  guests: readonly RunbookGuest[],
  changes: Partial<DrillSettings> = {},
): DrillSettings {
  return {
    estate: "example",
    guests,
    probeFunction: "arn:aws:lambda:us-east-1:123456789012:function:probe",
    topic: "arn:aws:sns:us-east-1:123456789012:alerts",
    pollSeconds: 15,
    subnets: ["subnet-1", "subnet-2"],
    securityGroup: "sg-drill",
    detect: 600,
    declare: 900,
    tags: { environment: "test" },
    ...changes,
  };
}

/** The definition with retries that do not wait: moto waits as AWS does. */
export function quick<T>(definition: T): T {
  return JSON.parse(JSON.stringify(definition), (key, value) =>
    key === "IntervalSeconds" ? 1 : key === "BackoffRate" ? 1 : key === "MaxAttempts" ? 1 : value,
  );
}
