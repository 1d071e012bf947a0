import type * as pulumi from "@pulumi/pulumi";
import type { Aws, Estate } from "../../../estate";
import type { SecretOutputs } from "../../secrets";

/** What every part of the second site is made from. */
export interface SecondSite {
  /** Name of the site's component; its parts are named from it. */
  readonly name: string;
  readonly aws: Aws;
  /** The whole estate: guests that are recovered, networks that are reached. */
  readonly estate: Estate;
  readonly secrets: SecretOutputs;
  /** The site that the nodes are of: what is done on them waits for it. */
  readonly firstSite: pulumi.Resource;
  /** The site's component, which all of it belongs to. */
  readonly parent: pulumi.Resource;
}
