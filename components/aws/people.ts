import { AccountPasswordPolicy, Group, GroupPolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

export interface PeopleArgs {
  /** Name of the group that people belong to. */
  readonly group: string;
  readonly passwords: {
    /** Least length. */
    readonly length: number;
    /** Days after which a password expires; never when absent. */
    readonly maxAgeDays?: number | undefined;
    /** Former passwords that may not come back. */
    readonly reuse: number;
  };
}

/** What a person may do to set up a second factor, on nobody's account but their own. */
const OWN = ["user", "mfa"].map((kind) => `arn:aws:iam::*:${kind}/\${aws:username}`);
const SET_UP = [
  "iam:ChangePassword",
  "iam:CreateVirtualMFADevice",
  "iam:EnableMFADevice",
  "iam:GetMFADevice",
  "iam:GetUser",
  "iam:ListMFADevices",
  "iam:ResyncMFADevice",
];
const LISTS = ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"];

/**
 * People with IAM users of the account: a group whose members may set up a second factor and can do nothing else
 * without it, whatever else they are given, and the account's password policy. Who belongs to the group is decided by
 * hand: an `up` must not lock anybody in or out.
 *
 * @example
 * new People("people", { group: "people", passwords: { length: 16, reuse: 24 } });
 */
export class People extends pulumi.ComponentResource {
  readonly group: Group;

  constructor(name: string, args: PeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:People", name, {}, opts);
    const { passwords } = args;
    this.group = new Group(name, { name: args.group, path: "/" }, { parent: this });
    new GroupPolicy(
      name,
      { name: "second-factor", group: this.group.name, policy: JSON.stringify(secondFactorPolicy()) },
      { parent: this },
    );
    new AccountPasswordPolicy(
      name,
      {
        minimumPasswordLength: passwords.length,
        passwordReusePrevention: passwords.reuse,
        ...(passwords.maxAgeDays === undefined ? {} : { maxPasswordAge: passwords.maxAgeDays }),
        requireLowercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        requireUppercaseCharacters: true,
        allowUsersToChangePassword: true,
        // A person with an expired password has to be able to change it.
        hardExpiry: false,
      },
      { parent: this },
    );
    this.registerOutputs({ group: this.group.name });
  }
}

function secondFactorPolicy() {
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "SeeWhatIsAskedFor", Effect: "Allow", Action: LISTS, Resource: "*" },
      { Sid: "SetUpOwnSecondFactor", Effect: "Allow", Action: SET_UP, Resource: OWN },
      {
        Sid: "NothingElseWithoutIt",
        Effect: "Deny",
        NotAction: [...SET_UP, ...LISTS, "sts:GetSessionToken"],
        Resource: "*",
        // A request with long-lived keys has no such key at all: it is denied too.
        Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
      },
    ],
  };
}
