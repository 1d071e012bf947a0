import type { Scenario } from "../model";
import { untouched } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";

/** What steers the estate without carrying it: guests go on, and nobody can change anything. */
export function controlScenarios(subject: Subject): Scenario[] {
  const effects = runningGuests(subject).map(untouched);
  const { endpoint } = subject.topology.site;
  const { recoveries, siteLinks } = subject.topology;
  const groups = recoveries.map(({ name }) => name);
  const api = typeof endpoint === "string" ? endpoint : "the API";
  return [
    scenario(
      {
        id: "management",
        kind: "management",
        title: "Management access",
        what: `${api} does not answer, or nobody can log in. Everything that runs goes on, HA included.`,
        notes: [
          "Every node serves the same API: another node's address will do, if only this one has failed.",
          "Without it, `qm`, `pct` and `ha-manager` on a node's console are left.",
        ],
      },
      effects,
    ),
    scenario(
      {
        id: "state-backend",
        kind: "state-backend",
        title: "State backend",
        what: "Pulumi's state is out of reach or lost. Nothing that runs depends on it; previews and ups stop.",
        notes: [
          "A lost state is built anew by `pulumi import`; exports of it (`pulumi stack export`) belong into the backups.",
          ...(groups.length > 0
            ? [
                "A failover does not need it: raising the groups' capacity is a call to AWS, and the runbook makes it.",
              ]
            : []),
        ],
      },
      effects,
    ),
    ...(siteLinks.length > 0 || groups.length > 0 || subject.topology.buckets.length > 0
      ? [linkScenario(subject, siteLinks.length)]
      : []),
  ];
}

/** The way to AWS: nothing on the first site needs it, but its copies grow old. */
function linkScenario(subject: Subject, connections: number): Scenario {
  return scenario(
    {
      id: "aws-link",
      kind: "aws-link",
      title: "Link to AWS",
      what:
        connections > 0
          ? "Both tunnels of the VPN are down, or the way to the internet is. What runs on either site goes on."
          : "The way to the internet is down. What runs on either site goes on.",
      notes: [
        "Copies no longer leave the site: the newest recoverable point in AWS grows older by the minute.",
        ...(connections > 0
          ? [
              "One tunnel alone may fail without effect: the connection has two, in different zones.",
              "Load balancers in AWS take guests of this site out.",
            ]
          : []),
      ],
    },
    runningGuests(subject).map(untouched),
  );
}
