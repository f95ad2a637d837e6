import { type CertificateArgs, type CertificateDefaults } from "./certificates";
import { Check, type Findings } from "./findings";
import { objectNameFault } from "./object-name";
import { replicasFault } from "./placement";
import { quantityBytes } from "./size";

/** Space that a filesystem needs for itself: a disk of this size less fits onto a volume. */
export interface FilesystemOverheadArgs {
    /**
     * For every class that is not named in `byClass`.
     *
     * @unit fraction of the volume, 0 to 1, at most three decimals
     * @defaultValue 0.06, CDI's own
     * @impact live for new disks; a disk that exists keeps its size
     */
    readonly global?: number;
    /**
     * By name of a StorageClass.
     *
     * @unit fraction of the volume, 0 to 1, at most three decimals
     * @defaultValue none
     * @impact live for new disks; a disk that exists keeps its size
     */
    readonly byClass?: Readonly<Record<string, number>>;
}

/** The proxy that imports go through. A login in an address is kept by CDI in plain text. */
export interface ImportProxyArgs {
    /**
     * Address of the proxy for http.
     *
     * @defaultValue none: imports connect directly
     * @impact live for new imports
     */
    readonly http?: string;
    /**
     * Address of the proxy for https.
     *
     * @defaultValue none: imports connect directly
     * @impact live for new imports
     */
    readonly https?: string;
    /**
     * Host names, domains and address ranges that are reached directly.
     *
     * @defaultValue none
     * @impact live for new imports
     * @example [".cluster.local", "10.0.0.0/8"]
     */
    readonly noProxy?: readonly string[];
    /**
     * Name of a ConfigMap in CDI's namespace with the certificates of the proxy (key `ca.crt`).
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact live for new imports
     */
    readonly trustedCa?: string;
}

/** Kubernetes quantities by resource: `{ cpu: "750m", memory: "600M" }`. */
export type Quantities = Readonly<Record<string, string>>;

/** Resources of the pods that import, upload and copy. */
export interface WorkerResourcesArgs {
    /**
     * What a worker is promised.
     *
     * @unit Kubernetes quantity
     * @defaultValue cpu 100m and memory 60M, CDI's own
     * @impact live for new imports
     */
    readonly requests?: Quantities;
    /**
     * What a worker may take. An importer that needs more memory is killed and begins again.
     *
     * @unit Kubernetes quantity
     * @defaultValue cpu 750m and memory 600M, CDI's own
     * @impact live for new imports
     */
    readonly limits?: Quantities;
}

/** Replicas of CDI's own components. */
export interface CdiReplicasArgs {
    /**
     * Replicas of cdi-deployment, the controller.
     *
     * @unit count
     * @defaultValue 1, CDI's own
     * @impact live
     */
    readonly controller?: number;
    /**
     * Replicas of cdi-apiserver, which answers webhooks: while none runs, no disk can be made.
     *
     * @unit count
     * @defaultValue 1, CDI's own
     * @impact live
     */
    readonly apiServer?: number;
    /**
     * Replicas of cdi-uploadproxy.
     *
     * @unit count
     * @defaultValue 1, CDI's own
     * @impact live
     */
    readonly uploadProxy?: number;
}

/** Lifetimes of the certificates that CDI signs itself. */
export interface CdiCertificatesArgs {
    /**
     * The authorities.
     *
     * @defaultValue 48 hours, renewed after 24: CDI's own
     * @impact live
     */
    readonly ca?: CertificateArgs;
    /**
     * The certificates of servers.
     *
     * @defaultValue 24 hours, renewed after 12: CDI's own
     * @impact live
     */
    readonly server?: CertificateArgs;
    /**
     * The certificates of clients.
     *
     * @defaultValue 24 hours, renewed after 12: CDI's own
     * @impact live
     */
    readonly client?: CertificateArgs;
}

/** A fraction as the definition of CDI has it: `^(0(?:\\.\\d{1,3})?|1)$`. */
export function checkFilesystemOverhead(args: FilesystemOverheadArgs): Findings {
    const check = new Check();
    const fractions = [
        ["global", args.global] as const,
        ...Object.entries(args.byClass ?? {}).map(
            ([name, fraction]) => [`byClass[${JSON.stringify(name)}]`, fraction] as const,
        ),
    ];
    for (const [field, fraction] of fractions) {
        if (fraction !== undefined && !/^(0(\.[0-9]{1,3})?|1)$/.test(String(fraction))) {
            check.refuse(
                field,
                `is ${String(fraction)}, which is not a fraction from 0 to 1 with at most three decimals`,
                "write it like 0.06 for six percent",
            );
        }
    }
    for (const name of Object.keys(args.byClass ?? {})) {
        check.refuseIf("byClass", objectNameFault(name));
    }
    return check;
}

/**
 * What an importer could not use. An address is only repeated when it can hold no password: what does not parse may be one with
 * a typing error in it.
 */
export function checkImportProxy(args: ImportProxyArgs): Findings {
    const check = new Check();
    for (const field of ["http", "https"] as const) {
        const address = args[field];
        if (address !== undefined) {
            checkProxyAddress(field, address, check);
        }
    }
    for (const [index, host] of (args.noProxy ?? []).entries()) {
        if (!/^[^\s,@]+$/.test(host)) {
            check.refuse(
                `noProxy[${String(index)}]`,
                "is not one host name, domain or address range",
                `write each as an element of its own, such as ".cluster.local"`,
            );
        }
    }
    if (args.trustedCa !== undefined) {
        check.refuseIf("trustedCa", objectNameFault(args.trustedCa));
    }
    return check;
}

function checkProxyAddress(field: string, address: string, check: Check): void {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const cure = "write the whole address, such as http://proxy.example.org:3128";
    if (url === undefined) {
        check.refuse(
            field,
            "is not an address (it is not repeated here: it may hold a password)",
            cure,
        );
    } else if (url.username !== "" || url.password !== "") {
        check.warn(
            field,
            "has a login in the address, which everybody who can read the CDI object sees",
            "use a proxy that knows this cluster by its address, or make sure that few may read the object",
        );
    } else if (!["http:", "https:"].includes(url.protocol)) {
        check.refuse(
            field,
            address.includes("@")
                ? "is not an http or https address (it is not repeated here: it may hold a password)"
                : `is ${JSON.stringify(address)}, which is not an http or https address`,
            cure,
        );
    }
}

/** Quantities that Kubernetes would not read. Source: k8s.io/apimachinery/pkg/api/resource/quantity.go. */
export function checkWorkerResources(args: WorkerResourcesArgs): Findings {
    const check = new Check();
    for (const part of ["requests", "limits"] as const) {
        for (const [resource, quantity] of Object.entries(args[part] ?? {})) {
            if (quantityBytes(quantity) === undefined) {
                check.refuse(
                    `${part}.${resource}`,
                    `is ${JSON.stringify(quantity)}, which is not a quantity`,
                    `write it like "750m" for cpu and "600Mi" for memory`,
                );
            }
        }
    }
    for (const [resource, request] of Object.entries(args.requests ?? {})) {
        const limit = args.limits?.[resource];
        const [asked, allowed] = [quantityBytes(request), quantityBytes(limit ?? "")];
        if (asked !== undefined && allowed !== undefined && asked > allowed) {
            check.refuse(
                `requests.${resource}`,
                `is ${JSON.stringify(request)}, which is more than the limit of ${JSON.stringify(limit)}`,
                "raise the limit, or lower the request",
            );
        }
    }
    return check;
}

/** Numbers that are none. */
export function checkCdiReplicas(args: CdiReplicasArgs): Findings {
    const check = new Check();
    for (const [field, count] of Object.entries(args) as [string, number | undefined][]) {
        if (count !== undefined) {
            check.refuseIf(field, replicasFault(count));
        }
    }
    return check;
}

const hour = 3_600_000;
const half = (duration: number) => duration / 2;

/** CDI's own lifetimes. Source: CDI pkg/operator/resources/cert/factory.go. */
export const cdiCertificateDefaults: Readonly<
    Record<keyof CdiCertificatesArgs, CertificateDefaults>
> = {
    ca: { duration: 48 * hour, renewBefore: half },
    server: { duration: 24 * hour, renewBefore: half },
    client: { duration: 24 * hour, renewBefore: half },
};
