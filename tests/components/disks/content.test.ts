import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contentAt } from "../../../components/disks/remake";
import type { ApiServer } from "../../support/api-server";
import { clusterOf, emptyServer, namespace, pathOf, quietly } from "../on-cluster";

const folder = join(__dirname, "../../../../shared/data/recorded");

interface Recorded {
    readonly dataVolume?: object;
    readonly pvc?: object | null;
}

const recorded = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({
        name: file.replace(".json", ""),
        ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Recorded),
    }))
    .filter(({ dataVolume }) => dataVolume !== undefined);

/** What says that it is filled, and what nobody can tell from the outside: a bound claim and no word of a worker. */
const hasData = new Set([
    ...recorded
        .map(({ name }) => name)
        .filter((name) => /-(succeeded|settled|retain-pod|sourceref-ready)$/.test(name)),
    "fail-clone-shrink-legacy",
    "fail-pvc-lost-2-failed",
    "ok-clone-copy-legacy-2-clonescheduled",
    "ok-clone-csi-1-csicloneinprogress",
    "ok-wffc-legacy-blank-3-bound-consumer-in-use",
    "ok-wffc-legacy-http-3-bound-consumer-in-use",
]);

describe("contentAt", () => {
    let server: ApiServer;
    quietly();

    beforeEach(async () => {
        server = await emptyServer();
    });

    afterEach(() => server.stop());

    const at = async (where: ApiServer | "out of reach" = server) =>
        (await contentAt(await clusterOf(where), { namespace, name: "db" })).kind;

    function has(dataVolume: object | undefined, claim: object | undefined | null) {
        for (const [kind, object] of [
            ["DataVolume", dataVolume],
            ["PersistentVolumeClaim", claim],
        ] as const) {
            if (object !== undefined && object !== null) {
                server.put(pathOf(kind), "db", object);
            } else {
                server.remove(pathOf(kind), "db");
            }
        }
    }

    const filled = (phase?: string) => ({ metadata: { uid: "1" }, status: { phase } });
    const claimed = (phase: string, worker?: string) => ({
        metadata: {
            annotations:
                worker === undefined ? {} : { "cdi.kubevirt.io/storage.pod.phase": worker },
        },
        status: { phase },
    });

    it("is absent where there is neither DataVolume nor claim", async () => {
        assert.equal(await at(), "absent");
    });

    it("is data where the cluster cannot be asked", async () => {
        assert.equal(await at("out of reach"), "data");
    });

    for (const kind of ["DataVolume", "PersistentVolumeClaim"] as const) {
        it(`is data where the ${kind} cannot be read`, async () => {
            has(filled("ImportScheduled"), claimed("Pending"));
            server.refusals.set(pathOf(kind), { status: 403, message: "no" });
            assert.equal(await at(), "data");
        });
    }

    it("is a claim of its own where there is no DataVolume", async () => {
        has(undefined, claimed("Pending"));
        assert.equal(await at(), "claim");
    });

    const phases = [
        ...["Pending", "PendingPopulation", "WaitForFirstConsumer", "PVCBound", "ImportScheduled"],
        ...["ImportInProgress", "CloneScheduled", "CloneInProgress", "CSICloneInProgress"],
        ...["SnapshotForSmartCloneInProgress", "CloneFromSnapshotSourceInProgress", "PrepClaim"],
        ...["ExpansionInProgress", "NamespaceTransferInProgress", "RebindInProgress"],
        ...["UploadScheduled", "UploadReady", "Failed", "Paused", "Unknown", "SomethingNew"],
        undefined,
    ] as const;
    const claims: readonly (readonly [string, object | undefined, string])[] = [
        ["no claim", undefined, "unfilled"],
        ["a claim without volume", claimed("Pending"), "unfilled"],
        ["a volume that a worker fills", claimed("Bound", "Running"), "unfilled"],
        ["a volume whose worker failed", claimed("Bound", "Failed"), "unfilled"],
        ["a volume whose worker succeeded", claimed("Bound", "Succeeded"), "data"],
        ["a volume and no word of a worker", claimed("Bound"), "data"],
        ["a volume that is lost", claimed("Lost", "Running"), "data"],
    ];
    for (const [what, claim, expected] of claims) {
        it(`is ${expected} in every phase before the last with ${what}`, async () => {
            for (const phase of phases) {
                has(filled(phase), claim);
                assert.equal(await at(), expected, phase);
            }
        });

        it(`is data in the last phase with ${what}`, async () => {
            has(filled("Succeeded"), claim);
            assert.equal(await at(), "data");
        });
    }

    it("is data where the DataVolume has no id to delete it by", async () => {
        has({ status: { phase: "ImportScheduled" } }, undefined);
        assert.equal(await at(), "data");
    });

    describe("on the states recorded from the real controllers", () => {
        it("are recorded here, with and without data", function () {
            if (recorded.length === 0) {
                this.skip();
            }
            assert.ok(recorded.length > 100, `only ${String(recorded.length)}`);
            const names = recorded.map(({ name }) => name);
            assert.deepEqual(
                [...hasData].filter((name) => !names.includes(name)),
                [],
            );
        });

        for (const { name, dataVolume, pvc } of recorded) {
            const expected = hasData.has(name) ? "data" : "unfilled";
            it(`${name}: ${expected}`, async () => {
                has(dataVolume, pvc);
                assert.equal(await at(), expected);
            });
        }
    });
});
