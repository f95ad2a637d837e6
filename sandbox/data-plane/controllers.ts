import { reconcileDataSource } from "./data-sources";
import { reconcileDataVolume } from "./data-volume";
import { reconcileInstance } from "./machine-instance";
import type { KubernetesObject } from "./objects";
import { reconcileClaim, reconcileVolume } from "./provisioner";
import { reconcileSnapshot, reconcileSnapshotContent } from "./snapshots";
import type { Store } from "./store";
import { reconcileVirtualMachine } from "./virtual-machine";
import type { Write } from "./writes";

/** An object and what the simulated controllers want written for it now. */
export interface Wanted {
    readonly object: KubernetesObject;
    readonly writes: readonly Write[];
    /** A controller stumbled over this object, which must not keep it from the others. */
    readonly error?: unknown;
}

/** Asks every simulated controller about every object. Pure: the same world at the same time gives the same writes. */
export function decide(world: Store, now: number): Wanted[] {
    const wanted = [
        ...each(world.list("PersistentVolumeClaim"), (it) => reconcileClaim(world, it)),
        ...each(world.list("PersistentVolume"), (it) => reconcileVolume(world, it)),
        ...each(world.list("VolumeSnapshot"), (it) => reconcileSnapshot(world, it, now)),
        ...each(world.list("VolumeSnapshotContent"), (it) => reconcileSnapshotContent(world, it)),
        ...each(world.list("DataVolume"), (it) => reconcileDataVolume(world, it, now)),
        ...each(world.list("DataSource"), (it) => reconcileDataSource(world, it, now)),
        ...each(world.list("VirtualMachineInstance"), (it) => reconcileInstance(world, it, now)),
        ...each(world.list("VirtualMachine"), (it) => reconcileVirtualMachine(world, it, now)),
    ];
    return wanted.filter(({ writes, error }) => writes.length > 0 || error !== undefined);
}

function each<T extends KubernetesObject>(
    objects: readonly T[],
    reconcile: (object: T) => readonly Write[],
): Wanted[] {
    return objects.map((object) => {
        try {
            return { object, writes: reconcile(object) };
        } catch (error) {
            return { object, writes: [], error };
        }
    });
}
