import { isIP } from "node:net";
import { Refusal } from "../behaviour";
import { number, type PropertyType, text } from "../schema";

/** Validators that several of the bpg provider's resources share. */

/** -1 is how old states say that PVE chooses. */
export const guestId: PropertyType = number.where(
  (value) => Number(value) === -1 || (Number(value) >= 100 && Number(value) <= 2147483647),
  "100 to 2147483647",
);

export const hostName: PropertyType = text.matching(
  /^$|^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/,
  "a valid DNS name",
);

/** Volume ids, such as `nas:iso/debian.iso`. */
export const fileId: PropertyType = text.matching(
  /^$|^[a-z\d\-_.]+:([a-z\d\-_]+\/)?.+$/i,
  "a valid file identifier (datastore-name:iso/some-file.img)",
);

export const ipAddress: PropertyType = text.where((value) => isIP(String(value)) !== 0, "an IP address");

/** An address with its prefix length. */
export const interfaceAddress: PropertyType = text.where((value) => {
  const [address = "", prefix = ""] = String(value).split("/");
  return (
    /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128) && isIP(address) !== 0
  );
}, "an IP address with a prefix length");

/** A network in CIDR notation: what interfaces take, too. */
export const networkAddress: PropertyType = interfaceAddress;

/** What Proxmox answers to a parameter that cannot be (raise_param_exc). */
export function parameterRefusal(parameter: string, reason: string): Refusal {
  return new Refusal(
    `received an HTTP 400 response - Reason: Parameter verification failed. (${parameter}: ${reason})`,
  );
}

/** Go's durations, such as `2m30s`. */
export const duration: PropertyType = text.matching(
  /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/,
  "a duration such as 15m",
);

/** Most memory of a guest in MiB. */
export const MOST_MEMORY = 268435456;

export const haResourceId: PropertyType = text.matching(
  /^(vm|ct):\d+$/,
  "the format type:id (e.g. vm:100, ct:101)",
);

export const haIdentifier: PropertyType = text.matching(
  /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]$/,
  "a letter, then letters, numbers, '-', '_' and '.', a letter or number last, at least 2 in all",
);
