import assert from "node:assert/strict";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { DiskClient, send } from "./disk-client";

interface Config {
    readonly kind: string;
    readonly apiVersion: string;
    readonly metadata: { readonly name: string };
    readonly status: {
        readonly uploadProxyURL: string;
        readonly uploadProxyCA: string;
        readonly filesystemOverhead: {
            readonly global: string;
            readonly storageClass: Readonly<Record<string, string>>;
        };
    };
}

describe("an upload to the simulated CDI", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let disks: DiskClient;
    let config: Config["status"];

    before(async function () {
        sandbox = await sharedSandbox(this);
        disks = new DiskClient(sandbox, await sandbox.namespace("upload"));
        const there = await disks.until(
            "CDIConfig",
            "config",
            ({ status }) => status?.["uploadProxyURL"] !== undefined,
        );
        config = (there as unknown as Config).status;
    });

    it("says in its configuration where the proxy is, and how much room filesystems need", () => {
        assert.match(config.uploadProxyURL, /^https:\/\/127\.0\.0\.1:\d+$/);
        assert.equal(config.filesystemOverhead.global, "0.06");
        assert.equal(config.filesystemOverhead.storageClass["sandbox-block"], "0.06");
    });

    it("fills the disk, once for each", async () => {
        await disks.disk("file", { upload: {} });
        await disks.untilPhase("file", "UploadReady");
        const { status } = await upload(await token("file"));
        assert.equal(status, 200);
        await disks.untilPhase("file", "Succeeded");
        await disks.untilBound("file");
        const again = await asked(await token("file"));
        assert.equal(again.status, 503);
        assert.match(again.text, /PVC file that already finished uploading/);
    });

    it("fills a disk of a provisioner without a driver, too", async () => {
        await disks.disk(
            "local",
            { upload: {} },
            {
                storageClassName: "sandbox-local",
                volumeMode: "Filesystem",
                annotations: { "cdi.kubevirt.io/storage.bind.immediate.requested": "" },
            },
        );
        await disks.untilPhase("local", "UploadReady");
        assert.equal((await upload(await token("local"))).status, 200);
        await disks.untilPhase("local", "Succeeded");
    });

    it("takes no token of its own making, none at all, and no other address", async () => {
        assert.equal((await asked("e30.e30.AAAA")).status, 401);
        assert.equal((await asked(undefined)).status, 400);
        assert.equal((await asked("e30.e30.AAAA", "/v1beta1/other")).status, 404);
    });

    it("refuses what is no upload", async () => {
        await disks.disk("empty", { blank: {} });
        await disks.untilPhase("empty", "Succeeded");
        const { status, text } = await asked(await token("empty"));
        assert.equal(status, 503);
        assert.equal(text, "PVC empty is not an upload target");
        assert.match((await asked(await token("nothing"))).text, /PVC nothing that doesn't exist/);
    });

    it("can be sent again after the connection broke", async () => {
        await setFault(sandbox, disks.namespace, "cut", "upload-cut");
        await disks.disk("cut", { upload: {} });
        await disks.untilPhase("cut", "UploadReady");
        const first = await upload(await token("cut"));
        assert.equal(first.status, 0);
        assert.match(first.text, /ECONNRESET|EPIPE|socket hang up/);
        assert.equal((await upload(await token("cut"))).status, 200);
        await disks.untilPhase("cut", "Succeeded");
    });

    it("says why it keeps nothing of what is no image, or does not fit", async () => {
        for (const [name, fault, status, words] of [
            ["no-image", "upload-refused", 500, /Saving stream failed: .*unknown image format/],
            ["too-large", "too-small", 400, /effective image size is larger than/],
        ] as const) {
            await setFault(sandbox, disks.namespace, name, fault);
            await disks.disk(name, { upload: {} });
            await disks.untilPhase(name, "UploadReady");
            const answer = await upload(await token(name));
            assert.equal(answer.status, status);
            assert.match(answer.text, words);
            await setFault(sandbox, disks.namespace, name, "");
        }
    });

    async function token(pvcName: string): Promise<string> {
        const path = `/apis/upload.cdi.kubevirt.io/v1beta1/namespaces/${disks.namespace}/uploadtokenrequests`;
        const answer = await sandbox.api.request("POST", path, {
            type: "application/json",
            text: JSON.stringify({
                apiVersion: "upload.cdi.kubevirt.io/v1beta1",
                kind: "UploadTokenRequest",
                metadata: { name: pvcName },
                spec: { pvcName },
            }),
        });
        return (JSON.parse(answer) as { status: { token: string } }).status.token;
    }

    /**
     * An upload that is answered before anything of it is read. It has nothing in it: where data is still on its way when the proxy closes
     * the connection, the answer may be lost with it.
     */
    async function asked(right: string | undefined, path?: string) {
        return await upload(right, path, Buffer.alloc(0));
    }

    async function upload(
        right: string | undefined,
        path = "/v1beta1/upload",
        body = Buffer.alloc(3 * 2 ** 20),
    ) {
        return await send(
            `${config.uploadProxyURL}${path}`,
            {
                ca: config.uploadProxyCA,
                headers: right === undefined ? {} : { authorization: `Bearer ${right}` },
            },
            body,
        );
    }
});
