import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { problemsText } from "../../model/problems";
import { checkUploadFile } from "../../waits/upload-file";
import { temporaryFolder } from "../support/folder";

const gibibyte = 2 ** 30;

describe("checkUploadFile", () => {
    let folder: string;

    before(() => (folder = temporaryFolder("upload-file")));
    after(() => rmSync(folder, { recursive: true }));

    /** A file with these first bytes, as long as it is said to be: its holes take no room. */
    function file(first: Buffer | string, bytes?: number): string {
        const path = join(folder, "image");
        writeFileSync(path, first);
        if (bytes !== undefined) {
            truncateSync(path, bytes);
        }
        return path;
    }

    function qcow2(virtualBytes: number): Buffer {
        const header = Buffer.alloc(104);
        header.write("QFI\xfb", "latin1");
        header.writeBigUInt64BE(BigInt(virtualBytes), 24);
        return header;
    }

    async function said(...args: Parameters<typeof checkUploadFile>): Promise<string> {
        const problems = await checkUploadFile(...args);
        return problemsText("Disk", "db", problems).replaceAll(folder, "");
    }

    it("refuses what is not there, is no file, or is empty", async () => {
        assert.equal(
            await said(join(folder, "none"), gibibyte),
            'Disk "db": upload is "/none", which is not there. Give the path of a disk image, from the folder of the project.',
        );
        mkdirSync(join(folder, "folder"));
        assert.match(await said(join(folder, "folder"), gibibyte), /which is not a file/);
        assert.match(await said(file(""), gibibyte), /which is empty/);
    });

    it("refuses a raw image that is larger than the disk, and takes one that is as large", async () => {
        assert.equal(
            await said(file("boot", 1.5 * gibibyte), gibibyte),
            'Disk "db": upload is "/image", a raw image of 1.5Gi, which is larger than the disk (1Gi). Give the disk a larger size, or upload a smaller image.',
        );
        assert.equal(await said(file("boot", gibibyte), gibibyte), "");
    });

    it("refuses a qcow2 image by what it will be, not by what it is", async () => {
        assert.match(
            await said(file(qcow2(20 * gibibyte)), 10 * gibibyte),
            /a qcow2 image of a disk of 20Gi, which is larger than the disk \(10Gi\)/,
        );
        assert.equal(await said(file(qcow2(gibibyte), 2 * gibibyte), gibibyte), "");
    });

    it("refuses a qcow2 image that ends within its header", async () => {
        assert.match(await said(file(qcow2(1).subarray(0, 20)), gibibyte), /ends within its qcow2/);
    });

    for (const [what, magic, offset] of [
        ["gz", [0x1f, 0x8b], 0],
        ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 0],
        ["vmdk", [...Buffer.from("KDMV")], 0],
        ["vdi", [0x7f, 0x10, 0xda, 0xbe], 0x40],
        ["tar", [...Buffer.from("ustar")], 0x101],
    ] as const) {
        it(`leaves the size of a ${what} to CDI`, async () => {
            const first = Buffer.alloc(0x200);
            first.set(magic, offset);
            assert.equal(await said(file(first, gibibyte), 1024), "");
        });
    }

    it("leaves the size of an archive to CDI, whatever it looks like", async () => {
        assert.equal(await said(file("x", gibibyte), 1024, undefined, "archive"), "");
    });

    it("compares the digest, in every algorithm that CDI knows", async () => {
        const path = file("content");
        for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
            const digest = createHash(algorithm).update("content").digest("hex");
            assert.equal(await said(path, gibibyte, `${algorithm}:${digest}`), "");
        }
        assert.match(
            await said(path, gibibyte, `sha256:${"0".repeat(64)}`),
            /checksum is sha256:0+, which "\/image" does not have \(it has sha256:ed7002b/,
        );
        assert.match(await said(path, gibibyte, "crc32:00"), /which is not a digest/);
    });

    it("says everything at once", async () => {
        const text = await said(file("boot", 2048), 1024, `sha256:${"0".repeat(64)}`);
        assert.equal(text.split("\n").length, 2);
    });
});
