/** The CLI release that the sandbox builds or downloads: the one that it is tested with. */
export const ENGINE_VERSION = "3.259.0";

/**
 * The oldest `pulumi` on PATH that the sandbox takes: the release of the `@pulumi/pulumi` SDK in package.json.
 * An older engine would have to understand a newer SDK's protocol, which Pulumi does not promise; a newer one
 * has to understand an older SDK's, which it does within a major version.
 */
export const OLDEST_VERSION = "3.249.0";

/** The range of usable engines, in words for messages. */
export const VERSION_RANGE = `>= ${OLDEST_VERSION} and < 4.0.0`;

type Release = readonly [major: number, minor: number, patch: number];

/** The numbers of a release version, or undefined for anything else: development builds, pre-releases, text. */
export function parseRelease(text: string): Release | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Whether a `pulumi version` output names a release in {@link VERSION_RANGE}. */
export function isUsableVersion(text: string): boolean {
  const release = parseRelease(text);
  const oldest = parseRelease(OLDEST_VERSION);
  return (
    release !== undefined && oldest !== undefined && release[0] === oldest[0] && !isOlder(release, oldest)
  );
}

function isOlder(one: Release, other: Release): boolean {
  const differing = one.findIndex((number, index) => number !== other[index]);
  return differing >= 0 && (one[differing] ?? 0) < (other[differing] ?? 0);
}
