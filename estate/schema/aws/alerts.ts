import { z } from "zod";

/** Who is told what is wrong at the second site. */
export const awsAlertSections = {
  alerts: z
    .strictObject({
      emails: z
        .array(z.email({ error: "a mail address" }).meta({ examples: ["ops@example.org"] }))
        .default([])
        .meta({
          description: "Mail addresses that alarms and reports go to; each confirms a mail from AWS first",
          examples: [["ops@example.org"]],
        }),
    })
    .prefault({})
    .describe("Who is told what is wrong at the second site"),
};
