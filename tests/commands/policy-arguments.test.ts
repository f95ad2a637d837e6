import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { policyArguments } from "../../commands/policy-arguments";

describe("policies of npm run preview and up", () => {
    it("are the project's, which are there", () => {
        for (const operation of ["preview", "up"] as const) {
            const [option, folder = ""] = policyArguments(operation, ["--policy-pack-config", "a"]);
            assert.equal(option, "--policy-pack");
            assert.ok(existsSync(join(folder, "PulumiPolicy.yaml")), folder);
        }
    });

    it("are those that a user names, and none for a destroy", () => {
        assert.deepEqual(policyArguments("up", ["--diff", "--policy-pack", "mine"]), []);
        assert.deepEqual(policyArguments("up", ["--policy-pack=mine"]), []);
        assert.deepEqual(policyArguments("destroy", []), []);
    });
});
