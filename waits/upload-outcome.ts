import type { Problem } from "../model/problems";
import { formatBytes } from "../model/size";
import { quoted } from "./disk-facts";
import { importerError } from "./importer-error";
import type { Diagnosis, Waiting } from "./verdict";

/** What one attempt to send a file came to. */
export type Outcome =
    | { readonly kind: "sent" }
    | { readonly kind: "again"; readonly words: string; readonly pauseMs: number }
    | { readonly kind: "failed"; readonly diagnosis: Diagnosis };

/** How far a file is. */
export function sending(bytes: number, total: number, failedAttempts: number): Waiting {
    const attempt = failedAttempts === 0 ? "" : `, attempt ${String(failedAttempts + 1)}`;
    return {
        kind: "waiting",
        phase: "uploading",
        percent: (100 * bytes) / total,
        note: `${formatBytes(bytes)} of ${formatBytes(total)}${attempt}`,
    };
}

/** Sending the same file again would end the same way. Source: CDI pkg/uploadserver, handleStreamError. */
export function isFinal(words: string): boolean {
    const { cause } = importerError(words);
    return cause === "disk-too-small" || cause === "unreadable-image";
}

/** Why a file is given up, in the words of whoever refused it. */
export function refusedUpload(
    words: string,
    {
        path,
        times,
        where,
    }: { readonly path: string; readonly times: number; readonly where: string },
): Diagnosis {
    if (isFinal(words)) {
        const { cause, meaning, cure } = importerError(words);
        return { cause, what: `${sentence(meaning)}: ${quoted(words)}`, where, cure };
    }
    const often = times > 1 ? `, ${String(times)} times` : "";
    return {
        cause: "upload-failed",
        what: `${path} could not be uploaded${often}: ${quoted(words)}`,
        where,
        cure: "See that the upload proxy can be reached from here for as long as the upload takes (limits of an Ingress: body size, timeouts), and run the update again",
    };
}

/** Why the proxy is sent nothing: nobody vouches for it. */
export function untrustedProxy(words: string, where: string): Diagnosis {
    return {
        cause: "untrusted-certificate",
        what: `The certificate of CDI's upload proxy is not trusted: ${quoted(words)}`,
        where,
        cure: "Give the certificate of its authority in uploadProxy.ca: that of the Ingress or Route, or of ConfigMap cdi-uploadproxy-signer-bundle in CDI's namespace",
    };
}

/** Why there is no token. */
export function tokenRefused(words: string, namespace: string): Diagnosis {
    return {
        cause: "forbidden",
        what: `This account may not ask for an upload token: ${words}`,
        where: `uploadtokenrequests.upload.cdi.kubevirt.io in namespace ${namespace}`,
        cure: "Allow it create on uploadtokenrequests (group upload.cdi.kubevirt.io); CDI's ClusterRole cdi.kubevirt.io:edit has it",
    };
}

/** What is wrong with the file itself. */
export function unfitFile(problems: readonly Problem[]): Diagnosis {
    const isDigest = problems.every(({ field }) => field === "checksum");
    return {
        cause: isDigest ? "checksum" : "upload-file",
        what: problems.map(({ field, fault }) => `${field} ${fault}`).join("; "),
        where: "the machine that runs Pulumi",
        cure: problems.map(({ cure }) => sentence(cure)).join(". "),
    };
}

/** The path that a proxy takes a file under. Source: CDI pkg/common (ProxyPaths). */
export function uploadAddress(proxy: URL, isAsync: boolean): URL {
    const url = new URL(proxy);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/v1beta1/${isAsync ? "upload-async" : "upload"}`;
    return url;
}

/** What somebody threw, in words. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

function sentence(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
