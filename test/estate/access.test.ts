import { type BadDescription, refusesEach } from "../support/description";

const USER = ["access", "users", "alice@pve"] as const;
const ACL = ["access", "acl", 0] as const;
const OPENID = { type: "openid", issuer: "https://sso.example.com", clientId: "pve" };
const LDAP = { type: "ldap", servers: ["ldap.example.com"], baseDn: "dc=example,dc=com" };

const HOSTILE_NAMES = [
  "a b@pve",
  "a;b@pve",
  "$(id)@pve",
  "a'b@pve",
  "a\nb@pve",
  "a:b@pve",
  "a/b@pve",
  "a!b@pve",
  "-x@pve",
  "a",
];

describe("estate: access", () => {
  describe("names that are nowhere", () => {
    refusesEach([
      {
        what: "a user's group",
        changes: [[[...USER, "groups"], ["operator"]]],
        mistakes: [
          [
            'access.users["alice@pve"].groups[0]',
            'found "operator"; allowed: one of access.groups: operators (did you mean operators?)',
          ],
        ],
      },
      {
        what: "a user's realm",
        changes: [[["access", "users", "bob@corp"], {}]],
        mistakes: [['access.users["bob@corp"]', "a user of one of the realms: pam, pve"]],
      },
      {
        what: "a role",
        changes: [[[...ACL, "role"], "Operators"]],
        mistakes: [["access.acl[0].role", "did you mean Operator?"]],
      },
      {
        what: "a group that an OpenID Connect provider brings at the first login only",
        changes: [
          [["access", "realms"], { sso: OPENID }],
          [[...ACL, "groups"], ["staff-sso"]],
        ],
        mistakes: [["access.acl[0].groups[0]", "one of access.groups: "]],
      },
      {
        what: "a role by the name of what every object has",
        changes: [[[...ACL, "role"], "constructor"]],
        mistakes: [["access.acl[0].role", "one of access.roles"]],
      },
      {
        what: "a group",
        changes: [[[...ACL, "groups"], ["toString"]]],
        mistakes: [["access.acl[0].groups[0]", "one of access.groups"]],
      },
      {
        what: "a token",
        changes: [[["access", "acl", 1, "tokens"], ["monitoring@pve!promethus"]]],
        mistakes: [
          ["access.acl[1].tokens[0]", "did you mean monitoring@pve!prometheus?"],
          ["monitoring.token", "a token with the role PVEAuditor"],
        ],
      },
      ...(
        [
          ["/vms/alpin", "one of guests: "],
          ["/vms/999", "one of guests: "],
          ["/storage/nfs", "one of storages: "],
          ["/pool/none", "one of pools: "],
          ["/nodes/blckpink04", "one of nodes: "],
          ["/nodes/blckpink01/x", "one of nodes: "],
          ["/access/groups/none", "one of operators"],
          ["/access/realm/corp", "one of pam, pve"],
          ["/access/users", "/access, /access/groups or /access/realm"],
          ["/guests", "a path below /access"],
        ] as const
      ).map(
        ([path, says]): BadDescription => ({
          what: `the path ${path}`,
          changes: [[[...ACL, "path"], path]],
          mistakes: [["access.acl[0].path", says]],
        }),
      ),
      ...["/vms/$(id)", "vms", "/vms/", "/vms//100", "/vms/a b", "/vms/../nodes;", "/\n"].map(
        (path): BadDescription => ({
          what: `the path ${JSON.stringify(path)}`,
          changes: [[[...ACL, "path"], path]],
          mistakes: [["access.acl[0].path", "a path such as /"]],
        }),
      ),
    ]);
  });

  describe("what Proxmox VE refuses, or would not do", () => {
    refusesEach([
      {
        what: "a privilege that PVE 9 has no more",
        changes: [[["access", "roles", "Operator", "privileges"], ["VM.Monitor"]]],
        mistakes: [["access.roles.Operator.privileges[0]", 'found "VM.Monitor"; allowed: ']],
      },
      {
        what: "a role in Proxmox's own namespace",
        changes: [[["access", "roles", "pveOperator"], { privileges: ["VM.Audit"] }]],
        mistakes: [["access.roles.pveOperator", "Proxmox's own"]],
      },
      {
        what: "nobody in an entry",
        changes: [[[...ACL, "groups"], []]],
        mistakes: [["access.acl[0]", "somebody who gets the role"]],
      },
      {
        what: "the same entry twice",
        changes: [[["access", "acl", 2], { path: "/", role: "Operator", groups: ["operators"] }]],
        mistakes: [
          ["access.acl[2].groups[0]", "somebody who does not have Operator on / already (access.acl[0])"],
        ],
      },
      {
        what: "a password for an account of Linux",
        changes: [[["access", "users", "bob@pam"], { password: true }]],
        mistakes: [['access.users["bob@pam"].password', "false, as realm pam keeps its passwords elsewhere"]],
      },
      {
        what: "a realm that Proxmox has already",
        changes: [[["access", "realms"], { pam: LDAP }]],
        mistakes: [["access.realms.pam", "a name that Proxmox has not taken"]],
      },
      {
        what: "two default realms",
        changes: [
          [["access", "realms"], { a1: { ...LDAP, default: true }, b1: { ...OPENID, default: true } }],
        ],
        mistakes: [["access.realms.b1.default", "false, as a1 is the default"]],
      },
      {
        what: "an issuer without TLS",
        changes: [[["access", "realms"], { sso: { ...OPENID, issuer: "http://sso.example.com" } }]],
        mistakes: [["access.realms.sso.issuer", "an https URL"]],
      },
      {
        what: "a moment that is none",
        changes: [[[...USER, "expires"], "next year"]],
        mistakes: [['access.users["alice@pve"].expires', "a moment in UTC such as 2027-01-31T00:00:00Z"]],
      },
    ]);
  });

  describe("second factors that would lock somebody out, or ask for nothing", () => {
    refusesEach([
      {
        what: "an account with a password and without a key, where the realm asks for one",
        changes: [[[...USER, "totp"], false]],
        mistakes: [['access.users["alice@pve"].totp', "a user without a key could never log in"]],
      },
      {
        what: "a key where no realm asks for one",
        changes: [[["access", "twoFactor"], []]],
        mistakes: [['access.users["alice@pve"].totp', "a key means nothing elsewhere"]],
      },
      {
        what: "an OpenID Connect realm",
        changes: [
          [["access", "realms"], { sso: OPENID }],
          [
            ["access", "twoFactor"],
            ["pve", "sso"],
          ],
        ],
        mistakes: [["access.twoFactor[1]", "an OpenID Connect provider asks (acrValues)"]],
      },
      {
        what: "a realm that is nowhere",
        changes: [
          [
            ["access", "twoFactor"],
            ["pve", "toString"],
          ],
        ],
        mistakes: [["access.twoFactor[1]", "a realm that asks for keys itself: pam, pve"]],
      },
    ]);
  });

  describe("the program's own account", () => {
    refusesEach([
      {
        what: "is in a realm that needs no account elsewhere",
        changes: [[["access", "program"], { user: "robot@pam" }]],
        mistakes: [["access.program.user", "a user of realm pve"]],
      },
      {
        what: "is not declared twice",
        changes: [[["access", "program"], { user: "monitoring@pve" }]],
        mistakes: [['access.users["monitoring@pve"]', "this one is access.program's"]],
      },
      {
        what: "has its roles' names to itself",
        changes: [[["access", "program"], { role: "Oper" }]],
        mistakes: [["access.roles.Operator", "does not start with Oper"]],
      },
    ]);
  });

  describe("hostile names", () => {
    refusesEach(
      HOSTILE_NAMES.map((name) => ({
        what: JSON.stringify(name),
        changes: [[["access", "users"], { "monitoring@pve": { tokens: { prometheus: {} } }, [name]: {} }]],
        mistakes: [[`access.users[${JSON.stringify(name)}]`.replace('["a"]', ".a"), "name@realm"]],
      })),
    );
  });
});
