import type { UploadProxy } from "../model/image-source";
import { collectionPath } from "./collections";
import type { Diagnosis } from "./verdict";
import type { Trust } from "./upload-trust";
import { certificatesOf, uploadTrust } from "./upload-trust";

/** Where a file is sent, and how one knows that it is the right place. */
export interface FoundProxy {
    readonly url: URL;
    readonly trust: Trust;
}

/** Reads one object; undefined when it is not there. */
export type Read = (path: string) => Promise<unknown>;

const configPath = `${collectionPath("CDIConfig")}/config`;
/** CDI's own authority for the proxy, in the namespace of a release manifest. Source: CDI pkg/operator/resources/cert/factory.go. */
const signerPath = `${collectionPath("ConfigMap", "cdi")}/cdi-uploadproxy-signer-bundle`;

/**
 * CDI's upload proxy as it is seen from here: what the user says, else what CDI says of itself. A diagnosis where nobody knows.
 * Sources: CDI pkg/controller/config-controller.go (an Ingress's or Route's host goes into uploadProxyURL without a scheme, its
 * certificate into uploadProxyCA), doc/exposing-upload-proxy.md.
 */
export async function findUploadProxy(
    given: UploadProxy | undefined,
    read: Read,
): Promise<FoundProxy | Diagnosis> {
    const [config, signer] = await Promise.all([
        optional<CdiConfig>(read, configPath),
        optional<SignerBundle>(read, signerPath),
    ]);
    const { uploadProxyURL: published, uploadProxyCA: publishedCa } = config?.status ?? {};
    const address = given?.url ?? published ?? "";
    const where =
        given === undefined ? "CDIConfig config, status.uploadProxyURL" : "uploadProxy.url";
    if (address === "") {
        return {
            cause: "upload-proxy-unknown",
            what: "CDI does not say under which address its upload proxy can be reached from outside the cluster",
            where,
            cure: "Expose the Service cdi-uploadproxy (Ingress, Route, NodePort or kubectl port-forward: CDI doc/exposing-upload-proxy.md) and give its address in uploadProxy.url, or in spec.config.uploadProxyURLOverride of the CDI object",
        };
    }
    const url = addressOf(address);
    if (url === undefined) {
        return {
            cause: "upload-proxy-unknown",
            what: `The address of the upload proxy is ${JSON.stringify(withoutLogin(address))}, which is not an https address`,
            where,
            cure: "Write it as https://cdi-uploadproxy.example.org: the proxy is sent a token, so it has to prove who it is",
        };
    }
    if (given?.ca !== undefined && certificatesOf(given.ca).length === 0) {
        return {
            cause: "untrusted-certificate",
            what: "What is given to trust the upload proxy by has no certificate in it",
            where: "uploadProxy.ca",
            cure: "Give the PEM text of a certificate (-----BEGIN CERTIFICATE-----)",
        };
    }
    const authorities = [given?.ca, publishedCa].filter(
        (ca): ca is string => ca !== undefined && certificatesOf(ca).length > 0,
    );
    return { url, trust: uploadTrust(authorities, signer?.data?.["ca-bundle.crt"]) };
}

/** Source: CDI types.go, CDIConfigStatus. */
interface CdiConfig {
    readonly status?: { readonly uploadProxyURL?: string; readonly uploadProxyCA?: string };
}

interface SignerBundle {
    readonly data?: { readonly "ca-bundle.crt"?: string };
}

/** Either may be out of this account's reach; the other, or the user, says enough. */
async function optional<T>(read: Read, path: string): Promise<T | undefined> {
    try {
        return (await read(path)) as T | undefined;
    } catch {
        return undefined;
    }
}

function addressOf(text: string): URL | undefined {
    const whole = text.includes("://") ? text : `https://${text}`;
    if (!URL.canParse(whole)) {
        return undefined;
    }
    const url = new URL(whole);
    return url.protocol === "https:" && url.username === "" ? url : undefined;
}

function withoutLogin(address: string): string {
    return address.replace(/^([^/]*\/\/)?[^/@]*@/, "$1");
}
