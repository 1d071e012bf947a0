import { z } from "zod";
import { awsAlertSections } from "./alerts";
import { awsCopiesSections } from "./copies";
import { awsDataSections } from "./data";
import { awsGuardrailSections } from "./guardrails";
import { awsNetworkSections } from "./network";
import { awsRecoverySections } from "./recovery";
import { awsTestSections } from "./test-environments";
import { awsTrafficSections } from "./traffic";
import { awsUsageSections } from "./usage";
import { awsLinkSections } from "./vpn";

const ACCOUNT = "a quoted 12-digit account id";

/** The second site: one region of one AWS account. */
export const awsSchema = z.strictObject({
  account: z
    .string({ error: ACCOUNT })
    .regex(/^\d{12}$/, { error: ACCOUNT })
    .meta({
      description: "Account that everything is created in; any other account is refused",
      examples: ["123456789012"],
    }),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "a region such as ap-southeast-1" })
    .meta({ description: "Region", examples: ["ap-southeast-1"] }),
  tags: z.record(z.string(), z.string()).default({}).describe("Tags on everything"),
  ...awsNetworkSections,
  ...awsLinkSections,
  ...awsDataSections,
  ...awsCopiesSections,
  ...awsRecoverySections,
  ...awsTestSections,
  ...awsUsageSections,
  ...awsTrafficSections,
  ...awsAlertSections,
  ...awsGuardrailSections,
});

export const awsSections = {
  aws: awsSchema.optional().describe("The second site in AWS; none when absent"),
};
