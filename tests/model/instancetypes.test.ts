import assert from "node:assert/strict";
import fc from "fast-check";
import { checkInstancetype, type SizedMachine } from "../../model/instancetype-rules";
import {
    commonInstancetype,
    commonPreference,
    instancetypeFault,
    type InstancetypeName,
    instancetypeNames,
    matcherOf,
    preferenceFault,
    preferenceMatcherOf,
} from "../../model/instancetypes";
import { type PreferenceName, preferences } from "../../model/preferences";
import { problemsText } from "../../model/problems";
import { sizeFault } from "../../model/size";

describe("the common instancetypes", () => {
    it("are those that KubeVirt v1.9 brings", () => {
        assert.equal(instancetypeNames.length, 65);
        assert.equal(new Set(instancetypeNames).size, 65);
        assert.equal(Object.keys(preferences).length, 54);
    });

    // A name that the type does not have would not compile.
    const rows: readonly (readonly [InstancetypeName, number, string, string])[] = [
        ["u1.nano", 1, "512Mi", ""],
        ["u1.2xmedium", 2, "4Gi", ""],
        ["u1.8xlarge", 32, "128Gi", ""],
        ["o1.large", 2, "8Gi", "overcommit"],
        ["d1.2xmedium", 2, "4Gi", "dedicated"],
        ["rt1.micro", 1, "1Gi", "dedicated hugePages numa realtime"],
        ["cx1.medium", 1, "2Gi", "dedicated hugePages numa"],
        ["cx1.8xlarge1gi", 32, "64Gi", "dedicated hugePages numa"],
        ["m1.large", 2, "16Gi", "hugePages"],
        ["n1.medium", 4, "4Gi", "dedicated hugePages"],
        ["n1.8xlarge", 64, "128Gi", "dedicated hugePages"],
    ];
    for (const [name, cpu, memory, traits] of rows) {
        it(`${name} has ${String(cpu)} CPUs and ${memory}`, () => {
            const { cpu: found, memory: size, ...more } = commonInstancetype(name) ?? {};
            assert.deepEqual([found, size], [cpu, memory]);
            assert.deepEqual(Object.keys(more).sort().join(" "), traits);
        });
    }

    it("have huge pages of the size that their name says", () => {
        assert.equal(commonInstancetype("m1.large")?.hugePages, "2Mi");
        assert.equal(commonInstancetype("m1.large1gi")?.hugePages, "1Gi");
    });

    it("all have CPUs and a memory that is a size", () => {
        for (const name of instancetypeNames) {
            const type = commonInstancetype(name as InstancetypeName);
            assert.ok(type !== undefined && type.cpu > 0, name);
            assert.equal(sizeFault(type.memory), undefined, name);
        }
    });

    it("are not taken for one of the cluster's own that has the same name", () => {
        const own = { name: "u1.small", kind: "VirtualMachineInstancetype" } as const;
        assert.equal(commonInstancetype(own), undefined);
        assert.equal(
            commonInstancetype({ ...own, kind: "VirtualMachineClusterInstancetype" })?.cpu,
            1,
        );
        const mine = { name: "fedora", kind: "VirtualMachinePreference" } as const;
        assert.equal(commonPreference(mine), undefined);
        assert.deepEqual(commonPreference("fedora"), {
            cpu: 1,
            memory: "2Gi",
            architecture: "amd64",
        });
    });

    it("are written into a machine with their kind", () => {
        const own = { name: "mine", kind: "VirtualMachineInstancetype" } as const;
        assert.deepEqual(matcherOf("u1.small"), {
            name: "u1.small",
            kind: "VirtualMachineClusterInstancetype",
        });
        assert.deepEqual(matcherOf(own), own);
        assert.deepEqual(preferenceMatcherOf("fedora"), {
            name: "fedora",
            kind: "VirtualMachineClusterPreference",
        });
    });
});

describe("instancetypeFault", () => {
    for (const [wrong, cure] of [
        ["u1.smal", /write "u1\.small"/],
        ["U1.Small", /write "u1\.small"/],
        ["d1.2xmediun", /write "d1\.2xmedium"/],
        [
            "my-own-size",
            /write one of them, .* or for one of the cluster's own write \{ name, kind/,
        ],
        [{ name: "mine" }, /write \{ name, kind: "VirtualMachineClusterInstancetype" \}/],
        [{ name: "mine", kind: "VirtualMachinePreference" }, /write \{ name, kind/],
        [{ name: "My Own", kind: "VirtualMachineInstancetype" }, /lower-case/],
        [7, /write \{ name, kind/],
    ] as const) {
        it(`refuses ${JSON.stringify(wrong)}`, () => {
            assert.match(instancetypeFault(wrong as InstancetypeName)?.cure ?? "", cure);
        });
    }

    it("lets every common one be, and any of the cluster's own", () => {
        for (const name of instancetypeNames) {
            assert.equal(instancetypeFault(name as InstancetypeName), undefined);
        }
        for (const name of Object.keys(preferences)) {
            assert.equal(preferenceFault(name as PreferenceName), undefined);
        }
        const own = { name: "gold.large", kind: "VirtualMachineInstancetype" } as const;
        assert.equal(instancetypeFault(own), undefined);
    });

    it("finds a preference that is nearly one", () => {
        assert.match(
            preferenceFault("windows.2022" as PreferenceName)?.cure ?? "",
            /windows\.2k22/,
        );
    });

    it("answers whatever it is given, and only the common names are right as texts", () => {
        fc.assert(
            fc.property(fc.string(), (text) => {
                const fault = instancetypeFault(text as InstancetypeName);
                assert.equal(fault === undefined, instancetypeNames.includes(text));
            }),
        );
    });
});

describe("checkInstancetype", () => {
    const rows: readonly (readonly [string, SizedMachine, RegExp | undefined])[] = [
        ["nothing", {}, undefined],
        ["CPU and memory", { cpu: 2, memory: "4Gi" }, undefined],
        ["an instancetype", { instancetype: "u1.small" }, undefined],
        [
            "CPU beside an instancetype",
            { instancetype: "u1.small", cpu: 2 },
            /cpu is 2, beside instancetype "u1\.small"/,
        ],
        [
            "memory beside an instancetype",
            { instancetype: "u1.small", memory: "4Gi" },
            /memory is "4Gi", beside instancetype "u1\.small"/,
        ],
        ["enough for a preference", { preference: "windows.11", cpu: 2, memory: "4Gi" }, undefined],
        [
            "too few CPUs",
            { preference: "windows.11", cpu: 1, memory: "4Gi" },
            /cpu gives the machine 1 CPU, and preference "windows\.11" asks for 2\. Raise cpu/,
        ],
        [
            "too little memory",
            { preference: "fedora", cpu: 1, memory: "1Gi" },
            /memory gives the machine 1Gi of memory, and preference "fedora" asks for 2Gi/,
        ],
        [
            "a type that is too small",
            { preference: "oraclelinux", instancetype: "u1.small" },
            /instancetype gives the machine 1 CPU.*\n.*instancetype gives the machine 2Gi .* asks for 4Gi\. Choose a larger one/,
        ],
        [
            "a type that is large enough",
            { preference: "oraclelinux", instancetype: "u1.large" },
            undefined,
        ],
        [
            "a type of which only the cluster knows",
            {
                preference: "oraclelinux",
                instancetype: { name: "tiny", kind: "VirtualMachineInstancetype" },
            },
            undefined,
        ],
        [
            "a preference of which only the cluster knows",
            { preference: { name: "huge", kind: "VirtualMachinePreference" }, cpu: 1 },
            undefined,
        ],
        [
            "another architecture",
            { preference: "fedora.arm64", cpu: 1, memory: "4Gi", architecture: "amd64" },
            /is for arm64, and the machine is amd64/,
        ],
        [
            "a type without its kind",
            {
                instancetype: { name: "u1.small" } as unknown as InstancetypeName,
                preference: "fedora",
            },
            /instancetype is \{"name":"u1\.small"\}/,
        ],
        [
            "names that are none",
            { instancetype: "u1.smal" as InstancetypeName, preference: "fedra" as PreferenceName },
            /"u1\.smal".*\n.*"fedra".*"fedora"/,
        ],
    ];
    for (const [title, machine, expected] of rows) {
        it(`${expected === undefined ? "lets be" : "refuses"} ${title}`, () => {
            const text = problemsText("VirtualMachine", "db", checkInstancetype(machine));
            assert.match(text, expected ?? /^$/);
        });
    }
});
