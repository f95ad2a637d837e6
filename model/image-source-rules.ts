import type { Problems } from "./problems";
import { digestIn, imageDigest, isArchiveReference, registryReference } from "./registry-reference";
import { address } from "./source-address";
import {
    certificates,
    checksum,
    type Fault,
    header,
    type FieldRule,
    list,
    objectName,
    record,
    secretName,
    shown,
    text,
    word,
    yesOrNo,
} from "./source-fields";
import { refuseBothWays, type SourcePlace, type SourceRules, type Unchecked } from "./source-rules";

const certConfigMap: FieldRule = { check: objectName };
const secretRef: FieldRule = { check: secretName };
const contentType: FieldRule = { check: word(["kubevirt", "archive"]) };

/** How CDI's upload proxy is reached. */
const uploadProxy: Readonly<Record<string, FieldRule>> = {
    url: {
        check: address({ schemes: ["https"], example: "https://cdi-uploadproxy.example.org" }),
        required: true,
    },
    ca: { check: certificates },
};

const noArchive =
    "leave it out: CDI unpacks archives only from a web server or an upload, and takes every other source for a disk image";
const noChecksum =
    "leave it out: CDI compares checksums only of what comes from a web server or is sent by you";
const imageFile = "https://example.org/image.qcow2";

/** Rules of images from outside the cluster. Source: CDI pkg/apiserver/webhooks/util.go, pkg/importer, doc/datavolumes.md. */
export const imageSourceRules: Readonly<Record<string, SourceRules>> = {
    http: {
        what: "an http source",
        fields: {
            http: {
                check: address({ schemes: ["http", "https"], example: imageFile, query: true }),
                required: true,
            },
            checksum: { check: checksum },
            extraHeaders: { check: list(header, 32) },
            secretExtraHeaders: { check: list(secretName, 32) },
            certConfigMap,
            secretRef,
            insecureSkipVerify: { check: yesOrNo },
            contentType,
        },
        instead: { digest: "write it as checksum" },
        together: (source, place, problems) => {
            archiveNeedsFiles(source, place, problems);
            refuseBothWays(source, problems);
        },
    },
    registry: {
        what: "a registry source",
        fields: {
            registry: { check: registryReference, required: true },
            digest: { check: imageDigest },
            pullMethod: { check: word(["pod", "node"]) },
            architecture: { check: word(["amd64", "arm64", "s390x"]) },
            certConfigMap,
            secretRef,
        },
        instead: {
            checksum: "write the image's digest as digest",
            contentType: noArchive,
            insecureSkipVerify:
                "leave it out: a registry that nobody vouches for is named in CDI's own settings (insecureRegistries)",
            tag: "write the tag behind the reference, after a colon",
            platform: "write architecture",
            imageStream: "write the reference of the image as registry",
        },
        together: registryTogether,
    },
    s3: {
        what: "an S3 source",
        fields: {
            s3: {
                check: address({
                    schemes: ["http", "https"],
                    example: "https://rgw.example.org/images/fedora.qcow2",
                    parts: 2,
                }),
                required: true,
            },
            certConfigMap,
            secretRef,
        },
        instead: {
            checksum: noChecksum,
            contentType: noArchive,
            insecureSkipVerify:
                "put the certificate of the endpoint's authority into a ConfigMap and name it in certConfigMap: CDI has no other way for S3",
        },
    },
    gcs: {
        what: "a GCS source",
        fields: {
            gcs: {
                check: address({
                    schemes: ["gs", "http", "https"],
                    example: "gs://images/fedora.qcow2",
                    parts: 2,
                }),
                required: true,
            },
            secretRef,
        },
        instead: { checksum: noChecksum, contentType: noArchive },
    },
    upload: {
        what: "an upload",
        fields: {
            upload: { check: uploadedFile, required: true },
            checksum: { check: checksum },
            uploadProxy: { check: record(uploadProxy) },
            contentType,
        },
        instead: { digest: "write it as checksum" },
        together: (source, place, problems) => {
            archiveNeedsFiles(source, place, problems);
        },
    },
    blank: {
        what: "a blank source",
        fields: { blank: { check: onlyTrue, required: true } },
        instead: { contentType: noArchive },
    },
};

/** An archive is unpacked into files. Source: CDI doc/supported_operations.md; its webhook accepts it on Block (recorded). */
function archiveNeedsFiles(source: Unchecked, place: SourcePlace, problems: Problems): void {
    if (source["contentType"] === "archive" && place.volumeMode !== "Filesystem") {
        problems.add(
            "contentType",
            `is "archive", which is unpacked into files, and the disk's volume mode is ${place.volumeMode}`,
            `write volumeMode: "Filesystem", or leave contentType out`,
        );
    }
}

function registryTogether(source: Unchecked, _: SourcePlace, problems: Problems): void {
    const { registry, digest, pullMethod } = source;
    if (typeof registry !== "string") {
        return;
    }
    const isFile = isArchiveReference(registry);
    const own = isFile ? undefined : digestIn(registry);
    if (own !== undefined && digest !== undefined && own !== digest) {
        problems.add(
            "digest",
            `is ${shown(digest)}, which is not the one in the reference, ${shown(own)}`,
            "leave one of them out",
        );
    }
    const useless = isFile
        ? ["digest", "secretRef", "certConfigMap", ...(pullMethod === "node" ? ["pullMethod"] : [])]
        : pullMethod === "node"
          ? ["secretRef", "certConfigMap"]
          : [];
    for (const field of useless.filter((name) => source[name] !== undefined)) {
        problems.add(
            field,
            isFile
                ? `is given, and ${shown(registry)} is a file that is not asked of any registry`
                : "is given, and a node that pulls (pullMethod: node) knows nothing of it",
            isFile
                ? "leave it out"
                : "leave it out and give the nodes, or CDI's settings (imagePullSecrets), what the registry asks for; or leave pullMethod out",
        );
    }
}

function uploadedFile(value: unknown): Fault | undefined {
    const path = text("the path of a file", "images/fedora.qcow2")(value);
    if (path !== undefined) {
        return path;
    }
    const file = String(value);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) {
        return {
            fault: `is ${shown(file)}, which is not the path of a file`,
            cure: "write { http: … }: CDI loads it from there itself",
        };
    }
    return /[/\\]$|(^|[/\\])\.{1,2}$/.test(file)
        ? { fault: `is ${shown(file)}, which is a folder`, cure: "name the file in it" }
        : undefined;
}

function onlyTrue(value: unknown): Fault | undefined {
    return value === true
        ? undefined
        : { fault: `is ${shown(value)}, which is not true`, cure: "write { blank: true }" };
}
