import { quote } from "shell-quote";
import type { Rights } from "../components/proxmox/rights";
import type { Access } from "../estate";

/** Who the program is at Proxmox. */
export type Identity = NonNullable<Access["program"]>;

/** What a program is where an environment file says nothing of it. */
export const DEFAULT_IDENTITY: Identity = {
  user: "hybrid-estate@pve",
  token: "pulumi",
  role: "HybridEstate",
};

/** A role's name ends with its place: `HybridEstate-vms`, and `HybridEstate-root` for `/`. */
export function roleAt(role: string, place: string): string {
  return `${role}-${place === "/" ? "root" : place.slice(1).replaceAll("/", "-")}`;
}

/**
 * The commands that a person runs once on a node, as root, so that the program may do what it declares; and again when
 * it declares resources of another kind. They may be run any number of times: what is there is changed to fit, and a
 * token that is there keeps its value.
 *
 * Rights on `/` hold for that place only: below it, each place has its own role. The token has the same rights as its
 * user by entries of its own, so that rights that the user may get later are not the token's.
 */
export function bootstrapCommands({ user, token, role }: Identity, rights: Rights): string[] {
  const id = `${user}!${token}`;
  const run = (...words: string[]) => quote(words);
  return [
    `${run("pveum", "user", "add", user, "--comment", "hybrid-estate, for its API token only")} || true`,
    `${run("pveum", "user", "token", "add", user, token, "--privsep", "1")} || true`,
    ...Object.entries(rights).flatMap(([place, privileges]) => {
      const name = roleAt(role, place);
      const list = privileges.join(" ");
      const given = ["--roles", name, "--propagate", place === "/" ? "0" : "1"];
      return [
        `${run("pveum", "role", "add", name, "--privs", list)} || ${run("pveum", "role", "modify", name, "--privs", list)}`,
        run("pveum", "acl", "modify", place, "--users", user, ...given),
        run("pveum", "acl", "modify", place, "--tokens", id, ...given),
      ];
    }),
  ];
}
