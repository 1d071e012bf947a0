import { type Finding, problem } from "../problems";
import type { Lxc } from "../schema";

/** Settings of a container that do not fit together. */
export function checkLxc(name: string, lxc: Lxc): Finding[] {
  const at = (...steps: string[]) => ["guests", name, ...steps];
  const { cores, cpuLimit, nesting, unprivileged, mountPoints } = lxc;
  return [
    ...(nesting && !unprivileged
      ? [
          problem(
            at("nesting"),
            true,
            "false, or unprivileged: true: root of a privileged container with nesting is root of the node",
            [at("unprivileged")],
          ),
        ]
      : []),
    ...(cpuLimit !== undefined && cpuLimit > cores
      ? [problem(at("cpuLimit"), cpuLimit, `at most its ${cores} cores`, [at("cores"), at("offering")])]
      : []),
    ...Object.entries(mountPoints).flatMap(([slot, { path }]) => {
      const first = Object.entries(mountPoints).find(([, other]) => other.path === path)?.[0] ?? slot;
      return first === slot
        ? []
        : [
            problem(at("mountPoints", slot, "path"), path, `a path that ${first} does not have`, [
              at("mountPoints", first, "path"),
            ]),
          ];
    }),
  ];
}
