import assert from "node:assert/strict";
import { checkImage, type Image, imageText, registryUrl } from "../../model/image";

describe("checkImage", () => {
    const good: readonly Image[] = [
        { http: "https://example.org/a.qcow2" },
        { http: "http://127.0.0.1:8080/a.img", checksum: `sha256:${"0".repeat(64)}` },
        { registry: "quay.io/containerdisks/fedora:42" },
        { registry: "docker://quay.io/containerdisks/fedora@sha256:abc" },
        { registry: "oci-archive://images/fedora.tar" },
    ];
    for (const image of good) {
        it(`accepts ${imageText(image)}`, () => assert.deepEqual(checkImage(image), []));
    }

    const bad: readonly (readonly [Image, string])[] = [
        [{ http: "ftp://example.org/a" }, "http"],
        [{ http: "example.org/a" }, "http"],
        [{ http: "" }, "http"],
        [{ http: "https://example.org/a", checksum: "sha256:12" }, "checksum"],
        [{ http: "https://example.org/a", checksum: "crc32:00000000" }, "checksum"],
        [{ registry: "https://quay.io/a" }, "registry"],
        [{ registry: "" }, "registry"],
    ];
    for (const [image, field] of bad) {
        it(`refuses ${JSON.stringify(image)} at ${field}`, () => {
            assert.deepEqual(
                checkImage(image).map((problem) => problem.field),
                [field],
            );
        });
    }

    it("does not repeat a login that stands in the address", () => {
        const [problem] = checkImage({ http: "https://me:hunter2@example.org/a" });
        assert.ok(problem);
        assert.ok(!JSON.stringify(problem).includes("hunter2"));
    });
});

describe("registryUrl", () => {
    it("adds the scheme that CDI needs, once", () => {
        assert.equal(registryUrl("quay.io/a:1"), "docker://quay.io/a:1");
        assert.equal(registryUrl("docker://quay.io/a:1"), "docker://quay.io/a:1");
    });
});
