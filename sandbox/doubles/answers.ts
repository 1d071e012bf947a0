import { CheckFailure, type DiffRequest, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Failure } from "./check";
import type { Difference } from "./diff";
import { decode } from "./wire";

export function checkFailure({ property, reason }: Failure): CheckFailure {
  return new CheckFailure().setProperty(property).setReason(reason);
}

/** Whether a provider's own configuration differs, and whether all that it made has to be made anew for that. */
export function diffConfig(request: DiffRequest, replacedBy: readonly string[] = []): DiffResponse {
  const olds = decode(request.getOldInputs() ?? request.getOlds()).values;
  const news = decode(request.getNews()).values;
  const differences = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]))
    .map((path): Difference => ({ path, kind: "update", replaces: replacedBy.includes(path) }));
  return diffResponse(differences);
}

const KINDS = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** What the engine shows, and decides between update and replacement from. */
export function diffResponse(differences: readonly Difference[]): DiffResponse {
  const response = new DiffResponse()
    .setChanges(
      differences.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
    )
    .setDiffsList([...new Set(differences.map(({ path }) => topLevel(path)))])
    .setReplacesList([
      ...new Set(differences.flatMap(({ path, replaces }) => (replaces ? [topLevel(path)] : []))),
    ])
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of differences) {
    const detail = new PropertyDiff().setKind(KINDS[kind][replaces ? 1 : 0]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

function topLevel(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}
