import assert from "node:assert/strict";
import { checkDiskSource, type DiskSource, sourceText } from "../../model/disk-source";
import type { SourcePlace } from "../../model/source-rules";
import { everySource } from "../support/every-source";

const place: SourcePlace = { name: "db", namespace: "vms", volumeMode: "Filesystem", size: "20Gi" };

/** The problems of anything that a program or a configuration may hold. */
const problemsOf = (source: unknown, change: Partial<SourcePlace> = {}) =>
    checkDiskSource(source as DiskSource, { ...place, ...change });

const http = { http: "https://example.org/a.qcow2" };
const registry = { registry: "quay.io/containerdisks/fedora:42" };
const digest = `sha256:${"0a".repeat(32)}`;
const imageio = { imageio: "https://engine.example.org/api", diskId: "1", secretRef: "engine" };
const vddk = {
    vddk: "https://vcenter.example.org",
    uuid: "52260566-b032-36cb-55b1-79bf29e30490",
    backingFile: "[a] b/c.vmdk",
    thumbprint: "20:6C:8A:5D:44:40:B3:79:4B:28:EA:76:13:60:90:6E:49:D9:D9:A3",
    secretRef: "vcenter",
};

describe("checkDiskSource", () => {
    for (const [what, source] of everySource) {
        it(`accepts ${what}`, () => assert.deepEqual(problemsOf(source), []));
    }

    /** What is refused, at which fields, and a word that the first cure has. */
    const refused: readonly (readonly [string, unknown, readonly string[], RegExp])[] = [
        ["nothing", {}, ["http"], /one of http, registry/],
        ["a text", "https://example.org/a", ["http"], /\{ http: /],
        ["a list", [http], ["http"], /\{ http: /],
        ["two sources", { ...http, ...registry }, ["registry"], /leave http or registry out/],
        ["three sources", { ...http, blank: true, claim: "a" }, ["blank", "claim"], /leave/],
        ["a misspelt source", { regsitry: "quay.io/a" }, ["regsitry"], /write registry/],
        ["CDI's word for a claim", { pvc: { name: "a" } }, ["pvc"], /write claim/],
        ["a source of no kind", { zzzzzz: 1 }, ["zzzzzz"], /one of http/],
        ["a field of nature", { constructor: 1 }, ["constructor"], /write/],
        ["a misspelt field", { ...http, checksun: digest }, ["checksun"], /write checksum/],
        ["an unknown field", { ...http, retries: 3 }, ["retries"], /extraHeaders/],
        ["http without scheme", { http: "example.org/a" }, ["http"], /whole address/],
        ["http that is empty", { http: "" }, ["http"], /whole address/],
        ["http that is no text", { http: 5 }, ["http"], /whole address/],
        ["http without host", { http: "https:///a" }, ["http"], /whole address/],
        ["http with a port of words", { http: "https://a:b/c" }, ["http"], /whole address/],
        ["http with a port beyond", { http: "https://a:65536/c" }, ["http"], /whole address/],
        ["http with a space", { http: "https://a/b c" }, ["http"], /%20/],
        ["http with half a percent form", { http: "https://a/b%2" }, ["http"], /%20/],
        ["http with a fragment", { http: "https://a/b#c" }, ["http"], /leave/],
        ["http that is S3", { http: "s3://b/o" }, ["http"], /s3: "https/],
        ["http that is a registry", { http: "docker://a/b" }, ["http"], /registry/],
        ["http that is a file", { http: "file:///a.img" }, ["http"], /upload/],
        ["http with a login", { http: "https://me:hunter2@a/b" }, ["http"], /secretRef/],
        ["checksum without algorithm", { ...http, checksum: "abc" }, ["checksum"], /sha256/],
        ["checksum too short", { ...http, checksum: "sha256:12" }, ["checksum"], /64/],
        ["checksum of another kind", { ...http, checksum: "crc32:00000000" }, ["checksum"], /md5/],
        ["checksum of nature", { ...http, checksum: "constructor:00" }, ["checksum"], /md5/],
        ["headers that are no list", { ...http, extraHeaders: "a: b" }, ["extraHeaders"], /list/],
        ["header without value", { ...http, extraHeaders: ["a"] }, ["extraHeaders"], /Name: value/],
        [
            "header with a line end",
            { ...http, extraHeaders: ["a: b\r\nc: d"] },
            ["extraHeaders"],
            /Name/,
        ],
        [
            "too many headers",
            { ...http, extraHeaders: Array(33).fill("a: b") },
            ["extraHeaders"],
            /out/,
        ],
        [
            "secret headers by value",
            { ...http, secretExtraHeaders: ["A: b"] },
            ["secretExtraHeaders"],
            /Secret/,
        ],
        [
            "both ways of trust",
            { ...http, insecureSkipVerify: true, certConfigMap: "ca" },
            ["insecureSkipVerify"],
            /leave/,
        ],
        ["a word for yes", { ...http, insecureSkipVerify: "yes" }, ["insecureSkipVerify"], /true/],
        ["an unknown content", { ...http, contentType: "iso" }, ["contentType"], /archive/],
        [
            "a ConfigMap that is a file",
            { ...http, certConfigMap: "./Ca.pem" },
            ["certConfigMap"],
            /lower-case/,
        ],
        ["a digest of http", { ...http, digest }, ["digest"], /checksum/],
        ["registry by https", { registry: "https://quay.io/a" }, ["registry"], /leave https/],
        ["registry that is empty", { registry: "" }, ["registry"], /quay\.io/],
        ["registry in capitals", { registry: "quay.io/Fedora" }, ["registry"], /quay\.io/],
        ["registry with dots", { registry: "quay.io/a..b" }, ["registry"], /quay\.io/],
        [
            "registry with half a digest",
            { registry: `quay.io/a@sha256:${"0".repeat(40)}` },
            ["registry"],
            /64/,
        ],
        [
            "registry whose tag is a port",
            { registry: "fedora:latest" },
            ["registry"],
            /docker\.io\/library\/fedora:latest/,
        ],
        [
            "registry with a login",
            { registry: "docker://me:hunter2@quay.io/a" },
            ["registry"],
            /quay/,
        ],
        [
            "two digests",
            { registry: `quay.io/a@${digest}`, digest: `sha256:${"1".repeat(64)}` },
            ["digest"],
            /leave/,
        ],
        [
            "a digest in capitals",
            { ...registry, digest: digest.toUpperCase() },
            ["digest"],
            /small/,
        ],
        [
            "an unknown pull method",
            { ...registry, pullMethod: "host" },
            ["pullMethod"],
            /pod or node/,
        ],
        [
            "an unknown architecture",
            { ...registry, architecture: "x86_64" },
            ["architecture"],
            /amd64/,
        ],
        [
            "a node with a login",
            { ...registry, pullMethod: "node", secretRef: "a", certConfigMap: "b" },
            ["secretRef", "certConfigMap"],
            /imagePullSecrets/,
        ],
        ["an archive by digest", { registry: "oci-archive:///a.tar", digest }, ["digest"], /leave/],
        [
            "an archive by the node",
            { registry: "oci-archive:///a.tar", pullMethod: "node" },
            ["pullMethod"],
            /leave/,
        ],
        [
            "a registry's archive",
            { ...registry, contentType: "archive" },
            ["contentType"],
            /web server/,
        ],
        [
            "an insecure registry",
            { ...registry, insecureSkipVerify: true },
            ["insecureSkipVerify"],
            /insecureRegistries/,
        ],
        [
            "s3 by its own scheme",
            { s3: "s3://bucket/disk.img" },
            ["s3"],
            /https:\/\/<endpoint>\/<bucket>/,
        ],
        ["s3 without object", { s3: "https://bucket.s3.amazonaws.com/disk.img" }, ["s3"], /images/],
        ["s3 that is signed", { s3: "https://a/b/c?X-Amz-Signature=1" }, ["s3"], /leave/],
        [
            "s3 without check",
            { s3: "https://a/b/c", insecureSkipVerify: true },
            ["insecureSkipVerify"],
            /certConfigMap/,
        ],
        [
            "s3's archive",
            { s3: "https://a/b/c", contentType: "archive" },
            ["contentType"],
            /web server/,
        ],
        ["gcs by S3's scheme", { gcs: "s3://b/o" }, ["gcs"], /s3: "https/],
        ["gcs without object", { gcs: "gs://bucket" }, ["gcs"], /gs:/],
        ["an upload of an address", { upload: "https://a/b" }, ["upload"], /http:/],
        ["an upload of a folder", { upload: "images/" }, ["upload"], /file in it/],
        ["an upload of nothing", { upload: "" }, ["upload"], /qcow2/],
        ["a proxy without address", { upload: "a", uploadProxy: {} }, ["uploadProxy"], /write/],
        [
            "a proxy by http",
            { upload: "a", uploadProxy: { url: "http://a" } },
            ["uploadProxy"],
            /https/,
        ],
        [
            "a proxy's CA by file",
            { upload: "a", uploadProxy: { url: "https://a", ca: "ca.pem" } },
            ["uploadProxy"],
            /BEGIN/,
        ],
        ["blank that is not", { blank: false }, ["blank"], /true/],
        ["a blank archive", { blank: true, contentType: "archive" }, ["contentType"], /leave/],
        ["imageio without trust", imageio, ["certConfigMap"], /insecureSkipVerify/],
        [
            "imageio not insecure",
            { ...imageio, insecureSkipVerify: false },
            ["certConfigMap"],
            /insecure/,
        ],
        [
            "imageio without login",
            { ...imageio, secretRef: undefined, certConfigMap: "ca" },
            ["secretRef"],
            /write/,
        ],
        [
            "imageio without disk",
            { ...imageio, diskId: "", certConfigMap: "ca" },
            ["diskId"],
            /UUID/,
        ],
        [
            "vddk without anything",
            { vddk: "https://a" },
            ["uuid", "backingFile", "thumbprint", "secretRef"],
            /write/,
        ],
        ["vddk by SHA-256", { ...vddk, thumbprint: digest }, ["thumbprint"], /20 bytes/],
        [
            "vddk without datastore",
            { ...vddk, backingFile: "b/c.vmdk" },
            ["backingFile"],
            /datastore1/,
        ],
        ["vddk by name", { ...vddk, uuid: "web" }, ["uuid"], /52260566/],
        [
            "vddk with a pulled image",
            { ...vddk, initImageURL: "docker://a/b" },
            ["initImageURL"],
            /without docker/,
        ],
        ["a claim in capitals", { claim: "Golden" }, ["claim"], /lower-case/],
        ["a claim in no namespace", { claim: "a", namespace: "" }, ["namespace"], /lower-case/],
        [
            "a claim from a namespace that is none",
            { claim: "a", namespace: "a.b" },
            ["namespace"],
            /lower-case/,
        ],
        ["the disk itself", { claim: "db" }, ["claim"], /another name/],
        [
            "the disk itself by namespace",
            { claim: "db", namespace: "vms" },
            ["claim"],
            /another name/,
        ],
        ["a snapshot that is a number", { snapshot: 5 }, ["snapshot"], /text/],
        ["a data source that is nothing", { dataSource: null }, ["dataSource"], /text/],
        ["a volume by name", { volume: "legacy-db" }, ["volume"], /driver/],
        [
            "a volume without driver",
            { volume: { text: "a", volumeHandle: "b", volumeAttributes: {}, secrets: {} } },
            ["volume"],
            /write it/,
        ],
        [
            "a backup without handle",
            { backup: { text: "a", driver: "d", snapshotClass: "c" } },
            ["backup"],
            /write it/,
        ],
    ];
    for (const [what, source, fields, cure] of refused) {
        it(`refuses ${what}`, () => {
            const problems = problemsOf(source);
            assert.deepEqual(
                problems.map(({ field }) => field),
                fields,
            );
            assert.match(problems[0]?.cure ?? "", cure);
        });
    }

    it("takes the same claim of another namespace for another one", () => {
        assert.deepEqual(problemsOf({ claim: "db", namespace: "other" }), []);
    });

    it("refuses an archive on a raw device, where CDI's webhook does not", () => {
        for (const source of [http, { upload: "a.tar" }]) {
            assert.deepEqual(
                problemsOf({ ...source, contentType: "archive" }, { volumeMode: "Block" }).map(
                    ({ field }) => field,
                ),
                ["contentType"],
            );
        }
    });

    it("refuses a backup of a volume that is larger than the disk", () => {
        const backup = {
            text: "a",
            driver: "d",
            snapshotHandle: "h",
            snapshotClass: "c",
            size: "30Gi",
        };
        assert.deepEqual(
            problemsOf({ backup }).map(({ cure }) => cure),
            ["write a size of at least 30Gi"],
        );
    });

    it("says all problems at once", () => {
        const source = { http: "a", checksum: "b", contentType: "iso", tag: "42" };
        assert.equal(problemsOf(source).length, 4);
    });

    it("never repeats what may be a login", () => {
        const secrets: readonly unknown[] = [
            { http: "https://me:hunter2@example.org/a" },
            { http: "hunter2@example.org" },
            { http: "https://me:hunter2@example.org/a b" },
            { http: "ftp://me:hunter2@example.org/a" },
            { http: "https://example.org:x/a?token=hunter2" },
            { ...http, password: "hunter2" },
            { password: "hunter2" },
            { ...http, secretRef: "Hunter2! hunter2" },
            { ...http, secretExtraHeaders: ["Authorization: Bearer hunter2"] },
            ...["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-Auth-Token"].map(
                (name) => ({ ...http, extraHeaders: [`${name}: hunter2`] }),
            ),
            { ...http, extraHeaders: ["hunter2"] },
            { registry: "docker://me:hunter2@quay.io/a" },
            { registry: "me:hunter2@quay.io/a" },
            { s3: "https://key:hunter2@rgw/b/c" },
            { s3: "https://rgw/b/c?X-Amz-Signature=hunter2" },
            { upload: "a", uploadProxy: { url: "https://me:hunter2@a" } },
            { upload: "a", uploadProxy: { url: "https://a", ca: "PRIVATE KEY hunter2" } },
            { volume: { text: "a", driver: "d", secrets: { nodeStageSecretRef: "hunter2" } } },
            "https://me:hunter2@example.org/a",
        ];
        for (const source of secrets) {
            const problems = JSON.stringify(problemsOf(source));
            assert.notEqual(problems, "[]", JSON.stringify(source));
            assert.doesNotMatch(problems, /hunter2/i, problems);
        }
    });
});

describe("sourceText", () => {
    it("tells every source from every other", () => {
        const different = everySource.filter(
            ([what]) => !/ (with|without|that|of a known)/.test(what),
        );
        const texts = different.map(([, source]) => sourceText(source, "vms"));
        assert.deepEqual(
            texts.filter((text, index) => texts.indexOf(text) !== index),
            // The same image, with its scheme or without.
            ["docker://quay.io/containerdisks/fedora@sha256:" + "0a".repeat(32)],
        );
    });

    it("stays the same when a signed address is signed anew, and shows no signature", () => {
        const signed = (signature: string) =>
            sourceText(
                { http: `https://a/b?versionId=3&X-Amz-Date=1&X-Amz-Signature=${signature}` },
                "vms",
            );
        assert.equal(signed("one"), signed("two"));
        assert.equal(signed("one"), "https://a/b?versionId=3");
    });
});
