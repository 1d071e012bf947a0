import { z } from "zod";
import { cidr } from "../values";

/** The network of the second site. */
export const awsNetworkSections = {
  network: z.strictObject({
    cidr: cidr.describe("CIDR block of the VPC; must not overlap the networks of the site"),
    zones: z
      .array(z.string())
      .min(2)
      .max(3)
      .meta({
        description: "Availability zones; one private subnet each",
        examples: [["ap-southeast-1a", "ap-southeast-1b"]],
      }),
  }),
};
