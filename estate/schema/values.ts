import { IPv4, IPv4CidrRange } from "ip-num";
import { z } from "zod";

/** MiB in one unit of the sizes that an environment file may use. Proxmox counts in binary units throughout. */
const MEBIBYTES = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 } as const;

type SizeUnit = keyof typeof MEBIBYTES;

function inMebibytes(text: string): number {
  const [amount, unit] = text.split(" ") as [string, SizeUnit];
  return Number(amount) * MEBIBYTES[unit];
}

const MEMORY = "a whole number with its unit, such as 512 MiB or 1 GiB";
const DISK = "a whole number with its unit, such as 8 GiB or 2 TiB";

/** An amount of memory such as `512 MiB` or `1 GiB`; parsed to MiB, the unit of Proxmox's `memory` and `swap`. */
export const memorySize = z
  .string({ error: MEMORY })
  .regex(/^[1-9]\d* (MiB|GiB)$/, { error: MEMORY })
  .meta({ description: "Amount of memory with its unit: MiB or GiB", examples: ["1 GiB"] })
  .transform(inMebibytes);

/** A disk size such as `8 GiB`; parsed to GiB, the unit of Proxmox's disk `size`. */
export const diskSize = z
  .string({ error: DISK })
  .regex(/^[1-9]\d* (GiB|TiB)$/, { error: DISK })
  .meta({ description: "Disk size with its unit: GiB or TiB", examples: ["8 GiB"] })
  .transform((text) => inMebibytes(text) / MEBIBYTES.GiB);

const MINUTES = { min: 1, h: 60, d: 24 * 60 } as const;

type TimeUnit = keyof typeof MINUTES;

const DURATION = "a whole number with its unit, such as 15 min, 4 h or 1 d";

/** A length of time such as `15 min`, `4 h` or `1 d`; parsed to minutes. */
export const duration = z
  .string({ error: DURATION })
  .regex(/^[1-9]\d{0,4} (min|h|d)$/, { error: DURATION })
  .meta({ description: "Length of time with its unit: min, h or d", examples: ["4 h"] })
  .transform((text) => {
    const [amount, unit] = text.split(" ") as [string, TimeUnit];
    return Number(amount) * MINUTES[unit];
  });

/** A moment in UTC, to the second; quoted in YAML, which has moments of its own. */
export const moment = z.iso
  .datetime({ error: "a moment in UTC such as 2027-01-31T00:00:00Z", precision: 0 })
  .meta({ description: "Moment in UTC (RFC 3339)", examples: ["2027-01-31T00:00:00Z"] });

/** Whether `text` is what ip-num accepts without complaint: it reports mistakes by throwing. */
function accepted(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

/** An IPv4 address without prefix length. */
export const address = z
  .string()
  .refine((text) => accepted(() => new IPv4(text)), { error: "an IPv4 address such as 192.168.137.10" })
  .meta({ description: "IPv4 address", examples: ["192.0.2.10"] });

/** A network in CIDR notation; host bits must be zero, so that a typo in the prefix length is noticed. */
export const cidr = z
  .string()
  .refine((text) => isCidr(text) && isNetworkAddress(text), {
    error: "a network in CIDR notation whose host bits are zero, such as 192.168.137.0/24",
  })
  .meta({ description: "Network in CIDR notation", examples: ["192.0.2.0/24"] });

/** An address with the prefix length of its network, as Proxmox writes guest addresses. */
export const interfaceAddress = z
  .string()
  .refine(isCidr, {
    error: "an IPv4 address with its prefix length, such as 192.168.137.20/24, or dhcp",
  })
  .meta({ description: "IPv4 address with prefix length", examples: ["192.0.2.10/24"] });

/** ip-num reads a prefix length of 024 too, which other readers of the same text may take for octal. */
function isCidr(text: string): boolean {
  return /\/(0|[1-9]\d?)$/.test(text) && accepted(() => IPv4CidrRange.fromCidr(text));
}

function isNetworkAddress(text: string): boolean {
  return IPv4CidrRange.fromCidr(text).getFirst().toString() === text.split("/")[0];
}

/** A DNS label: what Proxmox accepts as a node or guest name (RFC 1123). */
export const hostName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, {
    error: "letters, digits and inner hyphens, at most 63 characters",
  })
  .describe("Host name (one DNS label)");

/** A storage, pool, rule or job id as Proxmox accepts it (`pve-configid`: a letter, then letters, digits, - and _). */
export const configId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{1,99}$/, { error: "a letter, then letters, digits, - or _" })
  .describe("Proxmox configuration id");

/** An absolute path that can stand in a mount table or an export list without quoting, and says where it leads. */
export const absolutePath = z
  .string()
  .regex(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._+@-]+)+$/, {
    error: "an absolute path of letters, digits and . _ + @ -, without . or .. in it",
  })
  .meta({ description: "Absolute path", examples: ["/srv/nfs"] });

/** An OpenSSH public key line. */
export const sshPublicKey = z
  .string()
  .regex(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/=]+( .*)?$/,
    {
      error: "an OpenSSH public key, such as ssh-ed25519 AAAA... name",
    },
  )
  .meta({ description: "OpenSSH public key", examples: ["ssh-ed25519 AAAA name"] });

/** The public key that a host answers SSH with, to be compared at every connection. */
export const sshHostKey = sshPublicKey
  .optional()
  .describe(
    "The host's SSH public key (/etc/ssh/ssh_host_ed25519_key.pub); without it, whoever answers is trusted",
  );

const EVENT = "a calendar event, such as 02:00, sat 03:30, *-*-01 04:00 or hourly";

/** A calendar event as Proxmox reads it, in the manner of systemd.time(7). */
export const calendarEvent = z
  .string({ error: EVENT })
  .regex(/^[A-Za-z0-9*][A-Za-z0-9*:/,. -]{0,127}$/, { error: EVENT })
  .meta({ description: "Calendar event", examples: ["02:00"] });

/** Name of a physical interface or bond: fifteen letters are Linux's limit (IFNAMSIZ). */
export const networkInterface = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{1,14}$/, {
    error: "the name of an interface, such as enp1s0 or bond0: a letter, then up to 14 letters, digits or _",
  })
  .meta({ description: "Network interface", examples: ["enp1s0"] });

/** An interface, or a VLAN of one, that may be a port of a bridge. */
export const portName = z
  .string()
  .regex(/^(?=.{2,15}$)[A-Za-z][A-Za-z0-9_]*(\.([1-9]\d{0,2}|[1-3]\d{3}|40[0-8]\d|409[0-4]))?$/, {
    error:
      "the name of an interface such as enp1s0 or bond0, or a VLAN of one such as bond0.50 (up to 15 letters)",
  })
  .meta({ description: "Network interface, or a VLAN of one", examples: ["enp1s0"] });

/** Bytes of the largest packet: from what IPv6 asks for to what Proxmox takes. */
export const mtu = z
  .int()
  .min(1280)
  .max(65_520)
  .meta({ description: "MTU in bytes", examples: [1500] });
