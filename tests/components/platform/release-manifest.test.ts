import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readManifest, type ReleaseManifest } from "../../../components/platform/release-manifest";
import { temporaryFolder } from "../../support/folder";

describe("readManifest", () => {
    const manifest = "kind: Namespace\n";
    const sha256 = createHash("sha256").update(manifest).digest("hex");
    const answers = new Map<string, { readonly status: number; readonly body: string }>();
    let requests: string[];
    let server: http.Server;
    let base: string;
    let folder: string;

    before((done) => {
        server = http.createServer((request, response) => {
            requests.push(request.url ?? "");
            const { status, body } = answers.get(request.url ?? "") ?? { status: 404, body: "no" };
            response.writeHead(status).end(body);
        });
        server.listen(0, "127.0.0.1", () => {
            base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
            done();
        });
    });

    beforeEach(() => {
        requests = [];
        answers.clear();
        folder = temporaryFolder("manifests");
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    after(() => {
        server.close();
        server.closeAllConnections();
    });

    /** What a reader that takes everything but HTML makes of a source. */
    const read = (source: ReleaseManifest, published = false) =>
        readManifest(source, {
            published,
            cache: join(folder, "cache"),
            parse: (text) =>
                text.startsWith("<") ? { fault: "is a page", cure: "give YAML" } : { text },
        });

    it("reads an address", async () => {
        answers.set("/operator.yaml", { status: 200, body: manifest });
        assert.deepEqual(await read({ url: `${base}/operator.yaml` }), { text: manifest });
    });

    it("says the status of an address that has none, and that a file would do", async () => {
        const read404 = await read({ url: `${base}/v9.9.9/operator.yaml` });
        assert.ok("fault" in read404);
        assert.equal(
            read404.fault,
            `at ${base}/v9.9.9/operator.yaml cannot be had: HTTP 404 Not Found`,
        );
        assert.match(read404.cure, /check the version; .*manifest: \{ file \}/);
    });

    it("says why a server does not answer", async () => {
        const refused = await read({ url: "http://127.0.0.1:1/operator.yaml" });
        assert.ok("fault" in refused);
        assert.match(refused.fault, /cannot be had: .*(ECONNREFUSED|bad port)/);
    });

    it("keeps a published release, so that the next preview needs no network", async () => {
        answers.set("/operator.yaml", { status: 200, body: manifest });
        await read({ url: `${base}/operator.yaml` }, true);
        answers.clear();
        assert.deepEqual(await read({ url: `${base}/operator.yaml` }, true), { text: manifest });
        assert.deepEqual(requests, ["/operator.yaml"]);
    });

    it("asks again for what may have changed at its address", async () => {
        answers.set("/latest.yaml", { status: 200, body: manifest });
        await read({ url: `${base}/latest.yaml` });
        answers.set("/latest.yaml", { status: 200, body: "kind: Other\n" });
        assert.deepEqual(await read({ url: `${base}/latest.yaml` }), { text: "kind: Other\n" });
    });

    it("does not keep what is no manifest: a login page that answers with 200", async () => {
        answers.set("/operator.yaml", { status: 200, body: "<html>" });
        assert.deepEqual(await read({ url: `${base}/operator.yaml` }, true), {
            fault: "is a page",
            cure: "give YAML",
        });
        answers.set("/operator.yaml", { status: 200, body: manifest });
        assert.deepEqual(await read({ url: `${base}/operator.yaml` }, true), { text: manifest });
    });

    it("takes what has the wanted sha256, and nothing else", async () => {
        answers.set("/operator.yaml", { status: 200, body: manifest });
        const url = `${base}/operator.yaml`;
        assert.deepEqual(await read({ url, sha256: sha256.toUpperCase() }), { text: manifest });
        answers.set("/other.yaml", { status: 200, body: "kind: Changed\n" });
        const other = await read({ url: `${base}/other.yaml`, sha256 });
        assert.ok("fault" in other);
        assert.match(other.fault, new RegExp(`has the sha256 [0-9a-f]{64}, and ${sha256} is`));
    });

    it("downloads again when what it kept is not what is wanted now", async () => {
        answers.set("/operator.yaml", { status: 200, body: "kind: Old\n" });
        const url = `${base}/operator.yaml`;
        await read({ url }, true);
        answers.set("/operator.yaml", { status: 200, body: manifest });
        assert.deepEqual(await read({ url, sha256 }), { text: manifest });
    });

    it("says that a checksum is none before it reads anything", async () => {
        const wrong = await read({ url: `${base}/operator.yaml`, sha256: "abc" });
        assert.ok("fault" in wrong);
        assert.match(wrong.fault, /"abc", which is not 64 hexadecimal digits/);
        assert.deepEqual(requests, []);
    });

    it("reads a file, and names the whole path of one that is not there", async () => {
        const file = join(folder, "operator.yaml");
        writeFileSync(file, manifest);
        assert.deepEqual(await read({ file, sha256 }), { text: manifest });
        const missing = await read({ file: join(folder, "gone.yaml") });
        assert.ok("fault" in missing);
        assert.match(missing.fault, /gone\.yaml, which cannot be read: ENOENT/);
    });
});
