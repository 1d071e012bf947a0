import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, overlap, prefixLength, splitInterface } from "../../estate/addresses";
import { subnetPlan } from "../../estate/aws-network";

const ZONES = ["a", "b", "c"];

/** VPCs of every size that the schema takes. */
const vpc = fc.tuple(fc.integer({ min: 16, max: 24 }), fc.nat({ max: 0xffff_ffff })).map(([prefix, bits]) => {
  const value = (bits >>> (32 - prefix)) * 2 ** (32 - prefix);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
});

const blocksOf = (cidr: string, zones: readonly string[]) =>
  Object.values(subnetPlan({ cidr, zones: [...zones] })).flatMap((tier) => Object.values(tier));

describe("the subnets of the second site", () => {
  it("are what they have always been, with the new tiers behind the private ones", () => {
    assert.deepEqual(subnetPlan({ cidr: "10.42.0.0/16", zones: ["a", "b"] }), {
      private: { a: "10.42.0.0/20", b: "10.42.16.0/20" },
      public: { a: "10.42.64.0/20", b: "10.42.80.0/20" },
      isolated: { a: "10.42.128.0/20", b: "10.42.144.0/20" },
    });
  });

  it("lie in the VPC, are a sixteenth of it each, and never overlap", () => {
    fc.assert(
      fc.property(vpc, fc.integer({ min: 1, max: 3 }), (cidr, count) => {
        const blocks = blocksOf(cidr, ZONES.slice(0, count));
        assert.equal(blocks.length, 3 * count);
        for (const [index, block] of blocks.entries()) {
          assert.equal(prefixLength(block), prefixLength(cidr) + 4);
          assert.ok(contains(cidr, splitInterface(block).address), `${block} in ${cidr}`);
          assert.ok(overlap(cidr, block));
          for (const other of blocks.slice(0, index)) assert.ok(!overlap(block, other), `${block} ${other}`);
        }
      }),
    );
  });

  it("stay where they are when a zone is added at the end", () => {
    fc.assert(
      fc.property(vpc, fc.integer({ min: 1, max: 2 }), (cidr, count) => {
        const [fewer, more] = [ZONES.slice(0, count), ZONES.slice(0, count + 1)];
        const [before, after] = [subnetPlan({ cidr, zones: fewer }), subnetPlan({ cidr, zones: more })];
        for (const tier of ["private", "public", "isolated"] as const) {
          for (const zone of fewer) assert.equal(after[tier][zone], before[tier][zone]);
        }
      }),
    );
  });
});
