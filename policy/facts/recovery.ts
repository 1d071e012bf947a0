import type { DeclaredResource } from "./declared";
import { get, items, type Known, text, UNKNOWN, type Value, whole } from "./read";

/** Groups of instances that come up when the first site is lost. */
export const RECOVERY_GROUP_TYPE = "aws:autoscaling/group:Group";
/** Connections between the sites. */
export const VPN_TYPE = "aws:ec2/vpnConnection:VpnConnection";

/** The tag by which a group says whose place its instances take. */
export const GUEST_TAG = "hybrid-estate:guest";
/** The same for several guests: their names, with spaces between. */
export const GUESTS_TAG = "hybrid-estate:guests";

/** What comes back in AWS. */
export interface Recovery {
  readonly source: DeclaredResource;
  readonly name: string;
  /** Names of guests, or of groups of them, whose place it takes. */
  readonly guests: readonly string[];
  /** Instances that run on ordinary days; 0 for a pilot light. */
  readonly running: Known<number>;
  readonly largest: Value<number>;
}

/** Reads a group; nothing for one that recovers no guest. */
export function readRecovery(resource: DeclaredResource): Recovery | undefined {
  const tags = new Map(
    items(resource.properties, "tags").flatMap((tag) => {
      const [key, value] = [text(tag, "key"), text(tag, "value")];
      return typeof key === "string" && typeof value === "string" ? [[key, value] as const] : [];
    }),
  );
  const name = tags.get(GUEST_TAG);
  const guests = tags
    .get(GUESTS_TAG)
    ?.split(" ")
    .filter((guest) => guest !== "");
  if (name === undefined && guests === undefined) return undefined;
  const running = whole(resource.properties, "desiredCapacity") ?? whole(resource.properties, "minSize") ?? 0;
  return {
    source: resource,
    name: name ?? resource.name,
    guests: guests ?? (name === undefined ? [] : [name]),
    running,
    largest: whole(resource.properties, "maxSize"),
  };
}

/** A site-to-site connection, which AWS gives two tunnels. */
export interface SiteLink {
  readonly source: DeclaredResource;
  readonly staticRoutes: Known<boolean>;
}

/** Reads a connection. */
export function readSiteLink(resource: DeclaredResource): SiteLink {
  const routes = get(resource.properties, "staticRoutesOnly");
  return {
    source: resource,
    staticRoutes: routes === undefined ? false : typeof routes === "boolean" ? routes : UNKNOWN,
  };
}
