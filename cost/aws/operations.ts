import type { DeclaredResource } from "../../policy/facts/declared";
import { flag, get, items, text, UNKNOWN, whole } from "../../policy/facts/read";
import { all, type Circumstances, type Costing, type Costings, free, type Needs } from "../demand";
import { Exact } from "../exact";
import { customMetrics, gap, monthly, stated } from "./amounts";

/** Seconds; alarms that look more often cost more. */
const MINUTE = 60;

/** DNS, watching, alarms, logs, runbooks. */
export const operationsCostings: Costings = {
  "aws:route53/zone:Zone": (_, { usage }) =>
    all(
      monthly("route53.zone"),
      stated("route53.queries", usage.dnsQueries, {
        what: "DNS queries",
        setting: "dnsQueries",
        resource: "(all zones)",
      }),
    ),
  "aws:route53/record:Record": free("records are part of their zone"),
  "aws:route53/healthCheck:HealthCheck": costHealthCheck,
  "aws:cloudwatch/metricAlarm:MetricAlarm": costAlarm,
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": () => monthly("cloudwatch.alarm.composite"),
  "aws:cloudwatch/dashboard:Dashboard": () => monthly("cloudwatch.dashboard"),
  "aws:cloudwatch/logGroup:LogGroup": (_, { usage }) =>
    all(
      stated("logs.ingested", usage.logsGb, {
        what: "logs ingested",
        setting: "logsGb",
        resource: "(all log groups)",
      }),
      stated("logs.stored", usage.logsKeptGb, {
        what: "logs kept",
        setting: "logsKeptGb",
        resource: "(all log groups)",
      }),
    ),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": free("its metric counts as a custom one"),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": free("a setting"),
  "aws:cloudwatch/eventRule:EventRule": free(
    "events of AWS services and schedules on the default bus are free",
  ),
  "aws:cloudwatch/eventTarget:EventTarget": free("part of its rule"),
  "aws:cloudwatch/eventPermission:EventPermission": free("a setting"),
  "aws:scheduler/schedule:Schedule": free("14 million invocations a month are free"),
  "aws:scheduler/scheduleGroup:ScheduleGroup": free("groups are free"),
  "aws:cloudtrail/trail:Trail": costTrail,
  "aws:sfn/stateMachine:StateMachine": costStateMachine,
  "aws:lambda/function:Function": costFunction,
  "aws:lambda/permission:Permission": free("a setting"),
  "aws:sns/topic:Topic": free("a million messages a month are free; e-mails count for themselves"),
  "aws:sns/topicPolicy:TopicPolicy": free("a setting"),
  "aws:sns/topicSubscription:TopicSubscription": costSubscription,
  "aws:budgets/budget:Budget": free("budgets without actions are free"),
  "aws:budgets/budgetAction:BudgetAction": () => gap("budget action", "there is no price of it"),
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": free("anomaly detection is free"),
  "aws:costexplorer/anomalySubscription:AnomalySubscription": free("anomaly detection is free"),
  "aws:acm/certificate:Certificate": ({ properties }) =>
    get(properties, "certificateAuthorityArn") === undefined
      ? { free: "public certificates are free" }
      : gap("private certificate", "there is no price of it"),
  "aws:acm/certificateValidation:CertificateValidation": free("waits for a certificate"),
  ...identity(),
};

/** Identities and what they may do are free, whatever their kind. */
function identity(): Costings {
  const kinds = [
    "accessKey:AccessKey",
    "accountPasswordPolicy:AccountPasswordPolicy",
    "group:Group",
    "groupMembership:GroupMembership",
    "groupPolicy:GroupPolicy",
    "groupPolicyAttachment:GroupPolicyAttachment",
    "instanceProfile:InstanceProfile",
    "policy:Policy",
    "policyAttachment:PolicyAttachment",
    "role:Role",
    "rolePolicy:RolePolicy",
    "rolePolicyAttachment:RolePolicyAttachment",
    "serviceLinkedRole:ServiceLinkedRole",
    "user:User",
    "userGroupMembership:UserGroupMembership",
    "userPolicy:UserPolicy",
    "userPolicyAttachment:UserPolicyAttachment",
    "virtualMfaDevice:VirtualMfaDevice",
  ];
  const others = ["aws:rolesanywhere/profile:Profile", "aws:rolesanywhere/trustAnchor:TrustAnchor"];
  const types = [...kinds.map((kind) => `aws:iam/${kind}`), ...others];
  return Object.fromEntries(types.map((type): [string, Costing] => [type, free("identities are free")]));
}

function costHealthCheck({ properties }: DeclaredResource): Needs {
  const type = text(properties, "type");
  if (type === undefined || type === UNKNOWN) return gap("health check", "its type is not known");
  if (["CLOUDWATCH_METRIC", "CALCULATED", "RECOVERY_CONTROL"].includes(type)) {
    return monthly("route53.healthCheck.alarm");
  }
  const options = [
    type.startsWith("HTTPS"),
    type.endsWith("STR_MATCH"),
    whole(properties, "requestInterval") === 10,
    flag(properties, "measureLatency") === true,
  ].filter((chosen) => chosen).length;
  return all(
    // Whether the address is AWS's own is not to be seen in it: the dearer of the two is counted.
    monthly("route53.healthCheck.other"),
    options === 0 ? {} : monthly("route53.healthCheck.option", Exact.of(options), `${options} options`),
  );
}

/** An alarm costs by the metrics that it looks at, and more where it looks more often than once a minute. */
function costAlarm({ properties }: DeclaredResource, { usage }: Circumstances): Needs {
  const queries = items(properties, "metricQueries");
  const metrics = queries.map((query) => get(query, "metric")).filter((metric) => metric !== undefined);
  const watched = queries.length === 0 ? [properties] : metrics;
  const fast = watched.filter((metric) => {
    const period = whole(metric, "period");
    return typeof period === "number" && period < MINUTE;
  }).length;
  const slow = watched.length - fast;
  return all(
    slow === 0 ? {} : monthly("cloudwatch.alarm", Exact.of(slow), `${slow} metric${slow === 1 ? "" : "s"}`),
    fast === 0 ? {} : monthly("cloudwatch.alarm.fast", Exact.of(fast), `${fast} below a minute`),
    watched.some(isCustom) ? customMetrics(usage) : {},
  );
}

/** Whether a metric is not AWS's own: those cost by themselves. */
function isCustom(metric: unknown): boolean {
  const namespace = text(metric, "namespace");
  return typeof namespace === "string" && !namespace.startsWith("AWS/");
}

function costTrail({ properties }: DeclaredResource): Needs {
  const selected = items(properties, "eventSelectors").some(
    (selector) => items(selector, "dataResources").length > 0,
  );
  const advanced = items(properties, "advancedEventSelectors").length > 0;
  const insight = items(properties, "insightSelectors").length > 0;
  return all(
    selected || advanced
      ? gap("data events", "there is no price of them, and their number is not known")
      : {},
    insight ? gap("insights", "there is no price of them, and the number of events is not known") : {},
    selected || advanced || insight ? {} : { free: "the first copy of management events is free" },
  );
}

function costStateMachine({ properties }: DeclaredResource, { usage }: Circumstances): Needs {
  if (text(properties, "type") === "EXPRESS") return gap("express runs", "there is no price of them");
  return stated("states.transitions", usage.stateTransitions, {
    what: "state transitions",
    setting: "stateTransitions",
    resource: "(all state machines)",
  });
}

function costFunction(_: DeclaredResource, { usage }: Circumstances): Needs {
  const resource = "(all functions)";
  return all(
    stated("lambda.requests", usage.lambdaRequests, {
      what: "invocations",
      setting: "lambdaRequests",
      resource,
    }),
    stated("lambda.compute", usage.lambdaGbSeconds, {
      what: "compute",
      setting: "lambdaGbSeconds",
      resource,
    }),
  );
}

function costSubscription({ properties }: DeclaredResource, { usage }: Circumstances): Needs {
  const protocol = text(properties, "protocol");
  if (protocol === "email" || protocol === "email-json") {
    return stated("sns.emails", usage.emails, {
      what: "e-mails",
      setting: "emails",
      resource: "(all topics)",
    });
  }
  if (protocol === "sms") return gap("text messages", "they cost by country");
  return { free: "deliveries within AWS are free, and the first 100,000 over HTTPS" };
}
