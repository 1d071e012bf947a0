import assert from "node:assert/strict";
import { assertRefused, Site, T, testCases, testChanges } from "./site";

const ROLE = { roleId: "Operator", privileges: ["VM.Audit"] };
const GROUP = { groupId: "operators" };
const USER = { userId: "alice@pve", groups: ["operators"] };
const TOKEN = { userId: "alice@pve", tokenName: "ci" };
const ACL = { path: "/vms/100", roleId: "Operator", groupId: "operators" };
const LDAP = { realm: "corp", server1: "ldap.example.com", baseDn: "dc=example,dc=com" };
const OPENID = { realm: "sso", issuerUrl: "https://sso.example.com", clientId: "pve" };

/** An operator with a token. */
function staffed(site: Site): void {
  site.create(T.role, ROLE);
  site.create(T.group, GROUP);
  site.create(T.pveUser, USER);
  site.create(T.token, TOKEN);
}

describe("roles, groups, users and tokens", () => {
  testCases(staffed, [
    { what: "another role", type: T.role, inputs: { ...ROLE, roleId: "Other" } },
    {
      what: "a second role of a name",
      type: T.role,
      inputs: ROLE,
      refused: "role 'Operator' already exists",
    },
    {
      what: "a privilege that PVE 9 has no more",
      type: T.role,
      inputs: { roleId: "Other", privileges: ["VM.Monitor"] },
      refused: "invalid privilege 'VM.Monitor'",
    },
    {
      what: "a role in Proxmox's own namespace",
      type: T.role,
      inputs: { ...ROLE, roleId: "pveOperator" },
      refused: "'PVE' namespace",
    },
    {
      what: "a built-in role",
      type: T.role,
      inputs: { ...ROLE, roleId: "NoAccess" },
      refused: "already exists",
    },
    {
      what: "a role with a blank",
      type: T.role,
      inputs: { ...ROLE, roleId: "a b" },
      refused: "invalid characters",
    },
    {
      what: "a group with a colon",
      type: T.group,
      inputs: { groupId: "a:b" },
      refused: "invalid characters",
    },
    {
      what: "a user of an unknown realm",
      type: T.pveUser,
      inputs: { userId: "bob@corp" },
      refused: "domain 'corp' does not exist",
    },
    {
      what: "a user of an unknown group",
      type: T.pveUser,
      inputs: { userId: "bob@pve", groups: ["nobody"] },
      refused: "group 'nobody' does not exist",
    },
    {
      what: "a user name with a slash",
      type: T.pveUser,
      inputs: { userId: "a/b@pve" },
      refused: "does not look like a valid user name",
    },
    {
      what: "a password of Linux' own users",
      type: T.pveUser,
      inputs: { userId: "bob@pam", password: "long enough" },
      refused: "can't set password",
    },
    {
      what: "a short password",
      type: T.pveUser,
      inputs: { userId: "bob@pve", password: "short" },
      refused: "at least 8 characters",
    },
    {
      what: "an expiry that is no moment",
      type: T.pveUser,
      inputs: { userId: "bob@pve", expirationDate: "tomorrow" },
      refused: "RFC3339",
    },
    {
      what: "a token of nobody",
      type: T.token,
      inputs: { ...TOKEN, userId: "bob@pve" },
      refused: "no such user ('bob@pve')",
    },
    { what: "a second token of a name", type: T.token, inputs: TOKEN, refused: "Token already exists." },
  ]);

  testChanges([
    {
      what: "a role's name",
      type: T.role,
      olds: ROLE,
      news: { ...ROLE, roleId: "x" },
      does: { roleId: "replace" },
    },
    {
      what: "a role's privileges in another order",
      type: T.role,
      olds: { ...ROLE, privileges: ["VM.Audit", "Sys.Audit"] },
      news: { ...ROLE, privileges: ["Sys.Audit", "VM.Audit"] },
      does: {},
    },
    {
      what: "a user's expiry that is never",
      type: T.pveUser,
      olds: USER,
      news: { ...USER, expirationDate: "1970-01-01T00:00:00Z" },
      does: {},
    },
    {
      what: "a token's separation",
      type: T.token,
      olds: TOKEN,
      news: { ...TOKEN, privilegesSeparation: false },
      does: { privilegesSeparation: "update" },
    },
  ]);

  it("gives a token a secret value, and keeps it through updates", () => {
    const site = new Site();
    staffed(site);
    const token = site.create(T.token, { ...TOKEN, tokenName: "second" });
    assert.match(String(token.outputs.value), /^[0-9a-f-]{36}$/);
    assert.ok(token.secretOutputs.includes("value"));
    assert.equal(site.update(token, { comment: "later" }).outputs.value, token.outputs.value);
    site.close();
  });

  it("lets no token change a password", () => {
    const site = new Site();
    const user = site.create(T.pveUser, { userId: "bob@pve", password: "long enough" });
    assertRefused(() => site.update(user, { password: "another one" }), "API tokens are not allowed");
    site.close();
  });
});

describe("access control list", () => {
  testCases(staffed, [
    { what: "a group's entry", type: T.acl, inputs: ACL },
    { what: "the same entry again, as the API adds", type: T.acl, inputs: ACL },
    { what: "a built-in role", type: T.acl, inputs: { ...ACL, roleId: "PVEAuditor" } },
    {
      what: "a token's",
      type: T.acl,
      inputs: { path: "/", roleId: "Operator", tokenId: "alice@pve!ci" },
    },
    { what: "root's", type: T.acl, inputs: { path: "/", roleId: "Operator", userId: "root@pam" } },
    {
      what: "an unknown role",
      type: T.acl,
      inputs: { ...ACL, roleId: "Nothing" },
      refused: "role 'Nothing' does not exist",
    },
    {
      what: "an unknown token",
      type: T.acl,
      inputs: { path: "/", roleId: "Operator", tokenId: "alice@pve!cd" },
      refused: "token 'alice@pve!cd' does not exist",
    },
    { what: "nobody", type: T.acl, inputs: { path: "/", roleId: "Operator" }, refused: "is required" },
    {
      what: "two holders",
      type: T.acl,
      inputs: { ...ACL, userId: "alice@pve" },
      refused: "cannot be configured together",
    },
    ...["/vms/web", "/vms/10", "/nowhere", "vms", "/access/users", "/storage/a/b", "/nodes/a b"].map(
      (path) => ({
        what: `the path ${path}`,
        type: T.acl,
        inputs: { ...ACL, path },
        refused: "invalid ACL path",
      }),
    ),
  ]);

  it("loses the entries of a role, a group, a user that is removed", () => {
    for (const [type, holder, key] of [
      [T.role, { groupId: "operators" }, "Operator"],
      [T.group, { groupId: "operators" }, "operators"],
      [T.pveUser, { tokenId: "alice@pve!ci" }, "alice@pve"],
    ] as const) {
      const site = new Site();
      staffed(site);
      site.create(T.acl, { path: "/", roleId: "Operator", ...holder });
      const object = site.world.find(type, key);
      assert.ok(object);
      site.delete(object);
      assert.deepEqual(site.world.list(T.acl), [], type);
      site.close();
    }
  });
});

describe("realms", () => {
  it("have users and groups once they were copied", () => {
    const site = new Site();
    site.create(T.ldap, LDAP);
    const entry = { path: "/", roleId: "PVEAuditor", groupId: "staff-corp" };
    assertRefused(() => site.create(T.acl, entry), "group 'staff-corp' does not exist");
    site.create(T.realmSync, { realm: "corp" });
    site.create(T.acl, entry);
    site.close();
  });

  testCases(
    (site) => site.create(T.ldap, LDAP),
    [
      { what: "an OpenID Connect provider", type: T.openid, inputs: OPENID },
      {
        what: "the name of another kind of realm",
        type: T.openid,
        inputs: { ...OPENID, realm: "corp" },
        refused: "domain 'corp' already exists",
      },
      {
        what: "Proxmox's own",
        type: T.ldap,
        inputs: { ...LDAP, realm: "pve" },
        refused: "domain 'pve' already exists",
      },
      {
        what: "a bind password without a name",
        type: T.ldap,
        inputs: { ...LDAP, realm: "other", bindPassword: "x" },
        refused: "must be specified",
      },
      { what: "a user of the realm", type: T.pveUser, inputs: { userId: "bob@corp" } },
      { what: "a sync", type: T.realmSync, inputs: { realm: "corp", removeVanished: "entry;acl" } },
      {
        what: "a sync of a realm that is nowhere",
        type: T.realmSync,
        inputs: { realm: "none" },
        refused: "domain 'none' does not exist",
      },
      {
        what: "a sync with commas",
        type: T.realmSync,
        inputs: { realm: "corp", removeVanished: "entry,acl" },
        refused: "remove-vanished",
      },
    ],
  );

  testChanges([
    {
      what: "the claim that names users",
      type: T.openid,
      olds: OPENID,
      news: { ...OPENID, usernameClaim: "email" },
      does: { usernameClaim: "replace" },
    },
    {
      what: "the directory's server",
      type: T.ldap,
      olds: LDAP,
      news: { ...LDAP, server1: "192.0.2.9" },
      does: { server1: "update" },
    },
  ]);
});
