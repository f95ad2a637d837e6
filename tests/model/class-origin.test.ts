import assert from "node:assert/strict";
import fc from "fast-check";
import { classOrigin, refuseClassChanges } from "../../model/class-origin";
import { Problems } from "../../model/problems";

const before = {
    name: "fast",
    provisioner: "driver.example.org",
    parameters: { pool: "nvme", replicas: "3" },
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
} as const;

function refused(after: Parameters<typeof classOrigin>[0], claims: readonly string[] = []) {
    const problems = new Problems();
    refuseClassChanges(classOrigin(before), classOrigin(after), claims, problems);
    return problems.all.map(({ field, fault }) => `${field} ${fault}`);
}

describe("the origin of a StorageClass", () => {
    it("is the same in whatever order its parameters are written", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.string(), fc.string()), (parameters) => {
                const backwards = Object.fromEntries(Object.entries(parameters).reverse());
                assert.equal(
                    classOrigin({ ...before, parameters }),
                    classOrigin({ ...before, parameters: backwards }),
                );
            }),
        );
    });

    it("refuses nothing where nothing changes, and nothing of a class that has none", () => {
        assert.deepEqual(refused(before), []);
        const problems = new Problems();
        refuseClassChanges(undefined, classOrigin(before), [], problems);
        assert.deepEqual(problems.all, []);
    });

    for (const [what, change, expected] of [
        ["a parameter", { parameters: { pool: "hdd", replicas: "3" } }, ["parameters.pool"]],
        ["a parameter that goes", { parameters: { pool: "nvme" } }, ["parameters.replicas"]],
        [
            "a parameter that comes",
            { parameters: { ...before.parameters, more: "1" } },
            ["parameters.more"],
        ],
        ["the reclaim policy", { reclaimPolicy: "Delete" }, ["reclaimPolicy"]],
        ["the binding mode", { volumeBindingMode: "WaitForFirstConsumer" }, ["volumeBindingMode"]],
        ["the name", { name: "slow" }, ["className"]],
        [
            "the provisioner, whose parameters are others anyway",
            { provisioner: "other.example.org", parameters: { tier: "1" } },
            ["provisioner"],
        ],
        [
            "several of them",
            { reclaimPolicy: "Delete", parameters: { pool: "hdd", replicas: "2" } },
            ["reclaimPolicy", "parameters.pool", "parameters.replicas"],
        ],
    ] as const) {
        it(`refuses another value of ${what}`, () => {
            const fields = refused({ ...before, ...change }).map((text) => text.split(" ")[0]);
            assert.deepEqual(fields, expected);
        });
    }

    it("says once what changes in the same way: a namespace that is in many parameters", () => {
        const of = (namespace: string) => ({
            ...before,
            parameters: { "one-secret-namespace": namespace, "other-secret-namespace": namespace },
        });
        const problems = new Problems();
        refuseClassChanges(classOrigin(of("a")), classOrigin(of("b")), [], problems);
        assert.deepEqual(
            problems.all.map(({ field }) => field),
            ["parameters.one-secret-namespace, parameters.other-secret-namespace"],
        );
    });

    it("names the class's claims, as many as a person reads", () => {
        const claims = Array.from({ length: 12 }, (_, index) => `vms/disk-${String(index)}`);
        const [text = ""] = refused({ ...before, reclaimPolicy: "Delete" }, claims);
        assert.match(text, /^reclaimPolicy changes from "Retain" to "Delete", and/);
        assert.match(text, /\(its claims: vms\/disk-0, .*vms\/disk-9 and 2 more\)/);
    });
});
