import type { Verdict } from "./verdict";

/** A Service as far as its addresses are concerned. Source: core/v1 ServiceStatus. */
interface AddressedService {
    readonly status?: {
        readonly loadBalancer?: {
            readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
        };
    };
}

/** Addresses or host names that a load balancer has given a service. */
export function serviceAddresses(service: unknown): readonly string[] {
    const { status } = (service ?? {}) as AddressedService;
    return (status?.loadBalancer?.ingress ?? []).flatMap(
        ({ ip, hostname }) => ip ?? hostname ?? [],
    );
}

/** Whether a load balancer has given the service an address. */
export function serviceVerdict([service]: readonly unknown[]): Verdict {
    return serviceAddresses(service).length > 0
        ? { kind: "ready" }
        : { kind: "waiting", phase: "waiting for an address from the cluster's load balancer" };
}
