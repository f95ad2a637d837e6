import assert from "node:assert/strict";
import { reviewUninstall } from "../../../sandbox/data-plane/uninstall-review";

const block = "BlockUninstallIfWorkloadsExist";

describe("reviewUninstall", () => {
    for (const [what, resource, strategy, phase, there, refusal] of [
        ["CDI with disks", "cdis", block, "Deployed", ["datavolumes"], /still 2 DataVolumes/],
        ["CDI without disks", "cdis", block, "Deployed", [], undefined],
        ["CDI that has failed", "cdis", block, "Error", ["datavolumes"], undefined],
        ["CDI that nobody told to stay", "cdis", undefined, "Deployed", ["datavolumes"], undefined],
        [
            "KubeVirt with machines that run and others",
            "kubevirts",
            block,
            "Deployed",
            ["virtualmachines", "virtualmachineinstances"],
            /still Virtual Machine Instances present/,
        ],
        [
            "KubeVirt with machines",
            "kubevirts",
            block,
            "Deployed",
            ["virtualmachines"],
            /still Virtual Machines present/,
        ],
        [
            "KubeVirt with replica sets",
            "kubevirts",
            block,
            "Deployed",
            ["virtualmachineinstancereplicasets"],
            /still Virtual Machine Instance Replica Sets present/,
        ],
        [
            "KubeVirt being deployed",
            "kubevirts",
            block,
            "Deploying",
            ["virtualmachines"],
            undefined,
        ],
    ] as const) {
        it(`${refusal === undefined ? "allows" : "refuses"} to delete ${what}`, async () => {
            const answer = await reviewUninstall(
                {
                    uid: "1",
                    operation: "DELETE",
                    resource: { group: "", resource },
                    oldObject: {
                        spec: strategy === undefined ? {} : { uninstallStrategy: strategy },
                        status: { phase },
                    },
                },
                (path) => Promise.resolve(there.some((plural) => isOf(path, plural)) ? 2 : 0),
            );
            assert.equal(answer.allowed, refusal === undefined);
            assert.match(answer.status?.message ?? "", refusal ?? /^$/);
        });
    }

    it("leaves out the disks that a DataImportCron keeps", async () => {
        const asked: string[] = [];
        await reviewUninstall(
            {
                uid: "1",
                operation: "DELETE",
                resource: { group: "cdi.kubevirt.io", resource: "cdis" },
                oldObject: { spec: { uninstallStrategy: block }, status: { phase: "Deployed" } },
            },
            (path) => {
                asked.push(path);
                return Promise.resolve(0);
            },
        );
        assert.match(asked.join(), /labelSelector=!cdi\.kubevirt\.io\/dataImportCron$/);
    });
});

function isOf(path: string, plural: string): boolean {
    return path.split(/[?]/)[0]?.endsWith(`/${plural}`) === true;
}
