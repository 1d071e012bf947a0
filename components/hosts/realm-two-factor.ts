import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface RealmTwoFactorArgs {
  /** How to reach a node of the cluster, as root. */
  readonly connection: Connection;
  readonly realm: string;
}

/**
 * Makes a realm ask for a second factor, which the provider can't: TOTP, or a recovery key. Refused while an account
 * that can log in has no key. Tokens are not asked, and neither are logins at the console or over SSH. When the
 * resource is removed, the realm asks no more.
 *
 * @example
 * new RealmTwoFactor("pve", { connection, realm: "pve" });
 */
export class RealmTwoFactor extends pulumi.ComponentResource {
  /** The command that sees to it. */
  readonly command: remote.Command;

  constructor(name: string, args: RealmTwoFactorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:RealmTwoFactor", name, { realm: args.realm }, opts);
    this.command = runHostScript(
      `${name}-two-factor`,
      {
        connection: args.connection,
        script: "realm-two-factor",
        apply: ["apply", "--realm", args.realm],
        remove: ["remove", "--realm", args.realm],
      },
      { parent: this },
    );
    this.registerOutputs({ realm: args.realm });
  }
}
