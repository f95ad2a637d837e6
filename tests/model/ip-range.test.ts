import assert from "node:assert/strict";
import { isIPv4, isIPv6, BlockList } from "node:net";
import fc from "fast-check";
import {
    addressFault,
    addressText,
    cidrFault,
    contains,
    covers,
    overlaps,
    parseAddress,
    parseCidr,
    sizeOf,
    subnetFault,
    without,
    type IpRange,
} from "../../model/ip-range";

const v4 = fc.ipV4();
const v6 = fc.ipV6();
const smallRange = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
    .map(([first, more]): IpRange => ({
        family: 4,
        first: BigInt(first),
        last: BigInt(first + more),
    }));

const members = ({ first, last }: IpRange) =>
    Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index));

describe("addresses", () => {
    it("are read back as they are written", () => {
        fc.assert(
            fc.property(fc.oneof(v4, v6), (text) => {
                const read = parseAddress(text);
                assert.ok(read, text);
                assert.deepEqual(parseAddress(addressText(read)), read);
            }),
        );
    });

    it("are those that Node takes for addresses", () => {
        const almost = fc.stringMatching(/^[0-9a-f.:]{0,20}$/);
        fc.assert(
            fc.property(fc.oneof(almost, v4, v6), (text) => {
                assert.equal(parseAddress(text) !== undefined, isIPv4(text) || isIPv6(text), text);
            }),
        );
    });

    for (const [text, shown] of [
        ["192.168.0.1", "192.168.0.1"],
        ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
        ["::ffff:10.0.0.1", "::ffff:a00:1"],
        ["FD00::1", "fd00::1"],
        ["::", "::"],
    ] as const) {
        it(`are shown in one way: ${text}`, () => {
            const read = parseAddress(text);
            assert.equal(read && addressText(read), shown);
        });
    }

    for (const text of [
        "010.0.0.1",
        "1.2.3",
        "1.2.3.256",
        "fe80::1%eth0",
        "1::2::3",
        "::1::",
        "g::",
        "1.2.3.4::",
        "",
    ]) {
        it(`are none: ${JSON.stringify(text)}`, () => {
            assert.match(addressFault(text)?.fault ?? "", /is not an IP address/);
        });
    }
});

describe("networks", () => {
    it("have the addresses that Node's own lists have", () => {
        fc.assert(
            fc.property(v4, v4, fc.integer({ min: 0, max: 32 }), (base, other, prefix) => {
                const cidr = parseCidr(`${base}/${String(prefix)}`);
                const address = parseAddress(other);
                assert.ok(cidr !== undefined && address !== undefined);
                const list = new BlockList();
                list.addSubnet(base, prefix, "ipv4");
                assert.equal(contains(cidr.network, address), list.check(other, "ipv4"));
            }),
        );
    });

    for (const text of [
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "fd00::/129",
        "10.0.0.0/-1",
        "x/24",
    ]) {
        it(`are none: ${text}`, () => assert.ok(cidrFault(text)));
    }

    it("are told from addresses inside them", () => {
        assert.equal(subnetFault("10.0.0.0/24"), undefined);
        assert.match(subnetFault("10.0.0.7/24")?.cure ?? "", /"10\.0\.0\.0\/24"/);
        assert.match(subnetFault("fd00:1::7/64")?.cure ?? "", /"fd00:1::\/64"/);
        assert.match(subnetFault("lan")?.fault ?? "", /is not a network/);
    });

    it("of different families have nothing in common", () => {
        const [four, six] = [parseCidr("0.0.0.0/0"), parseCidr("::/0")];
        assert.ok(four && six);
        assert.ok(!overlaps(four.network, six.network));
        assert.ok(!contains(six.network, four));
    });
});

describe("ranges", () => {
    it("overlap where they share an address, and cover where they have them all", () => {
        fc.assert(
            fc.property(smallRange, smallRange, (one, other) => {
                const shared = members(one).filter((value) =>
                    contains(other, { family: 4, value }),
                );
                assert.equal(overlaps(one, other), shared.length > 0);
                assert.equal(covers(other, one), shared.length === members(one).length);
            }),
        );
    });

    it("lose exactly what is excluded", () => {
        fc.assert(
            fc.property(smallRange, fc.array(smallRange, { maxLength: 4 }), (range, holes) => {
                const expected = members(range).filter(
                    (value) => !holes.some((hole) => contains(hole, { family: 4, value })),
                );
                const left = without(range, holes);
                assert.deepEqual(left.flatMap(members), expected);
                assert.equal(
                    left.reduce((sum, part) => sum + sizeOf(part), 0n),
                    BigInt(expected.length),
                );
            }),
        );
    });
});
