import { type Finding, problem, type Step } from "../problems";
import type { Estate } from "../schema";

/** Buckets that would be one another, and second regions that are the first. */
export function checkAwsData({ aws }: Estate): Finding[] {
  if (!aws) return [];
  const { backupBucket, exports, accessLogs } = aws;
  const copied = [
    ["backupBucket", backupBucket],
    ["exports", exports],
  ] as const;
  const named: [Step[], string][] = [
    ...copied.flatMap(([section, bucket]): [Step[], string][] => [
      ...(bucket ? [[["aws", section, "name"], bucket.name] satisfies [Step[], string]] : []),
      ...(bucket?.replica
        ? [[["aws", section, "replica", "name"], bucket.replica.name] satisfies [Step[], string]]
        : []),
    ]),
    ...(accessLogs ? [[["aws", "accessLogs", "name"], accessLogs.name] satisfies [Step[], string]] : []),
  ];
  return [
    ...twice(named),
    ...copied.flatMap(([section, bucket]) =>
      bucket?.replica?.region === aws.region
        ? [
            problem(["aws", section, "replica", "region"], aws.region, "another region than the site's", [
              ["aws", "region"],
            ]),
          ]
        : [],
    ),
  ];
}

function twice(named: readonly (readonly [Step[], string])[]): Finding[] {
  return named.flatMap(([path, name], index) => {
    const first = named.findIndex(([, other]) => other === name);
    const basis = named[first]?.[0];
    return first < index && basis ? [problem(path, name, "a name that no other bucket has", [basis])] : [];
  });
}
