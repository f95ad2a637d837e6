import type { Claim, VolumeSnapshot } from "./objects";
import type { Store } from "./store";
import { type Write, remove } from "./writes";

/**
 * Takes away what a clone needed, once its target is gone: the garbage collector does not follow a label. Source: CDI
 * pkg/controller/clone/planner.go, Cleanup.
 */
export function removeLeftover(world: Store, object: Claim | VolumeSnapshot): Write[] {
    const owner = object.metadata.labels?.["cdi.kubevirt.io/OwnedByUID"];
    const isLeft =
        owner !== undefined &&
        !world.list("PersistentVolumeClaim").some(({ metadata }) => metadata.uid === owner);
    return isLeft ? remove(object) : [];
}
