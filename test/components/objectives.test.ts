import assert from "node:assert/strict";
import fc from "fast-check";
import { recoveryTags } from "../../components/proxmox/guest";
import { readObjectives } from "../../policy/facts/objectives";
import { UNKNOWN } from "../../policy/facts/read";
import { only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const HOUR = 60;

describe("recovery needs of a guest", () => {
  it("are tags that Proxmox shows, in their largest unit", () => {
    assert.deepEqual(recoveryTags({ critical: true, objectives: { rpo: 15, rto: 4 * HOUR } }), [
      "critical",
      "rpo-15m",
      "rto-4h",
    ]);
    assert.deepEqual(recoveryTags({ critical: false, objectives: { rpo: 48 * HOUR, rto: 90 } }), [
      "rpo-2d",
      "rto-90m",
    ]);
    assert.deepEqual(recoveryTags({ critical: false, objectives: {} }), []);
  });

  it("are declared with the guest, beside its own tags", async () => {
    const description = devDescription(
      [["guests", "alpine", "tags"], ["web"]],
      [["guests", "alpine", "critical"], true],
      [["guests", "alpine", "objectives"], { rpo: "15 min" }],
    );
    const { resources } = await declareEstate(description);
    const { inputs } = only(resources, "proxmoxve:index/vmLegacy:VmLegacy", "alpine");
    assert.deepEqual(inputs.tags, ["critical", "rpo-15m", "web"]);
  });

  it("come back from the tags as they were", () => {
    const minutes = fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined });
    fc.assert(
      fc.property(fc.boolean(), minutes, minutes, (critical, rpo, rto) => {
        const tags = recoveryTags({ critical, objectives: { rpo, rto } });
        assert.deepEqual(readObjectives({ tags: ["web", ...tags] }), { critical, rpo, rto });
      }),
    );
  });

  it("are read as the stricter of two, and as unknown where tags are not known", () => {
    assert.deepEqual(readObjectives({ tags: ["rpo-1d", "rpo-4h", "rpo-soon", "rto-1w"] }), {
      critical: false,
      rpo: 4 * HOUR,
      rto: undefined,
    });
    assert.deepEqual(readObjectives({}), { critical: false, rpo: undefined, rto: undefined });
    assert.deepEqual(readObjectives({ tags: "critical" }), { critical: UNKNOWN, rpo: UNKNOWN, rto: UNKNOWN });
    assert.deepEqual(readObjectives({ tags: ["critical", 7, "rto-1h"] }), {
      critical: true,
      rpo: UNKNOWN,
      rto: HOUR,
    });
  });
});
