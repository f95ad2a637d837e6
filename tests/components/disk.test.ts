import assert from "node:assert/strict";
import { Cluster, Disk, type DiskArgs, ExistingStorage } from "../../components";
import { checkDisk } from "../../components/disks/disk";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { only, record } from "../support/recorder";

const image = { http: "https://example.org/a.qcow2" };

function disk(change: Partial<DiskArgs>): Disk {
    const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
    const storage = new ExistingStorage("fast", { cluster, storageClass: "ceph-block" });
    return new Disk("db", { storage, size: "10Gi", ...change });
}

describe("Disk", () => {
    const options: readonly (readonly [DiskArgs["onDestroy"], boolean, boolean])[] = [
        [undefined, true, false],
        ["retain", true, false],
        ["delete", false, false],
        ["forbid", true, true],
    ];
    for (const [onDestroy, retainOnDelete, protect] of options) {
        for (const [kind, name, source] of [
            ["an image", "db-data-volume", { image }],
            ["nothing on it", "db-claim", {}],
        ] as const) {
            it(`with ${kind} and onDestroy ${String(onDestroy)} retains ${String(retainOnDelete)}, protects ${String(protect)}`, async () => {
                const registered = await record(() =>
                    disk({ ...source, ...(onDestroy === undefined ? {} : { onDestroy }) }),
                );
                const resource = only(registered, name);
                assert.equal(resource.retainOnDelete, retainOnDelete);
                assert.equal(resource.protect, protect);
            });
        }
    }

    it("ignores every change of a DataVolume's spec, and has it refused by its origin instead", async () => {
        const resource = only(await record(() => disk({ image })), "db-data-volume");
        assert.deepEqual(resource.ignoreChanges, ["spec"]);
        assert.deepEqual(resource.hooks, ["disk-origin"]);
        const { metadata } = resource.inputs as { metadata: { annotations: object } };
        assert.deepEqual(metadata.annotations, {
            "pulumi-kubevirt.dev/owner": "shop/test/db",
            "pulumi-kubevirt.dev/origin":
                "https://example.org/a.qcow2, class ceph-block, ReadWriteMany, Block",
            "pulumi-kubevirt.dev/size": "10Gi",
        });
    });

    it("ignores what would have the provider replace a claim, and what controllers write, but not its size", async () => {
        const { ignoreChanges, hooks } = only(await record(() => disk({})), "db-claim");
        for (const field of [
            "accessModes",
            "selector",
            "storageClassName",
            "volumeMode",
            "volumeName",
        ]) {
            assert.ok(ignoreChanges.includes(`spec.${field}`), field);
        }
        assert.ok(ignoreChanges.includes("metadata.finalizers"));
        assert.ok(
            !ignoreChanges.some((path) => "spec.resources.requests.storage".startsWith(path)),
        );
        assert.ok(!ignoreChanges.includes("metadata.annotations"));
        assert.deepEqual(hooks, ["disk-origin"]);
    });

    it("asks for immediate binding only where it is told to", async () => {
        const annotated = async (bind: DiskArgs["bind"]) => {
            const registered = await record(() =>
                disk({ image, ...(bind === undefined ? {} : { bind }) }),
            );
            return JSON.stringify(only(registered, "db-data-volume").inputs).includes(
                "bind.immediate.requested",
            );
        };
        assert.deepEqual(
            [await annotated(undefined), await annotated("first-machine"), await annotated("now")],
            [false, false, true],
        );
    });
});

describe("checkDisk", () => {
    const names = { name: "db", namespace: "default" };
    const fields = (change: object, resolved = names) =>
        checkDisk({ size: "10Gi", ...change } as unknown as DiskArgs, resolved).map(
            (one) => one.field,
        );

    it("accepts a plain disk", () => assert.deepEqual(fields({}), []));
    it("says all problems at once", () => {
        assert.deepEqual(
            fields(
                { size: "10GB", readyWithin: "soon", image: { http: "nowhere" } },
                { name: "Db", namespace: "x_y" },
            ),
            ["claimName", "namespace", "size", "readyWithin", "image.http"],
        );
    });
    it("keeps its own label to itself", () => {
        assert.deepEqual(fields({ labels: { "app.kubernetes.io/managed-by": "me" } }), ["labels"]);
    });
});
