import assert from "node:assert/strict";
import fc from "fast-check";
import { diskIdentity, refuseChanges, refuseShrink } from "../../components/disks/origin";
import { placeOfOrigin } from "../../model/disk-origin";
import { type DiskPlan, diskOrigin } from "../../manifests/disk";
import { accessModes, volumeModes } from "../../model/access";
import { type DiskSource, sourceText } from "../../model/disk-source";
import { Problems } from "../../model/problems";
import { everySource } from "../support/every-source";

const image = { registry: "quay.io/containerdisks/fedora:42" };
const plan: DiskPlan = {
    name: "db",
    namespace: "vms",
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
    source: image,
};

function refused(before: Partial<DiskPlan>, after: Partial<DiskPlan>, clusters = ["a", "a"]) {
    const [was = "", is = ""] = clusters;
    const problems = new Problems();
    refuseChanges(
        diskIdentity({ ...plan, ...before }, was),
        diskIdentity({ ...plan, ...after }, is),
        problems,
    );
    return problems.all;
}

const textOf = ({ source, namespace }: DiskPlan) =>
    source === undefined ? "blank" : sourceText(source, namespace);

const fields = (...args: Parameters<typeof refused>) => refused(...args).map(({ field }) => field);

describe("refuseChanges", () => {
    const table: readonly (readonly [string, Partial<DiskPlan>, readonly string[]])[] = [
        ["nothing", {}, []],
        ["labels", { labels: { a: "b" } }, []],
        ["the size, which may grow", { size: "30Gi" }, []],
        ["what becomes of it on a destroy", { annotations: { a: "b" } }, []],
        ["when it is bound", { bindImmediately: true }, []],
        ["how CDI fills it", { preallocation: true, priorityClass: "high" }, []],
        ["who may read the source", { source: { ...image, secretRef: "login" } }, []],
        ["the image", { source: { http: "https://a/b" } }, ["source"]],
        ["the digest", { source: { ...image, digest: `sha256:${"0".repeat(64)}` } }, ["source"]],
        ["a checksum", { source: { http: "https://a/b", checksum: "md5:0" } }, ["source"]],
        ["an image to nothing", { source: { blank: true } }, ["source"]],
        [
            "the way to the same copy",
            { sourceName: "docker://quay.io/containerdisks/fedora:42" },
            [],
        ],
        ["the class", { storageClass: "other" }, ["storage"]],
        ["the access mode", { accessMode: "ReadWriteOnce" }, ["accessMode"]],
        ["the volume mode", { volumeMode: "Filesystem" }, ["volumeMode"]],
        ["the name", { name: "db2" }, ["claimName"]],
        ["the namespace", { namespace: "other" }, ["claimName"]],
        [
            "everything",
            {
                namespace: "n",
                source: { claim: "c" },
                storageClass: "s",
                accessMode: "ReadWriteOncePod",
                volumeMode: "Filesystem",
            },
            ["claimName", "source", "storage", "accessMode", "volumeMode"],
        ],
    ];
    for (const [what, change, expected] of table) {
        it(`${expected.length === 0 ? "allows" : "refuses"} a change of ${what}`, () => {
            assert.deepEqual(fields({}, change), expected);
        });
    }

    it("refuses another cluster, where everything would be made anew", () => {
        assert.deepEqual(fields({}, {}, ["a", "b"]), ["storage"]);
        assert.match(refused({}, {}, ["a", "b"])[0]?.fault ?? "", /cluster "b".*is on "a"/);
    });

    it("names both values and a way that keeps the data", () => {
        const [problem] = refused({}, { source: { http: "https://a/b" } });
        assert.equal(
            problem?.fault,
            'changes from "docker://quay.io/containerdisks/fedora:42" to "https://a/b", and a disk that holds data is never made anew',
        );
        assert.match(problem.cure, /beside it \(copyOf\)/);
    });

    it("has nothing to say where nothing is known of before, or it was not written by this package", () => {
        for (const origin of [undefined, "", "by hand", ", , , ,", "a, class b"]) {
            const problems = new Problems();
            refuseChanges({ cluster: undefined, origin }, diskIdentity(plan, "a"), problems);
            assert.deepEqual(problems.all, [], origin);
        }
    });

    describe("of any disk", () => {
        const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/);
        // A path may have commas, and even what looks like the rest of an origin.
        const tail = fc.constantFrom(
            "",
            ", x",
            ", class y",
            ", class y, ReadWriteOnce, Block",
            ",",
        );
        const source: fc.Arbitrary<DiskSource | undefined> = fc.oneof(
            fc.constantFrom(...everySource).map(([, one]) => one),
            fc.tuple(fc.webUrl(), tail).map(([url, more]) => ({ http: `${url}${more}` })),
            fc.tuple(fc.string(), tail).map(([text, more]) => ({ upload: `${text}${more}` })),
            fc.constant(undefined),
        );
        const parts = {
            name,
            namespace: name,
            storageClass: fc.stringMatching(/^[a-z0-9][-a-z0-9.]{0,10}$/),
            accessMode: fc.constantFrom(...accessModes),
            volumeMode: fc.constantFrom(...volumeModes),
            source,
        } as const;
        const any = fc.record(parts).map(({ source: from, ...rest }) => ({
            ...plan,
            ...rest,
            source: from as DiskSource,
        }));

        it("says nothing when nothing changes", () => {
            fc.assert(fc.property(any, (one) => assert.deepEqual(fields(one, { ...one }), [])));
        });

        const places: readonly (readonly [keyof typeof parts, string])[] = [
            ["name", "claimName"],
            ["namespace", "claimName"],
            ["storageClass", "storage"],
            ["accessMode", "accessMode"],
            ["volumeMode", "volumeMode"],
            ["source", "source"],
        ];
        for (const [part, field] of places) {
            it(`names ${field} when only its ${part} changes`, () => {
                fc.assert(
                    fc.property(any, parts[part] as fc.Arbitrary<unknown>, (one, value) => {
                        const other = { ...one, [part]: value } as DiskPlan;
                        const isSame = diskOrigin(one) === diskOrigin(other);
                        // A copy that names no namespace is one of the disk's own.
                        const moves = textOf(one) !== textOf(other) ? ["source"] : [];
                        const expected = part === "source" ? [field] : [field, ...moves];
                        assert.deepEqual(fields(one, other), isSame ? [] : expected);
                    }),
                );
            });
        }

        it("keeps its place readable in its origin", () => {
            fc.assert(
                fc.property(any, (one) => {
                    const { namespace, name: claim } = one;
                    assert.deepEqual(placeOfOrigin(diskOrigin(one)), { namespace, name: claim });
                }),
            );
        });
    });
});

describe("placeOf", () => {
    for (const origin of [undefined, "", "https://a/b, class c, ReadWriteMany, Block", "by hand"]) {
        it(`finds none in ${JSON.stringify(origin)}`, () => {
            assert.equal(placeOfOrigin(origin), undefined);
        });
    }
});

describe("refuseShrink", () => {
    const shrink = (has: string | undefined, wanted: string | undefined) => {
        const problems = new Problems();
        refuseShrink(has, wanted, problems);
        return problems.all.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    };
    const allowed: readonly (readonly [string | undefined, string | undefined])[] = [
        ["10Gi", "10Gi"],
        ["10Gi", "20Gi"],
        ["10Gi", "10737418240"],
        ["10G", "10Gi"],
        [undefined, "1Gi"],
        ["10Gi", undefined],
        ["ten", "1Gi"],
    ];
    for (const [has, wanted] of allowed) {
        it(`allows ${String(wanted)} where there is ${String(has)}`, () => {
            assert.deepEqual(shrink(has, wanted), []);
        });
    }
    it("says what there is and what to write", () => {
        assert.deepEqual(shrink("10Gi", "9Gi"), [
            'size is 9Gi, and the disk has 10Gi: a claim never shrinks. write at least "10Gi", or add a smaller disk beside it and move the data',
        ]);
    });
    it("sees one byte", () => {
        assert.equal(shrink("10Gi", "10737418239").length, 1);
    });
});
