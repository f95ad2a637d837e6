import assert from "node:assert/strict";
import type { CopiedDisk, DiskArgs } from "../../../components";
import { checkDisk } from "../../../components/disks/disk-args";
import { GoldenImage } from "../../../components/images/golden-image";
import { everySource } from "../../support/every-source";
import { storage } from "./storage";

const place = { name: "db", namespace: "vms" };

function problems(change: object, at: Partial<typeof place> = {}) {
    const args = { storage: storage(), size: "10Gi", ...change } as unknown as DiskArgs;
    return checkDisk(args, { ...place, ...at });
}

const other = (change: object = {}) =>
    ({
        claimName: "old",
        namespace: "vms",
        storage: storage(),
        ...change,
    }) as unknown as CopiedDisk;

const image = Object.assign(Object.create(GoldenImage.prototype) as GoldenImage, {
    imageName: "fedora",
    namespace: "images",
    size: "10Gi",
    storage: storage(),
});

const http = { http: "https://example.org/a.qcow2" };

describe("checkDisk", () => {
    const good: readonly (readonly [string, object])[] = [
        ["as little as it takes", {}],
        [
            "everything but a source",
            {
                accessMode: "ReadWriteOnce",
                volumeMode: "Filesystem",
                onDestroy: "forbid",
                bind: "now",
                readyWithin: "20 minutes",
                preallocation: true,
                priorityClass: "system-node-critical",
                labels: { team: "db", "example.org/tier": "" },
                recreate: true,
            },
        ],
        ["a priority class with dots", { priorityClass: "high.example.org" }],
        ["a golden image of its size", { source: image }],
        ["a copy of a disk", { copyOf: other() }],
        ["a copy of a claim", { copyOf: "old" }],
        ["a claim to adopt", { adopt: { claim: "db" }, claimName: "db" }],
        ["a volume to adopt", { adopt: { volume: "pvc-1.example" }, claimName: "db" }],
    ];
    for (const [what, change] of good) {
        it(`accepts ${what}`, () => assert.deepEqual(problems(change), []));
    }

    for (const [what, source] of everySource) {
        it(`accepts ${what}`, () => {
            assert.deepEqual(problems({ source, volumeMode: "Filesystem" }), []);
        });
    }

    const refused: readonly (readonly [string, object, string, RegExp])[] = [
        ["a decimal size", { size: "10GB" }, "size", /is "10GB".*write "10Gi"/],
        ["a time without unit", { readyWithin: "20" }, "readyWithin", /is "20", .*"20 minutes"/],
        ["no time", { readyWithin: "0 minutes" }, "readyWithin", /above zero/],
        [
            "an access mode in other letters",
            { accessMode: "readwritemany" },
            "accessMode",
            /none of/,
        ],
        ["an access mode of no machine", { accessMode: "RWX" }, "accessMode", /ReadWriteMany/],
        [
            "a volume mode that is none",
            { volumeMode: "block" },
            "volumeMode",
            /Block, Filesystem|Filesystem, Block/,
        ],
        [
            "another word on destroy",
            { onDestroy: "keep" },
            "onDestroy",
            /is "keep".* retain, delete, forbid/,
        ],
        ["another word for binding", { bind: "later" }, "bind", /first-machine, now/],
        ["a priority class with capitals", { priorityClass: "High" }, "priorityClass", /is "High"/],
        ["an empty priority class", { priorityClass: "" }, "priorityClass", /is ""/],
        [
            "the package's own label",
            { labels: { "app.kubernetes.io/managed-by": "me" } },
            `labels."app.kubernetes.io/managed-by"`,
            /leave it out/,
        ],
        ["a label with a space", { labels: { team: "a b" } }, `labels."team"`, /is "a b"/],
        ["a source that is none", { source: { http: "nowhere" } }, "source.http", /is "nowhere"/],
        ["a misspelt source", { source: { htpp: "https://a/b" } }, "source.htpp", /write http/],
        [
            "an image larger than the disk",
            { source: image, size: "5Gi" },
            "size",
            /GoldenImage "fedora" has 10Gi.*write "10Gi"/,
        ],
        ["a copy of itself", { copyOf: "db" }, "copyOf", /is the disk itself/],
        [
            "a copy of itself as a disk",
            { copyOf: other({ claimName: "db" }) },
            "copyOf",
            /is the disk itself/,
        ],
        ["a copy of what cannot be", { copyOf: "Old Disk" }, "copyOf", /is "Old Disk"/],
        [
            "a copy from another namespace",
            { copyOf: other({ namespace: "n2" }) },
            "copyOf",
            /in namespace n2, .*source: { claim: "old", namespace: "n2" }/,
        ],
        ["an adoption of nothing", { adopt: {} }, "adopt", /adopt: { claim: "old-data" }/],
        [
            "an adoption of two things",
            { adopt: { claim: "a", volume: "b" } },
            "adopt",
            /neither .* or both/,
        ],
        [
            "an adopted claim under another name",
            { adopt: { claim: "a" }, claimName: "b" },
            "claimName",
            /the claim to adopt is "a"/,
        ],
        ["an adopted claim that cannot be", { adopt: { claim: "A" } }, "adopt.claim", /is "A"/],
        [
            "an adopted volume that cannot be",
            { adopt: { volume: "a/b" } },
            "adopt.volume",
            /is "a\/b"/,
        ],
    ];
    for (const [what, change, field, words] of refused) {
        it(`refuses ${what}`, () => {
            const [problem, ...more] = problems(change);
            assert.deepEqual(more, []);
            assert.equal(problem?.field, field);
            assert.match(`${problem.fault}. ${problem.cure}`, words);
        });
    }

    it("refuses names that are none", () => {
        const fields = problems({}, { name: "Db", namespace: "x_y" }).map(({ field }) => field);
        assert.deepEqual(fields, ["claimName", "namespace"]);
    });

    it("refuses a name that leaves no room", () => {
        assert.deepEqual(problems({}, { name: "d".repeat(63) }), []);
        assert.match(problems({}, { name: "d".repeat(64) })[0]?.fault ?? "", /64 characters/);
    });

    const contents = { source: http, copyOf: "old", adopt: { claim: "db" } } as const;
    const pairs: readonly (readonly (keyof typeof contents)[])[] = [
        ["source", "copyOf"],
        ["source", "adopt"],
        ["copyOf", "adopt"],
        ["source", "copyOf", "adopt"],
    ];
    for (const given of pairs) {
        it(`refuses ${given.join(" and ")} beside each other`, () => {
            const change = Object.fromEntries(given.map((field) => [field, contents[field]]));
            const [problem, ...more] = problems(change);
            assert.deepEqual(more, []);
            assert.equal(problem?.field, given.join(", "));
            assert.match(problem.cure, given.length > 2 ? /the others out/ : /the other out/);
        });
    }

    it("says all problems at once", () => {
        const change = {
            size: "10GB",
            readyWithin: "soon",
            accessMode: "many",
            volumeMode: "raw",
            onDestroy: "keep",
            bind: "never",
            priorityClass: "A",
            labels: { "": "" },
            source: { http: "nowhere" },
            copyOf: "Old",
            adopt: { claim: "A" },
        };
        assert.deepEqual(
            problems(change, { name: "Db", namespace: "x_y" }).map(({ field }) => field),
            [
                "claimName",
                "namespace",
                "size",
                "readyWithin",
                "accessMode",
                "volumeMode",
                "onDestroy",
                "bind",
                "priorityClass",
                "source, copyOf, adopt",
                "source.http",
                "copyOf",
                "adopt.claim",
                'labels.""',
            ],
        );
    });
});
