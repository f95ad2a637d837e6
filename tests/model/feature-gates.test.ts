import assert from "node:assert/strict";
import fc from "fast-check";
import { checkFeatureGates, featureIsOn } from "../../model/feature-gates";
import { featureGates } from "../../model/feature-gates-table";

const check = (version: string, enable: readonly string[], disable: readonly string[] = []) => {
    const { problems, warnings } = checkFeatureGates(version, { enable, disable });
    const lines = (found: typeof problems) =>
        found.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(problems), warnings: lines(warnings) };
};

interface Row {
    readonly what: string;
    readonly version?: string;
    readonly enable?: readonly string[];
    readonly disable?: readonly string[];
    readonly problem?: RegExp;
    readonly warning?: RegExp;
}

const rows: readonly Row[] = [
    { what: "an alpha gate is enabled", enable: ["VSOCK"] },
    { what: "a beta gate is disabled", disable: ["PasstBinding"] },
    {
        what: "a name has a typing error",
        enable: ["HostDisks"],
        problem:
            /"HostDisks", which KubeVirt 1\.9 does not know and would ignore\. write "HostDisk"/,
    },
    {
        what: "a name is like no other",
        enable: ["MakeItFast"],
        problem: /"MakeItFast".*\. leave it out/,
    },
    {
        what: "a feature has graduated",
        enable: ["LiveMigration"],
        warning:
            /"LiveMigration", which is part of KubeVirt 1\.9 and cannot be switched\. leave it out/,
    },
    {
        what: "a feature is on by default",
        enable: ["Snapshot"],
        warning: /"Snapshot", which is on in KubeVirt 1\.9 unless it is disabled/,
    },
    {
        what: "a feature of 1.8 is beta, and off there",
        version: "v1.8.4",
        enable: ["Snapshot"],
    },
    {
        what: "a gate is deprecated",
        enable: ["MultiArchitecture"],
        warning: /"MultiArchitecture", which is deprecated\. leave it out/,
    },
    {
        what: "a gate is gone",
        enable: ["Passt"],
        problem: /"Passt", which KubeVirt 1\.9 does not have any more\. use the passt core binding/,
    },
    {
        what: "a gate is in both lists",
        enable: ["VSOCK"],
        disable: ["VSOCK"],
        problem: /^enable has "VSOCK", which disable has too/,
        warning: /^disable has "VSOCK"/,
    },
    {
        what: "the old hotplug would turn the declarative one off",
        enable: ["HotplugVolumes"],
        problem: /turns DeclarativeHotplugVolumes off/,
        warning: /deprecated\. use DeclarativeHotplugVolumes/,
    },
    {
        what: "the old hotplug is wanted and the declarative one is not",
        enable: ["HotplugVolumes"],
        disable: ["DeclarativeHotplugVolumes"],
        warning: /"HotplugVolumes", which is deprecated/,
    },
    {
        what: "both kinds of hotplug are enabled in 1.8",
        version: "v1.8.4",
        enable: ["HotplugVolumes", "DeclarativeHotplugVolumes"],
        problem: /turns DeclarativeHotplugVolumes off/,
    },
    {
        what: "the old hotplug is enabled in 1.8, where the declarative one is off",
        version: "v1.8.4",
        enable: ["HotplugVolumes"],
    },
    {
        what: "a gate needs another one",
        enable: ["IncrementalBackup"],
        problem: /"IncrementalBackup" without "UtilityVolumes".*enable "UtilityVolumes" too/,
    },
    { what: "a gate has the one it needs", enable: ["IncrementalBackup", "UtilityVolumes"] },
    {
        what: "a graduated feature is to be switched off",
        disable: ["VMExport"],
        problem:
            /^disable has "VMExport", which is part of KubeVirt 1\.9 and cannot be switched off/,
    },
    {
        what: "a feature that is off is to be switched off",
        disable: ["VSOCK"],
        warning: /^disable has "VSOCK", which is off in KubeVirt 1\.9/,
    },
    {
        what: "1.7 has no list of disabled gates",
        version: "v1.7.4",
        disable: ["Snapshot"],
        problem: /KubeVirt 1\.7 has no list of disabled gates/,
    },
    { what: "a version is not known, but the gate is", version: "v1.10.0", enable: ["VSOCK"] },
    {
        what: "neither version nor gate is known",
        version: "v1.10.0",
        enable: ["MigrationDowntimeTuning"],
        warning: /"MigrationDowntimeTuning", which no KubeVirt that this package knows has/,
    },
];

describe("checkFeatureGates", () => {
    for (const { what, version = "v1.9.0", enable = [], disable = [], problem, warning } of rows) {
        const says = [problem && "a problem", warning && "a warning"].filter(Boolean).join(" and ");
        it(`has ${says === "" ? "nothing to say" : says} when ${what}`, () => {
            const found = check(version, enable, disable);
            for (const [expected, actual] of [
                [problem, found.problems],
                [warning, found.warnings],
            ] as const) {
                assert.equal(actual.length, expected === undefined ? 0 : 1, actual.join("\n"));
                assert.match(actual[0] ?? "", expected ?? /^$/);
            }
        });
    }

    it("knows every gate of every minor when it is enabled or disabled", () => {
        for (const [minor, table] of Object.entries(featureGates)) {
            for (const gate of Object.values<readonly string[]>(table).flat()) {
                const found = check(`v${minor}.0`, [gate], minor === "1.7" ? [] : [gate]);
                assert.ok(!found.problems.some((line) => line.includes("does not know")), gate);
            }
        }
    });

    it("never lets a name pass that the version does not know", () => {
        const known: readonly string[] = Object.values(featureGates["1.9"]).flat();
        fc.assert(
            fc.property(
                fc.string().filter((name) => !known.includes(name)),
                (name) => assert.equal(check("v1.9.0", [name]).problems.length, 1),
            ),
        );
    });
});

describe("featureIsOn", () => {
    for (const [gate, version, choice, on] of [
        ["Snapshot", "v1.9.0", { enable: [], disable: [] }, true],
        ["Snapshot", "v1.9.0", { enable: [], disable: ["Snapshot"] }, false],
        ["Snapshot", "v1.8.4", { enable: [], disable: [] }, false],
        ["Snapshot", "v1.8.4", { enable: ["Snapshot"], disable: [] }, true],
        ["LiveMigration", "v1.9.0", { enable: [], disable: [] }, true],
        ["VSOCK", "v1.9.0", { enable: [], disable: [] }, false],
        ["VSOCK", "v1.10.0", { enable: [], disable: [] }, undefined],
        ["Nothing", "v1.9.0", { enable: ["Nothing"], disable: [] }, false],
    ] as const) {
        it(`of ${gate} in ${version} with ${JSON.stringify(choice)} is ${String(on)}`, () => {
            assert.equal(featureIsOn(gate, version, choice), on);
        });
    }
});
