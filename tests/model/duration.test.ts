import assert from "node:assert/strict";
import { durationFault, formatElapsed, millisecondsOf } from "../../model/duration";

describe("durationFault", () => {
    for (const good of ["1 second", "90 seconds", "20 minutes", "1.5 hours"]) {
        it(`accepts ${good}`, () => assert.equal(durationFault(good), undefined));
    }
    for (const bad of ["20", "20m", "0 minutes", "-1 hour", "soon", "1 day"]) {
        it(`refuses ${JSON.stringify(bad)} with its value`, () => {
            assert.ok(durationFault(bad)?.fault.includes(JSON.stringify(bad)));
        });
    }
});

describe("millisecondsOf", () => {
    it("reads each unit", () => {
        assert.equal(millisecondsOf("90 seconds"), 90_000);
        assert.equal(millisecondsOf("20 minutes"), 1_200_000);
        assert.equal(millisecondsOf("1.5 hours"), 5_400_000);
    });
});

describe("formatElapsed", () => {
    for (const [ms, text] of [
        [400, "0s"],
        [12_000, "12s"],
        [200_000, "3m 20s"],
        [3_900_000, "1h 5m"],
    ] as const) {
        it(`says ${text}`, () => assert.equal(formatElapsed(ms), text));
    }
});
