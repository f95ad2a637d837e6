import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesOf, formatBytes, quantityBytes, sizeFault } from "../../model/size";

describe("sizeFault", () => {
    for (const good of ["1Mi", "512Mi", "40Gi", "1.5Ti"]) {
        it(`accepts ${good}`, () => assert.equal(sizeFault(good), undefined));
    }

    const bad: readonly (readonly [string, RegExp])[] = [
        ["40GB", /write "40Gi" \(or "37Gi" to stay under 40GB\)/],
        ["40G", /write "40Gi"/],
        ["1TB", /write "1Ti"/],
        ["40 Gi", /write "40Gi"/],
        ["40", /write a number and Mi, Gi or Ti/],
        ["", /write a number and Mi, Gi or Ti/],
        ["-1Gi", /write a number and Mi, Gi or Ti/],
        ["0Gi", /write a size such as/],
        ["0.5Mi", /write a size such as/],
    ];
    for (const [text, cure] of bad) {
        it(`refuses ${JSON.stringify(text)} with its value and a cure`, () => {
            const fault = sizeFault(text);
            assert.ok(fault, "accepted");
            assert.ok(fault.fault.includes(JSON.stringify(text)), fault.fault);
            assert.match(fault.cure, cure);
        });
    }
});

describe("bytesOf", () => {
    it("is the API server's reading of the same text", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 8000 }),
                fc.constantFrom("Mi" as const, "Gi" as const, "Ti" as const),
                (count, unit) => {
                    const size = `${count}${unit}` as const;
                    assert.equal(bytesOf(size), quantityBytes(size));
                },
            ),
        );
    });
});

describe("quantityBytes", () => {
    for (const [text, bytes] of [
        ["10737418240", 10737418240],
        ["10Gi", 10737418240],
        ["10G", 1e10],
        ["1e9", 1e9],
        ["1.5Ti", 1.5 * 2 ** 40],
        ["128974848000m", 128974848],
    ] as const) {
        it(`reads ${text}`, () => assert.equal(quantityBytes(text), bytes));
    }

    it("does not know what is no quantity", () => assert.equal(quantityBytes("ten"), undefined));
});

describe("formatBytes", () => {
    for (const [bytes, text] of [
        [10737418240, "10Gi"],
        [11381663335, "10.6Gi"],
        [1.5 * 2 ** 40, "1.5Ti"],
        [2 ** 20, "1Mi"],
        [512, "512 bytes"],
    ] as const) {
        it(`says ${text}`, () => assert.equal(formatBytes(bytes), text));
    }
});
