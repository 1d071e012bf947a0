import { get, text, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { TWO_FACTOR } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const USERS = ["proxmoxve:index/userLegacy:UserLegacy", "proxmoxve:index/user:User"];
const OPENID = ["proxmoxve:realm/openid:Openid", "proxmoxve:realm/openidLegacy:OpenidLegacy"];

export const twoFactor: EstateRule = {
  id: "two-factor",
  title: "People log in with a second factor",
  description:
    "A password alone is guessed or phished; with it somebody deletes guests and backups in the web interface.",
  severity: "high",
  level: "advisory",
  framework: TWO_FACTOR,
  url: "https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_tfa_auth",
  tags: ["access", "security"],
  remediation: "Ask for a second factor in every realm that people log in by.",
  scope: "estate",
  check: (topology) => {
    const users = resourcesOf(topology, ...USERS);
    const realms = resourcesOf(topology, ...OPENID);
    if (users.length + realms.length === 0)
      return notApplicable("This program declares no user and no realm");
    const asked = new Set<unknown>(
      resourcesOf(topology, "hybrid-estate:hosts:RealmTwoFactor").map(({ properties }) =>
        text(properties, "realm"),
      ),
    );
    return [
      ...users
        .filter(({ properties }) => get(properties, "password") !== undefined)
        .flatMap((user) => {
          const id = text(user.properties, "userId");
          const realm = typeof id === "string" ? id.split("@")[1] : UNKNOWN;
          return answer(
            user,
            asked.has(realm) ? false : realm === UNKNOWN || asked.has(UNKNOWN) ? UNKNOWN : true,
            {
              wrong: `User ${user.name} logs in with a password alone: realm ${String(realm)} asks for no second factor.`,
              open: `Whether user ${user.name} is asked for a second factor is not known yet.`,
            },
          );
        }),
      ...realms.flatMap((realm) => {
        const values = text(realm.properties, "acrValues");
        return answer(realm, values === UNKNOWN ? UNKNOWN : values === undefined || values === "", {
          wrong: `Realm ${realm.name} does not ask its provider for a second factor (acrValues).`,
          open: `Whether realm ${realm.name} asks for a second factor is not known yet.`,
        });
      }),
    ];
  },
};
