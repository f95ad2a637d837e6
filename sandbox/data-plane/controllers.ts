import { reconcileCdiConfig } from "./cdi-config";
import { removeLeftover } from "./clone-leftovers";
import { reconcileDataImportCron } from "./data-import-cron";
import { reconcileDataSource } from "./data-sources";
import { reconcileDataVolume } from "./data-volume";
import { remindOfDeletion } from "./definition-deletion";
import { reconcileService } from "./load-balancer";
import { reconcileBackupTarget } from "./longhorn/backup-target";
import { reconcileLonghorn } from "./longhorn/manager";
import { reconcileLonghornNode, reconcileStorageNode } from "./longhorn/nodes";
import { reconcileUninstall } from "./longhorn/uninstall";
import { reconcileLonghornVolume } from "./longhorn/volumes";
import { removeWithCron } from "./import-objects";
import { reconcileInstance } from "./machine-instance";
import { reconcileMigration } from "./migrations";
import { reconcileNode } from "./node-labeller";
import { reconcileDrivers } from "./node-plugins";
import type { KubernetesObject } from "./objects";
import { reconcileDefinition } from "./operand-definitions";
import { reconcileOperandPod } from "./operand-pod";
import { reconcileCdi } from "./operator-cdi";
import { reconcileKubeVirt } from "./operator-kubevirt";
import { type Platform, barePlatform } from "./operators";
import { reconcileClaim, reconcileVolume } from "./provisioner";
import { reconcileSnapshot, reconcileSnapshotContent } from "./snapshots";
import { reconcileStorageClass, reconcileProfile } from "./storage-profiles";
import type { Store } from "./store";
import { reconcileVirtualMachine } from "./virtual-machine";
import type { NewObject, Write } from "./writes";

/** An object and what the simulated controllers want written for it now. */
export interface Wanted {
    readonly object: KubernetesObject | NewObject;
    readonly writes: readonly Write[];
    /** A controller stumbled over this object, which must not keep it from the others. */
    readonly error?: unknown;
}

/** What a DataImportCron makes. */
const importedKinds = [
    "DataSource",
    "DataVolume",
    "PersistentVolumeClaim",
    "VolumeSnapshot",
] as const;

/** Asks every simulated controller about every object. Pure: the same world at the same time gives the same writes. */
export function decide(world: Store, now: number, platform: Platform = barePlatform): Wanted[] {
    const wanted: Wanted[] = [
        ...each(world.list("PersistentVolumeClaim"), (it) => reconcileClaim(world, it, now)),
        ...each(world.list("PersistentVolume"), (it) => reconcileVolume(world, it)),
        ...each(world.list("VolumeSnapshot"), (it) => reconcileSnapshot(world, it, now)),
        ...each(world.list("VolumeSnapshotContent"), (it) => reconcileSnapshotContent(world, it)),
        ...each(world.list("PersistentVolumeClaim"), (it) => removeLeftover(world, it)),
        ...each(world.list("VolumeSnapshot"), (it) => removeLeftover(world, it)),
        ...each(world.list("DataVolume"), (it) => reconcileDataVolume(world, it, now)),
        ...each(world.list("DataImportCron"), (it) => reconcileDataImportCron(world, it, now)),
        ...importedKinds.flatMap((kind) =>
            each<KubernetesObject>(world.list(kind), (it) => removeWithCron(world, it)),
        ),
        ...each(world.list("DataSource"), (it) => reconcileDataSource(world, it, now)),
        ...each(world.list("VirtualMachineInstance"), (it) => reconcileInstance(world, it, now)),
        ...each(world.list("VirtualMachineInstanceMigration"), (it) =>
            reconcileMigration(world, it, now),
        ),
        ...each(world.list("VirtualMachine"), (it) => reconcileVirtualMachine(world, it, now)),
        ...each(world.list("KubeVirt"), (it) => reconcileKubeVirt(world, it, platform, now)),
        ...each(world.list("CDI"), (it) => reconcileCdi(world, it, platform, now)),
        ...each(world.list("CDI"), (it) => reconcileCdiConfig(world, it, platform.uploadProxy)),
        ...each(world.list("Pod"), (it) => reconcileOperandPod(it, now)),
        ...each(world.list("Pod"), (it) => reconcileUninstall(world, it, now)),
        ...each(world.list("Service"), (it) => reconcileService(world, it)),
        ...each(world.list("Node"), (it) => reconcileNode(world, it)),
        ...each(world.list("Node"), (it) => reconcileDrivers(world, it)),
        ...each(world.list("Node"), (it) => reconcileStorageNode(world, it)),
        ...each(world.list("StorageClass"), (it) => reconcileStorageClass(world, it)),
        ...each(world.list("StorageProfile"), (it) => reconcileProfile(world, it, now)),
        ...each(world.list("DaemonSet"), (it) => reconcileLonghorn(world, it)),
        ...each(world.list("LonghornNode"), (it) => reconcileLonghornNode(world, it, now)),
        ...each(world.list("LonghornVolume"), (it) => reconcileLonghornVolume(world, it, now)),
        ...each(world.list("LonghornBackupTarget"), (it) => reconcileBackupTarget(world, it, now)),
        ...each(world.list("CustomResourceDefinition"), (it) => remindOfDeletion(it, now)),
        ...platform.definitions.map((definition) => ({
            object: definition.object,
            writes: reconcileDefinition(world, definition),
        })),
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
