import assert from "node:assert/strict";
import { registryUrl } from "../../model/registry-reference";

const digest = `sha256:${"0a".repeat(32)}`;

describe("registryUrl", () => {
    const table: readonly (readonly [string, string | undefined, string])[] = [
        ["quay.io/a:1", undefined, "docker://quay.io/a:1"],
        ["docker://quay.io/a:1", undefined, "docker://quay.io/a:1"],
        ["quay.io/a:1", digest, `docker://quay.io/a@${digest}`],
        [`quay.io/a:1@${digest}`, undefined, `docker://quay.io/a@${digest}`],
        [`quay.io/a@${digest}`, digest, `docker://quay.io/a@${digest}`],
        ["localhost:5000/a", digest, `docker://localhost:5000/a@${digest}`],
        ["oci-archive:///images/a.tar", undefined, "oci-archive:///images/a.tar"],
    ];
    for (const [reference, pinned, url] of table) {
        it(`makes ${url} of ${reference}${pinned === undefined ? "" : " and a digest"}`, () => {
            assert.equal(registryUrl(reference, pinned), url);
        });
    }
});
