import type { CephRbdArgs } from "./args";
import { tiersOf } from "./tiers";

/**
 * The command that makes a Ceph user with no more rights than the driver takes in the pools of all classes. Where the user is there
 * already, `ceph auth caps` takes the same rights.
 *
 * The manager is asked for work on images (flattening, emptying the trash), and these are never in a data pool. Source: ceph-csi
 * docs/capabilities.md; Ceph doc/rbd/rados-rbd-cmds.rst; src/mgr/MgrCap.cc (profile rbd knows `pool` and `namespace`), ceph-csi
 * e2e/ceph_user.go for the namespace of the OSDs' profile.
 */
export function capsCommand(args: CephRbdArgs): string {
    const classes = Object.values(tiersOf(args));
    const places = classes.flatMap((each) => [each, ...(each.topologyPools ?? [])]);
    const images = distinct(places.map(({ pool }) => pool));
    const data = distinct(places.map(({ dataPool }) => dataPool));
    const grant = (pools: readonly string[]) =>
        pools.map((pool) => profile(pool, args.radosNamespace)).join(", ");
    return [
        `ceph auth get-or-create client.${args.user.id}`,
        `mon 'profile rbd'`,
        `osd '${grant(distinct([...images, ...data]))}'`,
        `mgr '${grant(images)}'`,
    ].join(" ");
}

function profile(pool: string, namespace: string | undefined): string {
    return `profile rbd pool=${pool}${namespace === undefined ? "" : ` namespace=${namespace}`}`;
}

function distinct(pools: readonly (string | undefined)[]): readonly string[] {
    return [...new Set(pools)].filter((pool) => pool !== undefined);
}
