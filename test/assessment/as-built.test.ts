import assert from "node:assert/strict";
import path from "node:path";
import { type AssessOptions, assess, findingsOf } from "../../assessment";
import { declareEnvironment } from "../../offline/estate";
import { readTopology } from "../../policy/facts/topology";

const root = path.join(__dirname, "..", "..");

async function assessed(file: string, options?: AssessOptions) {
  const declared = await declareEnvironment(path.join(root, file), "dev");
  assert.ok(declared.ok);
  return assess(readTopology(declared.resources), options);
}

describe("assessment of whole environments", function () {
  this.timeout(120_000);

  it("the cluster as really built: VM 100 is lost with its node", async () => {
    const assessment = await assessed("examples/as-built.yaml");
    const own = assessment.scenarios.find(({ id }) => id === "node:blckpink03");
    const [alpine] = own?.guests ?? [];
    assert.equal(alpine?.id, "vm:100");
    assert.equal(alpine.effect, "down");
    assert.equal(alpine.downtime.minutes, "repair");
    assert.equal(alpine.dataLoss.minutes, "all", "its only backups are on that node");
    assert.match(alpine.because, /HA tries blckpink02, but scsi0 on local-lvm is not there, and gives up/);
    const errors = findingsOf(assessment).filter(({ level }) => level === "error");
    assert.deepEqual(
      errors.map(({ rule, guest }) => [rule, guest]),
      [["ha-guest-not-recovered", "alpine"]],
    );
  });

  it("and moves live all the same, its disk copied: that is what its builders took for shared storage", async () => {
    const assessment = await assessed("examples/as-built.yaml", { reboots: true });
    const reboot = assessment.scenarios.find(({ id }) => id === "reboot:blckpink03");
    const [alpine] = reboot?.guests ?? [];
    assert.deepEqual(
      [alpine?.id, alpine?.effect, alpine?.downtime.text],
      ["vm:100", "moves", "below a second"],
    );
    assert.deepEqual(alpine?.copies, ["scsi0 on local-lvm"]);
  });

  it("the dev stack puts that right: VM 100 is back after two minutes", async () => {
    const assessment = await assessed("Pulumi.dev.yaml");
    const own = assessment.scenarios.find(({ id }) => id === "node:blckpink03");
    const alpine = own?.guests.find(({ id }) => id === "vm:100");
    assert.deepEqual([alpine?.effect, alpine?.to, alpine?.downtime.minutes], ["restarts", "blckpink02", 2]);
    assert.deepEqual(
      findingsOf(assessment).filter(({ level }) => level === "error"),
      [],
    );
  });

  it("the prod stack has no errors, and every failure that the issue names", async () => {
    const assessment = await assessed("Pulumi.prod.yaml");
    assert.deepEqual(
      findingsOf(assessment).filter(({ level }) => level === "error"),
      [],
    );
    const kinds = new Set(assessment.scenarios.map(({ kind }) => kind));
    for (const kind of [
      "node",
      "network",
      "storage",
      "server",
      "quorum",
      "management",
      "state-backend",
      "aws-link",
      "site",
    ]) {
      assert.ok(
        [...kinds].some((one) => one === kind),
        kind,
      );
    }
    assert.equal(assessment.scenarios[0]?.kind, "site");
  });
});
