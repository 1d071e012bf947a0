import { type Known, knownIn, texts, UNKNOWN, type Value, wholes } from "../facts/read";
import { IN_TRANSIT } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

const TUNNELS = ["tunnel1", "tunnel2"];

type Weak = (tunnel: unknown, name: string) => Known<boolean>;

/** What AWS may be limited to, and what of it is weak today; all of it is agreed to when left out. */
const LISTS: readonly (readonly [suffix: string, weak: Weak])[] = [
  ["IkeVersions", named(/^ikev2$/)],
  ["Phase1EncryptionAlgorithms", named(/^AES256/)],
  ["Phase2EncryptionAlgorithms", named(/^AES256/)],
  ["Phase1IntegrityAlgorithms", named(/^SHA2-/)],
  ["Phase2IntegrityAlgorithms", named(/^SHA2-/)],
  ["Phase1DhGroupNumbers", weakGroups],
  ["Phase2DhGroupNumbers", weakGroups],
];

export const vpnStrongCrypto: ResourceRule = {
  id: "vpn-strong-crypto",
  title: "Tunnels use IKEv2 and strong cryptography",
  description:
    "Unless told otherwise AWS also agrees to IKEv1, SHA-1 and a 1024-bit group, and so does whoever stands between the sites.",
  severity: "high",
  level: "mandatory",
  framework: IN_TRANSIT,
  url: "https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html",
  tags: ["aws", "network", "security"],
  remediation: "Limit both tunnels to ikev2, AES-256, SHA-2 and groups of 14 and above, in both phases.",
  scope: "resource",
  types: ["aws:ec2/vpnConnection:VpnConnection"],
  check: (resource) => {
    const lists = TUNNELS.flatMap((tunnel) =>
      LISTS.map(([suffix, weak]) => ({ name: `${tunnel}${suffix}`, weak })),
    ).map(({ name, weak }) => ({ name, weak: weak(resource.properties, name) }));
    const weak = lists.filter((list) => list.weak === true).map(({ name }) => name);
    const open = lists.some((list) => list.weak === UNKNOWN);
    return answer(resource, weak.length > 0 ? true : open ? UNKNOWN : false, {
      wrong: `VPN ${resource.name} agrees to weak cryptography in ${listed(weak)}. Limit each to strong values.`,
      open: `What cryptography VPN ${resource.name} agrees to is not known yet.`,
    });
  },
};

/** A list of names, of which those that match are strong. */
function named(strong: RegExp): Weak {
  return (tunnel, name) => agreesToWeak(texts(tunnel, name), (value) => strong.test(value));
}

/** Groups are numbers: AWS' are 2, 5 and 14 to 24; 22 to 24 have weak or untrusted parameters (RFC 8247). */
function weakGroups(tunnel: unknown, name: string): Known<boolean> {
  return agreesToWeak(wholes(tunnel, name), (group) => group >= 14 && group <= 21);
}

/** What is left out is everything that AWS knows. */
function agreesToWeak<T>(
  values: Value<readonly Known<T>[]>,
  isStrong: (value: T) => boolean,
): Known<boolean> {
  if (values === UNKNOWN) return UNKNOWN;
  if (values === undefined || knownIn(values).some((value) => !isStrong(value))) return true;
  return values.includes(UNKNOWN) ? UNKNOWN : false;
}
