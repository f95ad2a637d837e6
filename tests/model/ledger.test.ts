import assert from "node:assert/strict";
import { type ClaimFate, type Erased, erasedByDestroy, fateOf } from "../../model/ledger";

const rows: readonly (readonly [ClaimFate, string | undefined, Erased, RegExp])[] = [
    ["kept", "Delete", "no", /lets go of the claim, and it stays/],
    ["kept", "Retain", "no", /lets go of the claim, and it stays/],
    ["kept", undefined, "no", /lets go of the claim, and it stays/],
    ["deleted", "Delete", "yes", /the claim goes, and its volume with it/],
    ["deleted", "Recycle", "yes", /its volume with it/],
    ["deleted", "Retain", "no", /its volume stays, released/],
    ["deleted", undefined, "unknown", /nobody here knows/],
    ["deleted with its namespace", "Delete", "yes", /goes with its namespace, and its volume/],
    ["deleted with its namespace", "Retain", "no", /its volume stays, released/],
    ["storage erased", "Retain", "yes", /its storage goes with the stack/],
    ["refused", "Delete", "refused", /the engine refuses/],
    ["not in the stack", "Delete", "no", /state does not have it/],
];

describe("whether a destroy erases a disk", () => {
    for (const [fate, reclaimPolicy, expected, why] of rows) {
        it(`${expected}: its claim is ${fate}, reclaim policy ${reclaimPolicy ?? "unknown"}`, () => {
            const found = erasedByDestroy(fate, reclaimPolicy);
            assert.equal(found.erasedByDestroy, expected);
            assert.match(found.why, why);
        });
    }

    it("follows from onDestroy", () => {
        assert.deepEqual(
            [fateOf("retain"), fateOf("delete"), fateOf("forbid")],
            ["kept", "deleted", "refused"],
        );
    });
});
