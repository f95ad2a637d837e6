import assert from "node:assert/strict";
import fc from "fast-check";
import {
    checkCatalog,
    type ImageCatalog,
    imageText,
    lockedCatalog,
} from "../../model/image-catalog";
import { type ImageLock, lockText, parseLock } from "../../model/image-lock";
import { registryPlace } from "../../model/registry-reference";

const digest = `sha256:${"0a".repeat(32)}`;
const fedora = { source: { registry: "quay.io/containerdisks/fedora:42" }, size: "10Gi" } as const;
const debian = { source: { http: "https://example.org/debian.qcow2" }, size: "5Gi" } as const;
const windows = { source: { upload: "images/windows.qcow2" }, size: "40Gi" } as const;
const bucket = { source: { s3: "https://rgw.example.org/images/a.qcow2" }, size: "1Gi" } as const;
const images: ImageCatalog = { fedora, debian, windows };
const lockedAt = "2026-11-21T20:00:00.000Z";

const lockOf = (catalog: ImageCatalog): ImageLock =>
    Object.fromEntries(
        Object.entries(catalog).map(([name, { source }]) => [
            name,
            { source: imageText(source), digest, lockedAt },
        ]),
    );

describe("checkCatalog", () => {
    it("accepts images from outside the cluster", () => {
        assert.deepEqual(checkCatalog({ ...images, bucket }), []);
        assert.deepEqual(checkCatalog({}), []);
    });

    for (const [what, catalog, fields] of [
        ["a list", [], ["images"]],
        ["a name that no object has", { Fedora_42: fedora }, ["images.Fedora_42"]],
        ["an image by its reference", { fedora: "quay.io/a" }, ["images.fedora"]],
        ["no size", { fedora: { source: fedora.source } }, ["images.fedora.size"]],
        ["a decimal size", { fedora: { ...fedora, size: "10GB" } }, ["images.fedora.size"]],
        ["no source", { fedora: { size: "1Gi" } }, ["images.fedora.source.http"]],
        ["a claim", { fedora: { source: { claim: "a" }, size: "1Gi" } }, ["images.fedora.source"]],
        ["nothing", { fedora: { source: { blank: true }, size: "1Gi" } }, ["images.fedora.source"]],
        [
            "an archive",
            { a: { source: { ...debian.source, contentType: "archive" }, size: "1Gi" } },
            ["images.a.source.contentType"],
        ],
        ["a field of nobody", { fedora: { ...fedora, os: "x" } }, ['images.fedora."os"']],
        [
            "all problems at once",
            {
                A: { source: { s3: "s3://a/b" }, size: "1" },
                b: { source: { http: "" }, size: "1" },
            },
            [
                "images.A",
                "images.A.size",
                "images.A.source.s3",
                "images.b.size",
                "images.b.source.http",
            ],
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            assert.deepEqual(
                checkCatalog(catalog).map(({ field }) => field),
                fields,
            );
        });
    }

    it("never throws", () => {
        const any = fc.dictionary(fc.string(), fc.anything({ withBigInt: true }));
        fc.assert(
            fc.property(fc.oneof(any, fc.anything()), (catalog) => void checkCatalog(catalog)),
        );
    });
});

describe("lockedCatalog", () => {
    it("gives each image the digest of the lock", () => {
        const { images: locked, problems } = lockedCatalog(images, lockOf(images), {
            locked: true,
        });
        assert.deepEqual(problems, []);
        assert.deepEqual(locked, {
            fedora: { ...fedora, source: { ...fedora.source, digest } },
            debian: { ...debian, source: { ...debian.source, checksum: digest } },
            windows: { ...windows, source: { ...windows.source, checksum: digest } },
        });
    });

    it("works without a lock where it does not have to be locked", () => {
        assert.deepEqual(lockedCatalog(images, {}, { locked: false }), { images, problems: [] });
    });

    it("refuses an image that is not in the lock, and says how it gets there", () => {
        const { problems } = lockedCatalog({ fedora }, {}, { locked: true });
        assert.equal(problems.length, 1);
        assert.match(problems[0]?.fault ?? "", /fedora:42".*not in images\.lock\.json/);
        assert.match(problems[0]?.cure ?? "", /npm run images:lock -- fedora/);
    });

    it("refuses an image of another source than the locked one, naming both", () => {
        const lock = lockOf({ fedora });
        const changed = { ...fedora, source: { registry: "quay.io/containerdisks/fedora:43" } };
        const { problems } = lockedCatalog({ fedora: changed }, lock, { locked: true });
        assert.match(problems[0]?.fault ?? "", /fedora:43.*fedora:42/);
        assert.match(problems[0]?.cure ?? "", /npm run images:lock -- fedora/);
    });

    it("never takes the digest of another source", () => {
        const changed = { ...fedora, source: { registry: "quay.io/containerdisks/fedora:43" } };
        const { images: unlocked } = lockedCatalog({ fedora: changed }, lockOf({ fedora }), {
            locked: false,
        });
        assert.deepEqual(unlocked, { fedora: changed });
    });

    it("refuses what cannot be locked", () => {
        for (const lock of [{}, lockOf({ bucket })]) {
            const { problems } = lockedCatalog({ bucket }, lock, { locked: true });
            assert.match(problems[0]?.fault ?? "", /cannot be locked/);
        }
    });

    it("says all problems at once", () => {
        assert.equal(lockedCatalog(images, {}, { locked: true }).problems.length, 3);
    });
});

describe("the lock file", () => {
    it("comes back as it was written, sorted by name", () => {
        const text = lockText(lockOf(images));
        assert.deepEqual(parseLock(text), lockOf(images));
        assert.deepEqual(Object.keys(parseLock(text)), ["debian", "fedora", "windows"]);
        assert.equal(lockText(parseLock(text)), text);
    });

    for (const text of ["", "[]", "null", '{"a": null}', '{"a": {"source": "x", "digest": "y"}}']) {
        it(`is refused with a cure when it is ${text === "" ? "empty" : text}`, () => {
            assert.throws(() => parseLock(text), /npm run images:lock/);
        });
    }
});

describe("registryPlace", () => {
    for (const [reference, server, repository, version] of [
        ["quay.io/a/b:1", "quay.io", "a/b", "1"],
        ["docker://quay.io/a/b", "quay.io", "a/b", "latest"],
        ["fedora", "registry-1.docker.io", "library/fedora", "latest"],
        ["a/b:2", "registry-1.docker.io", "a/b", "2"],
        ["docker.io/fedora:42", "registry-1.docker.io", "library/fedora", "42"],
        ["index.docker.io/a/b", "registry-1.docker.io", "a/b", "latest"],
        ["localhost/a", "localhost", "a", "latest"],
        ["127.0.0.1:5000/a:1", "127.0.0.1:5000", "a", "1"],
        [`quay.io/a:1@${digest}`, "quay.io", "a", digest],
    ] as const) {
        it(`finds ${reference} at ${server}`, () => {
            const place = registryPlace(reference);
            assert.deepEqual(
                [place?.server, place?.repository, place?.version],
                [server, repository, version],
            );
        });
    }

    it("finds no place for a file", () => {
        assert.equal(registryPlace("oci-archive:///a.tar"), undefined);
    });
});
