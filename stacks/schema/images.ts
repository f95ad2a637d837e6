import { z } from "zod";
import { flag, name, optional, required, size, sizeUnit, text, texts } from "./fields";

const certConfigMap = optional(
    text,
    "ConfigMap with the PEM certificates to trust.",
    "the usual ones",
);
const secretRef = optional(text, "Kubernetes Secret with the login, never what is in it.", "none");
const contentType = optional(z.enum(["kubevirt", "archive"]), "What the file is.", "kubevirt");
const checksum = optional(text, "Digest of the file, sha256:<hex>.", "that of images.lock.json");

/** Where an image comes from; each kind by its first field. */
const source = z.union([
    z.strictObject({
        registry: required(text, "A container image with a disk in it.", {
            example: "quay.io/containerdisks/fedora:42",
        }),
        digest: optional(text, "Digest of the image, sha256:<hex>.", "that of images.lock.json"),
        pullMethod: optional(z.enum(["pod", "node"]), "Who pulls the image.", "pod"),
        architecture: optional(text, "Which of the image's architectures.", "the importer's"),
        certConfigMap,
        secretRef,
    }),
    z.strictObject({
        http: required(text, "Address of a disk image, https:// or http://."),
        checksum,
        extraHeaders: optional(texts, "Headers without a login, Name: value.", "none"),
        secretExtraHeaders: optional(texts, "Kubernetes Secrets with whole headers.", "none"),
        certConfigMap,
        insecureSkipVerify: optional(flag, "Trust any certificate.", "false"),
        secretRef,
        contentType,
    }),
    z.strictObject({
        s3: required(text, "Address of an object in an S3 bucket."),
        certConfigMap,
        secretRef,
    }),
    z.strictObject({ gcs: required(text, "Address in Google Cloud Storage."), secretRef }),
    z.strictObject({
        upload: required(text, "File of the machine that runs Pulumi."),
        checksum,
        uploadProxy: optional(
            z.strictObject({
                url: required(text, "Its address, https://."),
                ca: optional(text, "PEM certificate of its authority.", "CDI's"),
            }),
            "Where CDI's upload proxy is, seen from there.",
            "what CDI says of itself",
        ),
        contentType,
    }),
]);

/** The images of a stack, by name: each is imported once, and disks are cloned from it. */
export const images = z.record(
    name,
    z.strictObject({
        source: required(source, "Where the image comes from. Its digest is in images.lock.json."),
        size: required(size, "Size of the image unpacked: what its disks have at least.", {
            unit: sizeUnit,
            example: "10Gi",
        }),
    }),
);
