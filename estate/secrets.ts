import { z } from "zod";
import { pathText } from "./paths";
import type { Problem } from "./problems";

/** The secrets of a stack, set with `pulumi config set --secret --path hybrid-estate:secrets.NAME`. */
const secretsSchema = z.strictObject({
  proxmoxApiToken: z
    .string()
    .regex(/^[^@!=\s]+@[^@!=\s]+![^@!=\s]+=[0-9a-f-]{36}$/, {
      error: "a token of the form user@realm!name=uuid",
    })
    .describe("API token that this program works with"),
  sshPrivateKey: z
    .string()
    .startsWith("-----BEGIN ", { error: "a private key in PEM form" })
    .describe("Private key that host scripts log in with"),
});

export type Secrets = z.infer<typeof secretsSchema>;

/** The secrets that every stack has, by name. */
export const SECRET_NAMES = Object.keys(secretsSchema.shape);

/** Validates the secrets; what was found is never shown. */
export function readSecrets(
  raw: unknown,
):
  | { readonly ok: true; readonly secrets: Secrets }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const result = secretsSchema.safeParse(raw ?? {});
  if (result.success) return { ok: true, secrets: result.data };
  return { ok: false, problems: result.error.issues.flatMap(secretProblems) };
}

function secretProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText(["secrets", key]),
      message: `found an unknown secret; allowed: ${SECRET_NAMES.join(", ")}`,
    }));
  }
  const path = pathText(["secrets", ...issue.path]);
  const hint = `pulumi config set --secret --path 'hybrid-estate:${path}'`;
  return [
    issue.code === "invalid_type"
      ? { path, message: `found nothing that can be used; allowed: a secret, set with ${hint}` }
      : { path, message: `found a secret of another form; allowed: ${issue.message}, set with ${hint}` },
  ];
}
