import assert from "node:assert/strict";
import { dataVolumeVerdict } from "../../waits/data-volume";
import { cloneFallback, cloneStrategy } from "../../waits/disk-clone";
import type { Sight } from "./disk-states";
import { diskState } from "./disk-states";
import { summary } from "./summary";

const setting = {
    source: "DataSource",
    populator: true,
    binding: "Immediate",
    consumer: "none",
} as const;
const copied = { "cdi.kubevirt.io/cloneType": "copy" };
const copying: Sight = {
    phase: "CloneInProgress",
    claim: "Pending",
    temporary: "Bound",
    running: ["True", "Pod is running", ""],
};

describe("cloneStrategy", () => {
    for (const [word, expected] of [
        ["snapshot", "snapshot"],
        ["csi-clone", "csi-clone"],
        ["copy", "host-assisted"],
        ["something-new", undefined],
    ] as const) {
        it(`is ${String(expected)} where CDI wrote ${word} on the claim`, () => {
            const annotations = { "cdi.kubevirt.io/cloneType": word };
            assert.equal(cloneStrategy(diskState(setting, { annotations })), expected);
        });
    }

    it("is not known until CDI has chosen", () => {
        assert.equal(cloneStrategy(diskState(setting, {})), undefined);
    });

    it("is read from the temporary claim where the disk's own says nothing", () => {
        const observed = diskState(setting, { claim: "Pending", temporary: "Pending" });
        const claims = observed.claims.map((claim) =>
            claim.metadata?.name === "tmp-pvc-uid-of-root"
                ? {
                      ...claim,
                      metadata: {
                          ...claim.metadata,
                          annotations: { "cdi.kubevirt.io/cloneType": "csi-clone" },
                      },
                  }
                : claim,
        );
        assert.equal(cloneStrategy({ ...observed, claims }), "csi-clone");
    });
});

describe("cloneFallback", () => {
    it("is CDI's reason on the claim", () => {
        const annotations = {
            "cdi.kubevirt.io/cloneFallbackReason": "No volume expansion is possible",
        };
        assert.equal(
            cloneFallback(diskState(setting, { annotations })),
            "No volume expansion is possible",
        );
    });

    for (const reason of [
        "NoVolumeSnapshotClass",
        "IncompatibleVolumeModes",
        "NoVolumeExpansion",
        "NoProvisionerMatch",
        "IncompatibleProvisioners",
    ]) {
        it(`is the event ${reason} otherwise`, () => {
            const observed = diskState(setting, {
                events: [["claim", reason, "Provisioners are incompatible"]],
            });
            assert.equal(cloneFallback(observed), "Provisioners are incompatible");
        });
    }

    it("is nothing where nothing was said", () => {
        assert.equal(cloneFallback(diskState(setting, {})), undefined);
    });
});

describe("a copy byte by byte", () => {
    it("says why while it is waited for, and is no failure", () => {
        const verdict = dataVolumeVerdict(
            diskState(setting, {
                ...copying,
                annotations: copied,
                progress: "42.0%",
                events: [
                    ["claim", "NoVolumeSnapshotClass", "No compatible volumesnapshotclass found"],
                ],
            }),
        );
        assert.deepEqual(verdict, {
            kind: "waiting",
            phase: "CloneInProgress",
            percent: 42,
            note: "copies everything because no compatible volumesnapshotclass found",
        });
    });

    it("says so without a reason where that is the class's own strategy", () => {
        const verdict = dataVolumeVerdict(diskState(setting, { ...copying, annotations: copied }));
        assert.equal(verdict.kind === "waiting" && verdict.note, "copies everything");
    });

    it("is said of no disk that the storage system copies", () => {
        const verdict = dataVolumeVerdict(
            diskState(setting, {
                ...copying,
                annotations: { "cdi.kubevirt.io/cloneType": "snapshot" },
            }),
        );
        assert.equal(verdict.kind === "waiting" && verdict.note, undefined);
    });
});

describe("a copy of a DataSource", () => {
    const notMade: Sight = {
        claim: "none",
        phase: "Pending",
        bound: ["NotFound", "No PVC found"],
    };
    const ready = (status: string, message = "PVC not found") => ({
        status: { conditions: [{ type: "Ready", status, message }] },
    });

    for (const [name, dataSource, expected] of [
        ["is not there", "missing", "waiting data-source-missing"],
        ["is not ready", ready("False"), "waiting data-source-not-ready"],
        ["has no status yet", {}, "waiting data-source-not-ready"],
        ["is ready", ready("True"), "waiting claim-not-made"],
        ["was not read", undefined, "waiting claim-not-made"],
    ] as const) {
        it(`that ${name}: ${expected}`, () => {
            const observed = diskState(setting, { ...notMade, observed: { dataSource } });
            assert.equal(summary(dataVolumeVerdict(observed)), expected);
        });
    }

    it("names the DataSource, and what its controller says", () => {
        const observed = diskState(setting, {
            ...notMade,
            observed: { dataSource: ready("False") },
        });
        const verdict = dataVolumeVerdict(observed);
        assert.ok(verdict.kind === "waiting");
        assert.deepEqual(verdict.suspicion?.diagnosis, {
            cause: "data-source-not-ready",
            what: "The DataSource that the disk is copied from is not ready: PVC not found",
            where: "DataSource images/golden, condition Ready",
            cure: "See that the image is imported (its DataVolume or DataImportCron), and that what the DataSource names is there",
        });
    });
});
