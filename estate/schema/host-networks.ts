import { z } from "zod";
import { bondSchema } from "./network";
import { address, cidr, mtu, networkInterface } from "./values";

const { mode, hashPolicy } = bondSchema.shape;

const side = {
  cidr,
  gateway: address.optional().describe("Default gateway of its guests; the nodes take that of management"),
  ports: z
    .array(networkInterface)
    .min(1)
    .describe("Physical interfaces of every node in it; two or more become a bond"),
  mode,
  hashPolicy,
  mtu: mtu.optional().describe("MTU of bridge and bond; larger than 1500 needs two or more ports"),
};

const guestSide = {
  ...side,
  vlanAware: z
    .boolean()
    .default(true)
    .describe("Whether guests, and tenants' networks, may use VLAN tags on it"),
  existing: z
    .boolean()
    .default(false)
    .describe("Its bridge, with its bond where it has several ports, was made when the nodes were installed"),
};

/**
 * Three networks on every host, as site.md's F15 has them: each becomes an entry of `networks` of its name, on a
 * bridge, over a bond where it has several ports.
 */
export const hostNetworksSchema = z.strictObject({
  management: z
    .strictObject({
      ...side,
      existing: z
        .boolean()
        .default(true)
        .describe("vmbr0, with bond0 where it has several ports, was made when the nodes were installed"),
    })
    .describe("Management and storage: network management on vmbr0 (bond0)"),
  private: z.strictObject(guestSide).describe("Private LAN of the guests: network private on vmbr1 (bond1)"),
  public: z.strictObject(guestSide).describe("Public network of the guests: network public on vmbr2 (bond2)"),
});

export const hostNetworksSections = {
  hostNetworks: hostNetworksSchema
    .optional()
    .describe("Short for three networks on every host; other entries may stand beside it"),
};
