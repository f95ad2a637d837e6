import assert from "node:assert/strict";
import { type Cluster, type StorageBackend } from "../../../components";
import { checkGrowth, claimSize } from "../../../components/disks/claim-size";
import type { DiskPlan } from "../../../manifests/disk";
import { type Size, sizeFault } from "../../../model/size";
import { collectionPath } from "../../../waits/collections";
import type { ApiServer } from "../../support/api-server";
import { everySource } from "../../support/every-source";
import { clusterOf, emptyServer, namespace, quietly } from "../on-cluster";

const empty: DiskPlan = {
    name: "db",
    namespace,
    owner: "shop/test/db",
    size: "10Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Filesystem",
};
const filled: DiskPlan = { ...empty, source: { blank: true } };
const block = { volumeMode: "Block" } as const;
const [, staticVolume = { blank: true }] = everySource.find(([name]) => name === "volume") ?? [];
/** What a recorded disk of 10Gi asks for. */
const inflated = 11381663335;

describe("claimSize", () => {
    let server: ApiServer;
    quietly();

    beforeEach(async () => {
        server = await emptyServer();
    });

    afterEach(() => server.stop());

    const sizeOf = async (plan: DiskPlan, requested?: string, at?: "out of reach") =>
        claimSize(await clusterOf(at ?? server), plan, requested);

    const table: readonly (readonly [string, DiskPlan, string | undefined, string, number])[] = [
        ["an empty disk of files", empty, undefined, "10Gi", 2 ** 30 * 10],
        ["an empty raw disk", { ...empty, ...block }, undefined, "10Gi", 2 ** 30 * 10],
        ["a filled raw disk", { ...filled, ...block }, undefined, "10Gi", 2 ** 30 * 10],
        ["a filled disk of files", filled, undefined, String(inflated), inflated],
        [
            "a volume that is there",
            { ...empty, source: staticVolume },
            undefined,
            "10Gi",
            2 ** 30 * 10,
        ],
        ["one that has it already", filled, String(inflated), String(inflated), inflated],
        ["one that has it in other words", empty, "10737418240", "10Gi", 2 ** 30 * 10],
        ["one that somebody has raised", empty, "15Gi", "15Gi", 2 ** 30 * 15],
        ["one that grows", empty, "5Gi", "10Gi", 2 ** 30 * 10],
        ["one whose request nobody can read", empty, "ten", "10Gi", 2 ** 30 * 10],
    ];
    for (const [what, plan, requested, quantity, bytes] of table) {
        it(`is ${quantity} for ${what}`, async () => {
            assert.deepEqual(await sizeOf(plan, requested), { quantity, bytes });
        });
    }

    it("takes CDI's own default where the cluster cannot be asked", async () => {
        assert.equal((await sizeOf(filled, undefined, "out of reach")).bytes, inflated);
    });

    it("takes the overhead that CDI says for the class, else the one for all", async () => {
        const config = (filesystemOverhead: object) =>
            server.put(collectionPath("CDIConfig"), "config", { status: { filesystemOverhead } });
        config({ global: "0.1", storageClass: { "ceph-block": "0", other: "0.5" } });
        assert.equal((await sizeOf(filled)).bytes, 2 ** 30 * 10);
        config({ global: "0.1", storageClass: { other: "0.5" } });
        assert.equal((await sizeOf(filled)).bytes, 11811160064);
    });
});

describe("checkGrowth", () => {
    const storage = (expand: string) =>
        ({ capabilities: Promise.resolve({ expand }) }) as unknown as StorageBackend;
    const unreachable = { connection: Promise.resolve(undefined) } as unknown as Cluster;

    async function said(plan: DiskPlan, requested: string | undefined, expand = "online") {
        const size = await claimSize(unreachable, plan, requested);
        const { problems, warnings } = await checkGrowth(storage(expand), plan, size, requested);
        const lines = (found: typeof problems) =>
            found.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
        return { problems: lines(problems), warnings: lines(warnings) };
    }

    const nothing: readonly (readonly [string, DiskPlan, string | undefined])[] = [
        ["a new disk", empty, undefined],
        ["one that stays", empty, "10Gi"],
        ["one that grows", empty, "5Gi"],
        ["a filled one that grows", filled, "5Gi"],
        ["what CDI has added by itself", filled, String(inflated)],
    ];
    for (const [what, plan, requested] of nothing) {
        it(`has nothing to say of ${what}`, async () => {
            assert.deepEqual(await said(plan, requested), { problems: [], warnings: [] });
        });
    }

    it("has nothing to say of a new disk of a class that cannot expand", async () => {
        assert.deepEqual(await said(filled, undefined, "none"), { problems: [], warnings: [] });
        assert.deepEqual(await said(empty, "10Gi", "none"), { problems: [], warnings: [] });
    });

    for (const plan of [empty, filled]) {
        it(`refuses to grow ${plan === empty ? "an empty" : "a filled"} disk of a class that cannot expand`, async () => {
            const { problems } = await said(plan, "5Gi", "none");
            assert.equal(problems.length, 1);
            assert.match(
                problems[0] ?? "",
                /^size is "10Gi", the disk has 5Gi, and StorageClass "ceph-block" cannot expand.*copyOf/,
            );
        });
    }

    it("refuses to grow a volume that its driver did not make", async () => {
        const { problems } = await said({ ...empty, source: staticVolume }, "5Gi");
        assert.match(problems.join(), /^size .*its driver does not resize a volume/);
    });

    it("warns of a claim that somebody has raised, with a size that says the same", async () => {
        for (const requested of ["15Gi", "15.25Gi", "16000000000", "1.75Ti"]) {
            const { problems, warnings } = await said(empty, requested);
            assert.deepEqual(problems, []);
            const size = /write "([^"]+)"$/.exec(warnings[0] ?? "")?.[1] as Size;
            assert.equal(sizeFault(size), undefined, warnings[0]);
            assert.deepEqual((await said({ ...empty, size }, requested)).warnings, []);
        }
    });
});
