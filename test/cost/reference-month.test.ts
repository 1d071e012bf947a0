import assert from "node:assert/strict";
import { runNode } from "../support/sandbox-cli";

/** The field report's reference month (F21): what it pays for, in dollars and in rupiah at 15,000. */
const REPORT = [
  ["server", "t4g.small instance (Linux, on demand)", "720", "24.19", "362850"],
  ["backups", "S3 Standard", "100", "2.30", "34500"],
  ["nat", "NAT gateway", "720", "32.40", "486000"],
  ["(all NAT gateways)", "processed by NAT gateways", "10", "0.45", "6750"],
  ["(whole site)", "out to the internet and through the VPN", "150", "6.00", "90000"],
];

const COMMAND = [
  "cli/cost.ts",
  "--program",
  "examples/reference-month",
  "--currency",
  "IDR",
  "--rate",
  "15000",
];

interface Document {
  total: { usd: string; inCurrency: string };
  lines: {
    resource: string;
    what: string;
    quantity: string;
    usd: string;
    inCurrency: string;
    rates: object[];
  }[];
  unknown: { resource: string; what: string }[];
}

describe("cost: the reference month", () => {
  it("is 65.34 USD and Rp 980,100 to the cent, line by line", async () => {
    const { code, stdout } = await runNode([...COMMAND, "--json"]);
    assert.equal(code, 0);
    const { total, lines, unknown } = JSON.parse(stdout) as Document;
    assert.deepEqual(
      lines.map((line) => [line.resource, line.what, line.quantity, line.usd, line.inCurrency]).sort(),
      REPORT.toSorted(),
    );
    assert.deepEqual(total, { usd: "65.34", inCurrency: "980100" });
    // The first 100 GB out are free; the 50 GB that the report pays for are beyond them.
    assert.deepEqual(lines.find(({ resource }) => resource === "(whole site)")?.rates, [
      { quantity: "100", usd: "0" },
      { quantity: "50", usd: "0.12" },
    ]);
    // What the report leaves out is not zero: it is said.
    assert.deepEqual(
      unknown.map(({ resource, what }) => [resource, what]),
      [
        ["server", "root volume"],
        ["nat", "public IPv4 address"],
      ],
    );
  }).timeout(60_000);

  it("says so to people", async () => {
    const { stdout } = await runNode(COMMAND);
    assert.match(stdout, /monthly cost: USD 65\.34 = Rp 980,100, and 2 that are not known/);
  }).timeout(60_000);

  it("costs more at the region's list prices", async () => {
    const { stdout } = await runNode([...COMMAND, "--prices", "cost/prices/ap-southeast-1.yaml", "--json"]);
    const { total, unknown } = JSON.parse(stdout) as Document;
    // 15.26 + 2.50 + 42.48 + 0.59 + 6.00, and 3.60 for the public address.
    assert.equal(total.usd, "70.43");
    assert.deepEqual(
      unknown.map(({ what }) => what),
      ["root volume"],
    );
  }).timeout(60_000);
});
