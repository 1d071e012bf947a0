import assert from "node:assert/strict";
import fc from "fast-check";
import {
  contains,
  isHostAddress,
  overlap,
  prefixLength,
  splitInterface,
  subnets,
} from "../../estate/addresses";

/** The number of an address, by other means than the code under test. */
const number = (address: string) => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
const text = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

interface Block {
  readonly cidr: string;
  readonly first: number;
  readonly last: number;
}

function block(start: number, prefix: number): Block {
  const size = 2 ** (32 - prefix);
  const first = start - (start % size);
  return { cidr: `${text(first)}/${prefix}`, first, last: first + size - 1 };
}

const anyAddress = fc.nat(2 ** 32 - 1);
const anyBlock = fc
  .tuple(anyAddress, fc.integer({ min: 1, max: 32 }))
  .map(([start, prefix]) => block(start, prefix));
/** Two blocks of one neighbourhood, so that they often meet. */
const neighbours = fc
  .tuple(fc.nat(255), fc.integer({ min: 24, max: 32 }), fc.nat(255), fc.integer({ min: 24, max: 32 }))
  .map(([a, p, b, q]) => [block(a, p), block(b, q)] as const);

describe("estate: address arithmetic", () => {
  it("knows what a network contains", () => {
    const rows: [cidr: string, address: string, contained: boolean, host: boolean][] = [
      ["192.168.1.0/24", "192.168.1.0", true, false],
      ["192.168.1.0/24", "192.168.1.1", true, true],
      ["192.168.1.0/24", "192.168.1.254", true, true],
      ["192.168.1.0/24", "192.168.1.255", true, false],
      ["192.168.1.0/24", "192.168.2.0", false, false],
      ["192.168.1.0/24", "192.168.0.255", false, false],
      ["10.0.0.0/8", "10.255.255.254", true, true],
      ["128.0.0.0/1", "200.1.2.3", true, true],
    ];
    for (const [cidr, address, contained, host] of rows) {
      assert.equal(contains(cidr, address), contained, `${address} in ${cidr}`);
      assert.equal(isHostAddress(cidr, address), host, `${address} a host in ${cidr}`);
    }
  });

  it("agrees with plain arithmetic on what a network contains", () => {
    fc.assert(
      fc.property(anyBlock, anyAddress, fc.integer({ min: -2, max: 2 }), (network, other, near) => {
        for (const candidate of [other, network.first + near, network.last + near]) {
          if (candidate < 0 || candidate >= 2 ** 32) continue;
          const inside = candidate >= network.first && candidate <= network.last;
          assert.equal(contains(network.cidr, text(candidate)), inside);
          const host = inside && candidate !== network.first && candidate !== network.last;
          assert.equal(isHostAddress(network.cidr, text(candidate)), host);
        }
      }),
    );
  });

  it("overlap is symmetric, and means a shared address", () => {
    fc.assert(
      fc.property(fc.oneof(neighbours, fc.tuple(anyBlock, anyBlock)), ([one, other]) => {
        const shared = Math.max(one.first, other.first) <= Math.min(one.last, other.last);
        assert.equal(overlap(one.cidr, other.cidr), shared);
        assert.equal(overlap(other.cidr, one.cidr), shared);
        assert.ok(overlap(one.cidr, one.cidr));
      }),
    );
  });

  it("cuts a network into subnets", () => {
    assert.deepEqual(subnets("10.0.0.0/16", 4, 3), ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"]);
    assert.deepEqual(subnets("10.42.0.0/24", 4, 2), ["10.42.0.0/28", "10.42.0.16/28"]);
    assert.deepEqual(subnets("10.42.0.0/24", 0, 1), ["10.42.0.0/24"]);
    assert.deepEqual(subnets("10.42.0.0/24", 4, 0), []);
  });

  it("subnets are inside, disjoint, of one size, and keep their place when the count grows", () => {
    const cut = fc
      .tuple(anyAddress, fc.integer({ min: 8, max: 24 }), fc.integer({ min: 1, max: 4 }))
      .chain(([start, prefix, bits]) =>
        fc.record({
          network: fc.constant(block(start, prefix)),
          bits: fc.constant(bits),
          count: fc.integer({ min: 1, max: 2 ** bits }),
        }),
      );
    fc.assert(
      fc.property(cut, ({ network, bits, count }) => {
        const made = subnets(network.cidr, bits, count);
        const ranges = made.map((cidr) => {
          assert.equal(prefixLength(cidr), prefixLength(network.cidr) + bits);
          return block(number(splitInterface(cidr).address), prefixLength(cidr));
        });
        assert.equal(made.length, count);
        ranges.forEach((range, index) => {
          assert.equal(range.cidr, made[index]);
          assert.ok(range.first >= network.first && range.last <= network.last);
          assert.ok(index === 0 || range.first > (ranges[index - 1]?.last ?? 0));
        });
        assert.deepEqual(subnets(network.cidr, bits, 2 ** bits).slice(0, count), made);
      }),
    );
  });

  it("splits an interface's address", () => {
    assert.deepEqual(splitInterface("192.168.137.20/24"), { address: "192.168.137.20", prefix: 24 });
  });
});
