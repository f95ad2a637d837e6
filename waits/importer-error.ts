import type { Cause } from "./verdict";

/** What the text of a failed import means. */
export interface ImporterError {
    readonly cause: Cause;
    /** The outcome as the middle of a sentence: "the source does not have the image". */
    readonly meaning: string;
    readonly cure: string;
    /** The source may come back by itself. */
    readonly transient: boolean;
}

interface Pattern extends ImporterError {
    /** HTTP statuses that say it. */
    readonly statuses?: readonly number[];
    readonly pattern?: RegExp;
}

const notThere = {
    meaning: "the source does not have the image",
    cure: "Correct the image address, or put the image there",
    transient: false,
} as const;

/**
 * The first pattern that matches decides. Sources of the texts: CDI pkg/importer (http-datasource.go, s3-datasource.go,
 * gcs-datasource.go, registry-datasource.go, imageio-datasource.go, vddk-datasource_amd64.go, data-processor.go, checksum.go),
 * pkg/controller/import-controller.go, Go's net and crypto/x509, nbdkit's curl plugin, the recorded states.
 */
const patterns: readonly Pattern[] = [
    {
        pattern:
            /DataVolume too small|larger than the reported available|no space left|disk quota exceeded/i,
        cause: "disk-too-small",
        meaning: "the image does not fit the disk",
        cure: "Make the disk anew with a larger size: it cannot grow before it is filled",
        transient: false,
    },
    {
        pattern: /checksum mismatch/i,
        cause: "checksum",
        meaning: "the download does not have the given checksum",
        cure: "Correct the checksum or the image address, and make the disk anew: CDI does not try again",
        transient: false,
    },
    {
        pattern: /x509|certificate|tls: failed to verify|thumbprint/i,
        cause: "untrusted-certificate",
        meaning: "the importer does not trust the source's certificate",
        cure: "Put the CA into a ConfigMap in the disk's namespace and name it in certConfigMap (VMware: correct the fingerprint)",
        transient: false,
    },
    {
        pattern: /server gave HTTP response to HTTPS client/i,
        cause: "untrusted-certificate",
        meaning: "the registry does not speak TLS",
        cure: "Add its host to insecureRegistries of CDI's configuration, or serve it with TLS",
        transient: false,
    },
    { statuses: [404, 410], cause: "http-404", ...notThere },
    {
        statuses: [401, 407],
        cause: "http-401",
        meaning: "the source wants a login, or does not take the one it was given",
        cure: "Name a Secret with accessKeyId and secretKey in secretRef, or correct the one that is named",
        transient: false,
    },
    {
        statuses: [403],
        cause: "http-403",
        meaning: "the source forbids to read the image",
        cure: "Check that the login in secretRef may read it, and the address: an object store says 403 of what is not there, too",
        transient: false,
    },
    {
        pattern:
            /unauthori[sz]ed|forbidden|access[_ ]?denied|\bdenied\b|InvalidAccessKeyId|SignatureDoesNotMatch|user ?name or password|Cannot complete login/i,
        cause: "unauthorised",
        meaning: "the source refuses the login",
        cure: "Check the Secret that secretRef names (accessKeyId and secretKey), and that it may read the image",
        transient: false,
    },
    {
        pattern:
            /not found|NoSuchKey|NoSuchBucket|manifest unknown|name unknown|object doesn't exist|bucket doesn't exist|unable to locate VM|is not present in VM/i,
        cause: "image-not-found",
        ...notThere,
    },
    {
        pattern: /no such host/i,
        cause: "host-not-found",
        meaning: "the host name of the source is not known inside the cluster",
        cure: "Correct the host in the image address, or the cluster's DNS",
        transient: false,
    },
    {
        pattern: /server misbehaving|Temporary failure in name resolution/i,
        cause: "host-not-found",
        meaning: "the cluster's DNS does not answer",
        cure: "Check the cluster's DNS",
        transient: true,
    },
    {
        statuses: [408, 429, 500, 502, 503, 504],
        pattern:
            /time-?out|timed out|deadline exceeded|connection re(fused|set)|no route to host|network is unreachable|toomanyrequests|unexpected EOF|broken pipe/i,
        cause: "source-unavailable",
        meaning: "the source does not answer as it should",
        cure: "Check that the source is up and can be reached from the cluster's pods",
        transient: true,
    },
    {
        pattern: /failed to pull image|pull/i,
        cause: "image-pull",
        meaning: "the container image cannot be pulled",
        cure: "Check the image reference, the login in secretRef and CDI's insecureRegistries",
        transient: false,
    },
    {
        pattern: /disk image file|qcow|qemu-img|unsupported|invalid format|unknown format|archive/i,
        cause: "unreadable-image",
        meaning: "what was downloaded is not an image that CDI can read",
        cure: "Use qcow2, raw, vmdk, vdi, vhd or vhdx (also .gz, .xz), or a container image with one file under /disk",
        transient: false,
    },
];

/** Says what a failed import means. A text that is not known is an import that failed, and may be tried again. */
export function importerError(text: string): ImporterError {
    // Digits and words of an address are no part of the answer.
    const answer = text.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "");
    const status = httpStatus(answer);
    const known = patterns.find(
        ({ statuses, pattern }) =>
            (status !== undefined && statuses?.includes(status) === true) ||
            pattern?.test(answer) === true,
    );
    return (
        known ?? {
            cause: "import-failed",
            meaning: "the import fails",
            cure: "Read the importer pod's log: kubectl logs -n <namespace> -l cdi.kubevirt.io=importer",
            transient: true,
        }
    );
}

/** A number is a status only where the text says so: images have sizes and addresses have numbers as well. */
function httpStatus(answer: string): number | undefined {
    const found =
        /\b(?:got|status|code|error|HTTP(?:\/[0-9.]+)?)(?: is)?[:= ]+"?([45][0-9]{2})\b/i.exec(
            answer,
        ) ??
        /\b([45][0-9]{2}) (?:Not Found|Gone|Unauthorized|Forbidden|Proxy Auth|Request Timeout|Too Many|Internal Server|Bad Gateway|Service Unavail|Gateway Timeout)/i.exec(
            answer,
        );
    return found === null ? undefined : Number(found[1]);
}

/** A message without logins: user and password in an address, its query (signed addresses), and tokens of a header. */
export function withoutSecrets(text: string): string {
    return text
        .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"'@]*(?:@[^\s/"'@]*)*@/gi, "$1")
        .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s"'?]*)\?[^\s"']*/gi, "$1?…")
        .replace(/\b(Bearer|Basic)\s+[^\s"']+/gi, "$1 …")
        .replace(/\b(password|passphrase|secretKey|token)=[^\s"'&]+/gi, "$1=…");
}
