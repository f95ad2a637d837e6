import assert from "node:assert/strict";
import fc from "fast-check";
import { given, merged } from "../../manifests/fields";

const fields = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(
        fc.integer(),
        fc.array(fc.integer()),
        fc.dictionary(fc.constantFrom("x", "y"), fc.integer(), { noNullPrototype: true }),
    ),
    { noNullPrototype: true },
);

describe("given", () => {
    it("leaves out what has no value, and all of it when nothing has", () => {
        assert.deepEqual(given({ a: 0, b: undefined, c: false }), { a: 0, c: false });
        assert.equal(given({ a: undefined }), undefined);
    });
});

describe("merged", () => {
    it("goes into objects, and takes lists and all else as a whole", () => {
        assert.deepEqual(merged({ a: { x: 1, y: [1, 2] }, b: 1 }, { a: { y: [3] }, b: { z: 1 } }), {
            a: { x: 1, y: [3] },
            b: { z: 1 },
        });
    });

    it("has every field of the overrides, and the others as they were", () => {
        fc.assert(
            fc.property(fields, fields, (below, above) => {
                const before = structuredClone(below);
                const result = merged(below, above);
                assert.deepEqual(merged(result, above), result);
                assert.deepEqual(below, before);
                assert.deepEqual(merged(below, {}), below);
                assert.deepEqual(
                    Object.keys(result).sort(),
                    [...new Set([...Object.keys(below), ...Object.keys(above)])].sort(),
                );
            }),
        );
    });
});
