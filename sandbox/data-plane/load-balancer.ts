import { faultOf } from "./faults";
import type { Service } from "./objects";
import { isDeleted } from "./reading";
import type { Store } from "./store";
import { type Write, patchStatus } from "./writes";

/** Addresses that are nobody's: TEST-NET-1 of RFC 5737. */
const prefix = "192.0.2.";
const count = 254;

/** What a cloud, or MetalLB, does for a Service of type LoadBalancer: gives it an address of its own. */
export function reconcileService(world: Store, service: Service): Write[] {
    const { type, loadBalancerIP } = service.spec ?? {};
    const has = service.status?.loadBalancer?.ingress ?? [];
    if (type !== "LoadBalancer" || isDeleted(service)) {
        return has.length > 0 ? patchStatus(service, { loadBalancer: { ingress: null } }) : [];
    }
    if (has.length > 0 || faultOf(world, service) === "no-address") {
        return [];
    }
    const ip = loadBalancerIP ?? freeAddress(world, service);
    return patchStatus(service, { loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } });
}

function freeAddress(world: Store, { metadata }: Service): string {
    const waiting = world
        .list("Service")
        .filter(({ spec }) => spec?.type === "LoadBalancer")
        .map((each) => [each, each.status?.loadBalancer?.ingress?.[0]?.ip] as const);
    const taken = new Set(waiting.map(([, ip]) => ip));
    // Two that are looked at in the same moment do not get the same one.
    const before = waiting.filter(
        ([each, ip]) => ip === undefined && (each.metadata.uid ?? "") < (metadata.uid ?? ""),
    ).length;
    const all = Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);
    const left = all.filter((ip) => !taken.has(ip));
    return left[before % Math.max(1, left.length)] ?? `${prefix}1`;
}
