import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Problem, Problems } from "../model/problems";
import { formatBytes } from "../model/size";

/** What the files of an upload may be, by their first bytes. Source: CDI pkg/image/filefmt.go (knownHeaders). */
const formats: readonly {
    readonly name: string;
    readonly magic: readonly number[];
    readonly offset: number;
    /** Where a header says how large the disk in it is, in 8 bytes. Source: QEMU docs/interop/qcow2. */
    readonly sizeAt?: number;
}[] = [
    { name: "qcow2", magic: [0x51, 0x46, 0x49, 0xfb], offset: 0, sizeAt: 24 },
    { name: "gz", magic: [0x1f, 0x8b], offset: 0 },
    { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], offset: 0 },
    { name: "zst", magic: [0x28, 0xb5, 0x2f, 0xfd], offset: 0 },
    { name: "vmdk", magic: [...Buffer.from("KDMV")], offset: 0 },
    { name: "vdi", magic: [0x7f, 0x10, 0xda, 0xbe], offset: 0x40 },
    { name: "vhd", magic: [...Buffer.from("conectix")], offset: 0 },
    { name: "vhdx", magic: [...Buffer.from("vhdxfile")], offset: 0 },
    { name: "tar", magic: [...Buffer.from("ustar")], offset: 0x101 },
];

/** As far as the farthest of them. */
const headerBytes = 0x110;

const algorithms = ["md5", "sha1", "sha256", "sha512"];

/**
 * What keeps a file from being uploaded into a disk, seen before anything is sent: it is not there, is empty, is not what its
 * checksum says, or does not fit. What is compressed, and formats that do not say in their first bytes how large they are, CDI
 * has to judge.
 *
 * @param path from the folder the program runs in.
 * @param sizeBytes size of the disk.
 * @param checksum digest the file has to have: `sha256:<hex>`. Reading a large file takes a while.
 * @param contentType what the file is; an archive is as large as what is in it, so its size says nothing.
 */
export async function checkUploadFile(
    path: string,
    sizeBytes: number,
    checksum?: string,
    contentType: "kubevirt" | "archive" = "kubevirt",
): Promise<Problem[]> {
    const problems = new Problems();
    let file: FileHandle;
    try {
        file = await open(path);
    } catch (error) {
        addUnreadable(problems, path, error);
        return problems.all;
    }
    try {
        const stat = await file.stat();
        if (!stat.isFile()) {
            problems.add("upload", `is ${JSON.stringify(path)}, which is not a file`, cures.path);
        } else if (stat.size === 0) {
            problems.add(
                "upload",
                `is ${JSON.stringify(path)}, which is empty`,
                "make or download the image again",
            );
        } else {
            if (contentType !== "archive") {
                checkSize(problems, path, sizeBytes, stat.size, await header(file));
            }
            if (checksum !== undefined) {
                await checkDigest(problems, path, checksum);
            }
        }
    } catch (error) {
        addUnreadable(problems, path, error);
    } finally {
        await file.close();
    }
    return problems.all;
}

const cures = {
    path: "give the path of a disk image, from the folder of the project",
    size: "give the disk a larger size, or upload a smaller image",
};

function addUnreadable(problems: Problems, path: string, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    problems.add(
        "upload",
        code === "ENOENT"
            ? `is ${JSON.stringify(path)}, which is not there`
            : `is ${JSON.stringify(path)}, which cannot be read (${code ?? String(error)})`,
        cures.path,
    );
}

async function header(file: FileHandle): Promise<Buffer> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
}

function checkSize(
    problems: Problems,
    path: string,
    sizeBytes: number,
    fileBytes: number,
    first: Buffer,
): void {
    const format = formats.find(({ magic, offset }) =>
        first.subarray(offset, offset + magic.length).equals(Buffer.from(magic)),
    );
    if (format === undefined) {
        if (fileBytes > sizeBytes) {
            problems.add(
                "upload",
                `is ${JSON.stringify(path)}, a raw image of ${formatBytes(fileBytes)}, which is larger than the disk (${formatBytes(sizeBytes)})`,
                cures.size,
            );
        }
        return;
    }
    if (format.sizeAt === undefined) {
        return;
    }
    if (first.length < format.sizeAt + 8) {
        problems.add(
            "upload",
            `is ${JSON.stringify(path)}, which ends within its ${format.name} header`,
            "make or download the image again",
        );
        return;
    }
    const virtualBytes = Number(first.readBigUInt64BE(format.sizeAt));
    if (virtualBytes > sizeBytes) {
        problems.add(
            "upload",
            `is ${JSON.stringify(path)}, a ${format.name} image of a disk of ${formatBytes(virtualBytes)}, which is larger than the disk (${formatBytes(sizeBytes)})`,
            cures.size,
        );
    }
}

async function checkDigest(problems: Problems, path: string, checksum: string): Promise<void> {
    const [algorithm = "", wanted = ""] = checksum.split(":");
    if (!algorithms.includes(algorithm)) {
        problems.add(
            "checksum",
            `is ${JSON.stringify(checksum)}, which is not a digest`,
            `write it as "sha256:" and 64 hexadecimal digits`,
        );
        return;
    }
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(path)) {
        hash.update(chunk as Buffer);
    }
    const found = hash.digest("hex");
    if (found !== wanted.toLowerCase()) {
        problems.add(
            "checksum",
            `is ${checksum}, which ${JSON.stringify(path)} does not have (it has ${algorithm}:${found})`,
            "correct the checksum, or make or download the image again",
        );
    }
}
