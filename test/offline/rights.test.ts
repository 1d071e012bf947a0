import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "shell-quote";
import { RIGHTS, rightsFor } from "../../components/proxmox/rights";
import { PRIVILEGES } from "../../estate/privileges";
import { bootstrapCommands, DEFAULT_IDENTITY } from "../../offline/bootstrap";
import { declareEnvironment } from "../../offline/estate";
import { REPOSITORY } from "../support/description";

const DOCUMENT = path.join(REPOSITORY, "docs", "access.md");
const kind = (type: string, properties: object = {}) => ({ type, properties });

/** The table of docs/access.md, as it should stand there. */
function table(): string {
  const rows = Object.entries(RIGHTS).map(([type, rights]) => {
    const given = Object.entries(rights).map(
      ([place, privileges]) => `${place}: ${[...privileges].sort().join(", ")}`,
    );
    return `| ${type.replace(/^proxmoxve:/, "").replace(/:\w+$/, "")} | ${given.join("; ")} |`;
  });
  return ["| kind | place: privileges |", "|---|---|", ...rows].join("\n");
}

describe("offline: the program's own rights", () => {
  for (const stack of ["dev", "prod"]) {
    it(`has a row for every kind that ${stack} declares`, async () => {
      const declared = await declareEnvironment(path.join(REPOSITORY, `Pulumi.${stack}.yaml`), stack);
      assert.ok(declared.ok);
      const rights = rightsFor(declared.resources);
      assert.ok(rights["/vms"]?.includes("VM.Allocate"));
      for (const privileges of Object.values(rights)) {
        for (const privilege of privileges) assert.ok(PRIVILEGES.includes(privilege));
      }
    });
  }

  it("names only kinds that the SDK has", () => {
    for (const type of Object.keys(RIGHTS)) {
      const [, module = ""] = type.split(":");
      assert.ok(require.resolve(`@muhlba91/pulumi-proxmoxve/${module.replace(/^index\//, "")}`), type);
    }
  });

  it("gives what the declared kinds need and no more", () => {
    assert.deepEqual(rightsFor([kind("proxmoxve:cluster/options:Options"), kind("aws:s3/bucket:Bucket")]), {
      "/": ["Sys.Audit", "Sys.Modify"],
    });
    assert.deepEqual(rightsFor([]), {});
  });

  it("gives roles away only where an entry of the list is", () => {
    const acl = (where: string) => kind("proxmoxve:index/acl:Acl", { path: where });
    assert.deepEqual(rightsFor([acl("/vms/100"), acl("/vms"), acl("/")]), {
      "/": ["Permissions.Modify"],
      "/vms": ["Permissions.Modify"],
    });
  });

  it("refuses a kind that it has no row for", () => {
    assert.throws(() => rightsFor([kind("proxmoxve:index/newThing:NewThing")]), /NewThing: add a row/);
  });

  it("is made by commands that a shell reads as they are meant", () => {
    const commands = bootstrapCommands(DEFAULT_IDENTITY, {
      "/": ["Sys.Audit"],
      "/vms": ["VM.Audit", "VM.Clone"],
    });
    assert.deepEqual(
      commands.map((command) => parse(command).filter((word) => typeof word === "string")),
      [
        [
          "pveum",
          "user",
          "add",
          "hybrid-estate@pve",
          "--comment",
          "hybrid-estate, for its API token only",
          "true",
        ],
        ["pveum", "user", "token", "add", "hybrid-estate@pve", "pulumi", "--privsep", "1", "true"],
        ...[
          ["/", "HybridEstate-root", "Sys.Audit", "0"],
          ["/vms", "HybridEstate-vms", "VM.Audit VM.Clone", "1"],
        ].flatMap(([place = "", role = "", privileges = "", propagate = ""]) => [
          ["add", "modify"].flatMap((action) => ["pveum", "role", action, role, "--privs", privileges]),
          ...[
            ["--users", "hybrid-estate@pve"],
            ["--tokens", "hybrid-estate@pve!pulumi"],
          ].map((holder) => [
            "pveum",
            "acl",
            "modify",
            place,
            ...holder,
            "--roles",
            role,
            "--propagate",
            propagate,
          ]),
        ]),
      ],
    );
  });

  it("is documented kind by kind", () => {
    const text = readFileSync(DOCUMENT, "utf8");
    assert.ok(text.includes(table()), `the table of docs/access.md should be:\n${table()}`);
  });
});
