import assert from "node:assert/strict";
import { refuseChanges } from "../../components/disks/origin";
import { blankClaim, dataVolume, type DiskPlan } from "../../manifests/disk";
import { Problems } from "../../model/problems";

const plan: DiskPlan = {
    name: "db",
    namespace: "vms",
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
};
const image = { registry: "quay.io/containerdisks/fedora:42" };

const filled = (change: Partial<DiskPlan> = {}) =>
    dataVolume({ ...plan, image, ...change }).metadata.annotations;
const empty = (change: Partial<DiskPlan> = {}) =>
    blankClaim({ ...plan, ...change }).metadata.annotations;

describe("refuseChanges", () => {
    const refused = (
        ...[before, after]: [ReturnType<typeof filled>, ReturnType<typeof filled>]
    ) => {
        const problems = new Problems();
        refuseChanges(before, after, problems);
        return problems.all.map((problem) => problem.field);
    };

    const table: readonly (readonly [string, string[], string[]])[] = [
        ["nothing", refused(filled(), filled()), []],
        ["labels", refused(filled(), filled({ labels: { a: "b" } })), []],
        ["binding", refused(filled(), filled({ bindImmediately: true })), []],
        ["the image", refused(filled(), filled({ image: { http: "https://a/b" } })), ["origin"]],
        ["the class", refused(filled(), filled({ storageClass: "other" })), ["origin"]],
        ["the size of a filled disk", refused(filled(), filled({ size: "30Gi" })), ["size"]],
        ["the size of an empty disk", refused(empty(), empty({ size: "30Gi" })), []],
        [
            "class and size",
            refused(filled(), filled({ storageClass: "o", size: "1Gi" })),
            ["origin", "size"],
        ],
        ["what was made without annotations", refused(undefined, filled()), []],
    ];
    for (const [what, fields, expected] of table) {
        it(`${expected.length === 0 ? "allows" : "refuses"} a change of ${what}`, () => {
            assert.deepEqual(fields, expected);
        });
    }
});
