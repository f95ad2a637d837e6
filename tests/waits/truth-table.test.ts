import assert from "node:assert/strict";
import fc from "fast-check";
import { claimVerdict } from "../../waits/claim";
import { dataVolumeVerdict } from "../../waits/data-volume";
import type { DiskObservation } from "../../waits/disk-facts";
import type { Claim } from "../../waits/objects";
import { anyObservation } from "./arbitrary";
import type { Sign } from "./disk-signs";
import { signs } from "./disk-signs";
import type { Setting, Sight, SourceName } from "./disk-states";
import { diskState, kindsOfSources } from "./disk-states";
import { summary } from "./summary";

const consumers = ["none", "unknown", "expected", "placed"] as const;

/** What a state means with each consumer: one word where it is the same, else in the order of `consumers`. */
type Meaning = string | readonly [none: string, unknown: string, expected: string, placed: string];

type Stage = readonly [name: string, sight: Sight, meaning: Meaning];

const silent = "waiting provisioner-silent";
const consumer: Meaning = ["proceed", "proceed", "waiting no-consumer", "waiting"];
const working: Sight = { running: ["True", "Pod is running", ""] };
/** A claim whose content is there but whose volume has not been handed over yet; without a populator it is bound. */
const filling = (populator: boolean): Sight => ({
    claim: populator ? "Pending" : "Bound",
    temporary: "Bound",
});

const begins: readonly Stage[] = [
    ["CDI has not seen it", { conditions: [], claim: "none" }, "waiting controller-silent"],
    [
        "no claim yet",
        { claim: "none", phase: "Pending", bound: ["NotFound", "No PVC found"] },
        "waiting claim-not-made",
    ],
];
const ends: readonly Stage[] = [
    ["Succeeded", { phase: "Succeeded" }, "ready"],
    ["Succeeded, volume lost", { phase: "Succeeded", claim: "Lost" }, "failed volume-lost"],
    [
        "Failed, claim lost",
        { phase: "Failed", claim: "Lost", bound: ["ClaimLost", "Claim Lost"] },
        "failed volume-lost",
    ],
    ["Succeeded, claim gone", { phase: "Succeeded", claim: "none" }, "waiting claim-missing"],
    ["a phase of a later CDI", { phase: "SomethingNew" }, "waiting"],
];

/** How a class binds: what happens before there is a volume to fill. */
function binds(populator: boolean, binding: Setting["binding"]): readonly Stage[] {
    if (binding === "Immediate") {
        return populator
            ? [
                  ["no temporary claim yet", { claim: "Pending" }, "waiting"],
                  ["provisioner asked", { claim: "Pending", temporary: "Pending" }, silent],
              ]
            : [
                  ["provisioner asked", { phase: "Pending", claim: "Pending" }, silent],
                  ["volume bound", { phase: "PVCBound" }, "waiting"],
              ];
    }
    const phase = populator ? "PendingPopulation" : "WaitForFirstConsumer";
    return [
        [phase, { phase, claim: "Pending" }, populator ? consumer : waitingClaim],
        [`${phase}, to be bound now`, { phase, claim: "Pending", bindNow: true }, "waiting"],
        [
            `${phase}, on a node`,
            { phase, claim: "Pending", placed: true, temporary: "Pending" },
            silent,
        ],
        ["volume bound", { phase: "PVCBound", ...filling(populator) }, "waiting"],
    ];
}
/** Without a populator the claim that waits is the one that is to be filled. */
const waitingClaim: Meaning = ["proceed", "proceed", "waiting no-consumer", silent];

/** How each kind of source fills the volume. */
const fills: Readonly<Record<string, (populator: boolean) => readonly Stage[]>> = {
    import: (populator) => [
        [
            "ImportScheduled",
            {
                phase: "ImportScheduled",
                running: ["False", "ContainerCreating", ""],
                ...filling(populator),
            },
            "waiting",
        ],
        [
            "ImportInProgress",
            { phase: "ImportInProgress", ...working, ...filling(populator) },
            "waiting",
        ],
        [
            "ImportInProgress 42 %",
            { phase: "ImportInProgress", progress: "42.0%", ...working, ...filling(populator) },
            "waiting",
        ],
        ["Paused between checkpoints", { phase: "Paused", ...filling(populator) }, "waiting"],
    ],
    upload: (populator) => [
        [
            "UploadScheduled",
            {
                phase: "UploadScheduled",
                running: ["False", "ContainerCreating", ""],
                ...filling(populator),
            },
            "waiting",
        ],
        ["UploadReady", { phase: "UploadReady", ...working, ...filling(populator) }, "proceed"],
    ],
    clone: (populator) => [
        ["CloneScheduled", { phase: "CloneScheduled", ...filling(populator) }, "waiting"],
        [
            "CloneInProgress 42 %",
            { phase: "CloneInProgress", progress: "42.0%", ...working, ...filling(populator) },
            "waiting",
        ],
        ...(populator
            ? [
                  "SnapshotForSmartCloneInProgress",
                  "CloneFromSnapshotSourceInProgress",
                  "CSICloneInProgress",
                  "PrepClaimInProgress",
              ].map((phase): Stage => [
                  phase,
                  {
                      phase,
                      running: ["True", "Populator is running", ""],
                      claim: "Pending",
                      temporary: "Pending",
                  },
                  "waiting",
              ])
            : []),
        [
            "RebindInProgress",
            { phase: "RebindInProgress", claim: "Pending", temporary: "Lost" },
            populator ? "waiting" : silent,
        ],
    ],
};

const fromSnapshot = { dataSourceRef: { kind: "VolumeSnapshot" } };
const bindings = ["Immediate", "WaitForFirstConsumer"] as const;

/** Every state of a setting with every consumer, as lines. */
function table(
    setting: Omit<Setting, "consumer">,
    stages: readonly Stage[],
    meant: (stage: Stage, at: number, consumer: Setting["consumer"]) => string,
): string[] {
    return stages.flatMap((stage) =>
        consumers.map(
            (one, at) =>
                `${setting.source} | ${stage[0]} | consumer ${one}: ${meant(stage, at, one)}`,
        ),
    );
}

function assertTable(setting: Omit<Setting, "consumer">, stages: readonly Stage[]): void {
    assert.deepEqual(
        table(setting, stages, ([, sight], _, one) =>
            summary(dataVolumeVerdict(diskState({ ...setting, consumer: one }, sight))),
        ),
        table(setting, stages, ([, , meaning], at) =>
            typeof meaning === "string" ? meaning : (meaning[at] ?? ""),
        ),
    );
}

const filledByCdi = ["import", "upload", "clone"] as const;

describe("the truth table of waits", () => {
    describe("a DataVolume that gets on", () => {
        for (const kind of filledByCdi) {
            for (const source of kindsOfSources[kind] ?? []) {
                for (const binding of bindings) {
                    for (const populator of [true, false]) {
                        const flow = populator ? "populator" : "no populator";
                        it(`${source}, ${binding}, ${flow}`, () => {
                            assertTable({ source, populator, binding }, [
                                ...begins,
                                ...binds(populator, binding),
                                ...(fills[kind]?.(populator) ?? []),
                                ...ends,
                            ]);
                        });
                    }
                }
            }
        }

        // CDI makes the claim and is done; the driver, or somebody else's populator, does the rest.
        it("restore, Immediate", () => {
            assertTable({ source: "restore", populator: true, binding: "Immediate" }, [
                ...begins,
                ["claim made", { phase: "Pending", claim: "Pending" }, silent],
                ["Succeeded, not bound", { phase: "Succeeded", claim: "Pending" }, silent],
                ["Succeeded, bound", { phase: "Succeeded" }, "ready"],
                ["volume lost", { phase: "Succeeded", claim: "Lost" }, "failed volume-lost"],
            ]);
        });

        it("restore, WaitForFirstConsumer", () => {
            const phase = "PendingPopulation";
            assertTable({ source: "restore", populator: true, binding: "WaitForFirstConsumer" }, [
                ...begins,
                [phase, { phase, claim: "Pending" }, waitingClaim],
                ["Succeeded, not bound", { phase: "Succeeded", claim: "Pending" }, waitingClaim],
                ["on a node", { phase: "Succeeded", claim: "Pending", placed: true }, silent],
                ["Succeeded, bound", { phase: "Succeeded" }, "ready"],
            ]);
        });
    });

    describe("a claim without a DataVolume", () => {
        const pending = claimWith("Pending", { volumeName: "pvc-1" });
        const madeClaim: Claim = {
            ...pending,
            metadata: {
                ...pending.metadata,
                annotations: { "pv.kubernetes.io/bound-by-controller": "yes" },
            },
        };
        const lazy = "WaitForFirstConsumer";
        const notBindable = "waiting volume-not-bindable";
        const rows: readonly (readonly [
            name: string,
            binding: Setting["binding"],
            claim: Claim,
            meaning: Meaning,
        ])[] = [
            ["blank, pending", "Immediate", claimWith("Pending"), silent],
            ["blank, pending", lazy, claimWith("Pending"), waitingClaim],
            ["blank, pending, on a node", lazy, claimWith("Pending", {}, true), silent],
            ["blank, bound", lazy, claimWith("Bound"), "ready"],
            ["blank, lost", "Immediate", claimWith("Lost"), "failed volume-lost"],
            ["blank, a phase of later", "Immediate", claimWith("Merging"), silent],
            ["adopted", "Immediate", claimWith("Bound", { volumeName: "pv-1" }), "ready"],
            [
                "adopted, lost",
                lazy,
                claimWith("Lost", { volumeName: "pv-1" }),
                "failed volume-lost",
            ],
            [
                "static volume",
                "Immediate",
                claimWith("Pending", { volumeName: "pv-1" }),
                notBindable,
            ],
            ["static volume", lazy, claimWith("Pending", { volumeName: "pv-1" }), notBindable],
            ["static volume, bound", lazy, claimWith("Bound", { volumeName: "pv-1" }), "ready"],
            ["made volume, being bound", "Immediate", madeClaim, silent],
            ["restore, pending", "Immediate", claimWith("Pending", fromSnapshot), silent],
            ["restore, pending", lazy, claimWith("Pending", fromSnapshot), waitingClaim],
            ["restore, bound", lazy, claimWith("Bound", fromSnapshot), "ready"],
        ];
        for (const [name, binding, claim, meaning] of rows) {
            it(`${name}, ${binding}`, () => {
                assert.deepEqual(
                    consumers.map((one) => summary(claimVerdict(claimState(claim, binding, one)))),
                    typeof meaning === "string" ? consumers.map(() => meaning) : meaning,
                );
            });
        }
    });

    describe("a DataVolume with a sign of failure", () => {
        for (const [name, kinds, sight, meaning, flow] of signs) {
            for (const kind of kinds) {
                it(`${name} (${kind}): ${meaning}`, () => {
                    for (const setting of settings(kind, flow)) {
                        const verdict = dataVolumeVerdict(diskState(setting, sight));
                        assert.equal(summary(verdict), meaning, JSON.stringify(setting));
                    }
                });
            }
        }

        it("says to each what was seen where, and what to do", () => {
            for (const [name, kinds, sight] of signs) {
                const [setting] = settings(kinds[0]);
                assert.ok(setting);
                const verdict = dataVolumeVerdict(diskState(setting, sight));
                const found =
                    verdict.kind === "failed"
                        ? verdict.diagnosis
                        : verdict.kind === "waiting"
                          ? verdict.suspicion?.diagnosis
                          : undefined;
                assert.ok(found, name);
                assert.match(found.where, /^\w+ \w+\/\S+|phase|condition|event/, name);
                assert.match(found.what, /^[A-Z].*[^.]$/s, name);
                assert.match(found.cure, /^[A-Z].*[^.]$/s, name);
            }
        });
    });

    it("is ready only when the content is there: Succeeded, or bound where nothing is to be filled", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                const { dataVolume, claim } = observed;
                const verdict = dataVolumeVerdict(observed);
                if (verdict.kind === "ready") {
                    assert.equal(dataVolume?.status?.phase, "Succeeded");
                    assert.notEqual(claim?.status?.phase, "Lost");
                }
                if (claimVerdict(observed).kind === "ready") {
                    assert.equal(claim?.status?.phase, "Bound");
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("never holds up or fails a disk for a consumer that nobody has promised", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                for (const one of ["none", "unknown"] as const) {
                    for (const verdict of [
                        dataVolumeVerdict({ ...observed, consumer: one }),
                        claimVerdict({ ...observed, consumer: one }),
                    ]) {
                        assert.doesNotMatch(summary(verdict), /no-consumer/);
                    }
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("goes on from every wait for a consumer: no deadlock", () => {
        const phases = ["PendingPopulation", "WaitForFirstConsumer"];
        fc.assert(
            fc.property(anyObservation, fc.constantFrom(...phases), (observed, phase) => {
                const { dataVolume, claim } = observed;
                fc.pre(dataVolume !== undefined && claim !== undefined);
                const verdict = dataVolumeVerdict({
                    ...observed,
                    consumer: "none",
                    claim: { ...claim, metadata: { name: "root" }, status: { phase: "Pending" } },
                    dataVolume: {
                        metadata: { name: "root" },
                        spec: dataVolume.spec ?? {},
                        status: { phase, conditions: [{ type: "Bound", status: "False" }] },
                    },
                });
                assert.equal(verdict.kind, "proceed");
            }),
        );
    });

    it("takes a phase that it does not know for one of waiting", () => {
        fc.assert(
            fc.property(
                fc.string({ minLength: 1 }).map((text) => `New${text}`),
                fc.constantFrom(...Object.values(kindsOfSources).flat()),
                fc.constantFrom(...consumers),
                (phase, source, one) => {
                    const setting = { source, populator: true, binding: "Immediate" } as const;
                    const verdict = dataVolumeVerdict(
                        diskState({ ...setting, consumer: one }, { phase }),
                    );
                    assert.equal(verdict.kind, "waiting");
                },
            ),
        );
    });

    it("gives no bad sign without a place, a sentence and a cure", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                for (const verdict of [dataVolumeVerdict(observed), claimVerdict(observed)]) {
                    const { what, where, cure } = (verdict.kind === "failed"
                        ? verdict.diagnosis
                        : verdict.kind === "waiting"
                          ? verdict.suspicion?.diagnosis
                          : undefined) ?? { what: "-", where: "-", cure: "-" };
                    assert.ok(what !== "" && where !== "" && cure !== "");
                }
            }),
        );
    });
});

function claimWith(phase: string, spec: Claim["spec"] = {}, placed = false): Claim {
    return {
        metadata: {
            namespace: "vms",
            name: "data",
            annotations: placed ? { "volume.kubernetes.io/selected-node": "node-1" } : {},
        },
        spec: { storageClassName: "fast", ...spec },
        status: { phase },
    };
}

function claimState(
    claim: Claim,
    binding: Setting["binding"],
    one: Setting["consumer"],
): DiskObservation {
    return {
        namespace: "vms",
        name: "data",
        dataVolume: undefined,
        claim,
        claims: [claim],
        storageClass: { volumeBindingMode: binding },
        pods: [],
        events: [],
        consumer: one,
    };
}

/** Every setting of a kind of source that a sign has to be understood in. */
function settings(kind: string, flow?: Sign[4]): Setting[] {
    const flows = [true, false].filter(
        (one) => flow === undefined || one === (flow === "populator"),
    );
    return (kindsOfSources[kind] as readonly SourceName[]).flatMap((source) =>
        bindings.flatMap((binding) =>
            flows.flatMap((populator) =>
                consumers.map((one) => ({ source, populator, binding, consumer: one })),
            ),
        ),
    );
}
