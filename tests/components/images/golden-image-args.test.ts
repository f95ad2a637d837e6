import assert from "node:assert/strict";
import { checkGoldenImage } from "../../../components/images/golden-image-args";
import { storage } from "../disks/storage";
import { imageArgs } from "./image-arguments";

const digest = `sha256:${"0a".repeat(32)}`;
const place = { name: "fedora", namespace: "images", longest: "fedora-01234567" };
const weekly = { schedule: "30 4 * * 1" };

function problems(change: object, at: Partial<typeof place> = {}) {
    return checkGoldenImage(imageArgs(change), { ...place, ...at });
}

describe("checkGoldenImage", () => {
    const good: readonly (readonly [string, object])[] = [
        ["as little as it takes", {}],
        [
            "everything that goes together",
            {
                storage: storage({ snapshotClass: "ceph-snapshots" }),
                source: { http: "https://example.org/a.qcow2", checksum: digest },
                format: "snapshot",
                sharedWith: ["prod", "staging"],
                instancetype: "u1.medium",
                preference: "fedora",
                readyWithin: "20 minutes",
                onDestroy: "retain",
                labels: { team: "images" },
            },
        ],
        ["a digest", { source: { registry: "quay.io/a/b:1", digest } }],
        ["an upload", { source: { upload: "images/a.qcow2" } }],
        ["claims where the storage takes no snapshots", { format: "claim" }],
        ["a tag that is looked at", { refresh: weekly }],
        [
            "a tag that is looked at, with all it may say",
            { refresh: { ...weekly, keep: 1, collect: "never" } },
        ],
    ];
    for (const [what, change] of good) {
        it(`accepts ${what}`, () => assert.deepEqual(problems(change), []));
    }

    const byDigest = { source: { registry: "quay.io/a/b", digest }, refresh: weekly };
    const refused: readonly (readonly [string, object, string, RegExp])[] = [
        ["a decimal size", { size: "10GB" }, "size", /write "10Gi"/],
        ["a time that is none", { readyWithin: "soon" }, "readyWithin", /is "soon"/],
        ["a source that is none", { source: { http: "nowhere" } }, "source.http", /is "nowhere"/],
        ["nothing to clone", { source: { blank: true } }, "source", /is blank/],
        [
            "an archive",
            {
                storage: storage({ volumeMode: "Filesystem" }),
                source: { http: "https://a/b.tar", contentType: "archive" },
            },
            "source.contentType",
            /no disk image/,
        ],
        [
            "a namespace to share with that is none",
            { sharedWith: ["a", "B"] },
            "sharedWith[1]",
            /is "B"/,
        ],
        ["a label that is none", { labels: { "a b": "" } }, 'labels."a b"', /key of a label/],
        [
            "snapshots where the storage takes none",
            { format: "snapshot" },
            "format",
            /no VolumeSnapshotClass/,
        ],
        ["a format that is none", { format: "raw" }, "format", /none of claim, snapshot/],
        ["another end", { onDestroy: "forbid" }, "onDestroy", /none of delete, retain/],
        [
            "another way to collect",
            { refresh: { ...weekly, collect: "all" } },
            "refresh.collect",
            /none of outdated, never/,
        ],
        ["looking at a digest", byDigest, "refresh", /whose tag moves, without a digest/],
        [
            "looking at a digest in the name",
            { ...byDigest, source: { registry: `quay.io/a/b@${digest}` } },
            "refresh",
            /tag moves/,
        ],
        [
            "looking at a server",
            { ...byDigest, source: { http: "https://a/b" } },
            "refresh",
            /needs a registry source/,
        ],
        [
            "a schedule of four fields",
            { refresh: { schedule: "4 * * 1" } },
            "refresh.schedule",
            /has 4 fields/,
        ],
        [
            "a schedule of another day",
            { refresh: { schedule: "0 0 * * 8" } },
            "refresh.schedule",
            /"8" for the day of the week/,
        ],
        [
            "keeping none",
            { refresh: { ...weekly, keep: 0 } },
            "refresh.keep",
            /is 0, .*whole number from 1/,
        ],
        ["keeping a half", { refresh: { ...weekly, keep: 1.5 } }, "refresh.keep", /is 1\.5/],
        [
            "a format beside CDI's own choice",
            { refresh: weekly, format: "claim" },
            "format",
            /CDI's profile of the class/,
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

    const names: readonly (readonly [string, Partial<typeof place>, object, RegExp | undefined])[] =
        [
            ["a name that is none", { name: "Fedora" }, {}, /is "Fedora"/],
            ["a version whose name has no room", { longest: "f".repeat(64) }, {}, /64 characters/],
            [
                "a name of 42 letters that CDI looks after",
                { name: "f".repeat(42) },
                { refresh: weekly },
                undefined,
            ],
            [
                "one letter more",
                { name: "f".repeat(43) },
                { refresh: weekly },
                /43 characters; .*42/,
            ],
            [
                "one letter more that CDI does not look after",
                { name: "f".repeat(43) },
                {},
                undefined,
            ],
        ];
    for (const [what, at, change, words] of names) {
        it(`${words === undefined ? "accepts" : "refuses"} ${what}`, () => {
            const found = problems(change, at);
            assert.deepEqual(
                found.map(({ field }) => field),
                words === undefined ? [] : ["imageName"],
            );
            assert.match(found[0]?.fault ?? "", words ?? /^$/);
        });
    }

    it("says all problems at once", () => {
        const change = {
            storage: storage({ volumeMode: "Filesystem" }),
            size: "10GB",
            readyWithin: "soon",
            source: { http: "nowhere", contentType: "archive" },
            refresh: { schedule: "now", keep: -1 },
            format: "snapshot",
            sharedWith: ["", "ok"],
            labels: { "": "" },
        };
        assert.deepEqual(
            problems(change, { name: "F", namespace: "x_y" }).map(({ field }) => field),
            [
                "imageName",
                "namespace",
                "size",
                "readyWithin",
                "source.http",
                "source.contentType",
                "refresh",
                "refresh.schedule",
                "refresh.keep",
                "format",
                "sharedWith[0]",
                'labels.""',
                "format",
            ],
        );
    });

    it("refuses a namespace to share with that is there twice: each has one right", () => {
        const found = problems({ sharedWith: ["prod", "staging", "prod"] });
        assert.deepEqual(
            found.map(({ field }) => field),
            ["sharedWith[2]"],
        );
    });
});
