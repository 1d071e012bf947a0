import { Role, RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { type ImportSource, importRights } from "./images/rights";
import { policyOf, trust } from "./runbooks/rights";

export interface ImportRoleArgs {
  /** Name of the role, which an import names it by. */
  readonly roleName: string;
  readonly account: string;
  readonly region: string;
  readonly partition: pulumi.Input<string>;
  /** What is imported from: buckets with their keys, and names of objects in them, which may have wildcards. */
  readonly sources: readonly pulumi.Input<ImportSource>[];
}

/**
 * What EC2 reads disks with while it imports them (the role that its documentation calls vmimport), for one estate's
 * own disks only.
 *
 * @example
 * new ImportRole("import", { roleName: "example-vmimport", account, region, partition: "aws",
 *   sources: [{ bucketArn, keyArn, objects: ["images/*"] }] });
 */
export class ImportRole extends pulumi.ComponentResource {
  readonly role: Role;
  /** An import that starts before them fails. */
  readonly rights: RolePolicy;

  constructor(name: string, args: ImportRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:ImportRole", name, {}, opts);
    this.role = new Role(
      name,
      {
        name: args.roleName,
        assumeRolePolicy: trust("vmie.amazonaws.com", args.account, {
          source: `arn:*:vmie:*:${args.account}:*`,
          externalId: "vmimport",
        }),
      },
      { parent: this },
    );
    this.rights = new RolePolicy(
      name,
      {
        name: "import",
        role: this.role.name,
        policy: pulumi
          .all([args.partition, pulumi.all([...args.sources])])
          .apply(([partition, sources]) =>
            policyOf(importRights({ partition, region: args.region, account: args.account, sources })),
          ),
      },
      { parent: this },
    );
    this.registerOutputs({ name: this.role.name });
  }
}
