import assert from "node:assert/strict";
import { checkLabels } from "../../model/labels";

describe("checkLabels", () => {
    it("accepts what Kubernetes does", () => {
        const labels = { team: "db", "example.org/cost-centre": "A_1.2", empty: "" };
        assert.deepEqual(checkLabels(labels), []);
    });

    for (const [what, labels] of [
        ["a key with a space", { "my team": "db" }],
        ["a key that is empty", { "": "db" }],
        ["a key that is too long", { ["x".repeat(64)]: "db" }],
        ["a domain in capitals", { "Example.org/team": "db" }],
        ["two slashes", { "a/b/c": "db" }],
        ["a value with a space", { team: "the db" }],
        ["a value that is too long", { team: "x".repeat(64) }],
        ["a value that is no text", { team: 5 }],
        ["the label of this package", { "app.kubernetes.io/managed-by": "helm" }],
    ] as const) {
        it(`refuses ${what}`, () => assert.equal(checkLabels(labels).length, 1));
    }

    it("says all problems at once", () => {
        assert.equal(checkLabels({ "a b": "c d", e: "f g" }).length, 3);
    });
});
