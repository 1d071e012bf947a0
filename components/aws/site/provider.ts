import type { ProviderArgs } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";

/** A provider for one region of the account. */
export function providerArgs(
  {
    account,
    region,
    tags,
  }: { readonly account: string; readonly region: string; readonly tags: Readonly<Record<string, string>> },
  cluster: string,
): ProviderArgs {
  return {
    region: pulumi.output(region),
    // Credentials of the wrong account are an error, not a second copy of the site.
    allowedAccountIds: [account],
    defaultTags: { tags: { ...tags, "hybrid-estate:cluster": cluster } },
  };
}
