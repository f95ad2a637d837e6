import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { environmentOf, stackFile, stacksIn } from "../../commands/stack-files";
import { UserError } from "../../model/user-error";
import { temporaryFolder } from "../support/folder";

describe("environmentOf", () => {
    let folder: string;

    beforeEach(() => {
        folder = temporaryFolder("stack-files");
        mkdirSync(join(folder, "stacks"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const write = (config: object) => {
        writeFileSync(stackFile(folder, "qa"), stringify({ config }));
    };
    const environment = { cluster: { context: "qa-1" } };

    it("is what the stack's file says, as an object or as one text", () => {
        for (const value of [environment, JSON.stringify(environment)]) {
            write({ "pulumi-kubevirt:environment": value });
            assert.deepEqual(environmentOf(folder, "qa"), environment);
        }
        assert.deepEqual(environmentOf(folder, "my-organization/qa"), environment);
        assert.deepEqual(stacksIn(folder), ["qa"]);
    });

    it("is empty where there is no file, or nothing in it", () => {
        assert.deepEqual(environmentOf(folder, "qa"), {});
        writeFileSync(stackFile(folder, "qa"), "");
        assert.deepEqual(environmentOf(folder, "qa"), {});
    });

    it("names the new place of keys from before there was one, and leaves those of a program of one's own alone", () => {
        write({ "pulumi-kubevirt:context": "qa-1", "pulumi-kubevirt:images": {} });
        assert.throws(
            () => environmentOf(folder, "qa"),
            /context is a key of its own, and belongs to environment\.cluster\.context\.[^]*images/,
        );
        write({ "pulumi-kubevirt:environment": environment, "pulumi-kubevirt:images": {} });
        assert.deepEqual(environmentOf(folder, "qa"), environment);
    });

    it("is refused with its line where the file is no YAML", () => {
        writeFileSync(stackFile(folder, "qa"), "config:\n  b: [\n");
        assert.throws(
            () => environmentOf(folder, "qa"),
            (error) =>
                error instanceof UserError &&
                /Pulumi\.qa\.yaml is no YAML: .* at line 3, column 1\. Mend it there\.$/.test(
                    error.message,
                ),
        );
    });

    it("has to be an object", () => {
        write({ "pulumi-kubevirt:environment": "qa-1" });
        assert.throws(() => environmentOf(folder, "qa"), /is not an object/);
    });
});
