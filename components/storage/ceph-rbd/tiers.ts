import type { CephRbdArgs } from "./args";
import type { CephRbdClassArgs } from "./class-args";

/** What a backend without tiers calls its only one. */
export const onlyTier = "default";

/** The namespace that the driver is in unless an argument says otherwise. */
export const defaultNamespace = "ceph-csi-rbd";

/** The driver's name unless an argument says otherwise. Source: the chart's values.yaml, `driverName`. */
export const defaultDriver = "rbd.csi.ceph.com";

/** The tier that stands for the backend. */
export function defaultTierOf(args: CephRbdArgs): string {
    return args.defaultTier ?? Object.keys(args.tiers ?? {})[0] ?? onlyTier;
}

/**
 * Every tier with what it leaves out filled in from the arguments around it. A name and the mark of a default belong to one class,
 * so there they mean the default tier.
 */
export function tiersOf(args: CephRbdArgs): Readonly<Record<string, CephRbdClassArgs>> {
    const { className, isDefaultForMachines, ...shared } = args;
    const first = defaultTierOf(args);
    return Object.fromEntries(
        Object.entries(args.tiers ?? { [onlyTier]: {} }).map(([tier, own]) => [
            tier,
            { ...(tier === first ? args : shared), ...own },
        ]),
    );
}
