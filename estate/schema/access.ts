import { z } from "zod";
import { BUILT_IN_REALMS, PRIVILEGES } from "../privileges";
import { moment } from "./values";

/** Proxmox's realm pattern, which its token names share (PVE::Auth::Plugin, 32 characters at most). */
const REALM = /^[A-Za-z][A-Za-z0-9._-]{1,31}$/;

const realmName = z
  .string()
  .regex(REALM, { error: "a letter, then letters, digits and . _ -, 2 to 32 in all" })
  .meta({ description: "Realm", examples: ["corp"] });

const tokenName = z
  .string()
  .regex(REALM, { error: "a letter, then letters, digits and . _ -, 2 to 32 in all" })
  .meta({ description: "Token name", examples: ["ci"] });

/** Narrower than Proxmox's own pattern: no quotes, blanks or shell characters, so that a name reads the same everywhere. */
const userName = z
  .string()
  .regex(/^(?=.{3,64}$)[A-Za-z0-9_][A-Za-z0-9._+-]*@[A-Za-z][A-Za-z0-9._-]{1,31}$/, {
    error: "name@realm of letters, digits and . _ + -, at most 64",
  })
  .meta({ description: "User with realm", examples: ["alice@pve"] });

const roleName = z
  .string()
  .regex(/^(?![Pp][Vv][Ee])(?!Administrator$|NoAccess$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error: "letters, digits and . _ -; PVE…, Administrator and NoAccess are Proxmox's own",
  })
  .meta({ description: "Role", examples: ["Operator"] });

const groupName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: "letters, digits and . _ -" })
  .meta({ description: "Group", examples: ["operators"] });

/** One line of plain text: a comment goes into a colon-separated file and into the web interface. */
const line = z
  .string()
  .regex(/^[ -~\u00a0-\uffff]{1,256}$/, { error: "one line of text, at most 256 letters" })
  .meta({ examples: ["a comment"] });

const roleSchema = z.strictObject({
  privileges: z.array(z.enum(PRIVILEGES)).min(1).describe("Privileges of Proxmox VE 9"),
});

const groupSchema = z.strictObject({ comment: line.optional() });

const tokenSchema = z.strictObject({
  expires: moment.optional().describe("When it stops working; never when absent"),
  privilegeSeparation: z
    .boolean()
    .default(true)
    .describe("It may do what its own ACL entries and its user may both; else whatever its user may"),
  comment: line.optional(),
});

const userSchema = z.strictObject({
  enabled: z.boolean().default(true),
  expires: moment.optional().describe("When the account stops working; never when absent"),
  groups: z.array(z.string()).default([]).describe("Groups that the user belongs to"),
  email: z
    .email({ error: "an e-mail address" })
    .meta({ examples: ["alice@example.com"] })
    .optional(),
  firstName: line.optional(),
  lastName: line.optional(),
  comment: line.optional(),
  password: z
    .boolean()
    .default(false)
    .describe(
      "Whether the account starts with a password (secret userPasswords); realm pve only. The user changes it later",
    ),
  totp: z
    .boolean()
    .default(false)
    .describe("Whether the account starts with a TOTP key (secret userTotpKeys), for realms of twoFactor"),
  tokens: z
    .record(tokenName, tokenSchema)
    .default({})
    .describe("API tokens by name. Their values are in the stack output `secrets`"),
});

const aclSchema = z.strictObject({
  path: z
    .string()
    .regex(/^\/([A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*)?$/, {
      error: "a path such as /, /vms/GUEST, /storage/ID, /pool/NAME, /nodes/NODE",
    })
    .meta({
      description:
        "What it is about, as Proxmox names it; /vms takes a guest's name or id. A deeper entry of the same user replaces one above it",
      examples: ["/"],
    }),
  role: z.string().describe("One of roles, or of Proxmox's own"),
  groups: z.array(z.string()).default([]).describe("Groups that get the role"),
  users: z.array(z.string()).default([]).describe("Users that get the role"),
  tokens: z.array(z.string()).default([]).describe("Tokens that get the role, as USER!TOKEN"),
  propagate: z.boolean().default(true).describe("Whether it holds for what is below the path too"),
});

const realmCommon = {
  comment: line.optional(),
  default: z.boolean().default(false).describe("Whether the login form starts with it"),
};

const dn = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*=[ -~\u00a0-\uffff]+$/, {
    error: "a distinguished name such as ou=people,dc=example,dc=com",
  })
  .meta({ description: "Distinguished name", examples: ["dc=example,dc=com"] });

const server = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/, { error: "a host name or address" })
  .meta({ examples: ["ldap.example.com"] });

const vanished = z.enum(["acl", "entry", "properties"]);

const directory = {
  ...realmCommon,
  servers: z
    .array(server)
    .min(1)
    .max(2)
    .describe("Directory servers: the first one, and one to fall back on"),
  baseDn: dn.describe("Where users are searched"),
  bindDn: dn.optional().describe("Who searches (password: secret realmPasswords); anonymous when absent"),
  port: z.int().min(1).max(65535).optional().describe("Port; the mode's own when absent"),
  mode: z
    .enum(["ldaps", "ldap+starttls", "ldap"])
    .default("ldaps")
    .describe("ldap sends passwords in the clear"),
  verify: z.boolean().default(true).describe("Whether the server's certificate is checked"),
  caPath: z
    .string()
    .regex(/^(\/[A-Za-z0-9._+@-]+)+$/, { error: "an absolute path" })
    .optional()
    .meta({
      description: "CA certificates on every node; the system's when absent",
      examples: ["/etc/ssl/certs"],
    }),
  filter: line.optional().describe("LDAP filter for users"),
  groupDn: dn.optional().describe("Where groups are searched; the base when absent"),
  groupFilter: line.optional().describe("LDAP filter for groups"),
  sync: z
    .strictObject({
      scope: z.enum(["users", "groups", "both"]).default("both"),
      enableNew: z.boolean().default(true).describe("Whether users that come in may log in"),
      removeVanished: z
        .array(vanished)
        .default([])
        .describe("What goes with a user or group that the directory has no more"),
    })
    .optional()
    .describe("Copy users and groups from the directory at the first up and whenever this changes"),
};

const realmSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("openid"),
    ...realmCommon,
    issuer: z.url({ protocol: /^https$/, error: "an https URL" }).meta({
      description: "Issuer URL of the OpenID Connect provider",
      examples: ["https://sso.example.com/realms/main"],
    }),
    clientId: line.describe("Client id at the provider (its key: secret realmPasswords, where `clientKey`)"),
    clientKey: z.boolean().default(true).describe("Whether the client has a key (a confidential client)"),
    usernameClaim: line.optional().describe("Claim that names the user; subject when absent. Fixed for ever"),
    autocreate: z.boolean().default(false).describe("Create users at their first login"),
    groupsClaim: line.optional().describe("Claim that lists the user's groups"),
    groupsAutocreate: z.boolean().default(false).describe("Create groups of the claim that there are not"),
    groupsOverwrite: z
      .boolean()
      .default(false)
      .describe("Take users out of groups that the claim does not list"),
    scopes: line.default("email profile").describe("Scopes to ask for"),
    acrValues: line
      .optional()
      .describe("Authentication context to ask for: the provider's name for two factors"),
  }),
  z.strictObject({
    type: z.literal("ldap"),
    ...directory,
    userAttribute: line.default("uid").describe("Attribute that holds the user's name"),
    userClasses: z.array(z.string()).default(["inetorgperson", "posixaccount", "person", "user"]),
    groupNameAttribute: line.default("cn"),
    groupClasses: z.array(z.string()).default(["groupOfNames", "group", "univentionGroup", "ipausergroup"]),
  }),
  z.strictObject({ type: z.literal("ad"), ...directory }),
]);

const programSchema = z.strictObject({
  user: userName.default("hybrid-estate@pve").describe("User that the program's token belongs to"),
  token: tokenName.default("pulumi").describe("Name of the program's token"),
  role: roleName
    .default("HybridEstate")
    .describe("What its roles' names start with; one a place, -nodes, -vms, ..."),
});

const accessSchema = z.strictObject({
  program: programSchema
    .optional()
    .describe(
      "Who this program is at Proxmox, where not hybrid-estate@pve!pulumi: `npm run access` prints how to make it",
    ),
  roles: z.record(roleName, roleSchema).default({}).describe("Roles by name"),
  groups: z.record(groupName, groupSchema).default({}).describe("Groups by name"),
  users: z.record(userName, userSchema).default({}).describe("Users by name@realm"),
  acl: z.array(aclSchema).default([]).describe("Who has which role where"),
  realms: z
    .record(realmName, realmSchema)
    .default({})
    .describe(`Realms by name, besides ${BUILT_IN_REALMS.join(" and ")}`),
  twoFactor: z
    .array(z.string())
    .default([])
    .describe(
      "Realms whose users must have a TOTP key: pam, pve, or a directory. API tokens are not asked for one",
    ),
});

export const accessSections = {
  access: accessSchema.prefault({}).describe("Who may do what: roles, groups, users, tokens, realms"),
};
