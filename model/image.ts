import type { Problem } from "./problems";
import { Problems } from "./problems";

/** A disk image on a web server. */
export interface HttpImage {
    /**
     * Address of the image: qcow2, raw, vmdk, vdi, vhd, vhdx, or one of them as .gz or .xz. CDI always stores it raw.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly http: string;
    /**
     * Digest the download has to have, `sha256:<hex>` (also md5, sha1, sha512). A mismatch fails at once and for good.
     *
     * @defaultValue none: whatever the address answers is written to the disk
     * @impact refused on an existing disk: it only matters while the disk is filled
     */
    readonly checksum?: string;
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for this address.
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, sent as user and password.
     *
     * @defaultValue no login
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
}

/** A disk image inside a container image, under `/disk/` (a "container disk"). */
export interface RegistryImage {
    /**
     * Reference of the container image, with or without `docker://`: `quay.io/containerdisks/fedora:42`. A tag moves; a
     * digest (`@sha256:…`) does not.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly registry: string;
    /**
     * Who pulls the image: CDI's importer (`pod`), or the node with its own cache and credentials (`node`).
     *
     * @defaultValue `pod`: works without node access to the registry, but needs scratch space
     * @impact refused on an existing disk
     */
    readonly pullMethod?: "pod" | "node";
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for this registry.
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, used to log in.
     *
     * @defaultValue no login
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
}

/** Where a disk's content comes from. */
export type Image = HttpImage | RegistryImage;

const checksums: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** What CDI's webhook or importer would refuse. Source: CDI pkg/apiserver/webhooks/util.go. */
export function checkImage(image: Image): Problem[] {
    const problems = new Problems();
    if ("http" in image) {
        if (!/^https?:\/\/[^/\s]+/.test(image.http)) {
            problems.add(
                "http",
                `is ${JSON.stringify(image.http)}, which is not an http or https address`,
                "write the whole address, such as https://example.org/image.qcow2",
            );
        } else if (/^https?:\/\/[^/]*@/.test(image.http)) {
            problems.add(
                "http",
                "has a login in the address, which everybody who can read the disk would see",
                "put user and password into a Secret and name it in secretRef",
            );
        }
        if (image.checksum !== undefined) {
            const [algorithm = "", digest = ""] = image.checksum.split(":");
            const length = checksums[algorithm];
            if (
                length === undefined ||
                !new RegExp(`^[0-9a-f]{${String(length)}}$`, "i").test(digest)
            ) {
                problems.add(
                    "checksum",
                    `is ${JSON.stringify(image.checksum)}, which is not a digest CDI knows`,
                    `write it as "sha256:" and 64 hexadecimal digits (or md5, sha1, sha512)`,
                );
            }
        }
    } else if (
        !/^((docker|oci-archive):\/\/)?[a-z0-9][^\s]*$/i.test(image.registry) ||
        /^(https?|s3):/.test(image.registry)
    ) {
        problems.add(
            "registry",
            `is ${JSON.stringify(image.registry)}, which is not the reference of a container image`,
            "write it as quay.io/containerdisks/fedora:42; an image on a web server goes into http",
        );
    }
    return problems.all;
}

/** The address as CDI wants it: the registry scheme is not optional there. */
export function registryUrl(reference: string): string {
    return reference.includes("://") ? reference : `docker://${reference}`;
}

/** An image as one line, always the same for the same image: what a person recognises and a comparison can rely on. */
export function imageText(image: Image): string {
    return "http" in image
        ? [image.http, image.checksum].filter((part) => part !== undefined).join(" ")
        : registryUrl(image.registry);
}
