import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, type DiskArgs, ExistingStorage } from "../../components";
import { everySource } from "../support/every-source";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { only, record } from "../support/recorder";

const image = { http: "https://example.org/a.qcow2" };
const sourceOf = (name: string) =>
    everySource.find(([what]) => what === name)?.[1] ?? assert.fail(name);

function disk(change: Partial<DiskArgs>, options?: pulumi.ComponentResourceOptions): Disk {
    const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
    const storage = new ExistingStorage("fast", {
        cluster,
        storageClass: "ceph-block",
        snapshotClass: "ceph-snapshots",
    });
    return new Disk("db", { storage, size: "10Gi", ...change }, options);
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
            ["an image", "db-data-volume", { source: image }],
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

    it("says what it was made from on the component itself, where a hook judges a change from the state alone", async () => {
        for (const [what, source] of [
            ["blank", {}],
            ["https://example.org/a.qcow2", { source: image }],
        ] as const) {
            const component = only(await record(() => disk(source)), "db");
            assert.equal(component.type, Disk.type);
            assert.deepEqual(component.inputs, {
                cluster: "prod",
                origin: `default/db, ${what}, class ceph-block, ReadWriteMany, Block`,
            });
            assert.deepEqual(component.hooks, ["db-origin"]);
        }
    });

    it("keeps the program's own hooks beside its own", async () => {
        const registered = await record(() => {
            const mine = new pulumi.ResourceHook("mine", () => undefined);
            return disk({}, { hooks: { afterCreate: [mine], beforeUpdate: [mine] } });
        });
        assert.deepEqual(only(registered, "db").hooks, ["db-origin", "mine"]);
        assert.deepEqual(only(registered, "db").afterCreate, ["mine"]);
    });

    it("ignores every change of a DataVolume's spec, which CDI would refuse", async () => {
        const resource = only(await record(() => disk({ source: image })), "db-data-volume");
        assert.deepEqual(resource.ignoreChanges, ["spec"]);
        assert.deepEqual(resource.hooks, ["db-there"]);
        const { metadata } = resource.inputs as { metadata: { annotations: object } };
        assert.deepEqual(metadata.annotations, {
            "pulumi-kubevirt.dev/owner": "shop/test/db",
            "pulumi-kubevirt.dev/origin":
                "default/db, https://example.org/a.qcow2, class ceph-block, ReadWriteMany, Block",
            "pulumi-kubevirt.dev/size": "10Gi",
            "pulumi-kubevirt.dev/component": "kubevirt:index:Disk",
            "pulumi-kubevirt.dev/on-destroy": "retain",
        });
    });

    it("sets the size of the claim that CDI makes once the DataVolume is there, and lets go of it when it goes", async () => {
        const registered = await record(() => disk({ source: image, onDestroy: "delete" }));
        const patch = only(registered, "db-size");
        assert.equal(patch.type, "kubernetes:core/v1:PersistentVolumeClaimPatch");
        assert.deepEqual(patch.inputs["spec"], { resources: { requests: { storage: "10Gi" } } });
        assert.deepEqual(patch.hooks, ["db-size"]);
        const { annotations } = patch.inputs["metadata"] as { annotations: object };
        // The provider would wait five minutes for a bound claim of a class that waits for its consumer to be pending again.
        assert.ok(Object.keys(annotations).includes("pulumi.com/skipAwait"));
        assert.equal(patch.retainOnDelete, true);
        assert.deepEqual(
            patch.dependsOn.map((urn) => urn.split("::").at(-1)),
            ["db-data-volume"],
        );
    });

    it("asks for what CDI's overhead takes beside the disk only on a filesystem that CDI fills", async () => {
        const size = async (change: Partial<DiskArgs>, resource: string) => {
            const { spec } = only(await record(() => disk(change)), resource).inputs as {
                spec: { resources: { requests: { storage: string } } };
            };
            return spec.resources.requests.storage;
        };
        const files = { volumeMode: "Filesystem" } as const;
        assert.equal(await size({ ...files, source: image }, "db-size"), "11381663335");
        assert.equal(await size(files, "db-claim"), "10Gi");
        assert.equal(await size({ source: image }, "db-size"), "10Gi");
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
        assert.deepEqual(hooks, ["db-size", "db-there"]);
    });

    it("asks for immediate binding only where it is told to", async () => {
        const annotated = async (bind: DiskArgs["bind"]) => {
            const registered = await record(() =>
                disk({ source: image, ...(bind === undefined ? {} : { bind }) }),
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

    const besides: readonly (readonly [string, Partial<DiskArgs>, readonly string[]])[] = [
        ["a volume that is there", { source: sourceOf("volume") }, ["db-volume", "db-claim"]],
        [
            "a backup",
            { source: sourceOf("backup") },
            ["db-snapshot-content", "db-snapshot", "db-data-volume"],
        ],
        ["a copy by way of a snapshot", { copyOf: "old" }, ["db-snapshot", "db-data-volume"]],
    ];
    for (const [what, change, names] of besides) {
        it(`is made from ${what} one object after the other`, async () => {
            const registered = await record(() => disk(change));
            for (const [index, name] of names.entries()) {
                const before = only(registered, name).dependsOn.map((urn) =>
                    urn.split("::").at(-1),
                );
                assert.deepEqual(before.sort(), names.slice(0, index).sort(), name);
            }
        });
    }
});
