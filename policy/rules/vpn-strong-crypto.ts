import { type Known, knownIn, texts, UNKNOWN, type Value } from "../facts/read";
import { IN_TRANSIT } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

const TUNNELS = ["tunnel1", "tunnel2"];

/** What AWS may be limited to, and what of it is strong today; all of it when left out. */
const LISTS: readonly (readonly [suffix: string, strong: RegExp])[] = [
  ["IkeVersions", /^ikev2$/],
  ["Phase1EncryptionAlgorithms", /^AES256/],
  ["Phase2EncryptionAlgorithms", /^AES256/],
  ["Phase1IntegrityAlgorithms", /^SHA2-/],
  ["Phase2IntegrityAlgorithms", /^SHA2-/],
  // Numbers: AWS' groups are 2, 5 and 14 to 24; 22 to 24 have weak or untrusted parameters (RFC 8247).
  ["Phase1DhGroupNumbers", /^(1[4-9]|2[01])$/],
  ["Phase2DhGroupNumbers", /^(1[4-9]|2[01])$/],
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
      LISTS.map(([suffix, strong]) => ({ name: `${tunnel}${suffix}`, strong })),
    ).map(({ name, strong }) => ({ name, weak: agreesToWeak(texts(resource.properties, name), strong) }));
    const named = lists.filter(({ weak }) => weak === true).map(({ name }) => name);
    const open = lists.some(({ weak }) => weak === UNKNOWN);
    return answer(resource, named.length > 0 ? true : open ? UNKNOWN : false, {
      wrong: `VPN ${resource.name} agrees to weak cryptography in ${listed(named)}. Limit each to strong values.`,
      open: `What cryptography VPN ${resource.name} agrees to is not known yet.`,
    });
  },
};

/** What is left out is everything that AWS knows. */
function agreesToWeak(values: Value<readonly Known<string>[]>, strong: RegExp): Known<boolean> {
  if (values === UNKNOWN) return UNKNOWN;
  if (values === undefined || knownIn(values).some((value) => !strong.test(value))) return true;
  return values.includes(UNKNOWN) ? UNKNOWN : false;
}
