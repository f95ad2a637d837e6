import assert from "node:assert/strict";
import { findDisk } from "../../../components/disks/found-disk";
import type { FoundDisk, LookedFor } from "../../../components/disks/looked-for";
import { diskIdentity } from "../../../components/disks/origin";
import { blankClaim, dataVolume, type DiskPlan, isFilled } from "../../../manifests/disk";
import { Problems } from "../../../model/problems";
import type { ApiServer } from "../../support/api-server";
import { everySource } from "../../support/every-source";
import { clusterOf, emptyServer, namespace, pathOf, quietly } from "../on-cluster";

const empty: DiskPlan = {
    name: "db",
    namespace,
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
};
const filled: DiskPlan = { ...empty, source: { http: "https://example.org/a.qcow2" } };
const annotation = (name: string) => `pulumi-kubevirt.dev/${name}`;

const otherVolume = everySource.find(([name]) => name === "volume")?.[1] ?? assert.fail();

describe("findDisk", () => {
    let server: ApiServer;
    quietly();

    beforeEach(async () => {
        server = await emptyServer();
    });

    afterEach(() => server.stop());

    /** What the cluster has of a disk as this package makes it, or with its metadata changed. */
    function has(plan: DiskPlan, metadata: object = {}, status: object = { phase: "Succeeded" }) {
        const object = isFilled(plan) ? dataVolume(plan) : blankClaim(plan);
        const kind = isFilled(plan) ? "DataVolume" : "PersistentVolumeClaim";
        server.put(pathOf(kind), plan.name, {
            ...object,
            metadata: { ...object.metadata, uid: "1", ...metadata },
            status,
        });
        if (isFilled(plan)) {
            claim(plan.size);
        }
    }

    function claim(storage: string, metadata: object = {}, status: object = { phase: "Bound" }) {
        const { spec } = blankClaim(empty);
        server.put(pathOf("PersistentVolumeClaim"), "db", {
            metadata,
            spec: { ...spec, resources: { requests: { storage } } },
            status,
        });
    }

    function machine(claimName: string) {
        server.put(pathOf("VirtualMachine"), "web", {
            spec: {
                template: {
                    spec: { volumes: [{ name: "a", persistentVolumeClaim: { claimName } }] },
                },
            },
        });
    }

    async function find(
        plan: DiskPlan,
        change: Partial<LookedFor> = {},
        at: ApiServer | "out of reach" = server,
    ): Promise<{ found: FoundDisk; said: string[] }> {
        const cluster = await clusterOf(at);
        const problems = new Problems();
        const found = await findDisk(
            cluster,
            {
                name: "db",
                plan,
                identity: diskIdentity(plan, "prod"),
                adopt: undefined,
                recreate: false,
                component: "kubevirt:index:Disk",
                moved: false,
                formerOwners: [],
                ...change,
            },
            problems,
        );
        return { found, said: problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`) };
    }

    async function refused(words: readonly RegExp[], ...args: Parameters<typeof find>) {
        const { said } = await find(...args);
        assert.equal(said.length, words.length, said.join("\n"));
        words.forEach((word, index) => assert.match(said[index] ?? "", word));
    }

    async function accepted(expected: FoundDisk, ...args: Parameters<typeof find>) {
        const { found, said } = await find(...args);
        assert.deepEqual(said, []);
        assert.deepEqual(found, expected);
    }

    const isNew = { options: {}, exists: false, requested: undefined };
    const isThere = { options: { import: "vms/db" }, exists: true, requested: "20Gi" };

    for (const [what, plan] of [
        ["an empty disk", empty],
        ["a filled disk", filled],
    ] as const) {
        describe(`of ${what}`, () => {
            it("is new where the cluster has nothing of its name", () => accepted(isNew, plan));

            it("knows nothing where the cluster cannot be asked", () =>
                accepted(isNew, plan, {}, "out of reach"));

            it("calls nothing gone that it may not read", async () => {
                machine("db");
                const forbidden = { status: 403, message: "forbidden" };
                server.refusals.set(pathOf("PersistentVolumeClaim"), forbidden);
                await accepted(isNew, plan);
                server.refusals.clear();
                claim("20Gi");
                server.refusals.set(pathOf("DataVolume"), forbidden);
                const { said } = await find(filled);
                assert.deepEqual(said, []);
            });

            it("takes back what this stack made", async () => {
                has(plan);
                await accepted(isThere, plan);
            });

            it("takes back one that is to grow", async () => {
                has(plan);
                await accepted(isThere, { ...plan, size: "30Gi" });
            });

            it("refuses what somebody else made", async () => {
                has(plan, { annotations: {} });
                await refused(
                    [/^claimName is "db", .* that this package did not make\. .*stays untouched/],
                    plan,
                );
            });

            it("refuses what another stack made, and names it", async () => {
                has({ ...plan, owner: "shop/prod/db" });
                await refused([/^claimName .* belongs to shop\/prod\/db\./], plan);
            });

            it("refuses what is just being deleted", async () => {
                const { annotations } = blankClaim(plan).metadata;
                has(plan, { annotations, deletionTimestamp: "2026-01-01T00:00:00Z" });
                await refused([/^claimName .* is just being deleted\. run again/], plan);
            });

            it("leaves a disk of another name to its alias, without an import", async () => {
                has({ ...plan, owner: "shop/test/old" });
                await refused([/belongs to shop\/test\/old/], plan);
                await accepted({ ...isThere, options: {} }, plan, {
                    formerOwners: ["shop/test/old"],
                });
            });

            it("refuses every part of it that would be another", async () => {
                has(plan);
                await refused([/^source changes/, /^storage changes/, /^volumeMode changes/], {
                    ...plan,
                    source: { http: "https://example.org/other" },
                    storageClass: "other",
                    volumeMode: "Filesystem",
                    ...(plan === empty ? { source: otherVolume } : {}),
                });
            });

            it("refuses to make it smaller than the program once said", async () => {
                has(plan);
                await refused([/^size is 10Gi, and the disk has 20Gi/], { ...plan, size: "10Gi" });
            });

            it("does not take for a disk's size what the class has made of it", async () => {
                has({ ...plan, size: "1Gi" });
                claimOf(plan, "4Gi");
                await accepted({ ...isThere, requested: "4Gi" }, { ...plan, size: "2Gi" });
            });

            it("refuses a disk that a machine has and the cluster has not", async () => {
                machine("db");
                await refused(
                    [
                        /^claimName is "db", which VirtualMachine "web" has as a disk, .* claim is gone/,
                    ],
                    plan,
                );
                await accepted(isNew, plan, { recreate: true });
                machine("other");
                await accepted(isNew, plan);
            });

            it("refuses to leave a place that deletes what it leaves", async () => {
                const before = {
                    ...plan,
                    annotations: {
                        [annotation("component")]:
                            "kubevirt:index:VirtualMachine$kubevirt:index:Disk",
                        [annotation("on-destroy")]: "delete",
                    },
                };
                has(before);
                await refused(
                    [/^onDestroy was "delete" where the disk is in the program now/],
                    plan,
                );
                await accepted(isThere, plan, { moved: true });
                has({
                    ...before,
                    annotations: { ...before.annotations, [annotation("on-destroy")]: "retain" },
                });
                await accepted(isThere, plan);
            });

            it("stays in a place that deletes it", async () => {
                has({
                    ...plan,
                    annotations: {
                        [annotation("component")]: "kubevirt:index:Disk",
                        [annotation("on-destroy")]: "delete",
                    },
                });
                await accepted(isThere, plan);
            });
        });
    }

    function claimOf(plan: DiskPlan, storage: string) {
        if (isFilled(plan)) {
            claim(storage);
            return;
        }
        const { metadata, spec } = blankClaim({ ...plan, size: "1Gi" });
        server.put(pathOf("PersistentVolumeClaim"), "db", {
            metadata,
            spec: { ...spec, resources: { requests: { storage } } },
        });
    }

    it("refuses a claim that was kept without its DataVolume, and says how to have it", async () => {
        claim("20Gi");
        // It has not vanished: that a machine has it is no second problem.
        machine("db");
        await refused(
            [/has a claim of that name without its DataVolume\. .*adopt: { claim: "db" }/],
            filled,
        );
    });

    const other = { ...filled, source: { http: "https://example.org/b.qcow2" } };

    it("makes a DataVolume anew that never had its content", async () => {
        has(filled, {}, { phase: "ImportScheduled" });
        claim("20Gi", {}, { phase: "Pending" });
        await accepted({ ...isNew, unfilled: "1" }, other);
    });

    it("makes nothing anew once there is content", async () => {
        has(filled, {}, { phase: "Succeeded" });
        await refused([/^source changes/], other);
    });

    it("takes back a disk under its former name and refuses what it cannot become", async () => {
        has({ ...filled, owner: "shop/test/old" });
        await refused([/^source changes/], other, { formerOwners: ["shop/test/old"] });
    });
});
