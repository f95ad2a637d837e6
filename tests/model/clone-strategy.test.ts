import assert from "node:assert/strict";
import fc from "fast-check";
import {
    type CloneForecast,
    type CloneFrom,
    type CloneTo,
    forecastClone,
} from "../../model/clone-strategy";

const gibibyte = 2 ** 30;

/** Two volumes of the same kind, where nothing stands in the way. */
const claim = {
    of: "claim",
    provisioner: "rbd.csi.ceph.com",
    volumeMode: "Block",
    bytes: 10 * gibibyte,
} as const satisfies CloneFrom;
const snapshot = { ...claim, of: "snapshot" } as const satisfies CloneFrom;
const disk = {
    provisioner: "rbd.csi.ceph.com",
    volumeMode: "Block",
    bytes: 10 * gibibyte,
    canExpand: true,
    canSnapshot: true,
    strategy: "snapshot",
    isCsi: true,
} as const satisfies CloneTo;

const larger = { bytes: 20 * gibibyte };
const other = { provisioner: "driver.longhorn.io" };

type Row = readonly [
    what: string,
    source: CloneFrom,
    target: CloneTo,
    strategy: CloneForecast["strategy"],
    why?: RegExp,
];

/** The cases of planner.go, in its order, and what is not known. */
const table: readonly Row[] = [
    ["a claim", claim, disk, "snapshot"],
    ["a claim, told to clone", claim, { ...disk, strategy: "csi-clone" }, "csi-clone"],
    [
        "a claim, told to clone, without snapshots",
        claim,
        { ...disk, strategy: "csi-clone", canSnapshot: false },
        "csi-clone",
    ],
    [
        "a claim, told to copy",
        claim,
        { ...disk, strategy: "copy" },
        "host-assisted",
        /told to copy/,
    ],
    [
        "a claim without snapshot class",
        claim,
        { ...disk, canSnapshot: false },
        "host-assisted",
        /VolumeSnapshotClass/,
    ],
    [
        "a claim of another driver",
        claim,
        { ...disk, ...other },
        "host-assisted",
        /rbd\.csi\.ceph\.com.*driver\.longhorn\.io/,
    ],
    [
        "a claim of another driver, told to clone",
        claim,
        { ...disk, ...other, strategy: "csi-clone" },
        "host-assisted",
        /driver/,
    ],
    [
        "a claim of another mode",
        { ...claim, volumeMode: "Filesystem" },
        disk,
        "host-assisted",
        /Filesystem.*Block/,
    ],
    ["a claim into a larger disk", claim, { ...disk, ...larger }, "snapshot"],
    [
        "a claim into a larger disk that cannot grow",
        claim,
        { ...disk, ...larger, canExpand: false },
        "host-assisted",
        /20Gi.*10Gi/,
    ],
    ["a claim into one that cannot grow", claim, { ...disk, canExpand: false }, "snapshot"],
    ["a claim, without CSI", claim, { ...disk, isCsi: false }, "host-assisted", /no CSI driver/],
    ["a snapshot", snapshot, disk, "snapshot"],
    ["a snapshot, told to copy", snapshot, { ...disk, strategy: "copy" }, "snapshot"],
    ["a snapshot, told to clone", snapshot, { ...disk, strategy: "csi-clone" }, "snapshot"],
    [
        "a snapshot, nobody told",
        snapshot,
        { ...disk, strategy: undefined, canSnapshot: false },
        "snapshot",
    ],
    ["a snapshot of another driver", snapshot, { ...disk, ...other }, "host-assisted", /driver/],
    [
        "a snapshot of another mode",
        { ...snapshot, volumeMode: "Filesystem" },
        disk,
        "host-assisted",
        /mode/,
    ],
    [
        "a snapshot into a larger disk that cannot grow",
        snapshot,
        { ...disk, ...larger, canExpand: false },
        "host-assisted",
        /grow/,
    ],
    [
        "a snapshot, without CSI",
        snapshot,
        { ...disk, isCsi: false },
        "host-assisted",
        /no CSI driver/,
    ],
    [
        "nothing but modes that differ",
        { of: "claim", volumeMode: "Filesystem" },
        { volumeMode: "Block", bytes: 1 },
        "host-assisted",
        /mode/,
    ],
    ["nothing", { of: "claim" }, { volumeMode: "Block", bytes: 1 }, "unknown"],
];

/** A description without one of its parts. */
function without<T extends object>(whole: T, part: keyof T): T {
    return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== part)) as T;
}

describe("forecastClone", () => {
    for (const [what, source, target, strategy, why] of table) {
        it(`says ${strategy} for ${what}`, () => {
            const forecast = forecastClone(source, target);
            assert.equal(forecast.strategy, strategy);
            assert.match(forecast.why ?? "", why ?? /^$/);
            assert.equal(forecast.cure === undefined, forecast.why === undefined);
        });
    }

    const tight = { ...disk, canExpand: false };
    for (const part of ["provisioner", "volumeMode", "bytes"] as const) {
        it(`does not guess the source's ${part}`, () => {
            for (const source of [claim, snapshot]) {
                const { strategy } = forecastClone(without(source, part), tight);
                assert.equal(strategy, "unknown");
            }
        });
    }

    for (const [part, source] of [
        ["provisioner", snapshot],
        ["isCsi", snapshot],
        ["strategy", claim],
        ["canSnapshot", claim],
    ] as const) {
        it(`does not guess the disk's ${part}`, () => {
            assert.equal(forecastClone(source, without<CloneTo>(disk, part)).strategy, "unknown");
        });
    }

    it("does not guess whether a disk that is larger can grow", () => {
        const target = without<CloneTo>({ ...disk, ...larger }, "canExpand");
        assert.equal(forecastClone(claim, target).strategy, "unknown");
    });

    it("never says less with more known: what is known stays as it was said", () => {
        const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
        const driver = fc.constantFrom("a", "b");
        const mode = fc.constantFrom("Block" as const, "Filesystem" as const);
        const bytes = fc.constantFrom(1, 2);
        const known = fc.record({
            source: fc.record({
                of: fc.constantFrom("claim" as const, "snapshot" as const),
                provisioner: driver,
                volumeMode: mode,
                bytes,
            }),
            target: fc.record({
                provisioner: driver,
                volumeMode: mode,
                bytes,
                canExpand: fc.boolean(),
                canSnapshot: fc.boolean(),
                strategy: fc.constantFrom(
                    "snapshot" as const,
                    "csi-clone" as const,
                    "copy" as const,
                ),
                isCsi: fc.boolean(),
            }),
        });
        const part = maybe(
            fc.constantFrom(
                "provisioner",
                "bytes",
                "canExpand",
                "canSnapshot",
                "strategy",
                "isCsi",
            ),
        );
        fc.assert(
            fc.property(known, part, ({ source, target }, gone) => {
                const all = forecastClone(source, target);
                assert.notEqual(all.strategy, "unknown");
                const less = forecastClone(
                    without<CloneFrom>(source, gone as keyof CloneFrom),
                    gone === "bytes" ? target : without<CloneTo>(target, gone as keyof CloneTo),
                );
                assert.ok(less.strategy === "unknown" || less.strategy === all.strategy);
            }),
        );
    });
});
