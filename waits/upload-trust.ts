import { X509Certificate } from "node:crypto";
import * as tls from "node:tls";

/** How the proxy's certificate is checked, as options of a request. */
export interface Trust {
    readonly ca: string[];
    readonly checkServerIdentity: (
        host: string,
        certificate: tls.PeerCertificate,
    ) => Error | undefined;
}

/**
 * Trusts what the machine trusts, what the user gives and what the cluster says.
 *
 * CDI's own proxy certificate carries the name of its Service inside the cluster, which a NodePort or a port-forward does not
 * have. The authority in `signer` signs that one certificate only (CDI pkg/operator/resources/cert/factory.go,
 * cdi-uploadproxy-signer), so a certificate of it is the proxy's under any address.
 */
export function uploadTrust(given: readonly string[], signer: string | undefined): Trust {
    const signers = certificatesOf(signer ?? "");
    return {
        ca: [...machineAuthorities(), ...given, ...(signer === undefined ? [] : [signer])],
        checkServerIdentity: (host, certificate) => {
            const leaf = new X509Certificate(certificate.raw);
            const isProxy = signers.some(
                (one) => leaf.checkIssued(one) && leaf.verify(one.publicKey),
            );
            return isProxy ? undefined : tls.checkServerIdentity(host, certificate);
        },
    };
}

/** Since Node 22.15 those of NODE_EXTRA_CA_CERTS are among them; a list of our own would take their place. */
function machineAuthorities(): readonly string[] {
    const { getCACertificates } = tls as unknown as {
        readonly getCACertificates?: (kind: "default") => string[];
    };
    return getCACertificates?.("default") ?? tls.rootCertificates;
}

/** The certificates of a PEM text that can be read. A bundle has the old certificate beside the new one while it is renewed. */
export function certificatesOf(bundle: string): X509Certificate[] {
    const parts = bundle.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
    return parts.flatMap((part) => {
        try {
            return [new X509Certificate(part)];
        } catch {
            // A damaged one vouches for nobody; the check of the connection says so.
            return [];
        }
    });
}
