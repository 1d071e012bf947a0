import { entry } from "../paths";
import { BUILT_IN_REALMS, BUILT_IN_ROLES } from "../privileges";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Access, Estate } from "../schema";
import { aclPathProblem } from "./acl-path";

/** Mistakes in who may do what: names that are nowhere, and what Proxmox VE would refuse or silently not do. */
export function checkAccess(estate: Estate): Finding[] {
  const { access } = estate;
  return [
    ...users(access),
    ...access.acl.flatMap((_, index) => acl(estate, index)),
    ...entriesTwice(estate),
    ...realms(access),
    ...twoFactor(access),
    ...program(access),
  ];
}

/** The realm of `name@realm`. */
export function realmOf(user: string): string {
  return user.slice(user.lastIndexOf("@") + 1);
}

function realmNames({ realms }: Access): string[] {
  return [...BUILT_IN_REALMS, ...Object.keys(realms)];
}

function users(access: Access): Finding[] {
  return Object.entries(access.users).flatMap(([user, settings]) => {
    const at = (...steps: Step[]) => ["access", "users", user, ...steps];
    const realm = realmOf(user);
    const known = realmNames(access);
    const demanded = access.twoFactor.includes(realm);
    return [
      ...(known.includes(realm)
        ? []
        : [
            problem(at(), user, `a user of one of the realms: ${oneOf(known, realm)}`, [
              ["access", "realms", "*"],
            ]),
          ]),
      ...settings.groups.flatMap((group, index) =>
        entry(access.groups, group)
          ? []
          : [unknownName(at("groups", index), group, "groups", Object.keys(access.groups))],
      ),
      ...(settings.password && realm !== "pve"
        ? [problem(at("password"), true, `false, as realm ${realm} keeps its passwords elsewhere`)]
        : []),
      ...(settings.totp && !demanded
        ? [
            problem(
              at("totp"),
              true,
              `false, or ${realm} in access.twoFactor: a key means nothing elsewhere`,
              TWO_FACTOR,
            ),
          ]
        : []),
      ...(settings.password && demanded && !settings.totp
        ? [
            problem(
              at("totp"),
              false,
              `true: realm ${realm} is in access.twoFactor, so a user without a key could never log in`,
              TWO_FACTOR,
            ),
          ]
        : []),
    ];
  });
}

const TWO_FACTOR = [["access", "twoFactor", "*"]];

function unknownName(steps: Step[], found: string, section: string, names: readonly string[]): Finding {
  return problem(steps, found, `one of access.${section}: ${oneOf(names, found)}`, [
    ["access", section, "*"],
  ]);
}

function acl(estate: Estate, index: number): Finding[] {
  const { access } = estate;
  const { path, role, groups, users, tokens } = access.acl[index] ?? {
    path: "/",
    role: "",
    groups: [],
    users: [],
    tokens: [],
  };
  const at = (...steps: Step[]) => ["access", "acl", index, ...steps];
  const roles = [...Object.keys(access.roles), ...BUILT_IN_ROLES];
  const known = tokenIds(access);
  const nobody = groups.length + users.length + tokens.length === 0;
  return [
    ...aclPathProblem(estate, path, at("path")),
    ...(roles.includes(role) ? [] : [unknownName(at("role"), role, "roles", roles)]),
    ...(nobody ? [problem(at(), undefined, "somebody who gets the role: groups, users or tokens")] : []),
    ...groups.flatMap((group, place) =>
      entry(access.groups, group) || isOfRealm(access, group, "-")
        ? []
        : [unknownName(at("groups", place), group, "groups", Object.keys(access.groups))],
    ),
    ...users.flatMap((user, place) =>
      entry(access.users, user) || isOfRealm(access, user, "@")
        ? []
        : [unknownName(at("users", place), user, "users", Object.keys(access.users))],
    ),
    ...tokens.flatMap((token, place) =>
      known.includes(token)
        ? []
        : [
            problem(at("tokens", place), token, `a token of one of access.users: ${oneOf(known, token)}`, [
              ["access", "users", "*", "tokens", "*"],
            ]),
          ],
    ),
  ];
}

/** The ids of all declared tokens, `user@realm!name`. */
export function tokenIds({ users }: Access): string[] {
  return Object.entries(users).flatMap(([user, { tokens }]) =>
    Object.keys(tokens).map((token) => `${user}!${token}`),
  );
}

/**
 * Users and groups that a directory's sync brings: `alice@corp`, and `staff-corp` as it names groups. Those of an OpenID
 * Connect provider come with the first login, after the list is made, so they have to be declared.
 */
function isOfRealm({ realms }: Access, name: string, separator: string): boolean {
  const copied = Object.entries(realms).filter(
    ([, realm]) => realm.type !== "openid" && realm.sync !== undefined,
  );
  return copied.some(([realm]) => {
    const [own = "", ...rest] = name.split(`${separator}${realm}`);
    return /^[A-Za-z0-9._+-]+$/.test(own) && rest.length === 1 && rest[0] === "";
  });
}

/** The same role for the same user at the same place twice: Proxmox keeps one, and they would fight over it. */
function entriesTwice({ access }: Estate): Finding[] {
  const seen = new Map<string, number>();
  return access.acl.flatMap(({ path, role, groups, users, tokens }, index) =>
    (["groups", "users", "tokens"] as const).flatMap((kind) => {
      const names = { groups, users, tokens }[kind];
      return names.flatMap((name, place) => {
        const key = JSON.stringify([path, role, kind, name]);
        const first = seen.get(key);
        seen.set(key, first ?? index);
        return first === undefined || first === index
          ? []
          : [
              problem(
                ["access", "acl", index, kind, place],
                name,
                `somebody who does not have ${role} on ${path} already (access.acl[${first}])`,
                [["access", "acl", first]],
              ),
            ];
      });
    }),
  );
}

function realms({ realms }: Access): Finding[] {
  const taken = Object.keys(realms).flatMap((name) =>
    BUILT_IN_REALMS.some((own) => own === name)
      ? [
          problem(
            ["access", "realms", name],
            name,
            `a name that Proxmox has not taken (${BUILT_IN_REALMS.join(", ")})`,
          ),
        ]
      : [],
  );
  const [first, ...others] = Object.entries(realms).filter(([, realm]) => realm.default);
  return [
    ...taken,
    ...others.map(([name]) =>
      problem(["access", "realms", name, "default"], true, `false, as ${first?.[0]} is the default`, [
        ["access", "realms", first?.[0] ?? "", "default"],
      ]),
    ),
  ];
}

/** OpenID Connect providers ask for second factors themselves: Proxmox has no `tfa` for such realms. */
function twoFactor(access: Access): Finding[] {
  const able = realmNames(access).filter((name) => entry(access.realms, name)?.type !== "openid");
  return access.twoFactor.flatMap((realm, index) =>
    able.includes(realm)
      ? []
      : [
          problem(
            ["access", "twoFactor", index],
            realm,
            `a realm that asks for keys itself: ${oneOf(able, realm)}; an OpenID Connect provider asks (acrValues)`,
            [["access", "realms", "*"]],
          ),
        ],
  );
}

function program({ program, users, roles }: Access): Finding[] {
  if (program === undefined) return [];
  const clashing = Object.keys(roles).filter((role) => role.startsWith(program.role));
  return [
    ...(realmOf(program.user) === "pve"
      ? []
      : [
          problem(
            ["access", "program", "user"],
            program.user,
            "a user of realm pve, which needs no account elsewhere",
          ),
        ]),
    ...(entry(users, program.user)
      ? [
          problem(
            ["access", "users", program.user],
            program.user,
            "other users: this one is access.program's",
            [["access", "program"]],
          ),
        ]
      : []),
    ...clashing.map((role) =>
      problem(
        ["access", "roles", role],
        role,
        `a name that does not start with ${program.role} (access.program.role)`,
        [["access", "program"]],
      ),
    ),
  ];
}
