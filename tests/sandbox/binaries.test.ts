import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
    type Search,
    cacheFolder,
    importBinaries,
    keepDownloads,
    missingBinaries,
    presentBinaries,
} from "../../sandbox/binaries";
import { UserError } from "../../model/user-error";
import { pinnedVersions, programs, toolsFolder } from "../../sandbox/programs";
import { temporaryFolder } from "../support/folder";

describe("presentBinaries", () => {
    let folder: string;
    let said: string[];
    let search: Search;

    beforeEach(() => {
        folder = temporaryFolder("binaries");
        said = [];
        search = searchIn({});
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("finds nothing on an empty machine and names all seven as missing", () => {
        assert.deepEqual(presentBinaries(search), {});
        assert.deepEqual(missingBinaries(presentBinaries(search)), [...programs]);
    });

    it("takes everything from the cache when nothing else is said", () => {
        for (const name of programs) {
            put(cacheFolder(search), name);
        }
        assert.deepEqual(missingBinaries(presentBinaries(search)), []);
        assert.equal(presentBinaries(search).etcd, path.join(cacheFolder(search), "etcd"));
    });

    it("prefers SANDBOX_BINARIES to KUBEBUILDER_ASSETS, and that to the cache", () => {
        put(cacheFolder(search), "etcd");
        put(cacheFolder(search), "kube-apiserver");
        put(cacheFolder(search), "kwok");
        const assets = put(path.join(folder, "assets"), "etcd");
        const assetsApi = put(path.join(folder, "assets"), "kube-apiserver");
        const own = put(path.join(folder, "own"), "etcd");
        const found = presentBinaries(
            searchIn({
                SANDBOX_BINARIES: path.join(folder, "own"),
                KUBEBUILDER_ASSETS: path.join(folder, "assets"),
            }),
        );
        assert.equal(found.etcd, own);
        assert.equal(found["kube-apiserver"], assetsApi);
        assert.equal(found.kwok, path.join(cacheFolder(search), "kwok"));
        assert.notEqual(found.etcd, assets);
    });

    it("refuses a SANDBOX_BINARIES that does not exist", () => {
        assert.throws(
            () => presentBinaries(searchIn({ SANDBOX_BINARIES: "/nowhere" })),
            (error) => error instanceof UserError && error.message.includes('"/nowhere"'),
        );
    });

    it("skips a file that cannot be run", () => {
        fs.chmodSync(put(cacheFolder(search), "etcd"), 0o644);
        assert.equal(presentBinaries(search).etcd, undefined);
    });

    it("takes kwokctl from the PATH when its version is the pinned one", () => {
        const { kwok } = pinnedVersions();
        const at = put(path.join(folder, "path"), "kwokctl", `kwokctl version v${kwok} go1.26.8`);
        const found = presentBinaries(searchIn({ PATH: path.join(folder, "path") }));
        assert.equal(found.kwokctl, at);
    });

    it("leaves another kwokctl on the PATH alone and says so", () => {
        put(path.join(folder, "path"), "kwokctl", "kwokctl version v0.6.1 go1.22.0");
        const found = presentBinaries(searchIn({ PATH: path.join(folder, "path") }));
        assert.equal(found.kwokctl, undefined);
        assert.match(said.join("\n"), /is 0\.6\.1, the sandbox is made for .*: not used/);
    });

    it("takes any kubectl from the PATH, after the cache", () => {
        const at = put(path.join(folder, "path"), "kubectl");
        const withPath = searchIn({ PATH: path.join(folder, "path") });
        assert.equal(presentBinaries(withPath).kubectl, at);
        const cached = put(cacheFolder(search), "kubectl");
        assert.equal(presentBinaries(withPath).kubectl, cached);
    });

    it("finds what was imported", () => {
        const from = path.join(folder, "usb");
        put(from, "etcd");
        put(from, "kwok");
        importBinaries(from, search);
        assert.deepEqual(Object.keys(presentBinaries(search)), ["etcd", "kwok"]);
        assert.deepEqual(fs.readdirSync(cacheFolder(search)).sort(), ["etcd", "kwok"]);
    });

    it("finds what kwokctl downloaded earlier", () => {
        const place = path.join(cacheFolder(search), "downloads", "https", "dl.k8s.io");
        const bin = path.join(folder, "bin");
        fs.mkdirSync(bin);
        fs.symlinkSync(put(place, "kube-apiserver"), path.join(bin, "kube-apiserver"));
        fs.symlinkSync(put(place, "kwok-linux-amd64"), path.join(bin, "kwok-controller"));
        fs.symlinkSync(put(path.join(folder, "elsewhere"), "etcd"), path.join(bin, "etcd"));
        keepDownloads(bin, search);
        assert.deepEqual(Object.keys(presentBinaries(search)), ["kwok", "kube-apiserver"]);
    });

    function searchIn(env: Record<string, string>): Search {
        return {
            env: { XDG_CACHE_HOME: path.join(folder, "cache"), PATH: "", ...env },
            tools: toolsFolder,
            log: (line) => said.push(line),
        };
    }
});

describe("cacheFolder", () => {
    it("names the pinned versions and lies outside the checkout", () => {
        const search = { env: { HOME: "/home/me" }, tools: toolsFolder, log: () => undefined };
        const { kubernetes, etcd, kwok } = pinnedVersions();
        assert.equal(
            cacheFolder(search),
            `/home/me/.cache/pulumi-kubevirt/kubernetes-${kubernetes}_etcd-${etcd}_kwok-${kwok}`,
        );
    });
});

function put(folder: string, name: string, version = ""): string {
    const file = path.join(folder, name);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\necho "${version}"\n`, { mode: 0o755 });
    return file;
}
