import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AccessControl } from "../../components/proxmox/access-control";
import { Realm } from "../../components/proxmox/realm";
import { declare, only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const USER = "proxmoxve:index/userLegacy:UserLegacy";
const ACL = "proxmoxve:index/acl:Acl";

describe("components: AccessControl", () => {
  it("declares roles, groups, users, tokens and entries, in the order that Proxmox needs", async () => {
    const { resources } = await declare(
      () =>
        new AccessControl("access", {
          roles: { Operator: { privileges: ["VM.Audit", "VM.PowerMgmt"] } },
          groups: { operators: { comment: "people" } },
          users: {
            "alice@pve": {
              enabled: true,
              groups: ["operators"],
              email: "alice@example.com",
              password: pulumi.secret("correct horse"),
              totpKey: pulumi.secret("ABCDEFGHIJKLMNOP"),
              tokens: {
                ci: { expires: "2027-01-01T00:00:00Z", privilegeSeparation: true, comment: "builds" },
              },
            },
          },
          acl: [
            {
              path: "/vms/100",
              role: "Operator",
              groups: ["operators"],
              users: [],
              tokens: ["alice@pve!ci"],
              propagate: false,
            },
          ],
        }),
    );
    assert.deepEqual(only(resources, "proxmoxve:index/roleLegacy:RoleLegacy").inputs, {
      roleId: "Operator",
      privileges: ["VM.Audit", "VM.PowerMgmt"],
    });
    assert.deepEqual(only(resources, "proxmoxve:index/groupLegacy:GroupLegacy").inputs, {
      groupId: "operators",
      comment: "people",
    });
    const { inputs, options } = only(resources, USER);
    const { password, keys, ...open } = inputs;
    assert.deepEqual(open, {
      userId: "alice@pve",
      enabled: true,
      expirationDate: "1970-01-01T00:00:00Z",
      groups: ["operators"],
      email: "alice@example.com",
      firstName: "",
      lastName: "",
      comment: "",
    });
    assert.ok(password !== undefined && keys !== undefined);
    assert.deepEqual(options.ignoreChanges, ["password", "keys"]);
    assert.deepEqual(options.additionalSecretOutputs, ["keys", "password"]);
    const token = only(resources, "proxmoxve:user/token:Token");
    assert.deepEqual(token.inputs, {
      userId: "alice@pve",
      tokenName: "ci",
      privilegesSeparation: true,
      expirationDate: "2027-01-01T00:00:00Z",
      comment: "builds",
    });
    assert.deepEqual(token.options.additionalSecretOutputs, ["value"]);
    const group = only(resources, ACL, "/vms/100?operators?Operator");
    assert.deepEqual(group.inputs, {
      path: "/vms/100",
      roleId: "Operator",
      groupId: "operators",
      propagate: false,
    });
    assert.deepEqual([...group.options.dependsOn].sort(), [
      "proxmoxve:index/groupLegacy:GroupLegacy operators",
      "proxmoxve:index/roleLegacy:RoleLegacy Operator",
    ]);
    assert.equal(only(resources, ACL, "/vms/100?alice@pve!ci?Operator").inputs.tokenId, "alice@pve!ci");
  });
});

describe("components: Realm", () => {
  it("declares an OpenID Connect provider with what Proxmox would decide otherwise", async () => {
    const { resources } = await declare(
      () =>
        new Realm("sso", {
          realm: "sso",
          type: "openid",
          default: true,
          issuer: "https://sso.example.com",
          clientId: "pve",
          clientKey: pulumi.secret("key"),
          usernameClaim: "email",
          autocreate: true,
          groupsAutocreate: false,
          groupsOverwrite: true,
          groupsClaim: "groups",
          scopes: "email profile groups",
          acrValues: "mfa",
        }),
    );
    const realm = only(resources, "proxmoxve:realm/openid:Openid", "sso");
    const { clientKey, ...open } = realm.inputs;
    assert.ok(clientKey !== undefined);
    assert.deepEqual(open, {
      realm: "sso",
      comment: "",
      default: true,
      issuerUrl: "https://sso.example.com",
      clientId: "pve",
      autocreate: true,
      groupsAutocreate: false,
      groupsOverwrite: true,
      groupsClaim: "groups",
      usernameClaim: "email",
      scopes: "email profile groups",
      acrValues: "mfa",
      queryUserinfo: true,
    });
    assert.equal(realm.options.protect, true);
  });
});

describe("site: access", () => {
  const AD: Change = [
    ["access", "realms"],
    {
      corp: {
        type: "ad",
        servers: ["dc1.example.com", "dc2.example.com"],
        baseDn: "dc=example,dc=com",
        bindDn: "cn=proxmox,dc=example,dc=com",
        sync: { scope: "groups", removeVanished: ["properties", "acl"] },
      },
    },
  ];

  it("declares Active Directory as a directory with its own attributes, and copies it once it is there", async () => {
    const { resources } = await declareEstate(devDescription(AD));
    const realm = only(resources, "proxmoxve:realm/ldap:Ldap", "corp");
    const { bindPassword, ...open } = realm.inputs;
    assert.ok(bindPassword !== undefined);
    assert.deepEqual(open, {
      realm: "corp",
      comment: "",
      default: false,
      server1: "dc1.example.com",
      server2: "dc2.example.com",
      baseDn: "dc=example,dc=com",
      bindDn: "cn=proxmox,dc=example,dc=com",
      mode: "ldaps",
      verify: true,
      caseSensitive: true,
      userAttr: "sAMAccountName",
      userClasses: "user",
      groupNameAttr: "sAMAccountName",
      groupClasses: "group",
    });
    const sync = only(resources, "proxmoxve:realm/sync:Sync", "corp");
    assert.deepEqual(sync.inputs, {
      realm: "corp",
      scope: "groups",
      enableNew: true,
      removeVanished: "acl;properties",
    });
    assert.deepEqual(sync.options.dependsOn, ["proxmoxve:realm/ldap:Ldap corp"]);
  });

  it("writes a guest's name as its id in a path", async () => {
    const { resources } = await declareEstate(
      devDescription([
        ["access", "acl", 2],
        { path: "/vms/alpine", role: "PVEVMUser", users: ["alice@pve"] },
      ]),
    );
    assert.equal(only(resources, ACL, "/vms/100?alice@pve?PVEVMUser").inputs.path, "/vms/100");
  });
});
