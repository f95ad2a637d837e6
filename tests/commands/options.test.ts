import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readOptions, silently } from "../../commands/options";

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
        assert.throws(() => readOptions(["--stak", "staging"]), /--stak'\. --help shows/);
        assert.throws(() => readOptions(["--stack"]), /argument missing\. --help shows/);
        assert.throws(() => readOptions(["--stack", "--context"]), /is ambiguous\. --help shows/);
    });

    it("says how a stack is named that stands alone", () => {
        assert.throws(() => readOptions(["staging"]), /"staging" stands alone.*--stack staging/);
    });
});

describe("The help of a command that prints JSON", () => {
    const folder = join(__dirname, "..", "..", "commands");
    const helps = readdirSync(folder)
        .map((file) => [file, readFileSync(join(folder, file), "utf8")] as const)
        .filter(([, text]) => /elp = `[^`]*--json/.test(text.replaceAll("\\`", "")));

    it("is found in seven commands", () => {
        assert.equal(helps.length, 7, helps.map(([file]) => file).join(", "));
    });

    for (const [file, text] of helps) {
        it(`says how npm's own lines stay out: ${file}`, () => {
            assert.ok(text.includes("${silently}"), silently);
        });
    }
});
