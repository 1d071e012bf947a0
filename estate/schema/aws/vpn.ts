import { z } from "zod";
import { address, cidr, interfaceAddress, sshHostKey } from "../values";
import { logRetention } from "./network";

/** An ASN of the private ranges, or a public one of four bytes: what AWS and FRR both take. */
const asn = z.int().min(1).max(4_294_967_294);

const gatewaySchema = z.strictObject({
  guest: z
    .string()
    .describe("Virtual machine of the site that becomes the gateway: Debian 13, for nothing else"),
  publicAddress: address.describe(
    "Address that AWS sees it by: the guest's own, or that of the router that hides it (NAT); it may never change",
  ),
  insideCidrs: z
    .array(cidr)
    .length(2)
    .meta({
      description:
        "The /30 inside each of both tunnels, from 169.254.0.0/16; another one makes the connection anew",
      examples: [["169.254.10.0/30", "169.254.10.4/30"]],
    }),
  startup: z
    .enum(["add", "start"])
    .optional()
    .describe(
      "Whether AWS begins (start) or waits (add); start where the guest has the public address itself",
    ),
  sshUser: z.string().default("root").describe("User that the script logs in as"),
  sshHostKey,
});

const vpnSchema = z.strictObject({
  routing: z
    .enum(["bgp", "static"])
    .default("bgp")
    .describe("How both sites learn each other's networks; another one makes the connections anew"),
  through: z
    .enum(["vpc", "transit-gateway"])
    .default("vpc")
    .describe(
      "Where the tunnels end: at the VPC's own gateway, or at a transit gateway that can join more VPCs",
    ),
  asn: asn.default(65_000).describe("The site's number in BGP; another one makes the customer gateways anew"),
  gateways: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "up to 31 lower-case letters, digits, hyphens" }),
      gatewaySchema,
    )
    .describe("The site's gateways by name, the preferred one first; each has a connection with two tunnels"),
  sharedAddress: z
    .strictObject({
      address: interfaceAddress.describe("Free address of the gateways' network"),
      routerId: z.int().min(1).max(255).default(42).describe("VRRP's number, not used twice in the network"),
    })
    .optional()
    .describe("An address that the gateways hand to each other, for the site's routers to send to"),
  logRetentionDays: logRetention,
});

const bgpAddress = z.string().regex(/^169\.254\.\d{1,3}\.\d{1,3}\/30$/, {
  error: "an address with prefix length from 169.254.0.0/16, such as 169.254.96.1/30",
});

const directConnectSchema = z.strictObject({
  connection: z
    .string()
    .regex(/^dx(con|lag)-[a-z0-9]{8}$/, { error: "a connection's id, such as dxcon-abcd1234" })
    .meta({
      description: "The line, which a partner has set up and you have accepted",
      examples: ["dxcon-abcd1234"],
    }),
  vlan: z.int().min(1).max(4094).describe("VLAN on the line; another one makes the interface anew"),
  asn: asn.default(65_000).describe("The site's number in BGP"),
  addresses: z
    .strictObject({ site: bgpAddress, amazon: bgpAddress })
    .optional()
    .describe("Both ends' addresses on the line; AWS picks them when absent"),
  mtu: z.literal([1500, 9001]).default(1500).describe("Largest packet on the line, in bytes"),
});

const latencySchema = z.strictObject({
  // What Prometheus takes for long too, and for a reason: a front end in AWS that asks its database on the cluster ten
  // times for a page makes its user wait a second. Near the second site it is 5 to 60 ms.
  limitMs: z
    .int()
    .min(1)
    .max(900)
    .default(100)
    .describe("Longest round trip between the sites in ms that is not reported"),
  target: z
    .strictObject({
      address: address.describe("Address in one of `aws.onPremises`"),
      port: z
        .int()
        .min(1)
        .max(65_535)
        .describe("TCP port that answers or refuses; what drops packets answers nothing"),
    })
    .optional()
    .describe("What is asked at the site; the VPN's gateways when absent, which are ready for it"),
});

/** The ways between both sites. */
export const awsLinkSections = {
  onPremises: z
    .array(z.string())
    .default([])
    .describe(
      "The site's networks and virtual networks that the second site reaches, and the other way round",
    ),
  amazonAsn: asn
    .default(64_512)
    .describe("AWS's number in BGP; another one makes its gateway and all connections anew"),
  vpn: vpnSchema.optional().describe("Site-to-site VPN to gateways of the cluster; none when absent"),
  directConnect: directConnectSchema
    .optional()
    .describe("A private line instead of a VPN, or before it: AWS prefers it while it works"),
  latency: latencySchema
    .prefault({})
    .describe("How long the way between the sites may take; measured from AWS every five minutes"),
};
