import assert from "node:assert/strict";
import {
    Cluster,
    Disk,
    ExistingStorage,
    GoldenImage,
    type GoldenImageArgs,
} from "../../../components";
import { unreachableKubeconfig } from "../../support/kubeconfig";
import { only, record, type Registered } from "../../support/recorder";
import { quietly } from "../on-cluster";

const source = { registry: "quay.io/containerdisks/fedora:42" };

function place() {
    const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
    const storage = new ExistingStorage("fast", {
        cluster,
        storageClass: "ceph-block",
        snapshotClass: "ceph-snapshots",
        capabilities: { clone: "copy-on-write" },
    });
    return { cluster, storage };
}

const image = (change: Partial<GoldenImageArgs> = {}) =>
    new GoldenImage("fedora", { storage: place().storage, size: "10Gi", source, ...change });

const kinds = (registered: readonly Registered[]) =>
    registered
        .filter(({ type }) => /^kubernetes:(cdi|snapshot|rbac)/.test(type))
        .map(
            ({ type, name }) =>
                `${type.split(":").at(-1) ?? ""} ${name.replace(/[0-9a-f]{8}/, "V")}`,
        );

describe("GoldenImage", () => {
    quietly();

    it("is an import, a snapshot of it where the storage clones those, and a name for it, in this order", async () => {
        const registered = await record(() => image());
        assert.deepEqual(kinds(registered), [
            "DataVolume fedora-V",
            "VolumeSnapshot fedora-V-snapshot",
            "DataSource fedora-data-source",
        ]);
        const last = only(registered, "fedora-data-source");
        assert.match(last.dependsOn.join(), /-snapshot$/);
        assert.match(last.parent, /kubevirt:index:GoldenImage::fedora$/);
    });

    it("has no snapshot in the other format", async () => {
        assert.deepEqual(kinds(await record(() => image({ format: "claim" }))), [
            "DataVolume fedora-V",
            "DataSource fedora-data-source",
        ]);
    });

    it("gives another version another resource, so that the one before stays until this one is there", async () => {
        const names = async (change: Partial<GoldenImageArgs>) =>
            (await record(() => image(change)))
                .map(({ name }) => name)
                .filter((name) => /^fedora-[0-9a-f]{8}/.test(name));
        const before = await names({});
        const after = await names({ source: { registry: "quay.io/containerdisks/fedora:43" } });
        assert.equal(before.length, 2);
        assert.deepEqual(
            after.filter((name) => before.includes(name)),
            [],
        );
        assert.deepEqual(await names({ labels: { a: "b" } }), before);
    });

    it("is one object that is replaced as a whole where CDI refreshes it", async () => {
        const registered = await record(() => image({ refresh: { schedule: "30 4 * * 1" } }));
        assert.deepEqual(kinds(registered), ["DataImportCron fedora-cron"]);
    });

    for (const [onDestroy, retained] of [
        [undefined, false],
        ["delete", false],
        ["retain", true],
    ] as const) {
        it(`with onDestroy ${String(onDestroy)} ${retained ? "keeps" : "does not keep"} its versions, and never the name for them`, async () => {
            const change = onDestroy === undefined ? {} : { onDestroy };
            const registered = await record(() => image(change));
            const options = registered
                .filter(({ name }) => name.startsWith("fedora-"))
                .map(({ retainOnDelete }) => retainOnDelete);
            assert.deepEqual(options, [retained, retained, false]);
        });
    }

    it("calls the right of each namespace after that namespace, whatever else is in the list", async () => {
        const names = async (...sharedWith: string[]) =>
            kinds(await record(() => image({ sharedWith, namespace: "images" }))).filter((one) =>
                one.startsWith("RoleBinding"),
            );
        const expected = ["RoleBinding fedora-clone-prod", "RoleBinding fedora-clone-staging"];
        assert.deepEqual(await names("prod", "staging"), expected);
        assert.deepEqual(await names("images", "prod", "staging"), expected);
    });

    it("is cloned by a disk through its name, after everything that belongs to it", async () => {
        const registered = await record(() => {
            const { storage } = place();
            const golden = new GoldenImage("fedora", { storage, size: "10Gi", source });
            return new Disk("db", { storage, size: "20Gi", source: golden });
        });
        const disk = only(registered, "db-data-volume");
        assert.deepEqual(
            disk.dependsOn.map((urn) => urn.split("::").at(-1)),
            ["fedora-data-source"],
        );
        assert.match(
            JSON.stringify(disk.inputs["spec"]),
            /"sourceRef":\{"kind":"DataSource","name":"fedora","namespace":"default"\}/,
        );
    });
});
