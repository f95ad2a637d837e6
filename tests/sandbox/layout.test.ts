import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkIsSandbox, layoutOf, makeFolder } from "../../sandbox/layout";
import { temporaryFolder } from "../support/folder";

describe("checkIsSandbox", () => {
    let folder: string;

    beforeEach(() => {
        folder = temporaryFolder("layout");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("refuses a folder with somebody's files, which a stop would remove", () => {
        fs.writeFileSync(path.join(folder, "thesis.txt"), "");
        assert.throws(() => checkIsSandbox(layoutOf(folder)), /is not a sandbox and not empty/);
    });

    for (const [what, at] of [
        ["an empty folder", "."],
        ["a folder that does not exist", "new/one"],
    ] as const) {
        it(`accepts ${what}`, () => {
            assert.doesNotThrow(() => checkIsSandbox(layoutOf(path.join(folder, at))));
        });
    }

    it("accepts a folder that a start has made, whatever is in it", () => {
        makeFolder(layoutOf(folder));
        fs.writeFileSync(path.join(folder, "state.json"), "");
        assert.doesNotThrow(() => checkIsSandbox(layoutOf(folder)));
    });

    it("accepts a folder named .sandbox before its first start", () => {
        fs.mkdirSync(path.join(folder, ".sandbox", "state"), { recursive: true });
        assert.doesNotThrow(() => checkIsSandbox(layoutOf(path.join(folder, ".sandbox"))));
    });
});

describe("layoutOf", () => {
    it("is the same through a link, for processes are known by their paths", () => {
        const folder = temporaryFolder("layout");
        fs.symlinkSync(folder, path.join(folder, "link"));
        const through = layoutOf(path.join(folder, "link", "not-yet"));
        assert.equal(through.folder, path.join(folder, "not-yet"));
        fs.rmSync(folder, { recursive: true });
    });
});
