import assert from "node:assert/strict";
import { filesystemClaimBytes } from "../../model/filesystem-overhead";

describe("the claim of a disk on a filesystem", () => {
    it("is as large as CDI makes it", () => {
        // Recorded on the real controller: facts 7.
        assert.equal(filesystemClaimBytes(10 * 2 ** 30, "0.06"), 11381663335);
    });

    it("is whole mebibytes before the overhead", () => {
        assert.equal(filesystemClaimBytes(2 ** 20 + 1, "0"), 2 * 2 ** 20);
    });
});
