import assert from "node:assert/strict";
import { stringify } from "yaml";
import { readEstate } from "../../estate";
import { ESTATE_KEY } from "../../estate/file";
import { documented } from "../settings/page";
import { descriptionWith, type FoundChange, firstChange, givenFor, subjects } from "../settings/subjects";
import type { Overlay } from "../settings/table";
import { TestEnvironment } from "../support/sandbox-cli";

const DEV = "Pulumi.dev.yaml";

/** The dev file, with what lets every setting be changed, and then with every setting changed that is no exception. */
function descriptions(): { before: object; after: object; count: number } {
  const exceptions = documented();
  // Those that go together, and take nothing away that others change.
  const given: Overlay[] = [];
  for (const one of givenFor(DEV)) {
    // The sandbox's nodes have no Proxmox VE 9.2 yet, which rebalances.
    if (/:null|autoRebalance/.test(JSON.stringify(one))) continue;
    if (readEstate(descriptionWith(DEV, ...given, one)).ok) given.push(one);
  }
  const changes: FoundChange["apply"][] = [];
  const changed = (more: readonly FoundChange["apply"][]) => {
    const description = descriptionWith(DEV, ...given);
    for (const apply of more) apply(description);
    return description;
  };
  for (const [pattern, subject] of subjects()) {
    if (subject.schema.const !== undefined || exceptions.has(pattern)) continue;
    const found = firstChange(pattern, {
      ...subject,
      grounds: subject.grounds.filter(
        (ground) =>
          ground.file === DEV && (Object.keys(ground.given).length === 0 || given.includes(ground.given)),
      ),
    });
    // Some can't be changed beside others: a quota below what another change asks for.
    if (found && readEstate(changed([...changes, found.apply])).ok) changes.push(found.apply);
  }
  return { before: changed([]), after: changed(changes), count: changes.length };
}

/** The offline test of settings asks the doubles; here the engine plans all of their changes in one preview. */
describe("changed settings on the engine", function () {
  this.timeout(900_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-settings");
  });
  after(() => environment.close());

  it("are updates, all of them at once, but for those that are documented", async () => {
    const { before, after, count } = descriptions();
    // Quoted: the engine reads a bare moment as a time, and writes it in a form of its own.
    const write = (description: object) =>
      stringify(
        { config: { [ESTATE_KEY]: description } },
        { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" },
      );
    assert.ok(count > 60, `${count} settings are changed`);
    environment.describe(() => write(before));
    const up = await environment.run("up");
    assert.equal(up.code, 0, up.stderr + JSON.stringify(up.document?.errors));
    environment.describe(() => write(after));
    const { document, stderr } = await environment.run("preview");
    assert.ok(document, stderr);
    assert.deepEqual(document.errors, []);
    const operations = new Set(document.changes.map(({ operation }) => operation));
    assert.deepEqual(
      [...operations].filter((one) => one !== "create"),
      ["update"],
    );
    assert.ok(document.changes.length > 60);
  });
});
