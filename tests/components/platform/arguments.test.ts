import assert from "node:assert/strict";
import { checkOperatorArgs } from "../../../components/platform/operator-args";
import { checkPlatformAccess } from "../../../components/platform/platform-access";
import { problemsText } from "../../../model/problems";

describe("arguments of an operator's component", () => {
    it("may be left out", () => {
        assert.deepEqual(checkOperatorArgs({}), []);
    });

    it("are all judged at once, with value and cure", () => {
        const problems = checkOperatorArgs({
            version: "latest",
            readyWithin: "0 minutes",
        });
        assert.equal(
            problemsText("KubeVirt", "kubevirt", problems),
            [
                'KubeVirt "kubevirt": readyWithin is "0 minutes", which is not a duration above zero. Write a number and a unit, such as "90 seconds", "20 minutes" or "2 hours".',
                'KubeVirt "kubevirt": version is "latest", which is not a version. Write it as "v1.9.0".',
            ].join("\n"),
        );
    });
});

describe("arguments of a PlatformAccess", () => {
    const subject = { kind: "Group", name: "vm-team" } as const;
    const fields = (args: Parameters<typeof checkPlatformAccess>[0]) =>
        checkPlatformAccess(args).map(({ field }) => field);

    it("are right with somebody who gets rights somewhere", () => {
        assert.deepEqual(fields({ installer: [subject] }), []);
        const deployer = { subjects: [subject], namespaces: ["vms"] };
        assert.deepEqual(fields({ deployer }), []);
    });

    it("have to give something to somebody", () => {
        assert.deepEqual(fields({}), ["installer"]);
        assert.deepEqual(fields({ deployer: { subjects: [], namespaces: [] } }), [
            "deployer.namespaces",
            "deployer.subjects",
        ]);
    });

    it("name subjects and namespaces that can exist", () => {
        const nobody = { kind: "User", name: "" } as const;
        assert.deepEqual(
            fields({
                installer: [nobody],
                deployer: { subjects: [subject], namespaces: ["vms", "My VMs"] },
            }),
            ["deployer.namespaces[1]", "installer"],
        );
    });
});
