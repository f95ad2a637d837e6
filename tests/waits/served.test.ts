import assert from "node:assert/strict";
import { servedVerdict, unservedPaths } from "../../waits/served";
import { summary } from "./summary";

const paths = ["/apis/kubevirt.io/v1/virtualmachines"];

describe("unservedPaths", () => {
    const answers: readonly (readonly [string, unknown, readonly string[]])[] = [
        ["the kind", { resources: [{ name: "virtualmachines" }] }, []],
        ["the kind's status alone", { resources: [{ name: "virtualmachines/status" }] }, paths],
        ["a kind whose name begins alike", { resources: [{ name: "virtualmachine" }] }, paths],
        ["a resource without a name", { resources: [{}] }, paths],
        ["no resources", {}, paths],
        ["nothing, for a group that is not known", undefined, paths],
    ];
    for (const [has, answer, expected] of answers) {
        it(`judges an answer that has ${has}`, () => {
            assert.deepEqual(unservedPaths(paths, answer), expected);
        });
    }
});

describe("servedVerdict", () => {
    it("is ready when nothing is left to serve", () => {
        assert.equal(summary(servedVerdict([])), "ready");
        assert.equal(summary(servedVerdict(paths)), "waiting not-served");
    });
});
