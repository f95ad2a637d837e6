import assert from "node:assert/strict";
import { isObjectSettled, isSettled } from "../../model/settled";

describe("an object is already what a manifest says", () => {
    const rows: readonly (readonly [
        what: string,
        live: unknown,
        wanted: unknown,
        whole: boolean,
        byField: boolean,
    ])[] = [
        ["with more than it says", { a: 1, b: 2 }, { a: 1 }, true, true],
        ["but not with another value", { a: 1 }, { a: 2 }, false, false],
        ["but not without a field that it says", {}, { rng: {} }, false, false],
        ["without a list that has nothing in it", {}, { list: [] }, true, true],
        [
            "with a list whose entries have more, where entries are merged",
            { list: [{ a: 1, b: 2 }] },
            { list: [{ a: 1 }] },
            false,
            true,
        ],
        [
            "but not with a longer list",
            { list: [{ a: 1 }, { a: 2 }] },
            { list: [{ a: 1 }] },
            false,
            false,
        ],
        [
            "but not with another order of a list",
            { list: [{ a: 1 }, { a: 2 }] },
            { list: [{ a: 2 }, { a: 1 }] },
            false,
            false,
        ],
    ];
    for (const [what, live, wanted, whole, byField] of rows) {
        it(what, () => {
            assert.deepEqual(
                [isSettled(live, wanted), isSettled(live, wanted, "by-field")],
                [whole, byField],
            );
        });
    }

    it("whatever it is marked with, and not with another label of the user's", () => {
        const live = { metadata: { name: "a" }, spec: { a: 1 } };
        const marks = {
            labels: { "app.kubernetes.io/managed-by": "pulumi-kubevirt" },
            annotations: { "pulumi-kubevirt.dev/owner": "a/b/c", "pulumi.com/patchForce": "true" },
        };
        const wanted = { metadata: { name: "a", ...marks }, spec: { a: 1 } };
        assert.equal(isObjectSettled(live, wanted), true);
        const labelled = {
            ...wanted,
            metadata: { ...wanted.metadata, labels: { ...marks.labels, team: "a" } },
        };
        assert.equal(isObjectSettled(live, labelled), false);
    });
});
