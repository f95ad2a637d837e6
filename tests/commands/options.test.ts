import assert from "node:assert/strict";
import { readOptions } from "../../commands/options";

describe("readOptions", () => {
    it("means the sandbox when nothing is said", () => {
        assert.deepEqual(readOptions([]), {
            stack: "local",
            context: undefined,
            help: false,
            rest: [],
        });
    });

    it("hands everything behind -- to pulumi", () => {
        const options = readOptions(["--stack", "staging", "--", "--target", "urn"]);
        assert.equal(options.stack, "staging");
        assert.deepEqual(options.rest, ["--target", "urn"]);
    });

    it("refuses a context for the local stack: it is always the sandbox", () => {
        assert.throws(() => readOptions(["--context", "prod-1"]), /always the sandbox.*prod-1/);
    });

    it("refuses what it does not know instead of ignoring it", () => {
        assert.throws(() => readOptions(["--stak", "staging"]), /--stak.*--help/);
    });
});
