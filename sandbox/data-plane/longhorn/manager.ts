import type { DaemonSet } from "../objects";
import type { Store } from "../store";
import type { Write } from "../writes";
import { reconcileDefaultTarget } from "./backup-target";
import { reconcileRuntime } from "./deployer";
import { reconcileSettings } from "./settings";
import { longhornOf } from "./system";

/** What Longhorn's managers do together, where they run. Source: longhorn-manager app/daemon.go, startManager. */
export function reconcileLonghorn(world: Store, manager: DaemonSet): Write[] {
    const longhorn = longhornOf(world);
    if (longhorn === undefined || longhorn.manager.metadata.uid !== manager.metadata.uid) {
        return [];
    }
    return [
        ...reconcileSettings(world, longhorn.namespace),
        ...reconcileDefaultTarget(world, longhorn.namespace),
        ...reconcileRuntime(world, longhorn),
    ];
}
