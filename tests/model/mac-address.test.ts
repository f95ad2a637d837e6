import assert from "node:assert/strict";
import fc from "fast-check";
import { macFault, normalMac } from "../../model/mac-address";
import { stableMacAddress } from "../../model/names";

describe("MAC addresses", () => {
    for (const [text, why] of [
        ["02:1a:2b:3c:4d", /is not a MAC address/],
        ["02:1a:2b:3c:4d:5g", /is not a MAC address/],
        ["021a.2b3c.4d5e", /is not a MAC address/],
        ["02:1a-2b:3c:4d:5e", /is not a MAC address/],
        ["02:00:00:00:00:00", /keeps for the bridge/],
        ["01:00:5e:00:00:01", /group of interfaces/],
        ["ff:ff:ff:ff:ff:ff", /group of interfaces/],
    ] as const) {
        it(`are refused: ${text}`, () => assert.match(macFault(text)?.fault ?? "", why));
    }

    it("may be written with dashes and capitals, and are one and the same", () => {
        assert.equal(macFault("02-1A-2B-3C-4D-5E"), undefined);
        assert.equal(normalMac("02-1A-2B-3C-4D-5E"), "02:1a:2b:3c:4d:5e");
    });

    it("that this package makes are always good ones", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), fc.string(), (...names) => {
                assert.equal(macFault(stableMacAddress(...names)), undefined);
            }),
        );
    });
});
